-- openlineage_data: the datasets and columns of OpenLineage as records, with their lineage. It uses the parts values, journal, latest,
-- openlineage_facets and openlineage_told.

local openlineage_data = {}

local given, text_of, list_in = values.given, values.text_of, values.list_in
local list_of, object_in, or_null = values.list_of, values.object_in, values.or_null
local held, record_of, settle, set = latest.held, latest.record, latest.settle, latest.set
local tell, times_of = latest.tell, latest.times_of
local facets_of, put = openlineage_facets, journal.put
local key_of, max_key, live = openlineage_told.key_of, openlineage_told.max_key, openlineage_told.live
local as_mapped, told_by, tell_facets = openlineage_told.as_mapped, openlineage_told.told_by, openlineage_told.tell_facets
local owners_of = openlineage_told.owners_of
local was_told_by, keep_whole, told_again = openlineage_told.was_told_by, openlineage_told.keep_whole, openlineage_told.told_again
local put_teller, count_other = openlineage_told.put_teller, openlineage_told.count_other

local function dataset_record(thing)
  local key = key_of(thing)
  if not key then return nil end
  local ref = "dataset:" .. key
  return ref, key, held(ref) or record_of(ref, { namespace = thing.namespace, name = thing.name, title = thing.name })
end

local function put_dataset_named(thing)
  local ref, key, record = dataset_record(thing)
  if ref then settle(ref, record) end
  return ref, key, record
end

local function put_variable(key, name, told)
  if #key + #name + 1 > max_key then
    warn("a column's name is too long for a key, and was left out: " .. name:sub(1, 60) .. "...")
    return nil
  end
  local ref = "variable:" .. key .. "#" .. name
  local record = held(ref) or record_of(ref, { name = name, title = name })
  for property, value in pairs(told or {}) do set(record, property, value) end
  settle(ref, record)
  if latest.first(record, "has_dataset") then edge("part_of", ref, "dataset:" .. key) end
  return ref
end

-- The end of an edge of lineage: a column, or the dataset itself.
local function put_end(thing)
  if type(thing) ~= "table" then return nil end
  local ref, key = put_dataset_named(thing)
  if ref and text_of(thing.field) then return put_variable(key, thing.field) end
  return ref
end

local columns_max = 10000  -- items of a property

-- Adds the paths of the columns; tells what they are if what is said here stands.
local function put_fields(key, holder, prefix, columns, stands)
  for position, field in ipairs(list_in(holder, "fields", "the facet schema")) do
    local name = type(field) == "table" and text_of(field.name)
    if name then
      local path = prefix .. name
      local told = stands and { type = or_null(text_of(field.type)), description = or_null(text_of(field.description)) }
      if put_variable(key, path, told) then
        columns[#columns + 1] = path
        put_fields(key, field, path .. ".", columns, stands)
      end
    else
      warn("column " .. position .. " of " .. key .. " has no name, and was left out")
    end
  end
end

-- The latest schema stands, as a whole: a column that it does not have keeps its name alone. Most schemas are told many times, and
-- are gone through once.
local function put_schema(ref, key, facet, now, record)
  local by = told_by(record)
  if by.schema == facet and times_of(record).schema then return latest.again(record, "schema", now) end
  local ok, text = pcall(json, list_in(facet, "fields", "the facet schema"))
  if not ok then return warn("the schema of " .. key .. " is too large or too deep, and was left out") end
  if #text > openlineage_told.text_max then return openlineage_told.count_large("schema") end
  local before, standing = times_of(record).schema, record.props.openlineage_schema
  local stands = not before or before < now or (before == now and standing < text)
  count_other(before == now and standing ~= text)
  if standing ~= text then
    local columns, has = {}, {}
    put_fields(key, facet, "", columns, stands)
    if not stands then return end
    for _, column in ipairs(columns) do has[column] = true end
    for _, column in ipairs(given(record.props.columns) and record.props.columns or {}) do
      if not has[column] then put_variable(key, column, { type = null, description = null }) end
    end
    if #columns > columns_max then warn(key .. " has more than " .. columns_max .. " columns, too many to list") end
    set(record, "columns", #columns > 0 and #columns <= columns_max and columns or null)
    set(record, "openlineage_schema", text)
  end
  if not stands then return end
  tell(record, "schema", now, {})
  put_teller(record, by, "schema", facet)
end

local function put_transformation(from, to, transformation, legacy, note)
  local type_of, subtype = text_of(transformation.type), text_of(transformation.subtype)
  local label = type_of and (subtype and type_of .. ":" .. subtype or type_of) or legacy or ""
  local props = { transformation = type_of or legacy, subtype = subtype, description = text_of(transformation.description) or note }
  if transformation.masking == true then
    props.masking = true
    label = label .. ":MASKING"
  end
  -- Two descriptions of one transformation: the greater text stands, whichever came first.
  local has = known("derived_from", from, to, label)
  if has and (not props.description or (has.description and has.description >= props.description)) then return end
  edge("derived_from", from, to, { label = label, props = props })
end

-- `holder` has a list of inputs in the field `name`.
local function put_inputs(from, holder, name, legacy, note)
  for _, input in ipairs(list_in(holder, name, "lineage")) do
    local to = type(input) == "table" and input.type ~= "JOB" and put_end(input)
    local transformations = to and list_in(input, "transformations", "an input of lineage") or nil
    if to and #transformations == 0 then put_transformation(from, to, {}, legacy, note) end
    for _, transformation in ipairs(transformations or {}) do
      put_transformation(from, to, list_of(transformation), legacy, note)
    end
  end
end

-- Of a facet columnLineage or lineage, or of a job's entry of lineage.
local function put_column_lineage(ref, key, lineage)
  for name, entry in pairs(object_in(lineage, "fields", "lineage") or {}) do
    local from = put_variable(key, name)
    if from and type(entry) == "table" then
      put_inputs(from, entry, given(entry.inputFields) and "inputFields" or "inputs", text_of(entry.transformationType),
        text_of(entry.transformationDescription))
    end
  end
  put_inputs(ref, lineage, given(lineage.dataset) and "dataset" or "inputs")
end

local function put_owners(ref, facet)
  for _, owner in ipairs(owners_of(facet)) do
    local organisation = "organisation:" .. owner.name
    settle(organisation, record_of(organisation, { name = owner.name }))
    edge("holds", organisation, ref, { label = owner.type })
  end
end

local dataset_facets = {
  schema = false, columnLineage = false, lineage = false, symlinks = false, version = false, ownership = false,
  lifecycleStateChange = function(facet)
    local told = as_mapped("lifecycleStateChange", facets_of.of_dataset.lifecycleStateChange, facet)
    told.state = told.lifecycle == "DROP" and "deleted" or "available"
    return told
  end,
}
for name, mapping in pairs(facets_of.of_dataset) do dataset_facets[name] = dataset_facets[name] or mapping end

local function put_renaming(ref, facet)
  local previous = type(facet.previousIdentifier) == "table" and put_dataset_named(facet.previousIdentifier)
  if facet.lifecycleStateChange == "RENAME" and previous and previous ~= ref then
    edge("derived_from", ref, previous, { label = "rename", props = { how = "rename" } })
  end
end

local function put_symlinks(ref, facet)
  for _, identifier in ipairs(list_in(facet, "identifiers", "the facet symlinks")) do
    local other = type(identifier) == "table" and put_dataset_named(identifier)
    if other and other ~= ref then
      -- One edge for two names, whichever of them is told first.
      local a, b = ref < other and ref or other, ref < other and other or ref
      local has = known("same_as", a, b)
      local alias = text_of(identifier.type)
      if not has or (alias and (not has.alias_type or alias > has.alias_type)) then
        edge("same_as", a, b, { props = { alias_type = alias } })
      end
    end
  end
end

local function put_version(ref, key, facet)
  local version = facet.datasetVersion
  version = text_of(math.type(version) and tostring(version) or version)
  if not version or #key + #version + 1 > max_key then return nil end
  local versioned = ref .. "@" .. version
  local record = record_of(versioned, { label = version, type = "version" })
  settle(versioned, record)
  if latest.first(record, "has_dataset") then edge("version_of", versioned, ref) end
  return versioned
end

-- The same lineage is told by many runs, and gone through once.
local function put_lineage(ref, key, facet, now, record)
  local by = told_by(record)
  if by.lineage == facet then return end
  put(by, "lineage", facet)
  local ok, text = pcall(json, facet)
  if latest.note(record, "lineage", ok and text or nil) then put_column_lineage(ref, key, facet) end
end

-- Facets that are more than properties.
local facet_edges = {
  schema = put_schema, columnLineage = put_lineage, lineage = put_lineage,
  symlinks = function(ref, key, facet) put_symlinks(ref, facet) end,
  ownership = function(ref, key, facet) put_owners(ref, facet) end,
  lifecycleStateChange = function(ref, key, facet) put_renaming(ref, facet) end,
}

local facet_names = {}
for name in pairs(facet_edges) do facet_names[#facet_names + 1] = name end

-- What these facets say that becomes something; lifecycleStateChange keeps all that it says.
local fields_of = {
  schema = { "fields" }, columnLineage = { "fields", "dataset", "inputs" }, lineage = { "fields", "dataset", "inputs" },
  symlinks = { "identifiers" }, ownership = { "owners" }, version = { "datasetVersion" },
}
local known_fields = {}
for name, fields in pairs(fields_of) do
  known_fields[name] = {}
  for field in pairs(openlineage_told.frame) do known_fields[name][field] = true end
  for _, field in ipairs(fields) do known_fields[name][field] = true end
end

local function count_strange_fields(name, facet)
  local known = known_fields[name]
  if known and has_others(facet, known) then
    counted.add("whose facet " .. name .. " says more than OpenLineage has it say: that was left out")
  end
end

-- Returns the dataset's ref, and that of its version when one is told; nil for what is none.
local function put_dataset(dataset, now)
  local whole = told_again(dataset, now)
  if whole then return whole.ref, whole.other end
  if type(dataset) ~= "table" then return nil end
  local ref, key, record = dataset_record(dataset)
  if not ref then return nil end
  local facets = object_in(dataset, "facets", "dataset")
  if not facets then
    settle(ref, record)
    return ref
  end
  local was_told = was_told_by(record, dataset)
  tell_facets(record, facets, dataset_facets, now)
  settle(ref, record)
  for i = 1, #facet_names do
    local name = facet_names[i]
    local facet = live(name, facets[name])
    if facet then
      count_strange_fields(name, facet)
      facet_edges[name](ref, key, facet, now, record)
    end
  end
  local version = live("version", facets.version)
  if version then
    count_strange_fields("version", version)
    version = put_version(ref, key, version)
  end
  if was_told then keep_whole(dataset, facets, dataset_facets, record, now, ref, version) end
  return ref, version
end

-- Declared lineage of a job: entries with a target and its inputs.
local function put_declared(event)
  local facets = event.job.facets
  if facets == nil then return end
  local facet = live("lineage", list_of(facets).lineage)
  for _, entry in ipairs(facet and list_in(facet, "entries", "the facet lineage") or {}) do
    local ref, key = nil, nil
    if type(entry) == "table" and entry.type ~= "JOB" then ref, key = put_dataset_named(entry) end
    if ref then put_column_lineage(ref, key, entry) end
  end
end

for name, part in pairs { put_dataset = put_dataset, put_declared = put_declared } do openlineage_data[name] = part end

return openlineage_data
