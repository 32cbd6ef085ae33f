-- crate_actions: the actions of a crate as runs, and its sign-offs as approvals. It uses the parts values, crate_graph, crate_refs and
-- crate_kept.

local crate_actions = {}

local given, text_of, each, instant = values.given, values.text_of, values.each, values.instant_of
local set_of, has_type, named, id_of = crate_graph.set_of, crate_graph.has_type, crate_graph.named, crate_graph.id_of
local scrubbed, assessment_of = crate_graph.scrubbed, crate_graph.assessment_of
local data_of, ref_to = crate_refs.data_of, crate_refs.ref_to
local json_list, keep_rest = crate_kept.json_list, crate_kept.keep_rest

local function put_node(entity, ref, props)
  if not entity.stands then node(ref, props) end
end

local states = { CompletedActionStatus = "complete", FailedActionStatus = "fail", ActiveActionStatus = "running" }

-- "CompletedActionStatus"
function crate_actions.status_of(entity)
  local status = entity.actionStatus
  if type(status) == "table" then status = status["@id"] end
  return text_of(status) and status:match("([^/#:]+)$") or nil
end

local action_types = { OrganizeAction = "orchestration", ControlAction = "control" }

local function put_times(props, entity, names)
  for said, name in pairs(names) do
    if given(entity[said]) then
      props[name] = instant(entity[said])
      if not props[name] then
        props["crate_" .. said] = json(entity[said])
        warn(entity.id .. ": " .. said .. " is no time, and is kept as text: " .. tostring(entity[said]):sub(1, 60))
      end
    end
  end
end

-- Agents that are software. Organisations have an edge, and persons are left out.
local function software_of(entity)
  local list = {}
  for _, value in ipairs(each(entity.agent)) do
    local agent = named(value)
    if not agent or agent.is_person then
      crate_graph.persons_left_out = crate_graph.persons_left_out + 1
    elseif not has_type(agent, crate_graph.is_organisation) then
      list[#list + 1] = value
    end
  end
  return json_list(entity.id .. ": agent", list)
end

-- The organisations that an agent is, provides for, or belongs to.
local function put_agents(entity, ref, kind)
  for _, value in ipairs(each(entity.agent)) do
    local agent = named(value)
    if agent then
      local whom = { value }
      if agent.is_person then whom = each(agent.affiliation) end
      if has_type(agent, crate_graph.is_code) then whom = each(agent.provider) end
      for _, one in ipairs(whom) do
        local organisation = ref_to(one, "organisation")
        if organisation then edge(kind, ref, organisation) end
      end
    end
  end
end

local function parameter_name(value)
  local parameter = named(value)
  return parameter and text_of(parameter.name) or nil
end

-- The parameter that a piece of data is an example of: of this job if it says so, else the first.
local function role_of(value, job)
  local entity = named(value)
  local first
  for _, one in ipairs(each(entity and entity.exampleOfWork)) do
    local id = id_of(one)
    first = first or parameter_name(one)
    for _, list in ipairs(job and { job.input, job.output } or {}) do
      for _, slot in ipairs(each(list)) do
        if id and id_of(slot) == id then return parameter_name(one) end
      end
    end
  end
  return first
end

local function parameter_text(value)
  local entity = named(value)
  if not entity or not has_type(entity, set_of("PropertyValue")) then return nil end
  local said = entity.value
  if type(said) == "table" then said = id_of(said) or "" end
  return tostring(text_of(entity.name) or entity.id) .. "=" .. tostring(said ~= null and said or "")
end

-- What an action took or made. What is no data is told by the property parameters, and stays as the crate says it.
local function put_passed(entity, ref, props, field, kind)
  local job = named(each(entity.instrument)[1])
  local rest, parameters, edges = {}, {}, {}
  for _, value in ipairs(each(entity[field])) do
    local other = named(value)
    local data = data_of(value)
    if data then
      edges[#edges + 1] = { data, role_of(value, job) }
    elseif not (other and crate_graph.is_action(other)) then
      rest[#rest + 1] = scrubbed(value)
      parameters[#parameters + 1] = parameter_text(value)
    end
  end
  local name = field == "object" and "parameters" or "result_values"
  if #parameters > crate_kept.list_items_max then
    warn(entity.id .. ": " .. #parameters .. " " .. name .. " are too many for a property, and were left out")
  elseif #parameters > 0 then
    props[name] = parameters
  end
  props["crate_" .. field] = json_list(entity.id .. ": " .. field, rest)
  return function()
    for _, one in ipairs(edges) do
      local details = one[2] and kind == "used" and { props = { role = one[2] } } or nil
      if kind == "used" then edge(kind, ref, one[1], details) else edge(kind, one[1], ref) end
    end
  end
end

local action_taken = set_of("startTime endTime actionStatus object result instrument agent")

function crate_actions.put_run(entity, ref, crate)
  local props = crate_kept.common(entity, ref, crate)
  local status = crate_actions.status_of(entity)
  props.run_id = entity.id
  props.type = action_types[entity.types[1]] or assessment_of(entity)
  props.state = states[status] or (not status and given(entity.endTime) and "complete") or "unknown"
  if status and not states[status] then props.crate_actionStatus = json(entity.actionStatus) end
  put_times(props, entity, { startTime = "started_at", endTime = "ended_at" })
  keep_rest(props, entity, action_taken)
  props.crate_agent = software_of(entity)
  local assesses = has_type(entity, set_of("AssessAction"))
  local put_edges = {}
  if assesses then
    props.crate_object = json_list(entity.id .. ": object", each(scrubbed(entity.object)))
  else
    put_edges = { put_passed(entity, ref, props, "object", "used"), put_passed(entity, ref, props, "result", "generated_by") }
  end
  local rest = {}
  for _, value in ipairs(each(entity.instrument)) do
    if not ref_to(value, "job") then rest[#rest + 1] = scrubbed(value) end
  end
  props.crate_instrument = json_list(entity.id .. ": instrument", rest)
  put_node(entity, ref, props)
  for _, put in ipairs(put_edges) do put() end
  if not ref:find("^run:") then return end  -- a project stands where a run does
  for _, value in ipairs(each(entity.instrument)) do
    local job = ref_to(value, "job")
    if job then edge("instance_of", ref, job) end
  end
  put_agents(entity, ref, "performed_by")
  if assesses then
    local result = status == "CompletedActionStatus" and "passed" or status == "FailedActionStatus" and "failed" or "pending"
    for _, value in ipairs(each(entity.object)) do
      local output = ref_to(value, "output")
      if output then edge("checked_by", output, ref, { props = { result = result } }) end
    end
  else
    local project = ref_to(entity.amontProject, "project") or (not text_of(entity.amontRef) and crate.project or nil)
    if project then edge("performed_for", ref, project) end
  end
end

local decisions = { CompletedActionStatus = "granted", FailedActionStatus = "refused" }

function crate_actions.put_sign_off(entity, ref, crate)
  local props = crate_kept.common(entity, ref, crate)
  local status = crate_actions.status_of(entity)
  props.type, props.decision = "authorisation", decisions[status]
  props.reference = id_of(each(entity.instrument)[1])
  if status and not decisions[status] then props.crate_actionStatus = json(entity.actionStatus) end
  put_times(props, entity, { endTime = "decided_at", startTime = "begun_at" })
  keep_rest(props, entity, set_of("startTime endTime actionStatus agent"))
  props.crate_agent = software_of(entity)
  put_node(entity, ref, props)
  put_agents(entity, ref, "issued_by")
  local project
  for _, value in ipairs(each(entity.object)) do project = project or ref_to(value, "project") end
  project = project or crate.project
  if project then edge("for_project", ref, project) end
end

return crate_actions
