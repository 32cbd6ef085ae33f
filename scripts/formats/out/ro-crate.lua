--- The lineage of a result as a research object crate: ro-crate-metadata.json, a provenance run crate.
--- @format ro-crate
--- @output json
--- @uses formats/lib/left_out
--- @param of? ref  the result; a crate that was imported is written as it was; without it, all runs and data of the register
--- @param license? text  the address of the licence under which the metadata are given
--
-- What becomes what:
--   dataset, output    Dataset        isBasedOn what it is derived_from; hasPart the datasets that are part_of it
--   run                CreateAction   object, result, instrument, agent: the organisations that performed it; a run of a run is a result
--   project that stands where a run does   CreateAction too
--   job, organisation, project, publication   SoftwareApplication, Organization, Project, ScholarlyArticle
--   approval of a project   AssessAction, a sign-off, of the project and of what it covers
--   disclosure check        AssessAction, of the outputs that are checked_by it
-- amontRef is an entity's ref, by which an import knows it again. Persons, variables, versions and
-- what else has no place in a crate are left out and counted.

local function encoded(id)
  return (id:gsub("[^%w%-._~:/?#%[%]@!$&'()*+,;=%%\128-\255]", function(c) return string.format("%%%02X", c:byte()) end))
end

local function link(id)
  return '{"@id":' .. json(id) .. "}"
end

local function links(ids)
  local list, before = {}, {}
  for _, id in ipairs(ids) do
    if not before[id] then list[#list + 1] = id end
    before[id] = true
  end
  table.sort(list)
  for i, id in ipairs(list) do list[i] = link(id) end
  if #list == 0 then return nil end
  return #list == 1 and list[1] or "[" .. table.concat(list, ",") .. "]"
end

-- Entities are written one by one. `fields` are JSON texts by name; what is nil is not there.
local written = 0
local function entity(id, types, fields)
  local names = {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  write(written > 0 and ",\n" or "\n", '{"@id":', json(id), ',"@type":', json(#types == 1 and types[1] or types))
  for _, name in ipairs(names) do write(",", json(name), ":", fields[name]) end
  write("}")
  written = written + 1
end

local function text(value)
  return value ~= nil and json(value) or nil
end

local statuses = { complete = "CompletedActionStatus", fail = "FailedActionStatus", running = "ActiveActionStatus" }

local function status(state)
  return statuses[state] and json("http://schema.org/" .. statuses[state]) or nil
end

-- A crate that was imported ---------------------------------------------------------------------------------------------
--
-- Its records say in crate_id and crate_type what they were, and keep as crate_NAME what had no place; edges say the rest.

local native = {}
for word in ("title type crates run_id state started_at ended_at parameters result_values name ror doi published_at checked_at decision "
  .. "reference decided_at begun_at checksum description"):gmatch("%S+") do native[word] = true end

local function crate_fields(node)
  local fields = {}
  for name, value in pairs(node:properties()) do
    local kept = name:match("^crate_(.+)$")
    if kept then
      fields[kept] = type(value) == "string" and value or nil
    elseif not native[name] and type(value) == "string" then
      fields[name] = json(value)
    end
  end
  for _, name in ipairs { "id", "type", "absent", "unnamed", "context", "descriptor", "entities" } do fields[name] = nil end
  if not node:get("crate_unnamed") then fields.name = text(node.title) end
  fields.description = fields.description or text(node:get("description"))
  return fields
end

local function crate_id(node)
  return node:get("crate_id")
end

-- JSON texts of links, those kept as they were and those that edges say.
local function join_links(kept, ids)
  local said = links(ids)
  if not kept or not said then return kept or said end
  local function inside(list) return list:match("^%[(.*)%]$") or list end
  return "[" .. inside(kept) .. "," .. inside(said) .. "]"
end

local function export_imported(root)
  local members, is_member = {}, {}
  for node in nodes() do
    local crates = node:get("crates")
    for _, one in ipairs(type(crates) == "table" and crates or {}) do
      if one == root.ref and not is_member[node.ref] then
        members[#members + 1] = node
        is_member[node.ref] = node
      end
    end
  end
  local function ids(set, keep)
    local list = {}
    for node in set do
      if is_member[node.ref] and (not keep or keep(node)) then list[#list + 1] = crate_id(node) end
    end
    return list
  end
  local in_bundle = {}  -- what the root has as parts and no other edge tells
  for _, one in ipairs(root:edges("up", "derived_from")) do in_bundle[one.to] = in_bundle[one.to] or one:get("how") == "bundle" end
  local descriptor = { about = link(crate_id(root)), conformsTo = root:get("crate_descriptor") }
  write('{"@context":', root:get("crate_context") or '"https://w3id.org/ro/crate/1.1/context"', ',"@graph":[')
  entity("ro-crate-metadata.json", { "CreativeWork" }, descriptor)
  local function put(node)
    local fields = crate_fields(node)
    local kind = node.kind
    if node.ref == root.ref then
      fields.hasPart = join_links(fields.hasPart, ids(node:outgoing("derived_from"), function(part) return in_bundle[part.ref] end))
    elseif kind == "dataset" then
      fields.hasPart = join_links(fields.hasPart, ids(node:incoming("part_of"):only("dataset")))
    elseif kind == "run" then
      local within = node:incoming("part_of"):only("run")
      local is_result = function(part) return node:get("type") == "orchestration" and part:get("type") ~= "control" end
      local objects = ids(within, function(part) return not is_result(part) end)
      local results = ids(within, is_result)
      for _, id in ipairs(ids(node:outgoing("used"))) do objects[#objects + 1] = id end
      for _, id in ipairs(ids(node:incoming("generated_by"))) do results[#results + 1] = id end
      fields.object, fields.result = join_links(fields.object, objects), join_links(fields.result, results)
      fields.instrument = join_links(fields.instrument, ids(node:outgoing("instance_of")))
      fields.agent = join_links(fields.agent, ids(node:outgoing("performed_by"):only("organisation")))
      fields.startTime = fields.startTime or text(node:get("started_at"))
      fields.endTime = fields.endTime or text(node:get("ended_at"))
      fields.actionStatus = fields.actionStatus or status(node:get("state"))
    elseif kind == "approval" then
      fields.agent = join_links(fields.agent, ids(node:outgoing("issued_by")))
      fields.startTime = fields.startTime or text(node:get("begun_at"))
      fields.endTime = fields.endTime or text(node:get("decided_at"))
      local decided = { granted = "complete", refused = "fail" }
      fields.actionStatus = fields.actionStatus or status(decided[node:get("decision")])
    end
    entity(crate_id(node), node:get("crate_type") or { "Thing" }, fields)
  end
  put(root)
  for _, node in ipairs(members) do
    if node.ref ~= root.ref and not node:get("crate_absent") then put(node) end
  end
  local others = root:get("crate_entities")
  for _, texts in ipairs(type(others) == "table" and others or {}) do
    for one in texts:gmatch("[^\n]+") do
      write(",\n", one)
      written = written + 1
    end
  end
  write("\n]}\n")
end

-- Lineage of the register -----------------------------------------------------------------------------------------------

local context = json {
  "https://w3id.org/ro/crate/1.1/context",
  { amontRef = "urn:amont:ref", amontAbsent = "urn:amont:absent", amontProject = "urn:amont:project" },
}
local run_profile, crate_profile = "https://w3id.org/ro/wfrun/process/0.5", "https://w3id.org/ro/crate/1.1"
local shp = "https://w3id.org/shp#"
local not_recorded = "#not-recorded"

local function id_of(ref)
  return "#" .. encoded(ref:gsub("[%%#%[%]]", function(c) return string.format("%%%02X", c:byte()) end))
end

local seen  -- refs that are in the crate

local function ids_within(set)
  local list = {}
  for node in set do
    if seen[node.ref] then list[#list + 1] = id_of(node.ref) end
  end
  return list
end

local function is_data(node)
  return node.kind == "dataset" or node.kind == "output"
end

local function common(node)
  return { name = json(node.title or node.ref), description = text(node:get("description")), amontRef = json(node.ref) }
end

local function put_data(node)
  local fields = common(node)
  fields.isBasedOn = links(ids_within(node:outgoing("derived_from")))
  if node.kind == "dataset" then
    fields.hasPart = links(ids_within(node:incoming("part_of"):only("dataset")))
    fields.publisher = links(ids_within(node:incoming("holds")))
    fields.conditionsOfAccess = text(node:get("access_rights"))
  else
    fields.citation = links(ids_within(node:incoming("reports")))
  end
  fields.identifier = json(node.ref)
  entity(id_of(node.ref), { "Dataset" }, fields)
end

-- A run, or a project that stands where a run does.
local function put_work(node, id)
  local fields = common(node)
  fields.object, fields.result = links(ids_within(node:outgoing("used"))), links(ids_within(node:incoming("generated_by")))
  fields.instrument = links { not_recorded }
  if node.kind == "run" then
    local results = ids_within(node:incoming("generated_by"))
    for _, part in ipairs(ids_within(node:incoming("part_of"):only("run"))) do results[#results + 1] = part end
    fields.result = links(results)
    fields.instrument = links(ids_within(node:outgoing("instance_of"))) or fields.instrument
    fields.agent = links(ids_within(node:outgoing("performed_by"):only("organisation")))
    fields.startTime, fields.endTime = text(node:get("started_at")), text(node:get("ended_at"))
    fields.actionStatus = status(node:get("state"))
    fields.amontProject = links(ids_within(node:outgoing("performed_for")))
  end
  entity(id, { "CreateAction" }, fields)
end

local function put_check(node)
  local fields = common(node)
  local passed
  for _, one in ipairs(node:edges("down", "checked_by")) do passed = one:get("result") or passed end
  fields.additionalType, fields.object = link(shp .. "DisclosureCheck"), links(ids_within(node:incoming("checked_by")))
  fields.instrument = links { not_recorded }
  fields.startTime, fields.endTime = text(node:get("started_at")), text(node:get("ended_at"))
  fields.agent = links(ids_within(node:outgoing("performed_by"):only("organisation")))
  local failed = passed == "failed" or passed == "refused" or node:get("state") == "fail"
  fields.actionStatus = status(failed and "fail" or node:get("state"))
  entity(id_of(node.ref), { "AssessAction" }, fields)
end

local decided = { granted = "complete", favourable = "complete", reserves = "complete", refused = "fail", unfavourable = "fail" }

local function put_sign_off(node)
  local fields = common(node)
  local objects = { "./" }
  for _, id in ipairs(ids_within(node:outgoing("for_project"))) do objects[#objects + 1] = id end
  for _, id in ipairs(ids_within(node:outgoing("covers"))) do objects[#objects + 1] = id end
  fields.additionalType, fields.object = link(shp .. "SignOff"), links(objects)
  fields.agent = links(ids_within(node:outgoing("issued_by")))
  fields.endTime, fields.actionStatus = text(node:get("decided_at")), status(decided[node:get("decision")])
  fields.identifier = text(node:get("reference"))
  entity(id_of(node.ref), { "AssessAction" }, fields)
end

local function put_organisation(node)
  local fields = common(node)
  entity(id_of(node.ref), { "Organization" }, fields)
end

local function put_project(node)
  local fields = common(node)
  fields.description = fields.description or text(node:get("lay_summary"))
  fields.member = links(ids_within(node:incoming("controls", "processes_for")))
  fields.funder = links(ids_within(node:incoming("funds")))
  entity(id_of(node.ref), { "Project" }, fields)
end

local function put_job(node)
  local fields = common(node)
  fields.codeRepository, fields.version = text(node:get("code_location")), text(node:get("commit"))
  entity(id_of(node.ref), { "SoftwareApplication" }, fields)
end

local function put_article(node)
  local fields = common(node)
  local doi = node:get("doi")
  fields.identifier, fields.datePublished = doi and json("https://doi.org/" .. doi), text(node:get("published_at"))
  entity(id_of(node.ref), { "ScholarlyArticle" }, fields)
end

local puts = {
  dataset = put_data, output = put_data, job = put_job, organisation = put_organisation, publication = put_article,
  approval = put_sign_off,
}

-- What the crate is to hold: the way to the result, and what stands around it.
local function gathered(chain)
  local work = chain:only("run", "project")
  local projects = work:only("project") | work:only("run"):outgoing("performed_for")
  local checks = chain:only("output"):outgoing("checked_by"):only("run")
  local runs = chain:only("run") | work:only("run"):outgoing("part_of"):only("run")
  local all_data = chain:only("dataset", "output")
  local approvals = projects:incoming("for_project"):only("approval") | runs:outgoing("under")
  local organisations = (runs | checks):outgoing("performed_by"):only("organisation") | projects:incoming("controls", "processes_for", "funds")
    | all_data:incoming("holds") | approvals:outgoing("issued_by")
  if arg.of then
    for other in (runs | checks):outgoing("performed_by"):only("agent") | chain:only("variable") do left_out.skip(other) end
  end
  return {
    data = all_data, runs = runs - checks, stand_ins = work:only("project"), checks = checks, projects = projects,
    approvals = approvals, around = organisations | runs:outgoing("instance_of") | all_data:only("output"):incoming("reports"),
  }
end

-- What is left out of a record that is written; edges to what the crate is not about are not.
local names_of = {}
for kind, words in pairs {
  dataset = "title description access_rights", output = "title description", run = "title description started_at ended_at state",
  project = "title description", organisation = "title description", job = "title description code_location commit",
  publication = "title description doi published_at", approval = "title description decided_at decision reference",
} do names_of[kind] = left_out.names(words) end
local names_of_summarised = left_out.names("title lay_summary")
local all_names, no_names, of_check = left_out.names("*"), left_out.names(""), left_out.names("result")
local edges_written = {}
for kind in ("derived_from part_of generated_by used instance_of performed_for holds controls processes_for funds reports for_project covers "
  .. "issued_by"):gmatch("%S+") do edges_written[kind] = function(edge) return seen[edge.to] and no_names or all_names end end
edges_written.performed_by = function(edge) return seen[edge.to] and no_names end
edges_written.checked_by = function(edge) return seen[edge.to] and of_check end
local edges_of_others = setmetatable({}, { __index = function(_, kind)
  return edges_written[kind] or function(edge) return not seen[edge.to] and all_names end
end })

local seen_already = {}
local function see_all(set)
  for node in set do
    if not seen_already[node.ref] then
      seen_already[node.ref] = true
      local is_summarised = node.kind == "project" and not node:get("description")
      left_out.see(node, is_summarised and names_of_summarised or names_of[node.kind], edges_of_others)
    end
  end
end

local function export_lineage(chain, title)
  if #chain == 0 then error("the register has no run, dataset, output or variable: there is nothing that a crate could tell of", 0) end
  local held = gathered(chain)
  seen = {}
  for _, set in pairs(held) do
    for node in set do seen[node.ref] = true end
  end
  write('{"@context":', context, ',"@graph":[')
  entity("ro-crate-metadata.json", { "CreativeWork" }, { about = link("./"), conformsTo = link(crate_profile) })
  local mentions = {}
  for _, set in ipairs { held.runs, held.checks, held.approvals } do
    for node in set do mentions[#mentions + 1] = id_of(node.ref) end
  end
  for node in held.stand_ins do mentions[#mentions + 1] = id_of(node.ref) .. "/work" end
  entity("./", { "Dataset" }, {
    name = json("Lineage: " .. title), hasPart = links(ids_within(held.data)), mentions = links(mentions),
    description = json("How it was made, as known at transaction " .. known_at().tx .. " of a register of metadata"),
    datePublished = json(known_at().time), conformsTo = link(run_profile), sourceOrganization = links(ids_within(held.projects)),
    license = arg.license and link(arg.license) or nil,
  })
  entity(run_profile, { "CreativeWork" }, { name = json("Process Run Crate"), version = json("0.5") })
  if arg.license then entity(arg.license, { "CreativeWork" }, { name = json(arg.license) }) end
  entity(not_recorded, { "SoftwareApplication" }, { name = json("Not recorded"), amontAbsent = "true" })
  if #held.approvals > 0 then entity(shp .. "SignOff", { "DefinedTerm" }, { name = json("Sign-off") }) end
  if #held.checks > 0 then entity(shp .. "DisclosureCheck", { "DefinedTerm" }, { name = json("Disclosure check") }) end
  for node in held.runs do put_work(node, id_of(node.ref)) end
  for node in held.stand_ins do put_work(node, id_of(node.ref) .. "/work") end
  for node in held.checks do put_check(node) end
  for node in held.projects do put_project(node) end
  for _, set in ipairs { held.data, held.approvals, held.around } do
    for node in set do puts[node.kind](node) end
  end
  write("\n]}\n")
  for _, set in pairs(held) do see_all(set) end
end

function export()
  local of = arg.of and node(arg.of)
  if of and of:get("type") == "crate" and of:get("crate_type") then
    export_imported(of)
  elseif of then
    export_lineage(upstream(of) | of, of.title or of.ref)
  else
    export_lineage(nodes("run", "dataset", "output", "variable"), "all that the register knows")
  end
  if not of then
    for node in nodes() do
      if not seen[node.ref] then left_out.skip(node) end
    end
  end
  left_out.tell("a crate")
end
