--- Metadata of tables on the Web (CSVW): a table, or a group of tables, with their columns and keys.
--- @format csvw
--- @input json
--- @sign '"http://www.w3.org/ns/csvw"'
--- @uses formats/lib/values
--
-- What becomes what. TABLE is the table's url when that is an address, else csvw/FOLDER/URL, where FOLDER is that of the metadata file.
--   a table          dataset:TABLE            part_of the group's dataset, when the group has an @id or a title
--   a column         variable:TABLE/NAME      part_of its table; type, format and unit of its datatype
--   foreignKeys      references               one for each column; the label is the whole key when it has several
--   dc:publisher     organisation:NAME        holds the dataset
-- Titles and descriptions in several languages: the first stands, all are kept. Other properties are kept as csvw_NAME, their JSON text.
-- What amont exported has its old name. A person as a creator or contact is left out and counted. Schemas that a table only names by
-- their address are not fetched.

local given, text_of, each = values.given, values.text_of, values.each

local function is_address(url)
  return url:find("^%a[%w+.-]*:") ~= nil
end

local no_schema, persons, group_ref = 0, 0, nil

-- A natural language property: text, a list of texts, texts by language, or {"@value"}. The first text, and whether there are more.
local function first_text(value)
  if type(value) ~= "table" then return text_of(value), false end
  if given(value["@value"]) then return tostring(value["@value"]), given(value["@language"]) end
  if value[1] ~= nil then return first_text(value[1]), #value > 1 end
  local best
  for language in pairs(value) do
    if not best or language == "en" or (best ~= "en" and language < best) then best = language end
  end
  return best and first_text(value[best]) or nil, true
end

local text_bytes_max = 1 << 20
local function keep(props, name, value, where)
  local ok, kept = pcall(json, value)
  kept = ok and tostring(kept)
  if ok and #kept <= text_bytes_max and #name <= 200 and not name:find("%c") then
    props["csvw_" .. name] = kept
  else
    warn(where .. ": a property is too large or has a name that is none here, and was left out")
  end
end

local said_as = { ["dc:title"] = "title", ["dcterms:title"] = "title", ["schema:name"] = "title", ["dc:description"] = "description",
  ["dcterms:description"] = "description", ["schema:description"] = "description", ["rdfs:comment"] = "description" }
local of_persons = { ["dc:creator"] = true, ["dcterms:creator"] = true, ["schema:author"] = true, ["schema:creator"] = true,
  ["dcat:contactPoint"] = true, ["dc:contributor"] = true, ["dcterms:contributor"] = true, ["schema:contactPoint"] = true }

-- What amont exports of a variable or table beside the words of CSVW, which comes back as it was.
local ours = {}
for word in ("created_year deleted_year missing_years nomenclature unit length identifying format"):gmatch("%S+") do ours["urn:amont:" .. word] = word end

-- What no rule takes: titles and descriptions by their own names, the rest as csvw_NAME.
local function keep_rest(props, record, taken, where)
  for name, value in pairs(record) do
    if of_persons[name] then
      persons = persons + 1
    elseif said_as[name] and props[said_as[name]] == nil then
      local text, more = first_text(value)
      props[said_as[name]] = text
      if more then keep(props, name, value, where) end
    elseif ours[name] then
      props[ours[name]] = value
    elseif not taken[name] and given(value) then
      keep(props, name, value, where)
    end
  end
end

local function publisher_of(record, ref)
  for _, publisher in ipairs(each(record["dc:publisher"] or record["dcterms:publisher"])) do
    local name
    if type(publisher) == "table" then
      name = first_text(publisher["schema:name"] or publisher["foaf:name"] or publisher["@value"] or publisher["@id"])
    else
      name = text_of(publisher)
    end
    if name then
      local organisation = "organisation:" .. name
      if not known(organisation) then node(organisation, { name = name, title = name }) end
      edge("holds", organisation, ref)
    end
  end
end

local column_taken = {}
for word in ("name titles datatype urn:amont:ref"):gmatch("%S+") do column_taken[word] = true end

local function name_of(column, i)
  return text_of(column.name) or first_text(column.titles) or "_col." .. i
end

-- "%20" in a name is a space: names of columns are encoded as those of variables in addresses are.
local function plain(name)
  return (name:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function put_column(column, i, key, ref)
  local name = plain(name_of(column, i))
  local variable = "variable:" .. key .. "/" .. name
  local props = { name = name, title = first_text(column.titles) or name, position = i }
  local _, several = first_text(column.titles)
  if several then keep(props, "titles", column.titles, variable) end
  local datatype = column.datatype
  if type(datatype) == "table" then
    props.type = text_of(datatype["urn:amont:type"]) or text_of(datatype.base) or "string"
    local more = false
    for name in pairs(datatype) do more = more or not (name == "base" or name == "urn:amont:type") end
    if more then keep(props, "datatype", datatype, variable) end
  else
    props.type = text_of(datatype)
  end
  keep_rest(props, column, column_taken, variable)
  node(variable, props)
  edge("part_of", variable, ref)
  return variable
end

-- The names of columns in a key, which must be texts.
local function names_in(value, what)
  local names = {}
  for i, name in ipairs(each(value)) do
    if not text_of(name) then values.refuse(what, "the name of a column, or a list of them", name) end
    names[i] = plain(name)
  end
  return names
end

local keys_by_url, keys_by_schema, foreign_keys = {}, {}, {}

local function key_of(table, file)
  local said = text_of(table["urn:amont:ref"])
  if said and said:find("^dataset:") then return said:sub(9) end
  local url = table.url
  if is_address(url) then return url end
  local folder = file.path:match("([^/]+)/[^/]*$")
  if folder == "." or folder == ".." then folder = nil end
  return "csvw/" .. (folder and folder .. "/" or "") .. url:gsub("^%./", "")
end

local function put_foreign_keys(schema, key)
  for _, one in ipairs(each(schema.foreignKeys)) do
    if not values.is_object(one) then values.refuse("dataset:" .. key .. ": a foreign key", "an object", one) end
    local reference = values.is_object(one.reference) and one.reference or {}
    foreign_keys[#foreign_keys + 1] = {
      from = key, columns = names_in(one.columnReference, "dataset:" .. key .. ": columnReference"),
      to_columns = names_in(reference.columnReference, "dataset:" .. key .. ": columnReference"),
      to = function() return keys_by_url[reference.resource] or keys_by_schema[reference.schemaReference] end,
    }
  end
end

local table_taken = {}
for word in ("url tableSchema @type urn:amont:ref dc:publisher dcterms:publisher"):gmatch("%S+") do table_taken[word] = true end
local schema_taken = { columns = true, primaryKey = true, foreignKeys = true, ["@type"] = true }

local function put_table(record, file)
  if type(record) ~= "table" or not text_of(record.url) then return reject("a table has no url") end
  local key = key_of(record, file)
  local ref, schema = "dataset:" .. key, record.tableSchema
  local props = { type = "table", location = record.url }
  keep_rest(props, record, table_taken, ref)
  props.title = props.title or plain(record.url:match("([^/]+)/?$") or record.url)
  keys_by_url[record.url] = key
  if type(schema) == "string" then
    no_schema, props.csvw_schema, schema = no_schema + 1, schema, {}
  end
  schema = given(schema) and schema or {}
  if not values.is_object(schema) then values.refuse(ref .. ": tableSchema", "an object or an address", schema) end
  if text_of(schema["@id"]) then keys_by_schema[schema["@id"]] = key end
  local primary = names_in(schema.primaryKey, ref .. ": primaryKey")
  props.primary_key = #primary > 0 and primary or nil
  keep_rest(props, schema, schema_taken, ref)
  node(ref, props)
  if group_ref then edge("part_of", ref, group_ref) end
  publisher_of(record, ref)
  for i, column in ipairs(each(schema.columns)) do
    if type(column) == "table" then put_column(column, i, key, ref) else warn(ref .. ": column " .. i .. " is no object, and was left out") end
  end
  put_foreign_keys(schema, key)
end

local function put_group(document, file)
  local said = text_of(document["urn:amont:ref"])
  local id = said and said:match("^dataset:(.+)$") or text_of(document["@id"])
  local title = first_text(document["dc:title"] or document["dcterms:title"])
  if not id and not title then return nil end
  local ref = "dataset:" .. (id or "csvw/" .. title)
  local props = { type = "base", title = title or id }
  keep_rest(props, document, { tables = true, ["@context"] = true, ["@type"] = true, ["@id"] = true, ["dc:title"] = true,
    ["dcterms:title"] = true, ["urn:amont:ref"] = true, ["dc:publisher"] = true, ["dcterms:publisher"] = true }, ref)
  node(ref, props)
  publisher_of(document, ref)
  return ref
end

function convert(document, file)
  local context = type(document) == "table" and each(document["@context"])[1]
  if context ~= "http://www.w3.org/ns/csvw" then
    return reject("it is no CSVW metadata: its @context is not http://www.w3.org/ns/csvw")
  end
  keys_by_url, keys_by_schema, foreign_keys, group_ref = {}, {}, {}, nil
  if given(document.tables) then
    group_ref = put_group(document, file)
    for _, one in ipairs(each(document.tables)) do put_table(one, file) end
  elseif given(document.url) then
    document["@context"] = nil
    put_table(document, file)
  else
    return reject("it is no CSVW metadata: it has neither tables nor the url of one")
  end
  for _, key in ipairs(foreign_keys) do
    local to = key.to()
    if not to or #key.columns ~= #key.to_columns then
      warn("dataset:" .. key.from .. ": a foreign key leads to a table that is not here, or has columns without a counterpart")
    else
      local label = #key.columns > 1 and table.concat(key.columns, "+") or nil
      for i, column in ipairs(key.columns) do
        local from = "variable:" .. key.from .. "/" .. column
        local target = "variable:" .. to .. "/" .. key.to_columns[i]
        if known(from) and known(target) then
          edge("references", from, target, { label = label })
        else
          warn(from .. ": a foreign key names a column that its table has not, and was left out")
        end
      end
    end
  end
end

function finish()
  if no_schema > 0 then warn("tables whose schema is only named by its address, so that they have no columns here: " .. no_schema) end
  if persons > 0 then warn("creators and contacts are named " .. persons .. " times, and were left out") end
end
