--- OpenLineage events (https://openlineage.io): what pipelines say of their runs, jobs and datasets.
--- @format openlineage
--- @input json items
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/latest
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

local max_key = 1024
local of_itself = ""  -- what an event says beside its facets; no facet has this name

local given, list_of, text_of, or_null, time_of = values.given, values.list_of, values.text_of, values.or_null, values.time_of
local is_person = values.is_person
local record_of, settle, set, tell, times_of = latest.record, latest.settle, latest.set, latest.tell, latest.times_of
latest.times_in("told_by_openlineage")

-- NAMESPACE/NAME, as in the resource's own URI.
local function key_of(thing)
  local namespace, name = text_of(thing.namespace), text_of(thing.name)
  if not namespace or not name then return nil end
  local key = namespace .. (name:sub(1, 1) == "/" and "" or "/") .. name
  return #key <= max_key and key or nil
end

-- What an import has to tell at its end, by sentence.
local counts = {}

local function count(sentence)
  counts[sentence] = (counts[sentence] or 0) + 1
end

-- Facets ---------------------------------------------------------------------------------------------------------------

local function bare(facet)
  local copy = {}
  for name, value in pairs(facet) do
    if name ~= "_producer" and name ~= "_schemaURL" then copy[name] = value end
  end
  return copy
end

-- A facet that no mapping knows is kept as it is.
local function as_it_is(name, facet)
  if name == "" or #name > 200 or name:find("%c") then
    warn("a facet has a name that no property may have, and was left out")
    return nil
  end
  if facet == null or (type(facet) == "table" and facet._deleted == true) then
    return { ["openlineage_" .. name] = null }
  end
  local ok, text = pcall(json, type(facet) == "table" and bare(facet) or facet)
  if ok then return { ["openlineage_" .. name] = text } end
  warn("the facet " .. name .. " is too large or too deep for a property, and was left out")
  return nil
end

local function tell_facets(record, facets, known_ones, now)
  if type(facets) ~= "table" then return end
  for name, facet in pairs(facets) do
    local mapping = known_ones[name]
    local before = times_of(record)[name]
    if mapping ~= false and not (before and before > now) then
      local told
      if mapping then
        told = mapping((type(facet) ~= "table" or facet._deleted == true) and {} or facet)
      else
        told = as_it_is(name, facet)
      end
      if told then tell(record, name, now, told) end
    end
  end
end

-- An edge with facets of its own; most have none.
local function tell_edge(kind, from, to, facets, now)
  if type(facets) ~= "table" then return edge(kind, from, to) end
  local record = { props = known(kind, from, to) or {} }
  tell_facets(record, facets, {}, now)
  edge(kind, from, to, { props = latest.news(record) })
end

-- Jobs and runs --------------------------------------------------------------------------------------------------------

local job_facets = {
  documentation = function(facet) return { description = or_null(text_of(facet.description)) } end,
  jobType = function(facet)
    return { type = or_null(text_of(facet.jobType)), integration = or_null(text_of(facet.integration)),
             processing_type = or_null(text_of(facet.processingType)) }
  end,
  sql = function(facet) return { sql = or_null(text_of(facet.query)), sql_dialect = or_null(text_of(facet.dialect)) } end,
  sourceCodeLocation = function(facet)
    return { code_location = or_null(text_of(facet.url)), commit = or_null(text_of(facet.version)),
             repository = or_null(text_of(facet.repoUrl)), path = or_null(text_of(facet.path)) }
  end,
  ownership = function(facet)
    local owners = {}
    for _, owner in ipairs(list_of(facet.owners)) do
      local name = type(owner) == "table" and text_of(owner.name)
      if name and is_person(name) then
        count("with an owner that is a person: left out")
      elseif name then
        owners[#owners + 1] = name
      end
    end
    table.sort(owners)
    return { owners = #owners > 0 and owners or null }
  end,
  lineage = false,
}

local function put_job(job, now)
  local key = key_of(job)
  if not key then return nil end
  local ref = "job:" .. key
  local record = record_of(ref, { namespace = job.namespace, name = job.name, title = job.name })
  tell_facets(record, job.facets, job_facets, now)
  settle(ref, record)
  return ref, key
end

local run_facets = {
  parent = false, amont = false,
  nominalTime = function(facet)
    return { nominal_from = or_null(time_of(facet.nominalStartTime)), nominal_to = or_null(time_of(facet.nominalEndTime)) }
  end,
  errorMessage = function(facet)
    return { error = or_null(text_of(facet.message)), error_trace = or_null(text_of(facet.stackTrace)) }
  end,
}

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
  tell_facets(record, run.facets, run_facets, now)
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
  if text_of(event.producer) then tell(record, of_itself, now, { producer = event.producer }) end
  put_instance(ref, record, (put_job(event.job, now)))
  local facets = list_of(event.run.facets)
  if type(facets.parent) == "table" and not facets.parent._deleted then put_parents(ref, facets.parent, now) end
  if type(facets.amont) == "table" then put_site_facet(ref, facets.amont) end
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
local function put_fields(key, fields, prefix, columns, stands)
  for position, field in ipairs(list_of(fields)) do
    local name = type(field) == "table" and text_of(field.name)
    if name then
      local path = prefix .. name
      local told = stands and { type = or_null(text_of(field.type)), description = or_null(text_of(field.description)) }
      if put_variable(key, path, told) then
        columns[#columns + 1] = path
        put_fields(key, field.fields, path .. ".", columns, stands)
      end
    else
      warn("column " .. position .. " of " .. key .. " has no name, and was left out")
    end
  end
end

-- The latest schema stands, as a whole: a column that it does not have keeps its name alone. Most schemas are told many times, and
-- are gone through once.
local function put_schema(ref, key, facet, now, record)
  local ok, text = pcall(json, list_of(facet.fields))
  if not ok then return warn("the schema of " .. key .. " is too large or too deep, and was left out") end
  local before, standing = times_of(record).schema, record.props.openlineage_schema
  local stands = not before or before < now or (before == now and standing < text)
  if standing ~= text then
    local columns, has = {}, {}
    put_fields(key, facet.fields, "", columns, stands)
    if not stands then return end
    for _, column in ipairs(columns) do has[column] = true end
    for _, column in ipairs(given(record.props.columns) and record.props.columns or {}) do
      if not has[column] then put_variable(key, column, { type = null, description = null }) end
    end
    if #columns > columns_max then warn(key .. " has more than " .. columns_max .. " columns, too many to list") end
    set(record, "columns", #columns > 0 and #columns <= columns_max and columns or null)
    set(record, "openlineage_schema", text)
  end
  if stands then tell(record, "schema", now, {}) end
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

local function put_inputs(from, inputs, legacy, note)
  for _, input in ipairs(list_of(inputs)) do
    local to = type(input) == "table" and input.type ~= "JOB" and put_end(input)
    local transformations = to and list_of(input.transformations) or nil
    if to and #transformations == 0 then put_transformation(from, to, {}, legacy, note) end
    for _, transformation in ipairs(transformations or {}) do
      put_transformation(from, to, list_of(transformation), legacy, note)
    end
  end
end

local function put_column_lineage(ref, key, facet)
  for name, entry in pairs(list_of(facet.fields)) do
    local from = put_variable(key, name)
    if from and type(entry) == "table" then
      put_inputs(from, entry.inputFields or entry.inputs, text_of(entry.transformationType),
        text_of(entry.transformationDescription))
    end
  end
  put_inputs(ref, facet.dataset or facet.inputs)
end

local function put_owners(ref, facet)
  for _, owner in ipairs(list_of(facet.owners)) do
    local name = type(owner) == "table" and text_of(owner.name)
    if name and is_person(name) then
      count("with an owner that is a person: left out")
    elseif name then
      settle("organisation:" .. name, record_of("organisation:" .. name, { name = name }))
      edge("holds", "organisation:" .. name, ref, { label = text_of(owner.type) })
    end
  end
end

local dataset_facets = {
  schema = false, columnLineage = false, lineage = false, symlinks = false, version = false, ownership = false,
  documentation = function(facet) return { description = or_null(text_of(facet.description)) } end,
  dataSource = function(facet) return { data_source = or_null(text_of(facet.name)), location = or_null(text_of(facet.uri)) } end,
  datasetType = function(facet)
    return { type = or_null(text_of(facet.datasetType)), subtype = or_null(text_of(facet.subType)) }
  end,
  lifecycleStateChange = function(facet)
    return { lifecycle = or_null(text_of(facet.lifecycleStateChange)),
             state = facet.lifecycleStateChange == "DROP" and "deleted" or "available" }
  end,
}

local function put_renaming(ref, facet)
  local previous = type(facet.previousIdentifier) == "table" and put_dataset_named(facet.previousIdentifier)
  if facet.lifecycleStateChange == "RENAME" and previous and previous ~= ref then
    edge("derived_from", ref, previous, { label = "rename", props = { how = "rename" } })
  end
end

local function put_symlinks(ref, facet)
  for _, identifier in ipairs(list_of(facet.identifiers)) do
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

-- Returns the dataset's ref, and that of its version when one is told.
local function put_dataset(dataset, now)
  local ref, key, record = dataset_record(dataset)
  if not ref then return nil end
  local facets = dataset.facets
  if type(facets) ~= "table" then
    settle(ref, record)
    return ref
  end
  tell_facets(record, facets, dataset_facets, now)
  settle(ref, record)
  for i = 1, #facet_names do
    local name = facet_names[i]
    local facet = facets[name]
    if type(facet) == "table" and facet._deleted ~= true then facet_edges[name](ref, key, facet, now, record) end
  end
  local version = facets.version
  return ref, type(version) == "table" and version._deleted ~= true and put_version(ref, key, version) or nil
end

-- Declared lineage of a job: entries with a target and its inputs.
local function put_declared(event)
  local facet = type(event.job.facets) == "table" and event.job.facets.lineage
  for _, entry in ipairs(type(facet) == "table" and list_of(facet.entries) or {}) do
    local ref, key = nil, nil
    if type(entry) == "table" and entry.type ~= "JOB" then ref, key = put_dataset_named(entry) end
    if ref then put_column_lineage(ref, key, entry) end
  end
end

-- Events ---------------------------------------------------------------------------------------------------------------

local function each_dataset(list, side, now, take)
  for position, dataset in ipairs(list_of(list)) do
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
  each_dataset(event.inputs, "input", now, function(ref, dataset)
    tell_edge("used", run, ref, dataset.inputFacets, now)
  end)
  each_dataset(event.outputs, "output", now, function(ref, dataset)
    tell_edge("generated_by", ref, run, dataset.outputFacets, now)
  end)
  if type(event.dataset) == "table" then put_dataset(event.dataset, now) end
  put_declared(event)
end

local function convert_job_event(event, now)
  local job, key = put_job(event.job, now)
  local inputs = {}
  each_dataset(event.inputs, "input", now, function(ref) inputs[#inputs + 1] = ref end)
  each_dataset(event.outputs, "output", now, function(ref)
    for _, input in ipairs(inputs) do
      if input ~= ref then edge("derived_from", ref, input, { label = "job " .. key:sub(1, 1000), props = { job = job } }) end
    end
  end)
  put_declared(event)
end

local function convert_datasets(event, now)
  local nothing = function() end
  each_dataset(event.inputs, "input", now, nothing)
  each_dataset(event.outputs, "output", now, nothing)
end

local stranger  -- the first field that no event has
local fields = {
  eventTime = true, eventType = true, producer = true, schemaURL = true, run = true, job = true, dataset = true,
  inputs = true, outputs = true,
}

-- An event as the specification has it.
local function convert_dated(event, moment)
  local now = latest.sortable(moment)
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
  if type(event) ~= "table" then return reject("it is no OpenLineage event: an object with eventTime was expected") end
  if event.eventTime == nil and not (text_of(event.eventType) or (type(event.job) == "table" and event.job.namespace)) then
    return reject("it is no OpenLineage event: there is no eventTime")
  end
  if is_template(event.run) or is_template(event.job) or is_template(event.dataset) then
    return reject("it is the template of an event")
  end
  latest.begin()
  for name in pairs(event) do
    if not fields[name] then
      stranger = stranger or name:sub(1, 60)
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
