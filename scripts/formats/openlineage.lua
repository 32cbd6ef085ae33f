--- OpenLineage events (https://openlineage.io): what pipelines say of their runs, jobs and datasets.
--- @format openlineage
--- @input json items shared
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/latest
--- @uses formats/lib/openlineage_facets
--- @sign '"eventTime"' '"job"'
--- @sign '"eventTime"' '"dataset"'
--
-- Files hold one event, an array of events, or one event a line. What becomes what:
--   a dataset            dataset:NAMESPACE/NAME       with namespace, name, title
--   a job                job:NAMESPACE/NAME
--   a run                run:NAMESPACE/NAME/RUN_ID    of its job; instance_of the job, part_of the parent facet's run
--   inputs, outputs      used, generated_by           of a job event without a run: derived_from, labelled "job NAMESPACE/NAME"
--   schema               variable:DATASET#COLUMN      part_of the dataset; columns inside columns are "a.b"
--   columnLineage, lineage   derived_from between variables (of a whole dataset when it concerns all rows), one edge for each
--                        transformation, whose label is "DIRECT:IDENTITY"
--   version              dataset:DATASET@VERSION      version_of the dataset; the run's edge goes there too
--   symlinks             same_as                      RENAME in lifecycleStateChange: derived_from, how = rename
--   ownership            organisation holds dataset; of a job, its property owners
--   amont (a site's own facet of a run: project, approval, purpose)   performed_for, under, for_purpose
--   any other facet      the property openlineage_FACET, its JSON text
--
-- Events may come in any order, twice, or in several imports: the register ends the same. A run begins at its earliest START and
-- ends, as what the event says, at its latest COMPLETE, ABORT or FAIL. Of what several events say of one facet the latest stands;
-- told_by_openlineage keeps when that was said. Times beyond a microsecond are cut; a time without a zone is taken as UTC.
--
-- Most of what events say was said before. Equal parts of them are mostly one table, and what was done for a table is not done again: see
-- `told_by` of a record, keys and whole. Nothing that is read is changed.

local max_key = 1024
local facets_of = openlineage_facets

local given, list_of, text_of, or_null, time_of = values.given, values.list_of, values.text_of, values.or_null, values.time_of
local is_person, list_in, object_in = values.is_person, values.list_in, values.object_in
local record_of, settle, set, tell, times_of = latest.record, latest.settle, latest.set, latest.tell, latest.times_of
local put = journal.put
latest.times_in(facets_of.times_told)

local round_of_tables, tables_held = 0, 0
local keys = {}   -- of things, by their tables
local whole = {}  -- what all that a dataset says has led to, by its table

-- Room for one more of what is kept by its table, as long as the records are.
local function make_room()
  if round_of_tables ~= latest.round or tables_held == 4000 then
    keys, whole, tables_held, round_of_tables = {}, {}, 0, latest.round
  end
  tables_held = tables_held + 1
end

-- NAMESPACE/NAME, as in the resource's own URI.
local function key_of(thing)
  local key = keys[thing]
  if key then return key end
  local namespace, name = text_of(thing.namespace), text_of(thing.name)
  if not namespace or not name then return nil end
  key = namespace .. (name:sub(1, 1) == "/" and "" or "/") .. name
  if #key > max_key then return nil end
  make_room()
  keys[thing] = key
  return key
end

-- What an import has to tell at its end, by sentence.
local counts = {}

local function count(sentence)
  journal.put(counts, sentence, (counts[sentence] or 0) + 1)
end

-- Facets ---------------------------------------------------------------------------------------------------------------

-- What is in a facet besides the fields that are taken, and what each message says of itself; nil when nothing is.
local function without_frame(facet, fields)
  local rest
  for name, value in pairs(facet) do
    local taken = name == "_producer" or name == "_schemaURL" or name == "_deleted" or fields and fields[name]
    if not taken then
      rest = rest or {}
      rest[name] = value
    end
  end
  return rest
end

-- A facet with fields of its own; nil for one that was taken away.
local function live(name, facet)
  if facet == null or facet == nil then return nil end
  if not values.is_object(facet) then values.refuse("the facet " .. name, "an object", facet) end
  return facet._deleted ~= true and facet or nil
end

-- As the text of a property.
local function kept(name, value)
  local ok, text = pcall(json, value)
  if ok then return text end
  warn("the facet " .. name .. " is too large or too deep for a property, and was left out")
  return null
end

-- A facet that no mapping knows is kept as it is.
local function as_it_is(name, facet)
  if not facets_of.can_name(name) then
    warn("a facet has a name that no property may have, and was left out")
    return nil
  end
  local property = facets_of.prefix .. name
  if facet == null or (type(facet) == "table" and facet._deleted == true) then return { [property] = null } end
  return { [property] = kept(name, values.is_object(facet) and (without_frame(facet) or {}) or facet) }
end

-- The properties and fields of a mapping, as a list.
local pairs_of = {}
local function list_of_mapping(mapping)
  local list = pairs_of[mapping]
  if not list then
    list = {}
    for property, field in pairs(mapping) do list[#list + 1] = { property, field, facets_of.times[property] or false } end
    pairs_of[mapping] = list
  end
  return list
end

-- What a facet with fields of its own says. What is in it besides is kept beside.
local function as_mapped(name, mapping, facet)
  facet = live(name, facet) or {}
  local told, taken = {}, {}
  local list = list_of_mapping(mapping)
  for i = 1, #list do
    local one = list[i]
    local property, field = one[1], one[2]
    local value = facet[field]
    local read = one[3] and time_of(value) or text_of(value)
    told[property] = or_null(read)
    taken[field] = read ~= nil or not given(value)
  end
  local rest = without_frame(facet, taken)
  told[facets_of.prefix .. name] = rest and kept(name, rest) or null
  return told
end

-- Whose facets stand in a record, by the name of each.
local function told_by(record)
  local by = record.told_by
  if not by then
    by = {}
    put(record, "told_by", by)
  end
  return by
end

-- `mappings` has for a facet what as_mapped() wants, or a function, or false for one that is gone through elsewhere.
local function tell_facets(record, facets, mappings, now)
  if facets == nil then return end
  local by, times = told_by(record), times_of(record)
  for name, facet in pairs(facets) do
    local mapping = mappings[name]
    local before = times[name]
    if mapping == false or (before and before > now) then
      -- told elsewhere, or not any more
    elseif before and by[name] == facet and type(mapping) ~= "function" then
      latest.again(record, name, now)
    else
      local told
      if type(mapping) == "function" then
        told = mapping(facet)
      elseif mapping then
        told = as_mapped(name, mapping, facet)
      else
        told = as_it_is(name, facet)
      end
      if told and tell(record, name, now, told) then put(by, name, facet) end
    end
  end
end

-- An edge with facets of its own; most have none.
local function tell_edge(kind, from, to, facets, now)
  if facets == nil then return edge(kind, from, to) end
  local record = { props = known(kind, from, to) or {} }
  tell_facets(record, facets, {}, now)
  edge(kind, from, to, { props = latest.news(record) })
end

-- Jobs and runs --------------------------------------------------------------------------------------------------------

-- The owners that are no persons, as { name, type }.
local function owners_of(facet)
  local owners = {}
  for _, owner in ipairs(list_in(facet, "owners", "the facet ownership")) do
    local name = type(owner) == "table" and text_of(owner.name)
    if name and is_person(name) then
      count("with an owner that is a person: left out")
    elseif name then
      owners[#owners + 1] = { name = name, type = text_of(owner.type) }
    end
  end
  return owners
end

local function tell_owners(facet)
  local owners, names, typed = owners_of(live("ownership", facet) or {}), {}, false
  table.sort(owners, function(a, b) return a.name < b.name end)
  for i, owner in ipairs(owners) do
    names[i] = owner.name
    typed = typed or owner.type ~= nil
  end
  return { owners = #names > 0 and names or null, openlineage_ownership = typed and json({ owners = owners }) or null }
end

local job_facets = { ownership = tell_owners, lineage = false }
for name, mapping in pairs(facets_of.of_job) do job_facets[name] = mapping end

local function put_job(job, now)
  local key = key_of(job)
  if not key then return nil end
  local ref = "job:" .. key
  local record = record_of(ref, { namespace = job.namespace, name = job.name, title = job.name })
  tell_facets(record, object_in(job, "facets", "job"), job_facets, now)
  settle(ref, record)
  return ref, key
end

local run_facets = { parent = false, amont = false }
for name, mapping in pairs(facets_of.of_run) do run_facets[name] = mapping end

local ends = { COMPLETE = "complete", ABORT = "abort", FAIL = "fail" }
local rank = { unknown = 0, running = 1, complete = 2, abort = 3, fail = 4 }

-- The state, the beginning and the end of a run, as far as an event moves them.
local function put_state(record, kind, moment)
  local has = record.props
  local state = ends[kind] or ((kind == "START" or kind == "RUNNING") and "running" or "unknown")
  local before = rank[has.state] or -1
  if ends[kind] and moment then
    local later = not has.ended_at or moment > has.ended_at
    if later or (moment == has.ended_at and rank[state] > before) then
      set(record, "state", state)
      set(record, "ended_at", moment)
    end
  elseif not has.ended_at and rank[state] > before then
    set(record, "state", state)
  end
  if kind == "START" and moment and (not has.started_at or moment < has.started_at) then
    set(record, "started_at", moment)
  end
end

local function run_ref(run, job)
  local key, id = key_of(job), text_of(run.runId)
  if not key or not id or #key + #id + 1 > max_key then return nil end
  return "run:" .. key .. "/" .. id
end

-- Of its job, with its facets, and not yet settled.
local function run_record(ref, run, job, now)
  local record = record_of(ref, { run_id = run.runId, title = job.name })
  tell_facets(record, object_in(run, "facets", "run"), run_facets, now)
  return record
end

local function put_instance(ref, record, job_ref)
  settle(ref, record)
  if latest.first(record, "has_job") then edge("instance_of", ref, job_ref) end
end

-- A run that another one names.
local function put_named_run(named, now)
  if type(named) ~= "table" or type(named.run) ~= "table" or type(named.job) ~= "table" then return nil end
  local ref = run_ref(named.run, named.job)
  if ref then put_instance(ref, run_record(ref, named.run, named.job, now), (put_job(named.job, now))) end
  return ref
end

local function put_parents(ref, facet, now)
  local parent = put_named_run(facet, now)
  if not parent then
    warn("a parent facet without run and job was left out")
  elseif parent ~= ref then
    edge("part_of", ref, parent)
    local root = facet.root and put_named_run(facet.root, now)
    if root and root ~= parent and root ~= ref then edge("part_of", parent, root) end
  end
end

local function put_site_facet(ref, facet)
  local edges = { project = "performed_for", approval = "under", purpose = "for_purpose" }
  for name, kind in pairs(edges) do
    local key = text_of(facet[name])
    if key then
      node(name .. ":" .. key)
      edge(kind, ref, name .. ":" .. key)
    end
  end
end

local function put_run(event, ref, moment, now)
  local record = run_record(ref, event.run, event.job, now)
  put_state(record, event.eventType, moment)
  local producer = text_of(event.producer)
  if producer and producer ~= facets_of.amont then
    if record.props.producer == producer and times_of(record)[facets_of.of_itself] then
      latest.again(record, facets_of.of_itself, now)
    else
      tell(record, facets_of.of_itself, now, { producer = producer })
    end
  end
  put_instance(ref, record, (put_job(event.job, now)))
  local facets = event.run.facets
  if not given(facets) then return end
  local parent, site = live("parent", facets.parent), live("amont", facets.amont)
  if parent then put_parents(ref, parent, now) end
  if site then put_site_facet(ref, site) end
end

-- Datasets -------------------------------------------------------------------------------------------------------------

local function dataset_record(thing)
  local key = key_of(thing)
  if not key then return nil end
  local ref = "dataset:" .. key
  return ref, key, record_of(ref, { namespace = thing.namespace, name = thing.name, title = thing.name })
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
  local record = record_of(ref, { name = name, title = name })
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
  local before, standing = times_of(record).schema, record.props.openlineage_schema
  local stands = not before or before < now or (before == now and standing < text)
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
  put(by, "schema", facet)
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

-- Keeps that all that a dataset says stands, told now, when its table said all that before.
local function keep_whole(dataset, facets, ref, version, record, now)
  local by, times, names = told_by(record), times_of(record), {}
  for name, facet in pairs(facets) do
    if name == "schema" or dataset_facets[name] ~= false then
      if by[name] ~= facet or times[name] ~= now then return end
      names[#names + 1] = name
    elseif name == "ownership" then
      return  -- persons are counted each time
    end
  end
  local kept = { ref = ref, version = version, record = record, names = names, now = now }
  make_room()
  put(whole, dataset, kept)
  put(record, "whole", kept)
end

-- The same for one that was kept, unless something else was told of it since.
local function put_again(kept, now)
  if kept.record.whole ~= kept then return false end
  if now > kept.now then
    for i = 1, #kept.names do latest.again(kept.record, kept.names[i], now) end
    put(kept, "now", now)
  end
  return true
end

-- Returns the dataset's ref, and that of its version when one is told.
local function put_dataset(dataset, now)
  local kept = round_of_tables == latest.round and whole[dataset]
  if kept and put_again(kept, now) then return kept.ref, kept.version end
  local ref, key, record = dataset_record(dataset)
  if not ref then return nil end
  local facets = object_in(dataset, "facets", "dataset")
  if not facets then
    settle(ref, record)
    return ref
  end
  local was_told = record.said_by == dataset
  if not was_told then put(record, "said_by", dataset) end
  if record.whole then put(record, "whole", nil) end
  tell_facets(record, facets, dataset_facets, now)
  settle(ref, record)
  for i = 1, #facet_names do
    local name = facet_names[i]
    local facet = live(name, facets[name])
    if facet then facet_edges[name](ref, key, facet, now, record) end
  end
  local version = live("version", facets.version)
  version = version and put_version(ref, key, version)
  if was_told then keep_whole(dataset, facets, ref, version, record, now) end
  return ref, version
end

-- Declared lineage of a job: entries with a target and its inputs.
local function put_declared(event)
  local facet = live("lineage", list_of(event.job.facets).lineage)
  for _, entry in ipairs(facet and list_in(facet, "entries", "the facet lineage") or {}) do
    local ref, key = nil, nil
    if type(entry) == "table" and entry.type ~= "JOB" then ref, key = put_dataset_named(entry) end
    if ref then put_column_lineage(ref, key, entry) end
  end
end

-- Events ---------------------------------------------------------------------------------------------------------------

local function each_dataset(event, side, now, take)
  for position, dataset in ipairs(list_in(event, side .. "s", "event")) do
    local ref, version
    if type(dataset) == "table" then ref, version = put_dataset(dataset, now) end
    if ref then
      take(ref, dataset)
      if version then take(version, {}) end
    else
      warn(side .. " " .. position .. " has no namespace and name, or too long ones, and was left out")
    end
  end
end

local function convert_run_event(event, run, moment, now)
  put_run(event, run, moment, now)
  each_dataset(event, "input", now, function(ref, dataset)
    tell_edge("used", run, ref, object_in(dataset, "inputFacets", "input"), now)
  end)
  each_dataset(event, "output", now, function(ref, dataset)
    tell_edge("generated_by", ref, run, object_in(dataset, "outputFacets", "output"), now)
  end)
  if type(event.dataset) == "table" then put_dataset(event.dataset, now) end
  put_declared(event)
end

local function convert_job_event(event, now)
  local job, key = put_job(event.job, now)
  local inputs = {}
  each_dataset(event, "input", now, function(ref) inputs[#inputs + 1] = ref end)
  each_dataset(event, "output", now, function(ref)
    for _, input in ipairs(inputs) do
      if input ~= ref then edge("derived_from", ref, input, { label = "job " .. key:sub(1, 1000), props = { job = job } }) end
    end
  end)
  put_declared(event)
end

local function convert_datasets(event, now)
  local nothing = function() end
  each_dataset(event, "input", now, nothing)
  each_dataset(event, "output", now, nothing)
end

local stranger  -- the first field that no event has
local fields = {
  eventTime = true, eventType = true, producer = true, schemaURL = true, run = true, job = true, dataset = true,
  inputs = true, outputs = true,
}

-- An event as the specification has it.
local function convert_dated(event, moment)
  local now = latest.sortable(moment)
  if now == latest.no_time then moment = nil end
  if type(event.run) == "table" and type(event.job) == "table" then
    local run = run_ref(event.run, event.job)
    if not run then
      return reject("the run has no runId, or its job no namespace and name (of " .. max_key .. " bytes at most)")
    end
    convert_run_event(event, run, moment, now)
  elseif type(event.dataset) == "table" then
    if not put_dataset(event.dataset, now) then reject("the dataset has no namespace and name") end
  elseif type(event.job) == "table" then
    if not key_of(event.job) then
      return reject("the job has no namespace and name (of " .. max_key .. " bytes at most)")
    end
    convert_job_event(event, now)
  else
    reject("it is no OpenLineage event: there is neither run and job, nor job, nor dataset")
  end
end

-- One without its time, and perhaps without its run or its job, as test suites keep them: what is there is taken.
local function convert_undated(event)
  count("without eventTime: what they say counts as the oldest")
  local run = type(event.run) == "table" and type(event.job) == "table" and run_ref(event.run, event.job)
  if run then
    convert_run_event(event, run, nil, latest.no_time)
  elseif type(event.dataset) == "table" then
    if not put_dataset(event.dataset, latest.no_time) then reject("the dataset has no namespace and name") end
  elseif type(event.job) == "table" and key_of(event.job) then
    if type(event.run) == "table" then count("whose run has no runId: taken as what their job does, without the run's facets") end
    convert_job_event(event, latest.no_time)
  else
    count("that name neither a run nor a job: only their datasets were taken")
    convert_datasets(event, latest.no_time)
  end
end

local function is_template(thing)
  if type(thing) ~= "table" then return false end
  local text = thing.runId or thing.namespace
  return type(text) == "string" and text:sub(1, 2) == "{{"
end

function convert(event)
  latest.begin()
  if type(event) ~= "table" then return reject("it is no OpenLineage event: an object with eventTime was expected") end
  if event.eventTime == nil and not (text_of(event.eventType) or (type(event.job) == "table" and event.job.namespace)) then
    return reject("it is no OpenLineage event: there is no eventTime")
  end
  object_in(event, "run", "event")
  object_in(event, "job", "event")
  object_in(event, "dataset", "event")
  if is_template(event.run) or is_template(event.job) or is_template(event.dataset) then
    return reject("it is the template of an event")
  end
  for name in pairs(event) do
    if not fields[name] then
      stranger = stranger or tostring(name):sub(1, 60)
      count("with fields that OpenLineage does not have, such as " .. stranger .. ": left out")
    end
  end
  if event.eventTime == nil then return convert_undated(event) end
  local moment = time_of(event.eventTime)
  if not moment then return reject("eventTime is no time: " .. json(event.eventTime)) end
  convert_dated(event, moment)
end

undo = journal.undo

function finish()
  latest.flush()
  for sentence, number in pairs(counts) do
    warn(number .. (number == 1 and " event " or " events ") .. sentence)
  end
end
