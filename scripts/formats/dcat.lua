--- Catalogues of DCAT, DCAT-AP and HealthDCAT-AP, as Turtle.
--- @format dcat
--- @input triples
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

-- Reading -------------------------------------------------------------------------------------------------------------

local things, order    -- of this file
local left_out         -- what, and how often

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

local function texts(thing, name)
  local list = {}
  for _, value in ipairs(thing and thing[name] or {}) do list[#list + 1] = value.object end
  return list
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
  local good, at = pcall(time, written)
  if good then return at end
  warn(where .. ": this is no date and was kept as it is: " .. text)
end

-- What the properties of things become ------------------------------------------------------------------------------------

local function put_text(name)
  return function(props, values)
    local best
    for _, value in ipairs(values) do
      if value.language then props[name .. "_" .. value.language:lower():gsub("-", "_")] = value.object end
      if not best or not value.language or (value.language == "en" and best.language) then best = value end
    end
    props[name] = best.object
  end
end

-- The name of a thing that stands for a word: its IRI, or its label when it has none. What else is said of an IRI goes into `labels`, by
-- IRI; written as JSON in the end.
local function word_of(value, list, props)
  local thing = value.kind ~= "literal" and things[value.object]
  if not thing or thing.kind then return list and code_in(value.object, list) or value.object end
  local label = first(thing, "skos:prefLabel", "rdfs:label", "dct:title", "dct:description", "foaf:name")
  if value.kind == "blank" then
    if not label then return plain(value) end
    thing.used = true
    return label
  end
  thing.used = true
  local only_named = #thing.order <= (thing["rdf:type"] and 1 or 0) + (label and 1 or 0)
  if label or not only_named then
    props.labels = props.labels or {}
    props.labels[value.object] = only_named and label or inline(value, { depth = 0 })
  end
  return list and code_in(value.object, list) or value.object
end

-- A text that the vocabulary puts into a thing of its own.
local function put_statements(name)
  return function(props, values)
    local said = {}
    for _, value in ipairs(values) do
      local thing = value.kind ~= "literal" and things[value.object]
      local labels = thing and (thing["rdfs:label"] or thing["dct:description"] or thing["dct:title"])
      if labels then thing.used = true end
      for _, label in ipairs(labels or { value }) do said[#said + 1] = label.object end
    end
    props[name] = #said == 1 and said[1] or said
  end
end

local function put_words(name, list)
  return function(props, values)
    local words = props[name] or {}
    for _, value in ipairs(values) do words[#words + 1] = word_of(value, list, props) end
    props[name] = words
  end
end

local function put_word(name, list)
  return function(props, values)
    props[name] = word_of(values[1], list, props)
    if #values > 1 then
      local all = {}
      for i, value in ipairs(values) do all[i] = word_of(value, list, props) end
      props[name .. "_all"] = all
    end
  end
end

local function put_number(name)
  return function(props, values) props[name] = number_of(values[1]) or values[1].object end
end

local function put_time(name)
  return function(props, values, where)
    local at = time_of(values[1].object, where)
    props[at and name or name .. "_text"] = at or values[1].object
  end
end

local function put_period(name)
  return function(props, values, where)
    for i, value in ipairs(values) do
      local period = things[value.object]
      local from, to = first(period, "dcat:startDate", "schema:startDate"), first(period, "dcat:endDate", "schema:endDate")
      if i == 1 and period and (from or to) then
        period.used = true
        props[name .. "_from"] = from and time_of(from, where)
        props[name .. "_to"] = to and time_of(to, where)
      else
        put_words(name)(props, { value })
      end
    end
  end
end

local function put_contact(props, values)
  for i, value in ipairs(values) do
    local card = things[value.object]
    if i > 1 or not card then
      put_words("contacts")(props, { value })
    elseif has_type(card, "vcard:Individual", "foaf:Person") then
      card.used = true
      count("contacts that are persons")
    else
      card.used = true
      props.contact_name = first(card, "vcard:fn", "vcard:organization-name", "foaf:name")
      props.contact_email = (first(card, "vcard:hasEmail", "foaf:mbox") or ""):gsub("^mailto:", "")
      if props.contact_email == "" then props.contact_email = nil end
      props.contact_url = first(card, "vcard:hasURL", "foaf:homepage")
      if #card.order > 4 then props.contact = plain(value) end
    end
  end
end

local described = {
  ["dct:title"] = put_text("title"), ["dct:description"] = put_text("description"),
  ["dct:alternative"] = put_text("acronym"), ["dct:identifier"] = put_word("identifier"),
  ["dcat:keyword"] = put_words("keywords"), ["dcat:theme"] = put_words("themes"), ["dct:language"] = put_words("languages"),
  ["dct:spatial"] = put_words("spatial"), ["dcatap:applicableLegislation"] = put_words("legislation"),
  ["dct:conformsTo"] = put_words("conforms_to"), ["dcat:landingPage"] = put_words("landing_page"),
  ["foaf:page"] = put_words("pages"), ["foaf:homepage"] = put_word("homepage"), ["dct:license"] = put_word("licence"),
  ["dct:accessRights"] = put_word("access_rights", "access-right"), ["dct:type"] = put_word("dataset_type", "dataset-type"),
  ["dct:accrualPeriodicity"] = put_word("frequency", "frequency"), ["adms:status"] = put_word("status"),
  ["dcat:version"] = put_word("label"), ["owl:versionInfo"] = put_word("label"), ["dct:issued"] = put_time("issued"),
  ["dct:modified"] = put_time("modified"), ["dct:temporal"] = put_period("temporal"),
  ["dct:provenance"] = put_statements("provenance"), ["dcat:contactPoint"] = put_contact, ["dct:rights"] = put_statements("rights"),
  ["dpv:hasPurpose"] = put_words("purposes"), ["dpv:hasLegalBasis"] = put_word("legal_basis"),
  ["dqv:hasLegalBasis"] = put_word("legal_basis"), ["dpv:hasPersonalData"] = put_words("personal_data"),
  ["dqv:hasQualityAnnotation"] = put_words("quality_annotations"),
  ["health:healthCategory"] = put_words("health_category"), ["health:healthTheme"] = put_words("health_theme"),
  ["health:numberOfRecords"] = put_number("n_records"), ["health:numberOfUniqueIndividuals"] = put_number("n_individuals"),
  ["health:minTypicalAge"] = put_number("min_age"), ["health:maxTypicalAge"] = put_number("max_age"),
  ["health:populationCoverage"] = put_text("population"), ["health:retentionPeriod"] = put_period("retention"),
  ["health:hasCodingSystem"] = put_words("coding_systems"),
  ["dcat:accessURL"] = put_word("access_url"), ["dcat:downloadURL"] = put_word("download_url"),
  ["dcat:byteSize"] = put_number("byte_size"), ["dct:format"] = put_word("format", "file-type"),
  ["dcat:mediaType"] = put_word("media_type"), ["dcat:endpointURL"] = put_words("endpoint_url"),
  ["csvw:name"] = put_word("name"), ["csvw:titles"] = put_text("title"), ["csvw:datatype"] = put_word("type"),
}

-- Refs ------------------------------------------------------------------------------------------------------------------

local function slug(text)
  local words = text:lower():gsub("[%s%c]+", "-"):gsub("[<>\"'|/\\#?]+", "-"):gsub("^%-+", ""):gsub("%-+$", "")
  return words
end

-- The ref of a thing as a node of this kind; of a blank one by what it belongs to and its place there.
local function ref_of(kind, id, owner, place)
  local thing = things[id]
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
  local thing = things[value.object]
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
  local thing = things[value.object]
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
    local thing = things[value.object]
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
    local thing = things[value.object]
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
  local about = things[first(thing, "foaf:primaryTopic") or ""]
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

function convert(next_triple, file)
  read(next_triple)
  local found = 0
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
  tell_left_out()
end
