-- rdf_things: what the triples of one file say, gathered by what they say it of. A file is held as a whole, since what is said of one thing
-- may stand anywhere in it.
--
-- A thing is { id =, order = names of its properties as they were met, used = whether anything has its place for it } and under each name
-- the triples that have it. Names are short, "dct:title", where the namespace is known. Persons are never given out: who is asked for one
-- gets nil, and it is counted.

local rdf_things = {}

local namespaces = {
  { "dcat:", "http://www.w3.org/ns/dcat#" }, { "dct:", "http://purl.org/dc/terms/" },
  { "dcatap:", "http://data.europa.eu/r5r/" }, { "foaf:", "http://xmlns.com/foaf/0.1/" },
  { "vcard:", "http://www.w3.org/2006/vcard/ns#" }, { "prov:", "http://www.w3.org/ns/prov#" },
  { "rdf:", "http://www.w3.org/1999/02/22-rdf-syntax-ns#" }, { "rdfs:", "http://www.w3.org/2000/01/rdf-schema#" },
  { "skos:", "http://www.w3.org/2004/02/skos/core#" }, { "adms:", "http://www.w3.org/ns/adms#" },
  { "dpv:", "https://w3id.org/dpv#" }, { "dqv:", "http://www.w3.org/ns/dqv#" }, { "csvw:", "http://www.w3.org/ns/csvw#" },
  { "health:", "http://healthdataportal.eu/ns/health#" }, { "health:", "http://data.europa.eu/r5r/healthdcatap#" },
  { "locn:", "http://www.w3.org/ns/locn#" }, { "owl:", "http://www.w3.org/2002/07/owl#" },
  { "spdx:", "http://spdx.org/rdf/terms#" }, { "time:", "http://www.w3.org/2006/time#" },
  { "schema:", "http://schema.org/" }, { "schema:", "https://schema.org/" }, { "odrl:", "http://www.w3.org/ns/odrl/2/" },
  { "dcatde:", "http://dcat-ap.de/def/dcatde/" }, { "xsd:", "http://www.w3.org/2001/XMLSchema#" },
}

local short_names = {}
local function short(iri)
  local name = short_names[iri]
  if name then return name end
  name = iri
  local longest = 0
  for _, space in ipairs(namespaces) do
    if #space[2] > longest and iri:sub(1, #space[2]) == space[2] then
      name, longest = space[1] .. iri:sub(#space[2] + 1), #space[2]
    end
  end
  short_names[iri] = name
  return name
end


local things, order = {}, {}
local left_out = {}  -- what, and how often

function rdf_things.count(what, number)
  left_out[what] = (left_out[what] or 0) + (number or 1)
end
local count = rdf_things.count

-- Reads a file; returns its things in the order in which they were met.
function rdf_things.read(next_triple)
  things, order, left_out = {}, {}, {}
  for triple in next_triple do
    local thing = things[triple.subject]
    if not thing then
      thing = { id = triple.subject, order = {} }
      things[triple.subject] = thing
      order[#order + 1] = thing
    end
    local name = short(triple.predicate)
    local values = thing[name]
    if not values then
      values = {}
      thing[name] = values
      thing.order[#thing.order + 1] = name
    end
    values[#values + 1] = triple
  end
  return order
end

-- The thing that this id names; nil when the file says nothing of it.
function rdf_things.of(id)
  return things[id]
end

local function has_type(thing, ...)
  for _, value in ipairs(thing["rdf:type"] or {}) do
    for _, type in ipairs({ ... }) do
      if short(value.object) == type then return true end
    end
  end
  return false
end

-- The first value of the first of these names that it has.
function rdf_things.first(thing, ...)
  for _, name in ipairs({ ... }) do
    local values = thing and thing[name]
    if values then return values[1].object end
  end
end

-- The short name of a datatype that says more than that it is text; nil when there is none.
local says_nothing = { ["xsd:string"] = true, ["rdf:langString"] = true }
function rdf_things.datatype_of(value)
  local name = value.datatype and short(value.datatype)
  return name and not says_nothing[name] and name or nil
end

-- Persons ---------------------------------------------------------------------------------------------------------------

local function is_person(value)
  if value.kind == "literal" then return false end
  if value.object:find("^https?://orcid%.org/") then return true end
  local thing = things[value.object]
  if not thing then return false end
  if thing.is_person == nil then thing.is_person = has_type(thing, "foaf:Person", "vcard:Individual", "prov:Person", "schema:Person") end
  return thing.is_person
end

-- Takes a thing and the blank ones in it for seen, so that they are not counted once more as things that nothing leads to.
local function leave_out(id)  -- how many they are
  local waiting, left = { id }, 0
  while #waiting > 0 do
    local thing = things[table.remove(waiting)]
    if thing and not thing.left then
      thing.left, thing.used, left = true, true, left + 1
      for _, name in ipairs(thing.order) do
        for _, value in ipairs(thing[name]) do
          if value.kind == "blank" then waiting[#waiting + 1] = value.object end
        end
      end
    end
  end
  return left
end

-- Whether a value is a person, who is then left out, and counted as `what`.
function rdf_things.leaves_out(value, what)
  if not is_person(value) then return false end
  leave_out(value.object)
  count(what or "persons whom other properties name")
  return true
end

-- Things in things ------------------------------------------------------------------------------------------------------

local depth_max = 20
local text_bytes_max = 1 << 20

-- A number or a truth as JSON has them, when it is written as JSON writes it; else the text, with its language or datatype.
local function literal(value)
  local type, text = rdf_things.datatype_of(value), value.object
  if value.language then return { text = text, language = value.language } end
  if type == "xsd:integer" and tostring(math.tointeger(tonumber(text))) == text then return math.tointeger(tonumber(text)) end
  if type == "xsd:boolean" and (text == "true" or text == "false") then return text == "true" end
  return type and type ~= "xsd:anyURI" and { text = text, type = type } or text
end

local inline

-- Of a list that is well formed and that nothing has met yet: its cells; else nil.
local function cells_of(thing, seen)
  local cells, met = {}, {}
  while thing do
    local first, rest = thing["rdf:first"], thing["rdf:rest"]
    if #thing.order ~= 2 or not first or not rest or #first + #rest ~= 2 or met[thing] or seen[thing.id] ~= nil then return nil end
    met[thing], cells[#cells + 1] = true, thing
    if short(rest[1].object) == "rdf:nil" then return cells end
    thing = things[rest[1].object]
  end
  return nil
end

local function inline_list(cells, seen, depth)
  local made, items = {}, {}
  for _, cell in ipairs(cells) do seen[cell.id], cell.used = made, true end
  for _, cell in ipairs(cells) do items[#items + 1] = inline(cell["rdf:first"][1], seen, depth + 1) end
  made["@list"] = items
  return made
end

-- `seen` has what was met on the way, by id: a thing stands once in a value, and is named by its "@id" when it is met again, since things
-- may lead in a circle, and be shared; false for one that was left out.
function inline(value, seen, depth)
  if rdf_things.leaves_out(value) then return nil end
  if value.kind == "literal" then return literal(value) end
  local thing = things[value.object]
  if not thing or thing.kind then return value.object end
  local before = seen[thing.id]
  if before then
    if not before["@id"] then
      seen.named = (seen.named or 0) + 1
      before["@id"] = "_:" .. seen.named
    end
    return { ["@id"] = before["@id"] }
  end
  if before == nil and depth == depth_max then
    seen[thing.id] = false
    count("things that lie more than " .. depth_max .. " deep in others", leave_out(thing.id))
  end
  if seen[thing.id] == false then return value.kind == "iri" and value.object or nil end
  local cells = value.kind == "blank" and cells_of(thing, seen)
  if cells then return inline_list(cells, seen, depth) end
  local fields = {}
  seen[thing.id], thing.used = fields, true
  if value.kind == "iri" then fields["@id"] = thing.id end
  for _, name in ipairs(thing.order) do
    local list = {}
    for _, one in ipairs(thing[name]) do list[#list + 1] = inline(one, seen, depth + 1) end
    if #list > 0 then fields[name] = #list == 1 and list[1] or list end
  end
  return fields
end

-- What a value is, with all that is said of it but for what is a record of its own: a table, text, number or truth. nil for a person.
function rdf_things.inline(value)
  return inline(value, {}, 0)
end

-- The same, a table as its JSON text; nil also for what is too much for a property, which is counted.
function rdf_things.plain(value)
  local made = inline(value, {}, 0)
  if type(made) ~= "table" then return made end
  local text = json(made)
  if #text <= text_bytes_max then return text end
  count("values that are larger than a property may be")
  return nil
end

-- Lines of text for what was seen and has no place.
function rdf_things.tell_left_out()
  for _, thing in ipairs(order) do
    if not thing.used then
      local type = thing["rdf:type"] and short(thing["rdf:type"][1].object) or "no type"
      count("things of " .. type .. " that no dataset leads to")
    end
  end
  local whats = {}
  for what in pairs(left_out) do whats[#whats + 1] = what end
  table.sort(whats)
  for _, what in ipairs(whats) do warn(left_out[what] .. " " .. what .. " were left out") end
end

rdf_things.short, rdf_things.has_type = short, has_type

return rdf_things
