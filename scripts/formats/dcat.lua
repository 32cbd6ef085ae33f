--- Catalogues of DCAT, DCAT-AP and HealthDCAT-AP, as Turtle.
--- @format dcat
--- @input triples
--- @uses formats/lib/dcat_things
--- @uses formats/lib/dcat_properties
--- @sign "<http://www.w3.org/ns/dcat#>"
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
-- are counted. A publisher or contact that is a person is left out and counted.

local thing_of, all, has_type, first = dcat_things.thing_of, dcat_things.all, dcat_things.has_type, dcat_things.first
local count, time_of = dcat_things.count, dcat_things.time_of
local described, word_of = dcat_properties.described, dcat_properties.word_of
local put_text, put_words = dcat_properties.put_text, dcat_properties.put_words

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
      local take = described[name] or put_words(name)
      take(props, thing[name], ref)
      if not described[name] and #props[name] == 1 then props[name] = props[name][1] end
    end
  end
  props.labels = props.labels and json(props.labels)
  node(ref, props)
  for _, name in ipairs(thing.order) do
    local link = links[name]
    if link then
      for i, value in ipairs(thing[name]) do link(ref, value, name:match("[^:]*$") .. "-" .. i) end
    end
  end
end

-- Agents: organisations only.
local function agent(value, owner, place, more)
  local thing = thing_of(value.object)
  if thing and has_type(thing, "foaf:Person", "vcard:Individual", "prov:Person") then
    thing.used = true
    count("publishers and creators that are persons")
    return nil
  end
  if value.kind == "literal" then return nil end
  local ref = ref_of("organisation", value.object, key_of(owner), place)
  local props = { uri = uri_of(value.object) }
  for _, name in ipairs(thing and thing.order or {}) do
    if name == "foaf:name" or name == "rdfs:label" or name == "skos:prefLabel" then
      put_text("title")(props, thing[name])
      props.name = props.title
    elseif name == "foaf:homepage" then
      props.homepage = first(thing, name)
    elseif name == "foaf:mbox" then
      props.email = first(thing, name):gsub("^mailto:", "")
    elseif name == "health:publisherType" then
      props.publisher_type = word_of(thing[name][1], nil, props)
    elseif name == "health:publisherNote" then
      put_text("publisher_note")(props, thing[name])
    elseif name == "health:trustedDataHolder" then
      props.trusted_data_holder = first(thing, name) == "true"
    elseif name ~= "rdf:type" then
      put_words(name)(props, thing[name])
    end
  end
  for name, said in pairs(more or {}) do props[name] = said end
  props.labels = props.labels and json(props.labels)
  node(ref, props)
  return ref
end

local function to_dataset(kind, reversed, props)
  return function(ref, value)
    if value.kind == "literal" then return node(ref, { [kind .. "_text"] = value.object }) end
    local other = ref_of("dataset", value.object, key_of(ref), kind)
    node(other, { uri = uri_of(value.object) })
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
  node(other, { uri = uri_of(value.object) })
  edge("part_of", other, ref)
end

local distribution_links = {
  ["csvw:column"] = column,
  ["dcat:accessService"] = function(ref, value) node(ref, { access_service = value.object }) end,
}

local function distribution(type)
  return function(ref, value, place)
    local thing = thing_of(value.object)
    local other = ref_of("dataset", value.object, key_of(ref), place)
    if thing then put(other, thing, { type = type }, distribution_links) else node(other, { type = type, uri = uri_of(value.object) }) end
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
    local creators = (known(ref) or {}).creators or {}
    for _, one in ipairs(creators) do
      if one == organisation then return end
    end
    if organisation then
      creators[#creators + 1] = organisation
      node(ref, { creators = creators })
    end
  end,
  ["health:hdab"] = function(ref, value, place)
    local organisation = agent(value, ref, place, { type = "hdab" })
    if organisation then node(ref, { hdab = organisation }) end
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
    node(run, {
      uri = uri_of(value.object), title = thing and first(thing, "dct:title", "rdfs:label", "skos:prefLabel"),
      started_at = thing and first(thing, "prov:startedAtTime") and time_of(first(thing, "prov:startedAtTime"), run),
      ended_at = thing and first(thing, "prov:endedAtTime") and time_of(first(thing, "prov:endedAtTime"), run),
    })
    edge("generated_by", ref, run)
  end,
}

local catalogue_links = {
  ["dcat:dataset"] = function(ref, value)
    local other = ref_of("dataset", value.object, key_of(ref), "dataset")
    node(other, { uri = uri_of(value.object) })
    edge("part_of", other, ref)
  end,
  ["dct:publisher"] = function(ref, value, place)
    local organisation = agent(value, ref, place)
    if organisation then
      node(ref, { publisher = (known(organisation) or {}).title or key_of(organisation), publisher_ref = organisation })
    end
  end,
  ["dcat:record"] = function() end,  -- each tells itself what it is about
}

local service_links = {
  ["dcat:servesDataset"] = function(ref, value)
    local served = (known(ref) or {}).serves or {}
    served[#served + 1] = ref_of("dataset", value.object, key_of(ref), "dataset")
    node(ref, { serves = served })
  end,
  ["dct:publisher"] = function(ref, value, place) node(ref, { operator = agent(value, ref, place) }) end,
}

local function put_record(thing)
  thing.used = true
  local about = thing_of(first(thing, "foaf:primaryTopic") or "")
  if not about or not about.ref then return count("records about nothing in the file") end
  local modified, issued = first(thing, "dct:modified"), first(thing, "dct:issued")
  node(about.ref, {
    described_at = modified and time_of(modified, about.ref), listed_at = issued and time_of(issued, about.ref),
  })
end

local function is_dataset(thing)
  return has_type(thing, "dcat:Dataset", "dcat:DatasetSeries", "csvw:Table", "prov:Entity") and
    not has_type(thing, "dcat:Distribution")
end

function convert(next_triple, file)
  dcat_things.read(next_triple)
  local found = 0
  -- All get their refs first, so that whoever leads to them knows.
  for _, thing in ipairs(all()) do
    local kind = has_type(thing, "dcat:Catalog") and "catalogue" or is_dataset(thing) and "dataset" or
      has_type(thing, "dcat:DataService") and "environment" or nil
    if kind then
      thing.kind, found = kind, found + 1
      ref_of(kind, thing.id, file.path, thing.id:sub(3))
    end
  end
  for _, thing in ipairs(all()) do
    if not thing.kind and has_type(thing, "dcat:Distribution") then found = found + 1 end
  end
  if found == 0 then return reject("it describes no catalogue, dataset, distribution or service (dcat:Catalog, dcat:Dataset...)") end
  for _, thing in ipairs(all()) do
    if thing.kind == "catalogue" then
      put(thing.ref, thing, {}, catalogue_links)
    elseif thing.kind == "dataset" then
      local type = has_type(thing, "dcat:DatasetSeries") and "series" or has_type(thing, "csvw:Table") and "table" or nil
      put(thing.ref, thing, { type = type }, linked)
    elseif thing.kind == "environment" then
      put(thing.ref, thing, { type = "service" }, service_links)
    end
  end
  for _, thing in ipairs(all()) do
    if has_type(thing, "dcat:CatalogRecord") then put_record(thing) end
    if has_type(thing, "dcat:Distribution") and not thing.used then  -- of no dataset in the file
      put(ref_of("dataset", thing.id, file.path, thing.id:sub(3)), thing, { type = "distribution" }, distribution_links)
    end
  end
  dcat_things.tell_left_out()
end
