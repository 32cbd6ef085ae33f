--- Catalogues of DCAT, DCAT-AP and HealthDCAT-AP, as Turtle.
--- @format dcat
--- @input triples
--- @sign "<http://www.w3.org/ns/dcat#>"
--- @uses formats/lib/journal
--- @uses formats/lib/rdf_things
--- @uses formats/lib/dcat_said
--- @uses formats/lib/told_together
--
-- A file is read as a whole, since what is said of one thing may stand anywhere in it. What becomes what:
--   dcat:Catalog                        catalogue:IRI
--   dcat:Dataset, DatasetSeries         dataset:IRI; part_of its catalogue, its series and what it is dct:isPartOf
--   dcat:distribution, adms:sample      dataset:IRI, type distribution or sample, version_of its dataset
--   csvw:Table, its columns             dataset:IRI, type table; variable:IRI, part_of the table
--   dct:publisher                       organisation:IRI, which holds the dataset; of a catalogue the property publisher
--   prov:wasDerivedFrom, dct:source     derived_from; dct:source with how = source
--   prov:wasGeneratedBy                 generated_by run:IRI
--   dct:isVersionOf, dct:hasVersion     version_of
--   dcat:DataService                    environment:IRI, type service
--   dct:temporal, dct:provenance, dcat:contactPoint, dct:accessRights ...    properties, see below
-- Things without an IRI get a key from what they belong to, so the same file again makes nothing new. What has no place of its own is
-- kept as a property under its own name, "dcatde:contributorID"; a thing in a thing as its JSON text. Things that nothing leads to
-- are counted. Persons, wherever they are named, are left out and counted.

local has_type, first, thing_of, count = rdf_things.has_type, rdf_things.first, rdf_things.of, rdf_things.count
local takers, put_other, add_more = dcat_said.takers, dcat_said.put_other, dcat_said.add_more
local tell = told_together.put

-- Refs ------------------------------------------------------------------------------------------------------------------

local function slug(text)
  local words = text:lower():gsub("[%s%c]+", "-"):gsub("[<>\"'|/\\#?]+", "-"):gsub("^%-+", ""):gsub("%-+$", "")
  return words
end

-- The ref of a thing as a node of this kind; of a blank one by what it belongs to and its place there.
local function ref_of(kind, id, owner, place)
  local thing = thing_of(id)
  if thing and thing.ref then return thing.ref end
  local key = id
  if id:sub(1, 2) == "_:" then
    local name = kind == "organisation" and thing and first(thing, "foaf:name", "rdfs:label", "skos:prefLabel")
    key = name and slug(name) or owner .. "#" .. place
  end
  local ref = kind .. ":" .. key
  if thing then
    thing.ref, thing.used = ref, true
  end
  return ref
end

local function key_of(ref)
  return ref:match("^[^:]+:(.*)$")
end

local function uri_of(id)
  return id:sub(1, 2) ~= "_:" and id or nil
end

-- Nodes and edges ---------------------------------------------------------------------------------------------------------

local linked  -- predicates that become edges, below: function(ref, value, place)

local function put(ref, thing, props, links)
  props.uri = uri_of(thing.id)
  for _, name in ipairs(thing.order) do
    if links[name] == nil and name ~= "rdf:type" then
      local take = takers[name] or put_other(name)
      take(props, thing[name], ref)
    end
  end
  props.labels = props.labels and json(props.labels)
  tell(ref, props)
  for _, name in ipairs(thing.order) do
    local link = links[name]
    if link then
      for i, value in ipairs(thing[name]) do link(ref, value, name:match("[^:]*$") .. "-" .. i) end
    end
  end
end

-- Agents: organisations only. A text may be the name of a person.
local agent_taker = {
  ["foaf:homepage"] = function(props, values) props.homepage = values[1].object end,
  ["foaf:mbox"] = function(props, values) props.email = values[1].object:gsub("^mailto:", "") end,
  ["health:publisherType"] = function(props, values) props.publisher_type = dcat_said.word_of(values[1], nil, props) end,
  ["health:publisherNote"] = dcat_said.put_text("publisher_note"),
  ["health:trustedDataHolder"] = function(props, values) props.trusted_data_holder = values[1].object == "true" end,
}
local one_value = { ["foaf:homepage"] = "homepage", ["foaf:mbox"] = "email", ["health:publisherType"] = "publisher_type" }
local put_name = dcat_said.put_text("title")

local function agent(value, owner, place, more)
  if value.kind == "literal" then
    count("publishers and creators that are only a text, which may name a person,")
    return nil
  end
  if rdf_things.leaves_out(value, "publishers and creators that are persons") then return nil end
  local thing = thing_of(value.object)
  local ref = ref_of("organisation", value.object, key_of(owner), place)
  local props = { uri = uri_of(value.object) }
  for _, name in ipairs(thing and thing.order or {}) do
    if (name == "foaf:name" or name == "rdfs:label" or name == "skos:prefLabel") and not props.name then
      put_name(props, thing[name], ref)
      props.name = props.title
    elseif name ~= "rdf:type" then
      local take = agent_taker[name] or put_other(name)
      take(props, thing[name], ref)
      for i = 2, one_value[name] and #thing[name] or 0 do add_more(props, one_value[name], thing[name][i]) end
    end
  end
  for name, said in pairs(more or {}) do props[name] = said end
  props.labels = props.labels and json(props.labels)
  tell(ref, props)
  return ref
end

local function to_dataset(kind, reversed, props)
  return function(ref, value)
    if value.kind == "literal" then return tell(ref, { [kind .. "_text"] = value.object }) end
    local other = ref_of("dataset", value.object, key_of(ref), kind)
    tell(other, { uri = uri_of(value.object) })
    edge(kind, reversed and other or ref, reversed and ref or other, { props = props })
  end
end

local column_links = {}

local function column(ref, value, place)
  local thing = thing_of(value.object)
  if not thing then return end
  local name = first(thing, "csvw:name")
  local variable = ref_of("variable", value.object, key_of(ref), name or place)
  put(variable, thing, {}, column_links)
  edge("part_of", variable, ref)
end

-- A dataset in another: a table, or a part.
local function part(ref, value)
  local other = ref_of("dataset", value.object, key_of(ref), "part")
  tell(other, { uri = uri_of(value.object) })
  edge("part_of", other, ref)
end

local distribution_links = {
  ["csvw:column"] = column,
  ["dcat:accessService"] = function(ref, value) tell(ref, { access_service = value.object }) end,
}

local function distribution(type)
  return function(ref, value, place)
    local thing = thing_of(value.object)
    local other = ref_of("dataset", value.object, key_of(ref), place)
    if thing then put(other, thing, { type = type }, distribution_links) else tell(other, { type = type, uri = uri_of(value.object) }) end
    edge("version_of", other, ref)
  end
end

linked = {
  ["dct:publisher"] = function(ref, value, place)
    local organisation = agent(value, ref, place)
    if organisation then edge("holds", organisation, ref) end
  end,
  ["dct:creator"] = function(ref, value, place)
    local organisation = agent(value, ref, place)
    if organisation then tell(ref, { creators = { organisation } }) end
  end,
  ["health:hdab"] = function(ref, value, place)
    local organisation = agent(value, ref, place, { type = "hdab" })
    if organisation then tell(ref, { hdab = organisation }) end
  end,
  ["prov:wasDerivedFrom"] = to_dataset("derived_from"),
  ["dct:source"] = to_dataset("derived_from", false, { how = "source" }),
  ["dct:isVersionOf"] = to_dataset("version_of"), ["dcat:isVersionOf"] = to_dataset("version_of"),
  ["dct:hasVersion"] = to_dataset("version_of", true), ["dcat:hasVersion"] = to_dataset("version_of", true),
  ["dcat:inSeries"] = to_dataset("part_of"), ["dct:isPartOf"] = to_dataset("part_of"),
  ["dct:hasPart"] = part, ["csvw:table"] = part,
  ["csvw:column"] = column,
  ["dcat:distribution"] = distribution("distribution"), ["adms:sample"] = distribution("sample"),
  ["prov:wasGeneratedBy"] = function(ref, value, place)
    local run = ref_of("run", value.object, key_of(ref), place)
    local thing = thing_of(value.object)
    local props = { title = thing and first(thing, "rdfs:label", "skos:prefLabel") }
    if thing and not thing.put then
      thing.put = true
      put(run, thing, props, {})
    elseif not thing then
      tell(run, { uri = uri_of(value.object) })
    end
    edge("generated_by", ref, run)
  end,
}

local catalogues = {}  -- those of this import whose publisher has its name when all is read

local catalogue_links = {
  ["dcat:dataset"] = function(ref, value)
    local other = ref_of("dataset", value.object, key_of(ref), "dataset")
    tell(other, { uri = uri_of(value.object) })
    edge("part_of", other, ref)
  end,
  ["dct:publisher"] = function(ref, value, place)
    local organisation = agent(value, ref, place)
    if organisation then
      tell(ref, { publisher_ref = organisation })
      journal.put(catalogues, ref, true)
    end
  end,
  ["dcat:record"] = function() end,  -- each tells itself what it is about
}

local service_links = {
  ["dcat:servesDataset"] = function(ref, value)
    tell(ref, { serves = { ref_of("dataset", value.object, key_of(ref), "dataset") } })
  end,
  ["dct:publisher"] = function(ref, value, place) tell(ref, { operator = agent(value, ref, place) }) end,
}

local of_record = { ["rdf:type"] = true, ["foaf:primaryTopic"] = true, ["dct:modified"] = true, ["dct:issued"] = true }

local function put_record(thing)
  thing.used = true
  local about = thing_of(first(thing, "foaf:primaryTopic") or "")
  if not about or not about.ref then return count("records about nothing in the file") end
  local props, more = {}, false
  for name, as in pairs { ["dct:modified"] = "described_at", ["dct:issued"] = "listed_at" } do
    if thing[name] then dcat_said.set_time(props, as, first(thing, name), about.ref) end
  end
  for _, name in ipairs(thing.order) do more = more or not of_record[name] or #thing[name] > 1 end
  if more then props.record = { rdf_things.plain { kind = "iri", object = thing.id } } end
  tell(about.ref, props)
end

local function is_dataset(thing)
  return has_type(thing, "dcat:Dataset", "dcat:DatasetSeries", "csvw:Table", "prov:Entity") and
    not has_type(thing, "dcat:Distribution")
end

function convert(next_triple, file)
  journal.begin()
  local order, found = rdf_things.read(next_triple), 0
  -- All get their refs first, so that whoever leads to them knows.
  for _, thing in ipairs(order) do
    local kind = has_type(thing, "dcat:Catalog") and "catalogue" or is_dataset(thing) and "dataset" or
      has_type(thing, "dcat:DataService") and "environment" or nil
    if kind then
      thing.kind, found = kind, found + 1
      ref_of(kind, thing.id, file.path, thing.id:sub(3))
    end
  end
  for _, thing in ipairs(order) do
    if not thing.kind and has_type(thing, "dcat:Distribution") then found = found + 1 end
  end
  if found == 0 then return reject("it describes no catalogue, dataset, distribution or service (dcat:Catalog, dcat:Dataset...)") end
  for _, thing in ipairs(order) do
    if thing.kind == "catalogue" then
      put(thing.ref, thing, {}, catalogue_links)
    elseif thing.kind == "dataset" then
      local type = has_type(thing, "dcat:DatasetSeries") and "series" or has_type(thing, "csvw:Table") and "table" or nil
      put(thing.ref, thing, { type = type }, linked)
    elseif thing.kind == "environment" then
      put(thing.ref, thing, { type = "service" }, service_links)
    end
  end
  for _, thing in ipairs(order) do
    if has_type(thing, "dcat:CatalogRecord") then put_record(thing) end
    if has_type(thing, "dcat:Distribution") and not thing.used then  -- of no dataset in the file
      put(ref_of("dataset", thing.id, file.path, thing.id:sub(3)), thing, { type = "distribution" }, distribution_links)
    end
  end
  rdf_things.tell_left_out()
end

undo = journal.undo

function finish()
  for ref in pairs(catalogues) do
    local publisher = (known(ref) or {}).publisher_ref
    if publisher then node(ref, { publisher = (known(publisher) or {}).title or key_of(publisher) }) end
  end
end
