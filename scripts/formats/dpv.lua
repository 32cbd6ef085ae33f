--- Purposes and measures of the Data Privacy Vocabulary (DPV) and its extensions, as Turtle.
--- @format dpv
--- @input triples
--- @uses formats/lib/vocabulary
--- @sign "<https://w3id.org/dpv#>" "<http://purl.org/vocab/vann/>"
--
-- What becomes what:
--   dpv:Purpose                          purpose:eu-ehds:CareProvision      the key is the name that DPV itself writes
--   dpv:OrganisationalMeasure,           condition:eu-gdpr:DPIA             what is asked of those who process data
--   dpv:TechnicalMeasure
--   skos:broader, rdfs:subClassOf        part_of the broader one            coverage reads it: who may do the broader may do this
--   skos:prefLabel, skos:definition      title, label; description or text
--   the rest that is said of them        properties under their own names
-- What else the vocabulary holds (rights, legal bases, kinds of personal data...) is counted in a warning.

local skos = "http://www.w3.org/2004/02/skos/core#"
local dpv = "https://w3id.org/dpv#"

local kinds = {
  [dpv .. "Purpose"] = "purpose",
  [dpv .. "OrganisationalMeasure"] = "condition",
  [dpv .. "TechnicalMeasure"] = "condition",
}
local names = {
  [skos .. "prefLabel"] = "title", [skos .. "definition"] = "description", [skos .. "scopeNote"] = "scope_note",
  ["http://purl.org/dc/terms/source"] = "source", ["http://purl.org/dc/terms/created"] = "created",
  ["http://purl.org/dc/terms/modified"] = "modified",
  ["http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"] = "term_status",
  [skos .. "inScheme"] = "in_scheme", ["http://www.w3.org/2000/01/rdf-schema#isDefinedBy"] = "defined_by",
}
local way = {
  names = names,
  broader = { [skos .. "broader"] = true, ["http://www.w3.org/2000/01/rdf-schema#subClassOf"] = true },
  passed_over = { ["http://purl.org/dc/terms/contributor"] = true },  -- who wrote a concept is a person
}

-- https://w3id.org/dpv/legal/eu/ehds#X is eu-ehds:X, as the vocabulary's own files write it.
local function code_of(iri)
  local path, name = iri:match("^https://w3id%.org/dpv/?(.-)#(.+)$")
  if not path then return iri end
  path = path:gsub("^legal/", ""):gsub("/", "-")
  return (path == "" and "dpv" or path) .. ":" .. name
end

local function kind_of(thing)
  for _, type in ipairs(thing.types) do
    if kinds[type] then return kinds[type] end
  end
end

local function put(thing, kind)
  local code = code_of(thing.iri)
  local ref = vocabulary.put(thing, kind, code, "DPV")
  for _, iri in ipairs(thing.broader) do
    local parent = code_of(iri)
    if parent ~= code then
      node(kind .. ":" .. parent, { code = parent, uri = iri, scheme = kind == "purpose" and "DPV" or nil })
      edge("part_of", ref, kind .. ":" .. parent)
    end
  end
end

function convert(next_triple)
  local passed, concepts = {}, 0
  for _, thing in ipairs((vocabulary.read(next_triple, way))) do
    local kind = kind_of(thing)
    if kind then
      put(thing, kind)
      concepts = concepts + 1
    else
      for _, type in ipairs(thing.types) do
        if type:find("w3id.org/dpv", 1, true) then
          passed[type] = (passed[type] or 0) + 1
          break
        end
      end
    end
  end
  local types = {}
  for type in pairs(passed) do types[#types + 1] = type end
  table.sort(types)
  for _, type in ipairs(types) do
    warn(passed[type] .. " of " .. code_of(type) .. " are neither purposes nor conditions, and were passed over")
  end
  if concepts == 0 and #types == 0 then reject("it has no concept of DPV, such as a dpv:Purpose or a measure") end
end
