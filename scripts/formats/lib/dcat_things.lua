-- dcat_things: the things that a file of triples describes, each with what is said of it under short names: "dct:title". A file is held as a
-- whole, since what is said of one thing may stand anywhere in it.
--
-- A thing is a table: `id`, `order` (the names that it has), and under each name the triples that say it. Who reads it sets `used`, once
-- something of it was taken, and `kind` and `ref`, when it is a node.

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
  { "schema:", "http://schema.org/" }, { "odrl:", "http://www.w3.org/ns/odrl/2/" },
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

local authority = "http://publications.europa.eu/resource/authority/"
local function code_in(iri, list)
  local base = authority .. list .. "/"
  return iri:sub(1, #base) == base and iri:sub(#base + 1) or iri
end

local things, order = {}, {}  -- of this file
local left_out = {}           -- what, and how often

local function count(what)
  left_out[what] = (left_out[what] or 0) + 1
end

local function read(next_triple)
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
end

local function has_type(thing, ...)
  for _, value in ipairs(thing["rdf:type"] or {}) do
    for _, type in ipairs({ ... }) do
      if short(value.object) == type then return true end
    end
  end
  return false
end

local function first(thing, ...)
  for _, name in ipairs({ ... }) do
    local values = thing and thing[name]
    if values then return values[1].object end
  end
end

-- What a thing in a thing is, to be kept as JSON: what is a node is only named. `above` are those it is in, since things may lead in
-- a circle.
local function inline(value, above)
  local thing = value.kind ~= "literal" and things[value.object]
  if not thing or thing.kind or above[thing.id] or above.depth == 20 then
    if value.language then return { text = value.object, language = value.language } end
    return value.object
  end
  thing.used = true
  above[thing.id], above.depth = true, above.depth + 1
  local fields = {}
  if value.kind == "iri" then fields["@id"] = thing.id end
  for _, name in ipairs(thing.order) do
    local list = {}
    for i, one in ipairs(thing[name]) do list[i] = inline(one, above) end
    fields[name] = #list == 1 and list[1] or list
  end
  above[thing.id], above.depth = nil, above.depth - 1
  return fields
end

local function plain(value)
  local made = inline(value, { depth = 0 })
  return type(made) == "table" and json(made) or made
end

local function number_of(value)
  return math.tointeger(tonumber(value.object)) or tonumber(value.object)
end

-- A date of any of the types that DCAT allows; what is none is told and kept as it is.
local function time_of(text, where)
  local written = text
  if text:match("^%d%d%d%d$") then written = text .. "-01-01" end
  if text:match("^%d%d%d%d%-%d%d$") then written = text .. "-01" end
  local at = totime(written)
  if at then return at end
  warn(where .. ": this is no date and was kept as it is: " .. text)
end

-- Lines of text for what was seen and has no place.
local function tell_left_out()
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

-- The thing with that IRI or name of a blank node; nil when nothing is said of it.
local function thing_of(id) return things[id] end

-- In the order in which they are first spoken of.
local function all() return order end

return {
  short = short, code_in = code_in, count = count, read = read, has_type = has_type, first = first, inline = inline, plain = plain,
  number_of = number_of, time_of = time_of, tell_left_out = tell_left_out, thing_of = thing_of, all = all,
}
