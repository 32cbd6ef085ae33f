--- The metadata of research object crates, ro-crate-metadata.json: process, workflow and provenance runs, Five Safes.
--- @format ro-crate
--- @input json
--- @sign '"@graph"' 'ro-crate-metadata.json'
--- @sign '"@graph"' 'w3id.org/ro/crate/'
--- @uses formats/lib/values
--
-- What becomes what. CRATE is the root's own address or identifier when it has one, else the name of the folder of the file; an
-- entity whose @id is an http address is named by that, any other by CRATE and its @id. What amont exported has its old name, and when
-- the register knows that name, it is not changed.
--   root dataset        output:CRATE           derived_from its parts, how = bundle
--   action              run:CRATE#ID           part_of the action that it is object or result of; instance_of its instrument
--     object, result    used, generated_by     data; the role is the parameter that it is an example of
--     PropertyValue     the property parameters of the run: no lineage
--     AssessAction      a run too, by which the root is checked_by; a sign-off is an approval, which covers nothing
--   workflow, tool, step, code   job:CRATE/ID
--   file, dataset, collection    dataset:CRATE/ID     part_of the dataset that has it as a part, derived_from what it isBasedOn
--   organisation, project        organisation, project; runs are performed_for the project that the root is from
--   article             publication            reports the root
-- Persons, and who is named as an author or a contact, are left out and counted. The action of a person is performed_by the
-- organisation that the person belongs to.
--
-- All else is kept: simple properties under their own names, others as crate_NAME, their JSON text, entities that have no record as
-- crate_entities of the root. crate_id and crate_type are what the crate calls an entity; crates lists the roots that have it.

local absent = {}  -- data that is referred to and not described, told at the end
local persons_left_out, roots = 0, {}

local given, text_of = values.given, values.text_of

-- One value or a list of them, as a list.
local function each(value)
  if not given(value) then return {} end
  if type(value) == "table" and value[1] ~= nil then return value end
  return { value }
end

-- A day is one too.
local function instant(value)
  local ok, day = pcall(time, text_of(value) and value:match("^%d+%-%d+%-%d+$") or "")
  return ok and day or values.time_of(value)
end

-- The crate ------------------------------------------------------------------------------------------------------------

local crate  -- { entities = by id, base = how keys begin, root = its entity, root_ref, persons = by id, others = JSON texts }

local function plain_id(id)
  local path = id:gsub("^%./", "")
  if path:find("^%a[%w+.-]*:") then return path end
  return (path:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function id_of(value)
  if type(value) == "table" then value = value["@id"] end
  return text_of(value) and plain_id(value) or nil
end

local function is_address(id)
  return id:find("^https?://") ~= nil
end

-- The profile's own examples write type where JSON-LD has @type.
local function types_of(entity)
  local types = {}
  for _, name in ipairs(each(entity["@type"] or entity.type)) do
    if text_of(name) then types[#types + 1] = name:match("([^/#:]+)$") end
  end
  return types
end

local function has_type(entity, wanted)
  for _, name in ipairs(entity.types) do
    if wanted[name] then return true end
  end
  return false
end

local function set_of(words)
  local set = {}
  for word in words:gmatch("%S+") do set[word] = true end
  return set
end

local is_person = set_of("Person ContactPoint Patient")
local is_code = set_of("ComputationalWorkflow SoftwareApplication SoftwareSourceCode HowTo HowToStep")
local is_container = set_of("ContainerImage")
local is_data = set_of("Dataset File MediaObject Collection DigitalDocument ImageObject AudioObject VideoObject DataDownload")
local is_organisation = set_of("Organization CollegeOrUniversity GovernmentOrganization ResearchOrganization FundingAgency "
  .. "Corporation Consortium NGO EducationalOrganization MedicalOrganization Hospital FundingScheme")
local is_article = set_of("ScholarlyArticle MedicalScholarlyArticle")
local names_persons = set_of("author creator contributor editor maintainer contactPoint copyrightHolder accountablePerson "
  .. "sponsor email telephone givenName familyName agent participant reviewedBy")

local function is_action(entity)
  for _, name in ipairs(entity.types) do
    if name:find("Action$") then return true end
  end
  return false
end

local function is_persons_id(id)
  return crate.persons[id] or id:find("^mailto:") ~= nil or id:find("^https?://orcid%.org/") ~= nil
end

-- A value without the persons that it names; nil when nothing is left.
local function scrubbed(value)
  if type(value) ~= "table" then return given(value) and value or nil end
  if value["@id"] and is_persons_id(id_of(value) or "") then
    persons_left_out = persons_left_out + 1
    return nil
  end
  if value["@type"] and has_type({ types = types_of(value) }, is_person) then
    persons_left_out = persons_left_out + 1
    return nil
  end
  local copy, any = {}, false
  for name, part in pairs(value) do
    if names_persons[name] and type(part) == "string" then
      persons_left_out = persons_left_out + 1
    else
      part = scrubbed(part)
      any = any or part ~= nil
      if math.type(name) == "integer" then copy[#copy + 1] = part else copy[name] = part end
    end
  end
  return any and copy or nil
end

-- Who is named where persons are: only what the crate describes as something else stays.
local function without_persons(name, value)
  if not names_persons[name] then return scrubbed(value) end
  local kept = {}
  for _, one in ipairs(each(value)) do
    local entity = type(one) == "table" and crate.entities[id_of(one) or ""]
    if entity and not entity.is_person then
      kept[#kept + 1] = one
    else
      persons_left_out = persons_left_out + 1
    end
  end
  return #kept > 0 and kept or nil
end

-- Names ----------------------------------------------------------------------------------------------------------------

-- Data and organisations that have an address are the same in all crates; code has what this crate says of it.
local function local_key(id, kind)
  if is_address(id) and kind ~= "job" and kind ~= "run" and kind ~= "approval" then return id end
  return crate.base .. (id:find("^#") and "" or "/") .. id
end

local function kind_of(entity)
  if entity == crate.root then return "output" end
  if entity.is_person or entity.is_descriptor then return nil end
  if is_action(entity) then return entity.is_sign_off and "approval" or "run" end
  if entity.is_instrument then return "job" end
  if has_type(entity, is_container) then return nil end
  local data = has_type(entity, is_data)
  if has_type(entity, is_code) and not (data and entity.is_passed) then return "job" end
  if data then return "dataset" end
  if has_type(entity, is_organisation) then return "organisation" end
  if has_type(entity, set_of("Project ResearchProject")) then return "project" end
  if has_type(entity, is_article) then return "publication" end
  return nil
end

-- The kinds that what amont exported may say of itself, by the kind that it would have here.
local may_be = {
  dataset = set_of("dataset output"), output = set_of("output"), run = set_of("run project"), approval = set_of("approval"),
  job = set_of("job"), organisation = set_of("organisation"), project = set_of("project"), publication = set_of("publication"),
}

local function ref_of(entity)
  if entity.ref ~= nil then return entity.ref end
  local kind = not entity.amontAbsent and kind_of(entity)
  local said = text_of(entity.amontRef)
  if not kind then
    entity.ref = false
  elseif said and may_be[kind][said:match("^(%l+):") or ""] then
    entity.ref = said
    entity.stands = known(said) ~= nil  -- and is not changed by what a crate says of it
  elseif entity == crate.root then
    entity.ref = "output:" .. crate.base
  else
    entity.ref = kind .. ":" .. local_key(entity.id, kind)
  end
  return entity.ref
end

local function named(value)
  local id = id_of(value)
  local entity = id and crate.entities[id]
  return entity, id
end

-- The data that a reference means: described, or only named.
local function data_of(value)
  local entity, id = named(value)
  if entity then
    local ref = ref_of(entity)
    return ref and (ref:find("^dataset:") or ref:find("^output:")) and ref or nil
  end
  if type(value) ~= "table" or not id or is_persons_id(id) then return nil end
  local ref = "dataset:" .. local_key(id)
  if not absent[ref] then
    absent[ref] = true
    if not known(ref) then node(ref, { title = id, crate_id = value["@id"], crate_absent = true, crates = { crate.root_ref } }) end
  end
  return ref
end

local function ref_to(value, kind)
  local entity = named(value)
  local ref = entity and ref_of(entity)
  return ref and ref:find("^" .. kind .. ":") and ref or nil
end

-- What is kept ---------------------------------------------------------------------------------------------------------

local is_simple = set_of("alternateName contentSize encodingFormat sha1 sha256 sha512 md5 url version softwareVersion license "
  .. "identifier keywords datePublished dateCreated dateModified codeRepository applicationCategory position contentUrl "
  .. "runtimePlatform additionalType sdDatePublished")

local text_bytes_max, list_items_max = 1 << 20, 10000  -- of a property

-- nil, and told, when it is too much for a property.
local function json_text(where, value)
  local ok, text = pcall(json, value)
  if ok and #text <= text_bytes_max then return text end
  warn(where .. " is too large for a property, and was left out")
  return nil
end

local function json_list(where, list)
  return #list > 0 and json_text(where, list) or nil
end

-- Several JSON texts to an item, one to a line, so that a list holds all.
local function packed(texts)
  local items, item, bytes = {}, {}, 0
  for i, text in ipairs(texts) do
    item[#item + 1] = text
    bytes = bytes + #text
    if bytes > 65536 or i == #texts then
      items[#items + 1] = table.concat(item, "\n")
      item, bytes = {}, 0
    end
  end
  return items
end

local never_kept = set_of("@id @type type name description types id ref stands amontRef amontAbsent amontProject is_person "
  .. "is_instrument is_passed is_sign_off is_descriptor")

local function keep_rest(props, entity, taken)
  for name, value in pairs(entity) do
    if not never_kept[name] and not (taken and taken[name]) then
      local kept = without_persons(name, value)
      if kept ~= nil and (#name > 200 or name:find("%c")) then
        warn(entity.id .. ": a property has a name that is none here, and was left out")
      elseif type(kept) == "string" and is_simple[name] then
        props[name] = kept
      elseif kept ~= nil then
        props["crate_" .. name] = json_text(entity.id .. ": " .. name, kept)
      end
    end
  end
end

local function add_crate(ref)
  local crates = {}
  for _, root in ipairs((known(ref) or {}).crates or {}) do crates[root] = true end
  crates[crate.root_ref] = true
  local list = {}
  for root in pairs(crates) do list[#list + 1] = root end
  return list
end

local function common(entity, ref)
  local title = text_of(entity.name) or text_of(entity.alternateName)
  if not title and entity == crate.root then title = crate.base:match("([^/]+)$") end
  return {
    title = title or entity.id:match("([^/#]+)/?$") or entity.id,
    crate_name = not text_of(entity.name) and given(entity.name) and json_text(entity.id .. ": name", entity.name) or nil,
    crate_unnamed = not text_of(entity.name) or nil,
    description = text_of(entity.description),
    crate_description = not text_of(entity.description) and given(entity.description)
      and json_text(entity.id .. ": description", entity.description) or nil,
    crate_id = entity["@id"], crate_type = #entity.types > 0 and entity.types or nil, crates = add_crate(ref),
  }
end

local function put_node(entity, ref, props)
  if not entity.stands then node(ref, props) end
end

-- Data, code, organisations --------------------------------------------------------------------------------------------

local function checksum_of(entity)
  for _, name in ipairs { "sha512", "sha256", "sha1", "md5" } do
    if text_of(entity[name]) then return name .. ":" .. entity[name] end
  end
  return nil
end

local function put_data(entity, ref)
  local props = common(entity, ref)
  props.checksum = checksum_of(entity)
  keep_rest(props, entity, { hasPart = true })
  local rest = {}
  for _, part in ipairs(each(entity.hasPart)) do
    if not ref_to(part, "dataset") then rest[#rest + 1] = part end
  end
  props.crate_hasPart = json_list(entity.id .. ": hasPart", rest)
  put_node(entity, ref, props)
end

local function put_job(entity, ref)
  local props = common(entity, ref)
  props.name = text_of(entity.name)
  props.type = entity.types[#entity.types]
  keep_rest(props, entity)
  put_node(entity, ref, props)
end

local function put_organisation(entity, ref)
  local props = common(entity, ref)
  props.name = text_of(entity.name)
  props.ror = entity.id:match("^https?://ror%.org/(%w+)$")
  keep_rest(props, entity)
  put_node(entity, ref, props)
end

local function put_project(entity, ref)
  local props = common(entity, ref)
  keep_rest(props, entity)
  put_node(entity, ref, props)
  for _, funder in ipairs(each(entity.funder)) do
    local organisation = ref_to(funder, "organisation")
    if organisation then edge("funds", organisation, ref) end
  end
end

local function put_publication(entity, ref)
  local props = common(entity, ref)
  props.doi = entity.id:match("^https?://d?x?%.?doi%.org/(10%..+)$")
  props.published_at = instant(entity.datePublished)
  keep_rest(props, entity)
  put_node(entity, ref, props)
end

-- Actions --------------------------------------------------------------------------------------------------------------

local states = { CompletedActionStatus = "complete", FailedActionStatus = "fail", ActiveActionStatus = "running" }

local function status_of(entity)
  local status = entity.actionStatus
  if type(status) == "table" then status = status["@id"] end
  return text_of(status) and status:match("([^/#:]+)$") or nil
end

-- https://w3id.org/shp#DisclosureCheck is disclosure_check.
local function assessment_of(entity)
  local id = id_of(each(entity.additionalType)[1])
  local word = id and id:match("([^/#:]+)$")
  if not word then return nil end
  return (word:gsub("(%l)(%u)", "%1_%2"):lower())
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
      persons_left_out = persons_left_out + 1
    elseif not has_type(agent, is_organisation) then
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
      if has_type(agent, is_code) then whom = each(agent.provider) end
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
    elseif not (other and is_action(other)) then
      rest[#rest + 1] = scrubbed(value)
      parameters[#parameters + 1] = parameter_text(value)
    end
  end
  local name = field == "object" and "parameters" or "result_values"
  if #parameters > list_items_max then
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

local function put_run(entity, ref)
  local props = common(entity, ref)
  local status = status_of(entity)
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

local function put_sign_off(entity, ref)
  local props = common(entity, ref)
  local status = status_of(entity)
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

-- Whole crates ---------------------------------------------------------------------------------------------------------

local function put_root()
  local root = crate.root
  local props = common(root, crate.root_ref)
  props.type = "crate"
  keep_rest(props, root, { hasPart = true })
  local rest = {}
  for _, part in ipairs(each(root.hasPart)) do
    if not ref_to(part, "dataset") and (named(part) or not data_of(part)) then rest[#rest + 1] = part end
  end
  props.crate_hasPart = json_list("hasPart of the root", rest)
  props.crate_context = given(crate.context) and json_text("the context", crate.context) or nil
  props.crate_descriptor = crate.descriptor and json_text("conformsTo", crate.descriptor) or nil
  props.crate_entities = #crate.others > 0 and packed(crate.others) or null
  for _, entity in ipairs(crate.list) do
    if assessment_of(entity) == "disclosure_check" and status_of(entity) == "CompletedActionStatus" then
      props.checked_at = instant(entity.endTime)
    end
  end
  node(crate.root_ref, props)
end

local puts = {
  dataset = put_data, output = put_data, job = put_job, organisation = put_organisation, project = put_project,
  publication = put_publication, run = put_run, approval = put_sign_off,
}

-- Parts, and actions that are object or result of others.
local function put_structure(entity, ref)
  local kind = ref:match("^(%l+):")
  if kind == "run" then
    if has_type(entity, set_of("AssessAction")) then return end
    for _, field in ipairs { "object", "result" } do
      for _, value in ipairs(each(entity[field])) do
        local part = ref_to(value, "run")
        if part and part ~= ref then edge("part_of", part, ref) end
      end
    end
  elseif kind == "dataset" or kind == "output" then
    for _, value in ipairs(each(entity.hasPart)) do
      local part = entity == crate.root and data_of(value) or ref_to(value, "dataset")
      if part and part ~= ref then
        if entity == crate.root then
          edge("derived_from", ref, part, { props = { how = "bundle" } })
        elseif kind == "dataset" then
          edge("part_of", part, ref)
        end
      end
    end
    for _, value in ipairs(each(entity.isBasedOn)) do
      local origin = named(value) and data_of(value)
      if origin and origin ~= ref then edge("derived_from", ref, origin) end
    end
    for _, value in ipairs(each(entity.citation)) do
      local article = kind == "output" and ref_to(value, "publication")
      if article then edge("reports", article, ref) end
    end
  end
end

local function base_of(root, file)
  local id = root.id
  if is_address(id) then return (id:gsub("/+$", "")) end
  for _, said in ipairs(each(root.identifier)) do
    local entity = named(said)
    if entity and given(entity.value) then said = entity.value end
    local text = text_of(said) or id_of(said)
    if text and not text:find("%c") then return "crate/" .. text end
  end
  local path = file.path:gsub("[^/]*$", function(name)
    return (name:gsub("[-_.]?ro%-crate%-metadata%.json$", ""):gsub("%.json$", ""))
  end):gsub("/+$", "")
  local name = path:match("([^/]+)$")
  if not name or name == "." or name == ".." then name = text_of(root.name) or "unnamed" end
  return "crate/" .. (name:gsub("%c", "-"))
end

-- What is said of entities by others: whether they are instruments, or passed to and from actions.
local function note_uses()
  for _, entity in ipairs(crate.list) do
    if is_action(entity) then
      for _, value in ipairs(each(entity.instrument)) do
        local tool = named(value)
        local code = tool and (has_type(tool, is_code) or has_type(tool, is_data))
        if code and not has_type(tool, is_container) then tool.is_instrument = true end
      end
      for _, field in ipairs { "object", "result" } do
        for _, value in ipairs(each(entity[field])) do
          local data = named(value)
          if data then data.is_passed = true end
        end
      end
      entity.is_sign_off = has_type(entity, set_of("AssessAction")) and assessment_of(entity) == "sign_off"
    end
  end
end

local function read_graph(document)
  crate = { entities = {}, persons = {}, others = {}, list = {}, context = document["@context"] }
  for i, entity in ipairs(document["@graph"]) do
    local id = type(entity) == "table" and id_of(entity)
    if not id then
      warn("entity " .. i .. " of the graph has no @id, and was left out")
    elseif crate.entities[id] then
      warn("the graph has " .. id .. " twice; the first stands")
    else
      entity.id, entity.types = id, types_of(entity)
      crate.entities[id] = entity
      crate.list[#crate.list + 1] = entity
      if has_type(entity, is_person) then entity.is_person, crate.persons[id] = true, true end
    end
  end
end

local function find_root()
  for _, entity in ipairs(crate.list) do
    if entity.id:find("ro%-crate%-metadata%.json") and given(entity.about) then
      local root = named(entity.about)
      if root then
        entity.is_descriptor, crate.descriptor = true, without_persons("conformsTo", entity.conformsTo)
        return root
      end
    end
  end
  return nil
end

function convert(document, file)
  if type(document) ~= "table" or type(document["@graph"]) ~= "table" then
    return reject("it is no RO-Crate: it has no @graph, a list of entities")
  end
  read_graph(document)
  crate.root = find_root()
  if not crate.root then
    return reject("it is no RO-Crate: no entity ro-crate-metadata.json is about a root dataset that is there")
  end
  crate.base = base_of(crate.root, file)
  crate.root_ref = ref_of(crate.root)
  if roots[crate.root_ref] then
    return reject("another crate of this import is called " .. crate.root_ref .. " too; give its root an identifier")
  end
  roots[crate.root_ref] = true
  note_uses()
  for _, entity in ipairs(crate.list) do
    if entity.is_person then
      persons_left_out = persons_left_out + 1
    elseif not entity.is_descriptor and not ref_of(entity) then
      local kept = scrubbed(entity)
      local copy = {}
      for name, value in pairs(kept) do
        if name:find("^@") or not never_kept[name] then copy[name] = value end
      end
      copy.name, copy.description, copy["@id"] = entity.name, entity.description, entity["@id"]
      crate.others[#crate.others + 1] = json_text(entity.id, copy)
    end
  end
  local projects = {}
  for _, value in ipairs(each(crate.root.sourceOrganization)) do projects[#projects + 1] = ref_to(value, "project") end
  if #projects == 1 then crate.project = projects[1] end
  put_root()
  local later = { run = true, approval = true }
  for turn = 1, 2 do
    for _, entity in ipairs(crate.list) do
      local ref = entity ~= crate.root and ref_of(entity)
      local kind = ref and kind_of(entity)
      if ref and (turn == 2) == (later[kind] or false) then puts[kind](entity, ref) end
    end
  end
  for _, entity in ipairs(crate.list) do
    if ref_of(entity) then put_structure(entity, ref_of(entity)) end
  end
end

function finish()
  if persons_left_out > 0 then warn("persons are named " .. persons_left_out .. " times, and were left out") end
  local count = 0
  for _ in pairs(absent) do count = count + 1 end
  if count > 0 then warn(count .. " pieces of data are referred to and not described by their crate") end
end
