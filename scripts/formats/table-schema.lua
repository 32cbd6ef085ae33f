--- Table Schema files (JSON), as France's national health data system (SNDS) publishes its dictionary.
--- @format table-schema
--- @input json
--- @sign '"fields"' '"nomenclature"' '"dateCreated"'
--- @sign '"fields"' '"role": "code"'
--- @uses formats/lib/values
--- @uses formats/lib/journal
--
-- Give it a folder of them; the order of the files does not matter. What becomes what:
--   produit         dataset:snds/pmsi-mco             the base "PMSI MCO"
--   a table         dataset:snds/ER_PRS_F             part_of its base
--   a field         variable:snds/ER_PRS_F/ORG_NUM    part_of its table
--   foreignKeys     references, from field to field   one for each column; a key of several columns is one label,
--                                                     "ETA_NUM+RSA_NUM"
--   nomenclature    coded_with nomenclature:IR_SEX_V  "-" is none; "IR_SEX_V:SEX_COD" names a column too
--   a list of codes nomenclature:IR_SEX_V             a file without produit whose fields have roles (code, label)
-- A table of another publisher, without produit, is dataset:NAME and part of nothing.
--
-- Years: dateCreated is the first year that has a table or a variable, dateDeleted the first that no longer has it.
-- They are the record's interval, closed-open, and also kept as created_year and deleted_year, since only the year was
-- said. Years without it in between (dateMissing) are missing_years: the interval goes on through them.
--
-- What has no place here is kept as a property under its own name; what a property cannot hold is told in a warning.
-- The csv files beside the dictionary (codes, histories) are not read.

local accents = {
  ["à"] = "a", ["â"] = "a", ["ç"] = "c", ["é"] = "e", ["è"] = "e", ["ê"] = "e", ["ë"] = "e", ["î"] = "i", ["ï"] = "i",
  ["ô"] = "o", ["ù"] = "u", ["û"] = "u", ["É"] = "e",
}

local given, list_in, object_in = values.given, values.list_in, values.object_in

-- The text in a field, which must be one where it is given.
local function text_in(object, field, what)
  local value = object[field]
  if given(value) and type(value) ~= "string" then values.refuse(what .. "." .. field, "a text", value) end
  return value
end

-- The objects of a list.
local function objects_in(object, field, what)
  local objects = list_in(object, field, what)
  for i, item in ipairs(objects) do
    if not values.is_object(item) then values.refuse(what .. "." .. field .. "[" .. i .. "]", "an object", item) end
  end
  return objects
end

local function first_given(a, b, c)
  if given(a) then return a end
  if given(b) then return b end
  if given(c) then return c end
  return nil
end

local function base_key(produit)
  local plain = produit:gsub("[\xC3][\x80-\xBF]", accents)
  return "snds/" .. plain:lower():gsub("[%s_]+", "-")
end

-- One name or a list of names; "A, B" is a list too.
local function name_list(value)
  if not given(value) then return {} end
  if type(value) == "table" then return value end
  local names = {}
  for name in tostring(value):gmatch("[^,%s]+") do names[#names + 1] = name end
  return names
end

-- Ends the reading of the file at hand.
local function refuse(text)
  reject(text)
  error(text, 0)
end

local function year_of(value, what, where)
  if not given(value) then return nil end
  local year = tostring(value):match("^(%d%d%d%d)$")
  if not year then warn(where .. ": " .. what .. " is not a year and was left out: " .. tostring(value)) end
  return math.tointeger(tonumber(year))
end

local function first_of_january(year)
  return year and time(string.format("%04d-01-01T00:00:00Z", year)) or null
end

-- dateCreated, dateDeleted and dateMissing of a table or a field, into `props`; returns the interval. Null takes away
-- what an older dictionary said.
local function take_years(props, years, where)
  local created = year_of(years.dateCreated, "dateCreated", where)
  local deleted = year_of(years.dateDeleted, "dateDeleted", where)
  local missing = {}
  for _, value in ipairs(given(years.dateMissing) and list_in(years, "dateMissing", where) or {}) do
    missing[#missing + 1] = year_of(value, "dateMissing", where)
  end
  props.created_year = created or null
  props.deleted_year = deleted or null
  props.missing_years = #missing > 0 and missing or null
  if created and deleted and deleted <= created then
    warn(where .. ": deleted in " .. deleted .. " but created in " .. created .. ", so it was given no interval")
    return { valid_from = null, valid_to = null }
  end
  return { valid_from = first_of_january(created), valid_to = first_of_january(deleted) }
end

-- A list can be a property when it has at least one item, and all are text, or all numbers.
local function is_flat_list(value)
  local first = type(value[1])
  if first ~= "string" and first ~= "number" then return false end
  for _, item in ipairs(value) do
    if type(item) ~= first then return false end
  end
  return true
end

local function is_empty(list)
  for _ in pairs(list) do return false end
  return true
end

-- Keeps what no other rule has taken. `prefix` is for the members of an object, such as constraints.
local function keep_rest(props, record, taken, where, prefix)
  if not values.is_object(record) then values.refuse(where .. ".constraints", "an object", record) end
  for name, value in pairs(record) do
    if not taken[name] and given(value) then
      if type(value) ~= "table" or is_flat_list(value) then
        props[(prefix or "") .. name] = value
      elseif name == "constraints" then
        keep_rest(props, value, {}, where, "constraint_")
      elseif not is_empty(value) then
        warn(where .. ": " .. name .. " is an object or a mixed list, and was left out")
      end
    end
  end
end

-- Nodes that are only named (the target of a key, a list of codes) are put once, so that their edges have an end even
-- when their own file is not part of this import.
local named = {}
local function name_node(ref, props)
  if named[ref] then return false end
  journal.put(named, ref, true)
  node(ref, props)
  return true
end

local field_taken = {
  name = true, title = true, description = true, type = true, format = true, nomenclature = true,
  dateCreated = true, dateDeleted = true, dateMissing = true,
}

local function convert_field(field, table_ref, table_key)
  local key = table_key .. "/" .. field.name
  local props = { name = field.name, type = field.type }
  props.title = first_given(field.title, field.description, field.name)
  if given(field.description) and field.description ~= props.title then props.description = field.description end
  if field.format ~= "default" and given(field.format) then props.format = field.format end
  local interval = take_years(props, field, key)

  local code, column
  if given(text_in(field, "nomenclature", key)) and field.nomenclature ~= "-" then
    code, column = field.nomenclature:match("^%s*([^:]+):?(.-)%s*$")
    props.nomenclature = code
  end
  keep_rest(props, field, field_taken, key)

  local ref = "variable:" .. key
  journal.put(named, ref, true)
  node(ref, props, interval)
  edge("part_of", ref, table_ref)
  if code then
    name_node("nomenclature:" .. code, { code = code })
    edge("coded_with", ref, "nomenclature:" .. code, { props = { column = column ~= "" and column or nil } })
  end
end

local function convert_foreign_key(key, table_key, prefix)
  local reference = object_in(key, "reference", table_key .. ".foreignKeys") or {}
  local columns = name_list(key.fields)
  local target_columns = name_list(reference.fields)
  local target_key = given(reference.resource) and prefix .. reference.resource or table_key  -- "" is the table itself
  if #columns ~= #target_columns then
    warn(table_key .. ": a foreign key to " .. target_key .. " has columns without a counterpart, and was left out")
    return
  end
  local label = #columns > 1 and table.concat(columns, "+") or nil
  for i, column in ipairs(columns) do
    for _, name in ipairs { column, target_columns[i] } do
      if type(name) ~= "string" then values.refuse(table_key .. ": a column of a foreign key", "a text", name) end
    end
    if not known("variable:" .. table_key .. "/" .. column) then
      refuse(table_key .. ": a foreign key to " .. target_key .. " is of the column " .. column .. ", which the table does not have")
    end
    local target = "variable:" .. target_key .. "/" .. target_columns[i]
    if name_node(target, { name = target_columns[i] }) then
      name_node("dataset:" .. target_key, {})
      edge("part_of", target, "dataset:" .. target_key)
    end
    edge("references", "variable:" .. table_key .. "/" .. column, target,
      { label = label, props = { description = first_given(key.description) } })
  end
end

local table_taken = {
  name = true, title = true, produit = true, fields = true, primaryKey = true, foreignKeys = true, history = true,
  missingValues = true,
}

local function convert_table(document)
  local prefix = given(document.produit) and "snds/" or ""
  local key = prefix .. document.name
  local ref = "dataset:" .. key
  local props = { title = first_given(document.title, document.name), type = "table" }
  local primary_key = name_list(document.primaryKey)
  if #primary_key > 0 then props.primary_key = primary_key end
  local interval = take_years(props, object_in(document, "history", key) or {}, key)
  keep_rest(props, document, table_taken, key)
  journal.put(named, ref, true)
  node(ref, props, interval)

  if prefix ~= "" then
    local base = "dataset:" .. base_key(document.produit)
    name_node(base, { title = document.produit, type = "base" })
    edge("part_of", ref, base)
  end
  for i, field in ipairs(objects_in(document, "fields", key)) do
    if given(text_in(field, "name", key .. ".fields")) then
      convert_field(field, ref, key)
    else
      warn(key .. ": field " .. i .. " has no name, and was left out")
    end
  end
  for _, foreign_key in ipairs(objects_in(document, "foreignKeys", key)) do
    convert_foreign_key(foreign_key, key, prefix)
  end
end

local nomenclature_taken = { name = true, title = true, fields = true, primaryKey = true, missingValues = true }

local function convert_nomenclature(document)
  local props = { code = document.name, title = first_given(document.title), columns = {} }
  for _, field in ipairs(objects_in(document, "fields", document.name)) do
    table.insert(props.columns, text_in(field, "name", document.name .. ".fields"))
    if field.role == "code" then props.code_column = field.name end
  end
  keep_rest(props, document, nomenclature_taken, document.name)
  journal.put(named, "nomenclature:" .. document.name, true)
  node("nomenclature:" .. document.name, props)
end

local function has_roles(document)
  for _, field in ipairs(objects_in(document, "fields", document.name)) do
    if given(field.role) then return true end
  end
  return false
end

undo = journal.undo

local has_schema, passed_over = false, nil  -- whether a file is a schema; the first that is none

function convert(document, file)
  journal.begin()
  if type(document) ~= "table" or not given(document.name) or not given(document.fields) then
    passed_over = passed_over or file.path
    return warn(file.path .. " is not a Table Schema with a name and fields, and was passed over")
  end
  has_schema = true
  if not given(text_in(document, "produit", text_in(document, "name", "the table"))) and has_roles(document) then
    convert_nomenclature(document)
  else
    convert_table(document)
  end
end

function finish()
  if not has_schema and passed_over then reject(passed_over .. " is not a Table Schema with a name and fields, and no other file is one") end
end
