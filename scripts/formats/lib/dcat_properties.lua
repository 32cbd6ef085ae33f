-- dcat_properties: what is said of things of DCAT, as properties. `described` has for each short name a function(props, values, where) that puts
-- what the triples `values` say into the table `props`. It uses the part dcat_things.

local thing_of, has_type, first, count = dcat_things.thing_of, dcat_things.has_type, dcat_things.first, dcat_things.count
local inline, plain, code_in = dcat_things.inline, dcat_things.plain, dcat_things.code_in
local number_of, time_of = dcat_things.number_of, dcat_things.time_of

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
  local thing = value.kind ~= "literal" and thing_of(value.object)
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
      local thing = value.kind ~= "literal" and thing_of(value.object)
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
      local period = thing_of(value.object)
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
    local card = thing_of(value.object)
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

-- By the short names of what says them.
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

return { described = described, put_text = put_text, put_words = put_words, word_of = word_of }
