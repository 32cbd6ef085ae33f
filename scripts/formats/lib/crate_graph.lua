-- crate_graph: the entities of a research object crate, asked for by what they are. It uses the part values.
--
-- A crate is { entities = by id, list = in their order, root = its root's entity, persons = by id, others = JSON texts, context =,
-- descriptor =, base = how keys begin, root_ref =, project = }. The fields after `context` are for those who read on. An entity has the
-- crate's own fields, and id, types, is_person, is_descriptor, is_instrument, is_passed and is_sign_off.

local crate_graph = {}

-- How often persons were named; they are never kept.
crate_graph.persons_left_out = 0

local given, text_of, each = values.given, values.text_of, values.each

local crate  -- at hand

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
    crate_graph.persons_left_out = crate_graph.persons_left_out + 1
    return nil
  end
  if value["@type"] and has_type({ types = types_of(value) }, is_person) then
    crate_graph.persons_left_out = crate_graph.persons_left_out + 1
    return nil
  end
  local copy, any = {}, false
  for name, part in pairs(value) do
    if names_persons[name] and type(part) == "string" then
      crate_graph.persons_left_out = crate_graph.persons_left_out + 1
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
    local id = type(one) == "table" and id_of(one)  -- "" is the root's
    local entity = id and crate.entities[id]
    if entity and not entity.is_person then
      kept[#kept + 1] = one
    else
      crate_graph.persons_left_out = crate_graph.persons_left_out + 1
    end
  end
  return #kept > 0 and kept or nil
end

-- What a reference means: the entity, nil when it is not described, and its id.
local function named(value)
  local id = id_of(value)
  local entity = id and crate.entities[id]
  return entity, id
end

-- Whole crates ---------------------------------------------------------------------------------------------------------

-- https://w3id.org/shp#DisclosureCheck is disclosure_check.
local function assessment_of(entity)
  local id = id_of(each(entity.additionalType)[1])
  local word = id and id:match("([^/#:]+)$")
  if not word then return nil end
  return (word:gsub("(%l)(%u)", "%1_%2"):lower())
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

-- The crate of a document, which is at hand from now on; nil, and a reject, when it is none.
function crate_graph.read(document)
  if type(document) ~= "table" or type(document["@graph"]) ~= "table" then
    return reject("it is no RO-Crate: it has no @graph, a list of entities")
  end
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
  crate.root = find_root()
  if not crate.root then
    return reject("it is no RO-Crate: no entity ro-crate-metadata.json is about a root dataset that is there")
  end
  note_uses()
  return crate
end

for name, part in pairs {
  set_of = set_of, id_of = id_of, is_address = is_address, has_type = has_type, is_action = is_action,
  is_persons_id = is_persons_id, scrubbed = scrubbed, without_persons = without_persons, named = named, assessment_of = assessment_of,
  is_code = is_code, is_container = is_container, is_data = is_data, is_organisation = is_organisation, is_article = is_article,
} do crate_graph[name] = part end

return crate_graph
