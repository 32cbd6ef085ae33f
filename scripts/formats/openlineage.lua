--- OpenLineage events (https://openlineage.io): what pipelines say of their runs, jobs and datasets.
--- @format openlineage
--- @input json items shared
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/counted
--- @uses formats/lib/latest
--- @uses formats/lib/openlineage_facets
--- @uses formats/lib/openlineage_told
--- @uses formats/lib/openlineage_runs
--- @uses formats/lib/openlineage_data
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

local text_of, list_in, object_in, time_of = values.text_of, values.list_in, values.object_in, values.time_of
local key_of, tell_edge, max_key = openlineage_told.key_of, openlineage_told.tell_edge, openlineage_told.max_key
local put_job, run_ref, put_run = openlineage_runs.put_job, openlineage_runs.run_ref, openlineage_runs.put_run
local put_dataset, put_declared = openlineage_data.put_dataset, openlineage_data.put_declared
local count, is_template = counted.add, openlineage_told.is_template
latest.times_in(openlineage_facets.times_told)

-- Events ---------------------------------------------------------------------------------------------------------------

-- Calls take(ref, dataset, now, whole) for each dataset of a side, and for the version of it that is told, which has no facets.
local nothing = {}
local any_kept = false  -- something was taken of some event
local function each_dataset(event, side, now, take, whole)
  local datasets = event[side]
  if datasets == nil then return end
  datasets = list_in(event, side, "event")
  for i = 1, #datasets do
    local dataset = datasets[i]
    local ref, version = put_dataset(dataset, now)
    if ref then
      any_kept = true
      take(ref, dataset, now, whole)
      if version then take(version, nothing, now, whole) end
    else
      warn(side:sub(1, -2) .. " " .. i .. " has no namespace and name, or too long ones, and was left out")
    end
  end
end

local function put_input(ref, dataset, now, run)
  local facets = dataset.inputFacets
  if facets == nil then return edge("used", run, ref) end
  facets = object_in(dataset, "inputFacets", "input")
  tell_edge("used", run, ref, facets, now)
end

local function put_output(ref, dataset, now, run)
  local facets = dataset.outputFacets
  if facets == nil then return edge("generated_by", ref, run) end
  facets = object_in(dataset, "outputFacets", "output")
  tell_edge("generated_by", ref, run, facets, now)
end

local function convert_run_event(event, run, moment, now)
  any_kept = true
  put_run(event, run, moment, now)
  each_dataset(event, "inputs", now, put_input, run)
  each_dataset(event, "outputs", now, put_output, run)
  if event.dataset ~= nil then put_dataset(event.dataset, now) end
  put_declared(event)
end

local function convert_job_event(event, now)
  any_kept = true
  local job, key = put_job(event.job, now)
  local inputs = {}
  each_dataset(event, "inputs", now, function(ref) inputs[#inputs + 1] = ref end)
  each_dataset(event, "outputs", now, function(ref)
    for _, input in ipairs(inputs) do
      if input ~= ref then edge("derived_from", ref, input, { label = "job " .. key:sub(1, 1000), props = { job = job } }) end
    end
  end)
  put_declared(event)
end

local any_emptied = false  -- there was an event of which nothing could be kept

local function convert_datasets(event, now)
  local taken = 0
  local take = function() taken = taken + 1 end
  each_dataset(event, "inputs", now, take)
  each_dataset(event, "outputs", now, take)
  any_emptied = any_emptied or taken == 0
end

local stranger, strange_type  -- the first field that no event has, and the first type
local fields = {
  eventTime = true, eventType = true, producer = true, schemaURL = true, run = true, job = true, dataset = true,
  inputs = true, outputs = true,
}

local function count_strangers(event)
  for name in pairs(event) do
    if not fields[name] then
      stranger = stranger or tostring(name):sub(1, 60)
      count("with fields that OpenLineage does not have, such as " .. stranger .. ": left out")
    end
  end
end

local event_types = { START = true, RUNNING = true, COMPLETE = true, ABORT = true, FAIL = true, OTHER = true }

local function count_strange_type(event)
  local kind = event.eventType
  if kind == nil or kind == null or event_types[kind] then return end
  strange_type = strange_type or json(kind):sub(1, 60)
  count("whose eventType OpenLineage does not have, such as " .. strange_type .. ": taken as OTHER")
end

-- An event as the specification has it.
local function convert_dated(event, moment, run, job, dataset)
  local now = latest.sortable(moment)
  if now == latest.no_time then moment = nil end
  if run and job then
    local ref = run_ref(run, job)
    if not ref then
      return reject("the run has no runId, or its job no namespace and name (of " .. max_key .. " bytes at most)")
    end
    convert_run_event(event, ref, moment, now)
  elseif dataset then
    if not put_dataset(dataset, now) then return reject("the dataset has no namespace and name") end
    any_kept = true
  elseif job then
    if not key_of(job) then
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
    if not put_dataset(event.dataset, latest.no_time) then return reject("the dataset has no namespace and name") end
    any_kept = true
  elseif type(event.job) == "table" and key_of(event.job) then
    if type(event.run) == "table" then count("whose run has no runId: taken as what their job does, without the run's facets") end
    convert_job_event(event, latest.no_time)
  else
    count("that name neither a run nor a job: only their datasets were taken")
    convert_datasets(event, latest.no_time)
  end
end

function convert(event)
  latest.begin()
  if type(event) ~= "table" then return reject("it is no OpenLineage event: an object with eventTime was expected") end
  if event.eventTime == nil and not (text_of(event.eventType) or (type(event.job) == "table" and event.job.namespace)) then
    return reject("it is no OpenLineage event: there is no eventTime")
  end
  local run, job = object_in(event, "run", "event"), object_in(event, "job", "event")
  local dataset = event.dataset and object_in(event, "dataset", "event")
  if run and is_template(run) or job and is_template(job) or dataset and is_template(dataset) then
    return reject("it is the template of an event")
  end
  if has_others(event, fields) then count_strangers(event) end
  count_strange_type(event)
  if event.eventTime == nil then return convert_undated(event) end
  local moment = time_of(event.eventTime)
  if not moment then return reject("eventTime is no time: " .. json(event.eventTime)) end
  convert_dated(event, moment, run, job, dataset)
end

undo = journal.undo

function finish()
  latest.flush()
  counted.tell("event")
  if any_emptied and not any_kept then reject("no event names a run, a job or a dataset that could be kept") end
end
