-- openlineage_runs: the jobs and runs of OpenLineage as records. It uses the parts values, latest, openlineage_facets and openlineage_told.

local openlineage_runs = {}

local given, text_of, object_in = values.given, values.text_of, values.object_in
local held, record_of, settle, set = latest.held, latest.record, latest.settle, latest.set
local tell, times_of = latest.tell, latest.times_of
local renew = latest.renew
local facets_of = openlineage_facets
local key_of, max_key, live = openlineage_told.key_of, openlineage_told.max_key, openlineage_told.live
local tell_facets, tell_owners = openlineage_told.tell_facets, openlineage_told.tell_owners
local was_told_by, keep_whole, told_again = openlineage_told.was_told_by, openlineage_told.keep_whole, openlineage_told.told_again

local job_facets = { ownership = tell_owners, lineage = false }
for name, mapping in pairs(facets_of.of_job) do job_facets[name] = mapping end

-- Returns the job's ref and its key.
local function put_job(job, now)
  local whole = told_again(job, now)
  if whole then return whole.ref, whole.other end
  local key = key_of(job)
  if not key then return nil end
  local ref = "job:" .. key
  local record = held(ref) or record_of(ref, { namespace = job.namespace, name = job.name, title = job.name })
  local facets, was_told = object_in(job, "facets", "job"), was_told_by(record, job)
  tell_facets(record, facets, job_facets, now)
  settle(ref, record)
  if was_told then keep_whole(job, facets, job_facets, record, now, ref, key) end
  return ref, key
end

local edges_of_site = { project = "performed_for", approval = "under", purpose = "for_purpose" }

-- Of a parent and of a site's own facet there are edges; what they say besides is kept.
local run_facets = {
  parent = openlineage_told.rest_of("parent", { run = true, job = true, root = true }),
  amont = openlineage_told.rest_of("amont", edges_of_site),
}
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
  local record = held(ref) or record_of(ref, { run_id = run.runId, title = job.name })
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
  for name, kind in pairs(edges_of_site) do
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
    local before = times_of(record)[facets_of.of_itself]
    if not before then
      renew(record, "producer", producer)
      latest.heard(record, facets_of.of_itself, now)
    elseif record.props.producer == producer then
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

for name, part in pairs {
  put_job = put_job, run_ref = run_ref, put_run = put_run,
} do openlineage_runs[name] = part end

return openlineage_runs
