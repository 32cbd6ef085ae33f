-- PROV as a register keeps it: what the scripts that read it and those that write it have in common.
--
-- Elements. An entity is dataset:IRI, an activity run:IRI, an agent agent:IRI, or organisation:IRI when its type is
-- prov:Organization. The IRI urn:amont:KIND/KEY is the node KIND:KEY itself.
--
-- Relations. Each is one edge, and points from effect to cause as PROV's do. Its label is its id; one without id has the label ""
-- when it says nothing but its ends, and otherwise what it says, so that two statements about the same ends are two edges.
-- An end that PROV leaves open is a node of its own, KIND:unknown/..., with unknown = true.
--
-- Attributes are properties under their qualified names ("ex:size"), but for those that the hub has a name for (title, role, at...).
-- A value is text, an integer (xsd:int), a real (xsd:double), a boolean or a time (xsd:dateTime); any other is text as PROV-N writes
-- it: '"1" %% xsd:short', '"chat"@fr', "'ex:name'". Text that begins with a quote itself is written so too. A property of which an import
-- would not make the same again is amont:NAME, with its name escaped: amont:dct%3Aissued where nobody declared dct.
--
-- Prefixes are properties of the one node prefixes:prov. A prefix that stands for another IRI already gets a number: ex_2.
--
-- What was invalidated is in the state "deleted", at `deleted_at` if that was said.
--
-- Bundles. What a bundle says of an element are the properties of an edge `describes` from dataset:BUNDLE to it; a relation said in a
-- bundle has the property `bundle`, its IRI. `undeclared` marks an element that the document itself only names.

--
-- Kinds that neither a new register nor PROV's part of the schema has are declared by the entity amont:schema, in the attribute of that
-- name.

local prov = {}

prov.schema = [[
node "prefixes" {}
edge "attributed_to" { class = "governance", ends = {
  { from = { "dataset", "variable", "output", "publication" }, to = { "agent", "organisation" } } } }
edge "acts_for" { class = "governance", ends = { { from = { "agent", "organisation" }, to = { "agent", "organisation" } } } }
edge "started_by" { class = "governance", props = { at = "timestamp" }, ends = { { from = { "run" }, to = { "dataset", "output" } } } }
edge "ended_by" { class = "governance", props = { at = "timestamp" }, ends = { { from = { "run" }, to = { "dataset", "output" } } } }
edge "invalidated_by" { class = "governance", props = { at = "timestamp" }, ends = {
  { from = { "dataset", "variable", "output" }, to = { "run" } } } }
edge "influenced_by" { class = "lineage", weak = true, ends = { {
  from = { "dataset", "run", "agent", "organisation" }, to = { "dataset", "run", "agent", "organisation" } } } }
edge "describes" { class = "governance", ends = { { from = { "dataset" }, to = { "dataset", "run", "agent", "organisation" } } } }
]]

prov.schema_iri, prov.schema_name = "urn:amont:schema", "amont:schema"

prov.standard = {
  prov = "http://www.w3.org/ns/prov#",
  xsd = "http://www.w3.org/2001/XMLSchema#",
  amont = "urn:amont:",
  provext = "http://openprovenance.org/prov/extension#",
}

-- The relations in the order in which they are written. An argument is {its name, what it is}: the first two are the ends, those that
-- follow have the property that keeps them. `open`: ends that PROV-N may write as "-".
prov.relations = {
  { name = "wasGeneratedBy", edge = "generated_by", open = { false, true },
    { "prov:entity", "entity" }, { "prov:activity", "activity" }, { "prov:time", "time", "at" } },
  { name = "used", edge = "used", open = { false, true },
    { "prov:activity", "activity" }, { "prov:entity", "entity" }, { "prov:time", "time", "at" } },
  { name = "wasInformedBy", edge = "informed_by", open = {},
    { "prov:informed", "activity" }, { "prov:informant", "activity" } },
  { name = "wasStartedBy", edge = "started_by", open = { false, true },
    { "prov:activity", "activity" }, { "prov:trigger", "entity" }, { "prov:starter", "activity", "run" },
    { "prov:time", "time", "at" } },
  { name = "wasEndedBy", edge = "ended_by", open = { false, true },
    { "prov:activity", "activity" }, { "prov:trigger", "entity" }, { "prov:ender", "activity", "run" },
    { "prov:time", "time", "at" } },
  { name = "wasInvalidatedBy", edge = "invalidated_by", open = { false, true },
    { "prov:entity", "entity" }, { "prov:activity", "activity" }, { "prov:time", "time", "at" } },
  { name = "wasDerivedFrom", edge = "derived_from", open = {},
    { "prov:generatedEntity", "entity" }, { "prov:usedEntity", "entity" }, { "prov:activity", "activity", "run" },
    { "prov:generation", "name", "prov:generation" }, { "prov:usage", "name", "prov:usage" } },
  { name = "wasAttributedTo", edge = "attributed_to", open = {},
    { "prov:entity", "entity" }, { "prov:agent", "agent" } },
  { name = "wasAssociatedWith", edge = "performed_by", open = { false, true },
    { "prov:activity", "activity" }, { "prov:agent", "agent" }, { "prov:plan", "entity", "plan" } },
  { name = "actedOnBehalfOf", edge = "acts_for", open = {},
    { "prov:delegate", "agent" }, { "prov:responsible", "agent" }, { "prov:activity", "activity", "run" } },
  { name = "wasInfluencedBy", edge = "influenced_by", open = {},
    { "prov:influencee", "any" }, { "prov:influencer", "any" } },
  { name = "specializationOf", edge = "version_of", open = {},
    { "prov:specificEntity", "entity" }, { "prov:generalEntity", "entity" } },
  { name = "mentionOf", edge = "version_of", open = {},
    { "prov:specificEntity", "entity" }, { "prov:generalEntity", "entity" }, { "prov:bundle", "entity", "mentioned_in" } },
  { name = "alternateOf", edge = "alternate_of", open = {},
    { "prov:alternate1", "entity" }, { "prov:alternate2", "entity" } },
  -- The edge points from the member to its collection.
  { name = "hadMember", edge = "part_of", reversed = true, open = {},
    { "prov:collection", "entity" }, { "prov:entity", "entity" } },
}

-- PROV-DM's three kinds of derivation are types of it: the property `how`.
prov.derivations = {
  ["'prov:Revision'"] = "revision", ["'prov:PrimarySource'"] = "primary_source", ["'prov:Quotation'"] = "quotation",
}

prov.types_of_how = {}
for type, how in pairs(prov.derivations) do prov.types_of_how[how] = type end

-- What properties are to PROV, for elements and for each relation. `hub` has the hub's name of an attribute; `attribute` the other way
-- round; `is_time` the attributes that are one time; `marks` the properties that are no attributes.
local function names_for(hub, is_time, marks)
  local names = { hub = hub, is_time = is_time, marks = marks, attribute = {} }
  for attribute, hub_name in pairs(hub) do names.attribute[hub_name] = attribute end
  return names
end

prov.element_names = names_for(
  { ["prov:label"] = "title", ["prov:startTime"] = "started_at", ["prov:endTime"] = "ended_at" },
  { ["prov:startTime"] = true, ["prov:endTime"] = true }, { undeclared = true, bundle = true, unknown = true })

prov.by_name = {}
prov.is_argument = {}
for _, relation in ipairs(prov.relations) do
  prov.by_name[relation.name] = relation
  for _, argument in ipairs(relation) do prov.is_argument[argument[1]] = true end
  local hub, is_time, marks = { ["prov:role"] = "role" }, {}, { bundle = true, ["prov:id"] = true }
  for i = 3, #relation do
    local name, what, property = table.unpack(relation[i])
    if what == "time" then
      hub[name], is_time[name] = property, true
    else
      marks[property] = true
    end
  end
  relation.names = names_for(hub, is_time, marks)
  relation.names.has_how = relation.name == "wasDerivedFrom"
end

-- Values ---------------------------------------------------------------------------------------------------------------

local function quoted(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

-- As a property has them. `type` is a qualified name with a prefix of the register.
function prov.text(text)
  local first = text:sub(1, 1)
  return (first == '"' or first == "'") and quoted(text) or text
end
function prov.name(name) return "'" .. name .. "'" end
function prov.in_language(text, language) return quoted(text) .. "@" .. language end

-- A time as xsd:dateTime writes it: the moment, and whether its text is all that was said. One without zone is taken as UTC, what
-- is beyond a microsecond is cut. nil when it is none.
function prov.moment(text)
  if #text == 20 and text:byte(20) == 90 and text:byte(11) == 84 then  -- most are plain: 2026-01-31T08:00:00Z
    local ok, moment = pcall(time, text)
    if ok and tostring(moment) == text then return moment, true end
  end
  local day, clock, fraction, zone = text:match("^(%d%d%d%d%-%d%d%-%d%d)T(%d%d:%d%d:%d%d)(%.?%d*)(.*)$")
  if not day or fraction == "." then return nil end
  local ok, moment = pcall(time, day .. "T" .. clock .. fraction:sub(1, 7) .. (zone == "" and "Z" or zone))
  if not ok then return nil end
  local exact = day .. "T" .. clock .. (fraction:gsub("0+$", ""):gsub("%.$", "")) .. "Z"
  return moment, zone == "Z" and exact == tostring(moment)
end

function prov.typed(text, type)
  if type == "xsd:string" then return prov.text(text) end
  if type == "xsd:int" and text:find("^%-?%d+$") then
    local number = math.tointeger(tonumber(text))
    if number and tostring(number) == text then return number end
  elseif type == "xsd:double" then
    local number = tonumber(text)
    if number and math.type(number) == "float" and json(number) == text then return number end
  elseif type == "xsd:boolean" and (text == "true" or text == "false") then
    return text == "true"
  elseif type == "xsd:dateTime" then
    local moment, exact = prov.moment(text)
    if exact then return moment end
  end
  return quoted(text) .. " %% " .. type
end

-- A property's value as {text =, type =}, {text =, language =} or {name =}.
function prov.read_value(value)
  local is = math.type(value)
  if is == "integer" then return { text = tostring(value), type = "xsd:int" } end
  if is then return { text = json(value), type = "xsd:double" } end
  if type(value) == "boolean" then return { text = tostring(value), type = "xsd:boolean" } end
  if type(value) ~= "string" then return { text = tostring(value), type = "xsd:dateTime" } end
  local first = value:sub(1, 1)
  if first == "'" then return { name = value:sub(2, -2) } end
  if first ~= '"' then return { text = value, type = "xsd:string" } end
  local from, last = 2, nil
  repeat  -- the closing quote: the first that no backslash stands before
    last = value:find('[\\"]', from)
    from = last and last + 2
  until not last or value:byte(last) == 34
  if not last then return { text = value, type = "xsd:string" } end
  local text, rest = value:sub(2, last - 1):gsub("\\(.)", "%1"), value:sub(last + 1)
  if rest:sub(1, 1) == "@" then return { text = text, language = rest:sub(2) } end
  return { text = text, type = rest ~= "" and rest:sub(5) or "xsd:string" }
end

-- A value as text, so that it may stand in a list beside those of other types.
function prov.as_text(value)
  if type(value) == "string" then return value end
  local told = prov.read_value(value)
  return quoted(told.text) .. " %% " .. told.type
end

-- The text of a value that is one of no language; nil of any other.
function prov.text_in(value)
  local first = value:byte(1)
  if first ~= 34 and first ~= 39 then return value end
  local read = prov.read_value(value)
  return read.type == "xsd:string" and read.text or nil
end

-- The label of a relation without id: what it says beyond its ends.
function prov.label_of(props)
  local count, only = 0, nil
  for name in pairs(props) do count, only = count + 1, name end
  if count == 0 then return "" end
  if count == 1 and only == "at" then return tostring(props.at) end
  local text = json(props)
  if #text <= 1000 then return text end
  local hash = 5381
  for i = 1, #text do hash = hash * 33 ~ text:byte(i) end
  return string.format("%s... %016x", text:sub(1, 100):gsub("[\x80-\xff].*", ""), hash)
end

-- Whether both ends are nodes that never were PROV: then a relation says its label, and one that says none has none.
function prov.are_own(names) return prov.is_own(names[1]) and prov.is_own(names[2]) end
function prov.is_own(name) return (name or ""):sub(1, 6) == "amont:" end

-- Attributes -----------------------------------------------------------------------------------------------------------

-- Of the property prov:type.
function prov.has_type(types, wanted)
  for _, value in ipairs(type(types) == "table" and types or { types }) do
    if value == wanted then return true end
  end
  return false
end

-- The types that a node's kind stands for, when its IRI names the kind.
function prov.own_types(kind)
  local also = { job = "'prov:Plan'", organisation = "'prov:Organization'" }
  return { "'amont:" .. kind .. "'", also[kind] }
end

function prov.is_ref(value)
  return type(value) == "string" and value:find("^[%l_]+:.") ~= nil
end

-- Nodes and IRIs -------------------------------------------------------------------------------------------------------

local function in_hex(c) return string.format("%%%02X", c:byte()) end
local function from_hex(code) return string.char(tonumber(code, 16)) end

-- As it stands in an IRI or in the name of an attribute, and as it was.
function prov.escaped(text) return (text:gsub("[^%w%-_./~\x80-\xff]", in_hex)) end
function prov.unescaped(text) return (text:gsub("%%(%x%x)", from_hex)) end

function prov.ref_of_own(iri)
  if iri:sub(1, 10) ~= "urn:amont:" then return nil end
  local kind, key = iri:match("^urn:amont:([%w_]+)/(.+)$")
  return kind and kind .. ":" .. prov.unescaped(key)
end
function prov.own_iri(kind, key) return "urn:amont:" .. kind .. "/" .. prov.escaped(key) end

return prov
