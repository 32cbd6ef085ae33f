--- OpenLineage events (https://openlineage.io): what pipelines say of their runs, jobs and datasets.
--- @format openlineage
--- @input json items
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
-- openlineage_times keeps when that was said. Times beyond a microsecond are cut; a time without a zone is taken as UTC.

local max_key = 1024

local function given(value)
  return value ~= nil and value ~= null and value ~= ""
end

local function list_of(value)
  return type(value) == "table" and value or {}
end

local function text_of(value)
  if type(value) == "string" and value ~= "" then return value end
  return nil
end

-- NAMESPACE/NAME, as in the resource's own URI.
local function key_of(thing)
  local namespace, name = text_of(thing.namespace), text_of(thing.name)
  if not namespace or not name then return nil end
  local key = namespace .. (name:sub(1, 1) == "/" and "" or "/") .. name
  return #key <= max_key and key or nil
end

local function time_of(value)
  if type(value) ~= "string" then return nil end
  local day, clock, fraction, zone = value:match("^(%d%d%d%d%-%d%d%-%d%d)[Tt ](%d%d:%d%d:%d%d)(%.?%d*)(.*)$")
  if not day then return nil end
  if zone == "" then zone = "Z" end
  zone = zone:gsub("^([+-]%d%d)(%d%d)$", "%1:%2"):upper()
  local ok, moment = pcall(time, day .. "T" .. clock .. (fraction ~= "." and fraction:sub(1, 7) or "") .. zone)
  return ok and moment or nil
end

-- Facets by time -------------------------------------------------------------------------------------------------------

-- openlineage_times is a list of "FACET TIME", by facet.
local function read_times(properties)
  local times = {}
  for _, entry in ipairs(properties.openlineage_times or {}) do
    local facet, when = entry:match("^(.*) (%S+)$")
    times[facet] = when
  end
  return times
end

local function write_times(times)
  local list = {}
  for facet, when in pairs(times) do list[#list + 1] = facet .. " " .. when end
  return list
end

-- No time at all sorts before every time.
local function sortable(moment)
  if not moment then return "-" end
  local whole, fraction = tostring(moment):match("^(.-)%.?(%d*)Z$")
  return whole .. "." .. fraction .. string.rep("0", 6 - #fraction) .. "Z"
end

-- Of two tellings at one moment the greater text stands, whichever came first.
local function as_text(said, names)
  local one = {}
  for name in pairs(names) do
    local value = said[name]
    one[name] = given(value) and value or false
  end
  return json(one)
end

-- What is new of `said` = { facet = { property = value } } to a record that has `has`; nil when nothing is.
local function news(has, said, moment)
  local times, props, any = read_times(has), {}, false
  local now = sortable(moment)
  for facet, told in pairs(said) do
    local before = times[facet]
    local later = not before or before < now
    if later or (before == now and as_text(told, told) > as_text(has, told)) then
      for name, value in pairs(told) do props[name] = value end
      times[facet] = now
      any = true
    end
  end
  if not any then return nil end
  props.openlineage_times = write_times(times)
  return props
end

local function describe(ref, constant, said, moment)
  local has = known(ref)
  local props = news(has or {}, said, moment)
  if props then
    for name, value in pairs(constant) do props[name] = value end
    node(ref, props)
  elseif not has then
    node(ref, constant)
  end
end

local function describe_edge(kind, from, to, said, moment)
  local has = known(kind, from, to)
  local props = news(has or {}, said, moment)
  if props then
    edge(kind, from, to, { props = props })
  elseif not has then
    edge(kind, from, to)
  end
end

local function bare(facet)
  local copy = {}
  for name, value in pairs(facet) do
    if name ~= "_producer" and name ~= "_schemaURL" then copy[name] = value end
  end
  return copy
end

-- Facets that no mapping knows are kept as they are.
local function keep(said, name, facet)
  if facet == null or (type(facet) == "table" and facet._deleted == true) then
    said[name] = { ["openlineage_" .. name] = null }
    return
  end
  local ok, text = pcall(json, type(facet) == "table" and bare(facet) or facet)
  if ok then
    said[name] = { ["openlineage_" .. name] = text }
  else
    warn("the facet " .. name .. " is too large or too deep for a property, and was left out")
  end
end

local function all_facets(facets, known_ones, said)
  for name, facet in pairs(list_of(facets)) do
    local mapping = known_ones[name]
    if mapping == nil then
      keep(said, name, facet)
    elseif mapping then
      local deleted = type(facet) ~= "table" or facet._deleted == true
      said[name] = mapping(deleted and {} or facet)
    end
  end
  return said
end

local function or_null(value)
  if given(value) then return value end
  return null
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
    for _, owner in ipairs(list_of(facet.owners)) do owners[#owners + 1] = text_of(owner.name) end
    table.sort(owners)
    return { owners = #owners > 0 and owners or null }
  end,
  lineage = false,
}

local function put_job(job, moment)
  local key = key_of(job)
  if not key then return nil end
  local ref = "job:" .. key
  describe(ref, { namespace = job.namespace, name = job.name, title = job.name }, all_facets(job.facets, job_facets, {}), moment)
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
local function put_state(ref, constant, kind, moment)
  local has = known(ref) or {}
  local props = {}
  local state = ends[kind] or ((kind == "START" or kind == "RUNNING") and "running" or "unknown")
  local before = has.state or "unknown"
  if ends[kind] and moment then
    local later = not has.ended_at or moment > has.ended_at
    if later or (moment == has.ended_at and rank[state] > (rank[before] or 0)) then
      props.state, props.ended_at = state, moment
    end
  elseif not has.ended_at and (not has.state or rank[state] > (rank[before] or 0)) then
    props.state = state
  end
  if kind == "START" and moment and (not has.started_at or moment < has.started_at) then props.started_at = moment end
  for name, value in pairs(constant) do props[name] = value end
  node(ref, props)
end

local function run_ref(run, job)
  local key, id = key_of(job), text_of(run.runId)
  if not key or not id or #key + #id + 1 > max_key then return nil end
  return "run:" .. key .. "/" .. id
end

-- A run that another one names: it has its job, and what is told of it there.
local function put_named_run(named, moment)
  if type(named) ~= "table" or type(named.run) ~= "table" or type(named.job) ~= "table" then return nil end
  local ref = run_ref(named.run, named.job)
  if not ref then return nil end
  local job = put_job(named.job, moment)
  describe(ref, { run_id = named.run.runId }, all_facets(named.run.facets, run_facets, {}), moment)
  edge("instance_of", ref, job)
  return ref
end

local function put_parents(ref, facet, moment)
  local parent = put_named_run(facet, moment)
  if not parent then
    warn("a parent facet without run and job was left out")
  elseif parent ~= ref then
    edge("part_of", ref, parent)
    local root = facet.root and put_named_run(facet.root, moment)
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

local function put_run(event, moment)
  local job, job_key = put_job(event.job, moment)
  local ref = run_ref(event.run, event.job)
  put_state(ref, { run_id = event.run.runId, title = event.job.name }, event.eventType, moment)
  local facets = list_of(event.run.facets)
  describe(ref, {}, all_facets(facets, run_facets, {}), moment)
  edge("instance_of", ref, job)
  if type(facets.parent) == "table" and not facets.parent._deleted then put_parents(ref, facets.parent, moment) end
  if type(facets.amont) == "table" then put_site_facet(ref, facets.amont) end
  return ref
end

-- Datasets -------------------------------------------------------------------------------------------------------------

local function put_dataset_named(thing)
  local key = key_of(thing)
  if not key then return nil end
  local ref = "dataset:" .. key
  if not known(ref) then node(ref, { namespace = thing.namespace, name = thing.name, title = thing.name }) end
  return ref, key
end

local function put_variable(key, name)
  if #key + #name + 1 > max_key then
    warn("a column's name is too long for a key, and was left out: " .. name:sub(1, 60) .. "...")
    return nil
  end
  local ref = "variable:" .. key .. "#" .. name
  if not known(ref) then
    node(ref, { name = name, title = name })
    edge("part_of", ref, "dataset:" .. key)
  end
  return ref
end

-- The end of an edge of lineage: a column, or the dataset itself.
local function put_end(thing)
  if type(thing) ~= "table" then return nil end
  local ref, key = put_dataset_named(thing)
  if ref and text_of(thing.field) then return put_variable(key, thing.field) end
  return ref
end

local function put_fields(key, fields, prefix, moment)
  for position, field in ipairs(list_of(fields)) do
    local name = type(field) == "table" and text_of(field.name)
    if name then
      local ref = put_variable(key, prefix .. name)
      if ref then
        describe(ref, {}, { schema = { type = or_null(text_of(field.type)), description = or_null(text_of(field.description)) } },
          moment)
        put_fields(key, field.fields, prefix .. name .. ".", moment)
      end
    else
      warn("column " .. position .. " of " .. key .. " has no name, and was left out")
    end
  end
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
    local transformations = to and list_of(input.transformations)
    if to and to ~= from and #transformations == 0 then put_transformation(from, to, {}, legacy, note) end
    for _, transformation in ipairs(to and to ~= from and transformations or {}) do
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

local function owners_of(ref, facet)
  for _, owner in ipairs(list_of(facet.owners)) do
    local name = type(owner) == "table" and text_of(owner.name)
    if name then
      node("organisation:" .. name, { name = name })
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
  local version = text_of(facet.datasetVersion)
  if not version or #key + #version + 1 > max_key then return nil end
  local versioned = ref .. "@" .. version
  node(versioned, { label = version, type = "version" })
  edge("version_of", versioned, ref)
  return versioned
end

-- Returns the dataset's ref, and that of its version when one is told.
local function put_dataset(dataset, moment)
  local ref, key = put_dataset_named(dataset)
  if not ref then return nil end
  local facets = list_of(dataset.facets)
  describe(ref, {}, all_facets(facets, dataset_facets, {}), moment)
  local function with(name, put, ...)
    local facet = facets[name]
    if type(facet) == "table" and facet._deleted ~= true then return put(...) end
  end
  with("schema", function() put_fields(key, facets.schema.fields, "", moment) end)
  with("columnLineage", function() put_column_lineage(ref, key, facets.columnLineage) end)
  with("lineage", function() put_column_lineage(ref, key, facets.lineage) end)
  with("symlinks", function() put_symlinks(ref, facets.symlinks) end)
  with("ownership", function() owners_of(ref, facets.ownership) end)
  with("lifecycleStateChange", function() put_renaming(ref, facets.lifecycleStateChange) end)
  return ref, with("version", function() return put_version(ref, key, facets.version) end)
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

-- What an import has to tell at its end, by sentence.
local counts = {}

local function count(sentence)
  counts[sentence] = (counts[sentence] or 0) + 1
end

local function each_dataset(list, side, moment, take)
  for position, dataset in ipairs(list_of(list)) do
    local ref, version
    if type(dataset) == "table" then ref, version = put_dataset(dataset, moment) end
    if ref then
      local said = {}
      for name, facet in pairs(list_of(dataset[side .. "Facets"])) do keep(said, name, facet) end
      take(ref, said)
      if version then take(version, {}) end
    else
      warn(side .. " " .. position .. " has no namespace and name, or too long ones, and was left out")
    end
  end
end

local function convert_run_event(event, moment)
  local run = put_run(event, moment)
  each_dataset(event.inputs, "input", moment, function(ref, said) describe_edge("used", run, ref, said, moment) end)
  each_dataset(event.outputs, "output", moment, function(ref, said) describe_edge("generated_by", ref, run, said, moment) end)
  put_declared(event)
end

local function convert_job_event(event, moment)
  local job, key = put_job(event.job, moment)
  local inputs = {}
  each_dataset(event.inputs, "input", moment, function(ref) inputs[#inputs + 1] = ref end)
  each_dataset(event.outputs, "output", moment, function(ref)
    for _, input in ipairs(inputs) do
      if input ~= ref then edge("derived_from", ref, input, { label = "job " .. key:sub(1, 1000), props = { job = job } }) end
    end
  end)
  put_declared(event)
end

local function convert_datasets(event, moment)
  local nothing = function() end
  each_dataset(event.inputs, "input", moment, nothing)
  each_dataset(event.outputs, "output", moment, nothing)
end

local fields = {
  eventTime = true, eventType = true, producer = true, schemaURL = true, run = true, job = true, dataset = true,
  inputs = true, outputs = true,
}

-- An event as the specification has it.
local function convert_dated(event, moment)
  if type(event.run) == "table" and type(event.job) == "table" then
    if not run_ref(event.run, event.job) then
      return reject("the run has no runId, or its job no namespace and name (of " .. max_key .. " bytes at most)")
    end
    convert_run_event(event, moment)
  elseif type(event.dataset) == "table" then
    if not put_dataset(event.dataset, moment) then reject("the dataset has no namespace and name") end
  elseif type(event.job) == "table" then
    if not key_of(event.job) then
      return reject("the job has no namespace and name (of " .. max_key .. " bytes at most)")
    end
    convert_job_event(event, moment)
  else
    reject("it is no OpenLineage event: there is neither run and job, nor job, nor dataset")
  end
end

-- One without its time, and perhaps without its run or its job, as test suites keep them: what is there is taken.
local function convert_undated(event)
  count("without eventTime: what they say counts as the oldest")
  if type(event.run) == "table" and type(event.job) == "table" and run_ref(event.run, event.job) then
    convert_run_event(event, nil)
  elseif type(event.dataset) == "table" then
    if not put_dataset(event.dataset, nil) then reject("the dataset has no namespace and name") end
  elseif type(event.job) == "table" and key_of(event.job) then
    if type(event.run) == "table" then count("whose run has no runId: taken as what their job does, without the run's facets") end
    convert_job_event(event, nil)
  else
    count("that name neither a run nor a job: only their datasets were taken")
    convert_datasets(event, nil)
  end
end

function convert(event)
  if type(event) ~= "table" then return reject("it is no OpenLineage event: an object with eventTime was expected") end
  if event.eventTime == nil and not (text_of(event.eventType) or (type(event.job) == "table" and event.job.namespace)) then
    return reject("it is no OpenLineage event: there is no eventTime")
  end
  for _, thing in ipairs({ list_of(event.run), list_of(event.job), list_of(event.dataset) }) do
    local text = thing.runId or thing.namespace
    if type(text) == "string" and text:sub(1, 2) == "{{" then return reject("it is the template of an event: " .. text) end
  end
  for name in pairs(event) do
    if not fields[name] then count("with a field " .. name .. ", which OpenLineage does not have: left out") end
  end
  if event.eventTime == nil then return convert_undated(event) end
  local moment = time_of(event.eventTime)
  if not moment then return reject("eventTime is no time: " .. json(event.eventTime)) end
  convert_dated(event, moment)
end

function finish()
  for sentence, number in pairs(counts) do
    warn(number .. (number == 1 and " event " or " events ") .. sentence)
  end
end
