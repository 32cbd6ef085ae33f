--- What dbt writes of a project: manifest.json (versions 2 to 12) and catalog.json.
--- @format dbt
--- @input json
--- @sign '"dbt_schema_version"' 'schemas.getdbt.com/dbt/'
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/no_place
--
-- Give it both files, in any order, or the manifest alone. What becomes what (UNIQUE_ID is dbt's own, "model.shop.orders"):
--   model, seed, snapshot, source   dataset:UNIQUE_ID   relation is the table's name in the warehouse; an ephemeral model has none
--   a model's or snapshot's code    job:UNIQUE_ID       its SQL, file and checksum; the dataset's property job names it
--   depends_on                      derived_from        to each dataset, with the job
--   columns                         variable:UNIQUE_ID#COLUMN   part_of the dataset; the column's name in small letters
--   exposure, metric                output:UNIQUE_ID    derived_from what it depends on; an exposure's owner, a person, is left out
--   two datasets of one relation    same_as             such as a source and the seed that stands in for it
--   test                            the property tests of the datasets it looks at: no lineage
--   catalog                         types, names and order of columns as the warehouse has them; types of tables, numbers of rows
-- Macros, docs, operations, analyses and other files that dbt writes are no data: how many there are is told, and likewise the fields that
-- nothing above names. Relations are compared among the files of one import.

local given, text_of, list_of, list_in, object_in = values.given, values.text_of, values.list_of, values.list_in, values.object_in

local function texts_of(value)
  local texts = {}
  for _, text in ipairs(list_of(value)) do texts[#texts + 1] = text_of(text) end
  return #texts > 0 and texts or nil
end

local function json_of(value)
  if type(value) ~= "table" or json(value) == "{}" then return nil end
  return json(value)
end

local function set_of(words)
  local set = {}
  for word in words:gmatch("%S+") do set[word] = true end
  return set
end

local is_dataset = { model = true, seed = true, snapshot = true, source = true }

local function type_of(id)
  return id:match("^(%a+)%.")
end

local function ref_of(id)
  local kind = type_of(id)
  if is_dataset[kind] then return "dataset:" .. id end
  if kind == "exposure" or kind == "metric" then return "output:" .. id end
  return nil
end

local function name_node(ref)
  if not known(ref) then node(ref) end
end

-- Since version 1.10 dbt has tags and meta in `config`, and may have them in both places.
local config_taken = set_of "materialized tags meta"

local function tags_of(item)
  return texts_of(item.tags) or texts_of(list_of(item.config).tags)
end

local function meta_of(item)
  return json_of(item.meta) or json_of(list_of(item.config).meta)
end

-- Counts what of an item has no place.
local function see(kind, item, taken)
  no_place.see(kind, item, taken)
  no_place.see(kind .. ".config", list_of(item.config), config_taken)
  no_place.see(kind .. ".depends_on", list_of(item.depends_on), { nodes = true })
end

local column_taken = set_of "name description data_type quote constraints tags meta config"
local catalogued_column_taken = set_of "name type comment index"
local dataset_taken = set_of [[name package_name resource_type unique_id raw_code raw_sql original_file_path checksum language config description
  relation_name database schema identifier alias source_name source_description loader loaded_at_field tags meta access version columns
  depends_on]]
local output_taken = set_of [[name label package_name resource_type unique_id type description url maturity original_file_path tags meta config
  depends_on]]
local unread_taken = set_of "name resource_type unique_id config depends_on"

-- What the warehouse says of a column's name and type stands, whichever file comes first.
local function put_column(id, key, column)
  local name = text_of(column.name) or key
  local ref = "variable:" .. id .. "#" .. name:lower()
  local declared = text_of(column.data_type)
  local has = known(ref) or {}
  node(ref, {
    name = not has.position and name or nil, title = name:lower(),
    description = text_of(column.description),
    type = not has.position and declared or nil, data_type = declared,
    quote = type(column.quote) == "boolean" and column.quote or nil,
    constraints = json_of(column.constraints),
    tags = tags_of(column), meta = meta_of(column),
  })
  see("column", column, column_taken)
  edge("part_of", ref, "dataset:" .. id)
end

local function put_catalogued_column(id, key, column)
  local name = text_of(column.name) or key
  local ref = "variable:" .. id .. "#" .. name:lower()
  node(ref, {
    name = name, title = name:lower(), type = text_of(column.type), comment = text_of(column.comment),
    position = math.type(column.index) == "integer" and column.index or 0,
  })
  no_place.see("catalog.column", column, catalogued_column_taken)
  edge("part_of", ref, "dataset:" .. id)
end

local function put_columns(id, item, put)
  for key, column in pairs(object_in(item, "columns", id) or {}) do
    if not values.is_object(column) then values.refuse(id .. ".columns." .. key, "an object", column) end
    put(id, key, column)
  end
end

-- Semantic models describe a model for metrics: what depends on one depends on its model.
local semantic_models = {}

-- The ids that an item depends on.
local function inputs_of(item, id)
  return list_in(object_in(item, "depends_on", id) or {}, "nodes", id .. ".depends_on")
end

local function put_inputs(ref, item, props)
  for _, id in ipairs(inputs_of(item, ref)) do
    local to = type(id) == "string" and ref_of(id)
    if to and to ~= ref then
      name_node(to)
      edge("derived_from", ref, to, { props = props })
    elseif semantic_models[id] then
      put_inputs(ref, semantic_models[id], props)
    elseif type(id) == "string" and not to then
      warn(ref .. " depends on " .. id .. ", which is no data, and has no edge to it")
    end
  end
end

local function put_job(id, item)
  local ref = "job:" .. id
  local checksum = list_of(item.checksum)
  node(ref, {
    title = item.name, name = item.name, namespace = item.package_name, type = item.resource_type,
    code_location = text_of(item.original_file_path),
    sql = text_of(item.raw_code) or text_of(item.raw_sql),
    sql_hash = checksum.name ~= "none" and text_of(checksum.checksum) or nil,
    language = text_of(item.language),
  })
  return ref
end

local relations = {}  -- relation -> the datasets that stand for it
local function note_relation(ref, relation)
  if not relations[relation] then journal.put(relations, relation, {}) end
  journal.put(relations[relation], ref, true)
end

local function put_dataset(id, item)
  local ref, config = "dataset:" .. id, list_of(item.config)
  local runs = item.resource_type == "model" or item.resource_type == "snapshot"
  local job = runs and put_job(id, item) or nil
  local relation = config.materialized ~= "ephemeral" and text_of(item.relation_name) or nil
  node(ref, {
    title = item.name, name = item.name, package = item.package_name,
    type = item.resource_type, materialized = text_of(config.materialized),
    description = text_of(item.description), relation = relation, job = job,
    database = text_of(item.database), schema = text_of(item.schema),
    identifier = text_of(item.identifier) or text_of(item.alias),
    source_name = text_of(item.source_name), source_description = text_of(item.source_description),
    loader = text_of(item.loader), loaded_at_field = text_of(item.loaded_at_field),
    file = text_of(item.original_file_path), tags = tags_of(item), meta = meta_of(item),
    access = text_of(item.access), version = given(item.version) and tostring(item.version) or nil,
  })
  if relation then note_relation(ref, relation) end
  see(type_of(id) or "node", item, dataset_taken)
  put_columns(id, item, put_column)
  put_inputs(ref, item, { job = job })
end

local function put_output(id, item, type_name)
  node("output:" .. id, {
    title = text_of(item.label) or item.name, name = item.name, package = item.package_name,
    type = type_name, description = text_of(item.description), url = text_of(item.url), maturity = text_of(item.maturity),
    file = text_of(item.original_file_path), tags = tags_of(item), meta = meta_of(item),
  })
  put_inputs("output:" .. id, item, {})
  see(type_of(id) or "output", item, output_taken)
end

-- The names of tests, by the dataset that they look at.
local function put_tests(nodes)
  local tests = {}
  for _, item in pairs(nodes) do
    if item.resource_type == "test" then
      see("test", item, unread_taken)
      for _, id in ipairs(inputs_of(item, tostring(item.name))) do
        if type(id) == "string" and is_dataset[type_of(id)] then
          tests[id] = tests[id] or {}
          table.insert(tests[id], item.name)
        end
      end
    end
  end
  for id, names in pairs(tests) do
    table.sort(names)
    node("dataset:" .. id, { tests = names })
  end
end

-- The two maps say once more what depends_on says.
local read_sections = set_of "nodes sources exposures metrics semantic_models metadata parent_map child_map"
local metadata_taken = set_of "dbt_schema_version"

-- The items of a part of a document, by id.
local function items_in(document, name)
  local items = object_in(document, name, "the document") or {}
  for id, item in pairs(items) do
    if not values.is_object(item) then values.refuse(name .. "." .. id, "an object", item) end
  end
  return items
end

local function convert_manifest(document)
  local passed_over = {}
  semantic_models = items_in(document, "semantic_models")
  local nodes = items_in(document, "nodes")
  for id, item in pairs(nodes) do
    if not text_of(item.name) then
      warn("the node " .. id .. " has no name, and was left out")
    elseif is_dataset[item.resource_type] then
      put_dataset(id, item)
    elseif item.resource_type ~= "test" then
      local kind = tostring(item.resource_type)
      passed_over[kind] = (passed_over[kind] or 0) + 1
    end
  end
  for id, item in pairs(items_in(document, "sources")) do put_dataset(id, item) end
  for id, item in pairs(items_in(document, "exposures")) do put_output(id, item, text_of(item.type) or "exposure") end
  for id, item in pairs(items_in(document, "metrics")) do put_output(id, item, "indicator") end
  put_tests(nodes)
  for _, item in pairs(semantic_models) do see("semantic_model", item, unread_taken) end
  for part, said in pairs(document) do
    local count = 0
    for _ in pairs(list_of(said)) do count = count + 1 end
    if count > 0 and not read_sections[part] then passed_over[part] = count end
    if type(said) ~= "table" and given(said) then no_place.add("manifest." .. part) end
  end
  no_place.see("manifest.metadata", document.metadata, metadata_taken)
  for kind, count in pairs(passed_over) do warn(count .. " of " .. kind .. " are no data, and were passed over") end
end

local function convert_catalog(document)
  local function put(id, item)
    if not is_dataset[type_of(id)] then
      warn("the catalog has " .. id .. ", which is no dataset, and was passed over")
      return
    end
    local metadata, stats = list_of(item.metadata), list_of(item.stats)
    local rows = list_of(stats.row_count or stats.num_rows).value
    node("dataset:" .. id, {
      table_type = text_of(metadata.type), comment = text_of(metadata.comment),
      n_records = math.type(rows) == "integer" and rows or nil,
    })
    no_place.see("catalog.table", metadata, set_of "type comment name schema database")
    no_place.see("catalog.stats", stats, math.type(rows) == "integer" and set_of "row_count num_rows has_stats" or { has_stats = true })
    no_place.see("catalog", item, set_of "metadata columns stats unique_id")
    put_columns(id, item, put_catalogued_column)
  end
  for id, item in pairs(items_in(document, "nodes")) do put(id, item) end
  for id, item in pairs(items_in(document, "sources")) do put(id, item) end
  no_place.see("catalog", document, set_of "nodes sources metadata")
  no_place.see("catalog.metadata", document.metadata, metadata_taken)
end

function finish()
  for _, datasets in pairs(relations) do
    local first
    for ref in pairs(datasets) do
      if first then edge("same_as", first, ref, { props = { alias_type = "relation" } }) end
      first = first or ref
    end
  end
  no_place.tell()
end

undo = journal.undo

function convert(document, file)
  journal.begin()
  local written_by = type(document) == "table" and text_of(list_of(document.metadata).dbt_schema_version) or ""
  if written_by:find("/manifest/", 1, true) and given(document.nodes) then
    convert_manifest(document)
  elseif written_by:find("/catalog/", 1, true) then
    convert_catalog(document)
  elseif written_by ~= "" then
    warn(file.path .. " is written by dbt but is neither its manifest nor its catalog, and was passed over")
  else
    reject("it is neither a manifest nor a catalog of dbt: metadata.dbt_schema_version does not say so")
  end
end
