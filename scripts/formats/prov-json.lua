--- PROV-JSON (https://www.w3.org/submissions/prov-json/): provenance as the W3C's PROV has it.
--- @format prov-json
--- @input json parts
--- @uses formats/lib/prov
--- @uses formats/lib/prov_names
--- @uses formats/lib/prov_attributes
--- @uses formats/lib/prov_said
--- @uses formats/lib/prov_in
--- @uses formats/lib/prov_relations
--- @sign '"prefix"' '"entity"'
--- @sign '"prefix"' '"prov:'
--- @sign '"prefix"' '"http://www.w3.org/ns/prov#"'
--
-- What becomes what stands in lib/prov.lua. Only of JSON here: an id that begins with "_:" is none; of a list of records under one
-- id each is told; prov:entity of a hadMember may be a list of members.

local document  -- the file being read: names(...) and members(...) of its objects
local elements = { "entity", "activity", "agent" }
local is_known = { prefix = true, bundle = true, entity = true, activity = true, agent = true }
for _, relation in ipairs(prov.relations) do is_known[relation.name] = true end

local function is_object(value)
  return type(value) == "table" and #value == 0
end

-- One value of an attribute, as a property has it; nil, and a reject, when it is none.
local function value_of(scope, value, name)
  if type(value) == "string" then return prov.text(value) end
  if type(value) == "number" or type(value) == "boolean" then return value end
  if not is_object(value) or value["$"] == nil or type(value["$"]) == "table" then
    return prov.fail("a value of " .. name .. " should be text, a number, or an object with \"$\" and \"type\" or \"lang\"")
  end
  local text, type_name, language = value["$"], value.type, value.lang
  if text == null then return prov.fail("a value of " .. name .. " is null") end
  if type(text) ~= "string" then text = json(text) end
  if language then return prov.in_language(text, language) end
  if type_name then return prov.typed_in(scope, text, type_name) end
  return type(value["$"]) == "string" and prov.text(text) or value["$"]
end

-- An argument: a name, or a time.
local function argument_of(record, name)
  local value = record[name]
  if value == nil or type(value) == "string" then return value end
  local one = type(value) == "table" and (value["$"] or #value == 1 and value[1]) or value
  if type(one) == "string" then return one end
  prov.fail(name .. " should be one text")
  return false
end

local function take_attribute(said, scope, record, name, value)
  local told
  if name == "prov:startTime" or name == "prov:endTime" then
    told = argument_of(record, name) or nil
  else
    told = value_of(scope, value, name)
  end
  prov.attribute(said, scope, name, told)
end

-- Most relations have none.
local function take_attributes(scope, record, arguments)
  local said = {}
  if not has_others(record, arguments) then return said end
  for name, value in pairs(record) do
    if arguments[name] then
      -- an end of the relation, or its time
    elseif type(value) == "table" and #value > 0 then
      for _, one in ipairs(value) do take_attribute(said, scope, record, name, one) end
    else
      take_attribute(said, scope, record, name, value)
    end
  end
  return said
end

-- What is in an object of a container: the document itself, or a bundle.
local function members(container, name)
  if container.bundle then return document.members("bundle", container.bundle, name) end
  return document.members(name)
end

-- Calls take(id, record) for each record of a section.
local function each_record(container, section, take)
  prov.at = container.at .. section .. " "
  for id, records in members(container, section) do
    prov.member = id
    if type(records) ~= "table" then
      prov.fail("should be an object, or a list of them")
    else
      if #records == 0 then take(id, records) end
      for _, record in ipairs(records) do
        if is_object(record) then take(id, record) else prov.fail("should be an object, or a list of them") end
      end
    end
  end
  prov.at, prov.member = container.at, nil
end

local no_arguments = {}
local arguments_of = {}
for _, relation in ipairs(prov.relations) do
  local names = {}
  for _, argument in ipairs(relation) do names[argument[1]] = true end
  arguments_of[relation.name] = names
end

local function take_relation(scope, relation, id, record)
  if id:byte() == 95 and id:byte(2) == 58 then id = nil end  -- "_:"
  local arguments = {}
  for i, argument in ipairs(relation) do
    local value = record[argument[1]]
    if i == 2 and relation.name == "hadMember" and type(value) == "table" and #value > 1 then
      for _, member in ipairs(value) do
        if type(member) ~= "string" then return prov.fail(argument[1] .. " should be a list of texts") end
        prov.relation(scope, relation, nil, { arguments[1], member }, {})
      end
      return
    end
    arguments[i] = argument_of(record, argument[1])
    if arguments[i] == false then return end
  end
  prov.relation(scope, relation, id, arguments, take_attributes(scope, record, arguments_of[relation.name]))
end

local function take_prefixes(container)
  prov.at, prov.member = container.at, nil
  for prefix, iri in members(container, "prefix") do
    prov.declare(container.scope, prefix == "default" and "" or prefix, iri)
  end
end

local function take_elements(container)
  for _, class in ipairs(elements) do
    each_record(container, class, function(id, record)
      prov.element(container.scope, class, id, take_attributes(container.scope, record, no_arguments))
    end)
  end
end

local function take_relations(container)
  for _, relation in ipairs(prov.relations) do
    each_record(container, relation.name, function(id, record) take_relation(container.scope, relation, id, record) end)
  end
end

local function tell_unknown(container, sections)
  for _, section in ipairs(sections) do
    if not is_known[section] then
      warn(container.at .. section .. " is no section of PROV-JSON that is known here, and was left out")
    elseif section == "bundle" and container.bundle then
      prov.at = container.at
      prov.fail("a bundle can't have bundles")
    end
  end
end

-- Whether any section is one of PROV-JSON; an object of which none is, is another format.
local function is_prov(sections)
  for _, section in ipairs(sections) do
    if is_known[section] then return true end
  end
  return #sections == 0
end

-- All elements come first, so that relations find what they name.
function convert(read, file)
  document = read
  local whole, sections = { scope = prov.document(), at = "" }, document.names()
  if not is_prov(sections) then
    return reject("it is no PROV-JSON: prefix, entity, activity, agent or a relation is expected in it, and it has " ..
      table.concat(sections, ", ", 1, math.min(#sections, 5)))
  end
  tell_unknown(whole, sections)
  take_prefixes(whole)
  take_elements(whole)
  local containers = { whole }
  for _, name in ipairs(document.names("bundle")) do
    local inner = { scope = prov.bundle(whole.scope), bundle = name, at = "bundle " .. name .. ": " }
    tell_unknown(inner, document.names("bundle", name))
    take_prefixes(inner)
    if prov.describe(inner.scope, name, true) then
      take_elements(inner)
      containers[#containers + 1] = inner
    end
  end
  for _, container in ipairs(containers) do take_relations(container) end
  prov.at = ""
  prov.finish(whole.scope)
end
