--- The Data Use Ontology (DUO): permissions as purposes, modifiers as conditions, as RDF/XML (duo.owl) or Turtle.
--- @format duo
--- @input triples
--- @uses formats/lib/vocabulary
--- @sign "http://purl.obolibrary.org/obo/duo.owl"
--
-- What becomes what:
--   what is below DUO:0000001, data use permission    purpose:DUO:0000006      scheme DUO; code, shorthand, label, description
--   what is below DUO:0000017, data use modifier      condition:DUO:0000024    the same; its text is the description
--   rdfs:subClassOf                                   part_of the broader one  coverage reads it
-- The classes of other ontologies that DUO rests on have no place here and are counted in a warning, and so are those of its own that are below
-- neither: obsolete ones, and what describes a term.

local obo = "http://purl.obolibrary.org/obo/"
local names = {
  ["http://www.w3.org/2000/01/rdf-schema#label"] = "title",
  [obo .. "IAO_0000115"] = "description",
  [obo .. "DUO_0000041"] = "preferred_label",
  [obo .. "IAO_0000116"] = "editor_note",
  [obo .. "IAO_0000119"] = "definition_source",
  ["http://www.geneontology.org/formats/oboInOwl#shorthand"] = "shorthand",
  ["http://www.geneontology.org/formats/oboInOwl#hasExactSynonym"] = "synonyms",
  ["http://www.w3.org/2002/07/owl#deprecated"] = "deprecated",
}
local way = {
  names = names,
  broader = { ["http://www.w3.org/2000/01/rdf-schema#subClassOf"] = true },
  -- Who edited a term is a person; the id is the key.
  passed_over = { [obo .. "IAO_0000117"] = true, ["http://www.geneontology.org/formats/oboInOwl#id"] = true },
}

local function code_of(iri)
  return iri:gsub("^" .. obo .. "DUO_", "DUO:")
end

local roots = { [obo .. "DUO_0000001"] = "purpose", [obo .. "DUO_0000017"] = "condition" }

-- By what it is below; no term is below itself for long, and a circle ends.
local function kind_of(term, terms, seen)
  if roots[term.iri] then return roots[term.iri] end
  seen[term.iri] = true
  for _, iri in ipairs(term.broader) do
    local kind = terms[iri] and not seen[iri] and kind_of(terms[iri], terms, seen)
    if kind then return kind end
  end
end

local function put(term, kind, kinds)
  local ref = vocabulary.put(term, kind, code_of(term.iri), "DUO")
  for _, iri in ipairs(term.broader) do
    if kinds[iri] == kind then edge("part_of", ref, kind .. ":" .. code_of(iri)) end
  end
end

function convert(next_triple)
  local order, terms = vocabulary.read(next_triple, way)
  local kinds, count, own, others = {}, 0, 0, 0
  for _, term in ipairs(order) do
    kinds[term.iri] = kind_of(term, terms, {})
    if kinds[term.iri] then
      count = count + 1
    elseif #term.broader > 0 or term.props.deprecated then
      if code_of(term.iri):find("^DUO:") then own = own + 1 else others = others + 1 end
    end
  end
  if count == 0 then return reject("it has no term of DUO, below DUO:0000001 or DUO:0000017") end
  for _, term in ipairs(order) do
    if kinds[term.iri] then put(term, kinds[term.iri], kinds) end
  end
  if own > 0 then warn(own .. " terms of DUO are neither permissions nor modifiers, most of them obsolete, and were passed over") end
  if others > 0 then warn(others .. " classes of other ontologies have no place here, and were passed over") end
end
