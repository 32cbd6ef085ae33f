--- The metadata of research object crates, ro-crate-metadata.json: process, workflow and provenance runs, Five Safes.
--- @format ro-crate
--- @input json
--- @sign '"@graph"' 'ro-crate-metadata.json'
--- @sign '"@graph"' 'w3id.org/ro/crate/'
--- @uses formats/lib/values
--- @uses formats/lib/crate_graph
--- @uses formats/lib/crate_refs
--- @uses formats/lib/crate_kept
--- @uses formats/lib/crate_actions
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

local given, text_of, each, instant = values.given, values.text_of, values.each, values.instant_of
local set_of, has_type, named = crate_graph.set_of, crate_graph.has_type, crate_graph.named
local scrubbed, assessment_of = crate_graph.scrubbed, crate_graph.assessment_of
local ref_of, data_of, ref_to = crate_refs.ref_of, crate_refs.data_of, crate_refs.ref_to
local json_text, json_list, keep_rest = crate_kept.json_text, crate_kept.json_list, crate_kept.keep_rest

local crate  -- at hand

local function common(entity, ref) return crate_kept.common(entity, ref, crate) end

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
  props.crate_entities = #crate.others > 0 and crate_kept.packed(crate.others) or null
  for _, entity in ipairs(crate.list) do
    if assessment_of(entity) == "disclosure_check" and crate_actions.status_of(entity) == "CompletedActionStatus" then
      props.checked_at = instant(entity.endTime)
    end
  end
  node(crate.root_ref, props)
end

local puts = {
  dataset = put_data, output = put_data, job = put_job, organisation = put_organisation, project = put_project,
  publication = put_publication, run = crate_actions.put_run, approval = crate_actions.put_sign_off,
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

function convert(document, file)
  crate = crate_graph.read(document)
  if not crate or not crate_refs.begin(crate, file) then return end
  for _, entity in ipairs(crate.list) do
    if entity.is_person then
      crate_graph.persons_left_out = crate_graph.persons_left_out + 1
    elseif not entity.is_descriptor and not ref_of(entity) then
      local kept = scrubbed(entity) or {}  -- {}: its @id is that of a person
      local copy = {}
      for name, value in pairs(kept) do
        if name:find("^@") or not crate_kept.never_kept[name] then copy[name] = value end
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
      local kind = ref and crate_refs.kind_of(entity)
      if ref and (turn == 2) == (later[kind] or false) then puts[kind](entity, ref, crate) end
    end
  end
  for _, entity in ipairs(crate.list) do
    if ref_of(entity) then put_structure(entity, ref_of(entity)) end
  end
end

function finish()
  local persons = crate_graph.persons_left_out
  if persons > 0 then warn("persons are named " .. persons .. " times, and were left out") end
  local count = 0
  for _ in pairs(crate_refs.absent) do count = count + 1 end
  if count > 0 then warn(count .. " pieces of data are referred to and not described by their crate") end
end
