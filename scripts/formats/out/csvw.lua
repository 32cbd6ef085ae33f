--- Datasets and their variables as metadata of tables on the Web (CSVW).
--- @format csvw
--- @output json
--- @uses formats/lib/left_out
--- @param of? ref  a table, or the base that tables are part of; without it, all datasets that have variables
--
-- What becomes what:
--   dataset with variables   a table: its url is its location, or its key and ".csv"; dc:title, dc:description, dc:publisher
--   variable                 a column: name, titles, datatype; created and deleted years, nomenclature and unit as urn:amont:...
--   primary_key              primaryKey
--   references               foreignKeys, those between columns of the tables that are written
-- What else these records have, and all other records, are counted.
-- urn:amont:ref is the record's own name, by which an import knows it again. Types that CSVW does not have are strings, and the type's own
-- name is kept beside.

local datatypes = {}
for word in ("string integer number decimal float double boolean date datetime dateTime time gYear gYearMonth duration anyURI long int short "
  .. "byte json xml html"):gmatch("%S+") do datatypes[word] = word end
datatypes.year, datatypes.text, datatypes.real, datatypes.varchar, datatypes.bigint = "gYear", "string", "double", "string", "long"

local function encoded(name)
  local text = name:gsub("[^%w_.]", function(c) return string.format("%%%02X", c:byte()) end)
  return (text:gsub("^_", "%%5F"))
end

-- Objects are put together from JSON texts by name, since what an import kept is such a text already.
local function object(fields)
  local names, texts = {}, {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do texts[i] = json(name) .. ":" .. fields[name] end
  return "{" .. table.concat(texts, ",") .. "}"
end

local function text(value)
  return value ~= nil and json(value) or nil
end

local function list_of(texts)
  return #texts > 0 and "[" .. table.concat(texts, ",") .. "]" or nil
end

-- What an import of CSVW kept, under its own names.
local function kept_fields(record)
  local fields = {}
  for name, value in pairs(record:properties()) do
    local kept = name:match("^csvw_(.+)$")
    if kept and type(value) == "string" then fields[kept] = value end
  end
  return fields
end

local function columns_of(dataset)
  local list, place = {}, {}
  for variable in dataset:incoming("part_of"):only("variable") do
    local position = variable:get("position")
    list[#list + 1], place[variable.ref] = variable, math.type(position) == "integer" and position or math.maxinteger
  end
  table.sort(list, function(a, b)
    if place[a.ref] ~= place[b.ref] then return place[a.ref] < place[b.ref] end
    return a.ref < b.ref
  end)
  return list
end

local function name_of(variable)
  return variable:get("name") or variable.key:match("([^/#]+)$") or variable.key
end

local function datatype(variable)
  local kind = variable:get("type")
  if not kind then return nil end
  local base = datatypes[kind] or datatypes[kind:lower()]
  if base == kind then return json(base) end
  return object { base = json(base or "string"), ["urn:amont:type"] = base ~= kind and json(kind) or nil }
end

local ours = { "created_year", "deleted_year", "missing_years", "nomenclature", "unit", "length", "identifying", "format" }

local function column(variable)
  local name, fields = name_of(variable), kept_fields(variable)
  fields.name = json(encoded(name))
  fields.titles = fields.titles or json(variable.title or name)
  fields.datatype = fields.datatype or datatype(variable)
  fields["dc:description"] = fields["dc:description"] or text(variable:get("description") or variable:get("label"))
  fields["urn:amont:ref"] = json(variable.ref)
  for _, property in ipairs(ours) do fields["urn:amont:" .. property] = text(variable:get(property)) end
  return object(fields)
end

local url_of = {}  -- of the tables that are written, by ref
local keys_written = {}  -- references that are written, "FROM TO"

local function url(dataset)
  local location = dataset:get("location")
  if location and not location:find("[%s%c]") and not location:find("^environment:") then return location end
  return (dataset.key:gsub("[^%w%-._~/]", function(c) return string.format("%%%02X", c:byte()) end)) .. ".csv"
end

-- The edges of one foreign key have one label; a key of one column has none.
local function foreign_keys(variables)
  local keys, order = {}, {}
  for _, variable in ipairs(variables) do
    for _, edge in ipairs(variable:edges("up", "references")) do
      local target = node(edge.to)
      local owner = target:outgoing("part_of")[1]
      local to = owner and url_of[owner.ref]
      if to then
        local id = edge.label == "" and edge.from .. " " .. edge.to or edge.label .. " " .. to
        if not keys[id] then
          keys[id] = { columnReference = {}, reference = { resource = to, columnReference = {} } }
          order[#order + 1] = keys[id]
        end
        keys_written[edge.from .. " " .. edge.to] = true
        table.insert(keys[id].columnReference, encoded(name_of(variable)))
        table.insert(keys[id].reference.columnReference, encoded(name_of(target)))
      end
    end
  end
  return #order > 0 and json(order) or nil
end

local of_schema = { rowTitles = true, aboutUrl = true, propertyUrl = true, valueUrl = true }

local function table_of(dataset)
  local variables, columns, primary = columns_of(dataset), {}, {}
  for i, variable in ipairs(variables) do columns[i] = column(variable) end
  local key = dataset:get("primary_key")
  for i, name in ipairs(type(key) == "table" and key or { key }) do primary[i] = encoded(name) end
  local holder, fields, schema = dataset:incoming("holds")[1], kept_fields(dataset), {}
  for name in pairs(of_schema) do
    schema[name], fields[name] = fields[name], nil
  end
  schema.columns, schema.foreignKeys = list_of(columns), foreign_keys(variables)
  schema.primaryKey = #primary > 0 and json(primary) or nil
  fields["url"], fields["urn:amont:ref"], fields["tableSchema"] = json(url_of[dataset.ref]), json(dataset.ref), object(schema)
  fields["dc:title"] = fields["dc:title"] or text(dataset.title)
  fields["dc:description"] = fields["dc:description"] or text(dataset:get("description"))
  fields["dc:publisher"] = fields["dc:publisher"] or text(holder and (holder.title or holder.key))
  return object(fields)
end

-- What is left out -----------------------------------------------------------------------------------------------------

local no_names = left_out.names("")
local names_of_dataset = left_out.names("title description location primary_key csvw_*")
local names_of_column = left_out.names("title name type position description csvw_* " .. table.concat(ours, " "))
local names_of_column_without_description = left_out.names("title name type position label csvw_* " .. table.concat(ours, " "))
local edges_of_column = {
  part_of = function(edge) return url_of[edge.to] and no_names end,
  references = function(edge) return keys_written[edge.from .. " " .. edge.to] and no_names end,
}

local function see_table(dataset, base)
  left_out.see(dataset, names_of_dataset, { part_of = function(edge) return base and edge.to == base.ref and no_names end })
  for variable in dataset:incoming("part_of"):only("variable") do
    local names = variable:get("description") and names_of_column or names_of_column_without_description
    left_out.see(variable, names, edges_of_column)
  end
end

local function see_others()
  for variable in nodes("variable") do
    local owner = variable:outgoing("part_of")[1]
    if not owner or not url_of[owner.ref] then left_out.skip(variable) end
  end
  local edges = { holds = function(edge) return url_of[edge.to] and no_names end }
  for organisation in nodes("organisation") do
    local is_named = false
    for dataset in organisation:outgoing("holds") do is_named = is_named or url_of[dataset.ref] ~= nil end
    if is_named then left_out.see(organisation, left_out.names("title"), edges) else left_out.skip(organisation) end
  end
  left_out.rest { dataset = true, variable = true, organisation = true }
end

function export()
  local of = arg.of and node(arg.of)
  local datasets = of and (set { of } | of:incoming("part_of"):only("dataset")) or nodes("dataset")
  local tables = datasets:where(function(dataset) return #dataset:incoming("part_of"):only("variable") > 0 end)
  if #tables == 0 then error("no dataset here has variables, so there is no table to write; `of` names a table, or the base of tables", 0) end
  local taken = {}
  for dataset in tables do
    local one = url(dataset)
    if taken[one] then one = url { key = dataset.key, get = function() return nil end } end
    taken[one], url_of[dataset.ref] = true, one
  end
  write('{"@context":"http://www.w3.org/ns/csvw",')
  if of and not tables:has(of) then
    write('"urn:amont:ref":', json(of.ref), ',"dc:title":', json(of.title or of.ref), ",")
  end
  write('"tables":[')
  local separator = "\n"
  for dataset in tables do
    write(separator, table_of(dataset))
    separator = ",\n"
    see_table(dataset, of)
  end
  write("\n]}\n")
  for dataset in datasets - tables do
    if dataset ~= of then left_out.skip(dataset) end
  end
  if not of then see_others() end
  left_out.tell("CSVW")
end
