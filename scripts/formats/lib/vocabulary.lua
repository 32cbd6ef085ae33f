-- vocabulary: the concepts of a vocabulary in RDF as purposes and conditions, each part_of what is broader.
--
--   for _, concept in ipairs(vocabulary.read(next_triple, way)) do ... vocabulary.put(concept, "purpose", "DUO:0000006", "DUO") end
--
-- A concept is { iri =, types = {}, broader = {}, props = {} }; `way` says how it is read.

local vocabulary = {}

schema [[
  edge "part_of" { class = "structure", ends = { { from = { "condition" }, to = { "condition" } } } }
]]

local rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

local function add(props, name, value)
  local old = props[name]
  if old == nil then
    props[name] = value
  elseif type(old) == "table" then
    old[#old + 1] = value
  else
    props[name] = { old, value }
  end
end

-- All concepts in the order in which they are met, and the same by IRI. Of `way`: `names` has the properties that predicates are, the
-- others keep the last part of their IRI; `broader` has the predicates that lead to a broader concept; `passed_over` those that say nothing
-- here. Blank nodes are passed over.
function vocabulary.read(next_triple, way)
  local order, by_iri = {}, {}
  for triple in next_triple do
    local concept = by_iri[triple.subject]
    if not concept then
      concept = { iri = triple.subject, types = {}, broader = {}, props = {} }
      by_iri[triple.subject] = concept
      order[#order + 1] = concept
    end
    local predicate = triple.predicate
    if predicate == rdf_type then
      concept.types[#concept.types + 1] = triple.object
    elseif way.broader[predicate] then
      if triple.kind == "iri" then concept.broader[#concept.broader + 1] = triple.object end
    elseif triple.kind ~= "blank" and not way.passed_over[predicate] then
      add(concept.props, way.names[predicate] or predicate:match("([^/#]+)$"), triple.object)
    end
  end
  return order, by_iri
end

-- Puts a concept as a node of that kind, and returns its ref. The definition of a condition is its text.
function vocabulary.put(concept, kind, code, scheme)
  local props = concept.props
  props.code, props.uri = code, concept.iri
  if kind == "purpose" then
    props.scheme, props.label = scheme, props.title
  else
    props.text, props.description = props.description, nil
  end
  local ref = kind .. ":" .. code
  node(ref, props)
  return ref
end

return vocabulary
