-- dcat_said: what the properties of a dataset, a catalogue, a distribution become. It uses the part rdf_things.
--
-- dcat_said.takers has, by name, function(props, values, where), which adds to `props` what the values say; dcat_said.put_other(name) makes
-- one for any other property. Values that a property has no room for are in NAME_more.

local dcat_said = {}

local first, plain, datatype_of = rdf_things.first, rdf_things.plain, rdf_things.datatype_of

local authority = "http://publications.europa.eu/resource/authority/"
local function code_in(iri, list)
  local base = authority .. list .. "/"
  return iri:sub(1, #base) == base and iri:sub(#base + 1) or iri
end

-- Adds to a list what it does not have yet.
local function add(props, name, word)
  if word == nil then return end
  local words = props[name] or {}
  for _, one in ipairs(words) do
    if one == word then return end
  end
  words[#words + 1] = word
  props[name] = words
end

local function add_more(props, name, value)
  local more = plain(value)
  if more ~= nil then add(props, name .. "_more", tostring(more)) end
end

local function in_language(name, language)
  return name .. "_" .. language:lower():gsub("-", "_")
end

-- Words -----------------------------------------------------------------------------------------------------------------

-- The name of a thing that stands for a word: its IRI, or its label when it has none. What else is said of an IRI goes into `labels`, by
-- IRI; written as JSON in the end. nil for a person.
local function word_of(value, list, props)
  if rdf_things.leaves_out(value) then return nil end
  local thing = value.kind ~= "literal" and rdf_things.of(value.object)
  if not thing or thing.kind then return list and code_in(value.object, list) or value.object end
  local only_named = #thing.order <= 1 + (thing["rdf:type"] and 1 or 0)
  local label
  for _, name in ipairs { "skos:prefLabel", "rdfs:label", "dct:title", "dct:description", "foaf:name" } do
    local values = thing[name]
    if values and not label then
      label = values[1].object
      only_named = only_named and #values == 1 and not values[1].language
    end
  end
  if value.kind == "blank" then
    if not label or not only_named then return plain(value) end
    thing.used = true
    return label
  end
  thing.used = true
  if label or #thing.order > (thing["rdf:type"] and 1 or 0) then
    props.labels = props.labels or {}
    if thing.label == nil then thing.label = label and only_named and label or rdf_things.inline(value) end
    props.labels[value.object] = thing.label
  end
  return list and code_in(value.object, list) or value.object
end

-- The datatypes of texts: one for all, or of each that has one.
local function note_datatypes(props, name, values, is_other)
  local same, typed = nil, {}
  for i, value in ipairs(values) do
    local type = datatype_of(value)
    if type == "xsd:anyURI" and not is_other then type = nil end
    if i == 1 then same = type elseif same ~= type then same = false end
    if type then typed[#typed + 1] = json { text = value.object, type = type } end
  end
  if #typed > 0 then props[name .. "_datatype"] = same or typed end
end

local function put_words(name, list, is_other)
  return function(props, values)
    for _, value in ipairs(values) do
      local word = word_of(value, list, props)
      add(props, name, word)
      if value.language then add(props, in_language(name, value.language), word) end
    end
    note_datatypes(props, name, values, is_other)
  end
end

local function put_word(name, list)
  return function(props, values)
    local all = {}
    for _, value in ipairs(values) do
      local word = word_of(value, list, props)
      all[#all + 1] = word
      if value.language then add(props, in_language(name, value.language), word) end
    end
    note_datatypes(props, name, values)
    props[name] = all[1]
    if #all > 1 then props[name .. "_all"] = all end
  end
end

-- A property of which nothing is known here, under its own name: a list when it has several values.
function dcat_said.put_other(name)
  local put = put_words(name, nil, true)
  return function(props, values)
    local made = {}
    put(made, values)
    for one, said in pairs(made) do
      if one == "labels" then
        props.labels = props.labels or {}
        for iri, label in pairs(said) do props.labels[iri] = label end
      else
        props[one] = type(said) == "table" and #said == 1 and said[1] or said
      end
    end
  end
end

-- Texts -----------------------------------------------------------------------------------------------------------------

-- One text for each language; of those without language, and of one language, the first stands.
local function put_text(name)
  return function(props, values)
    local best
    for _, value in ipairs(values) do
      local own = value.language and in_language(name, value.language)
      if value.kind ~= "literal" or (own and props[own]) or (not own and best and not best.language) then
        add_more(props, name, value)
      else
        if own then props[own] = value.object end
        if not best or not own or (value.language == "en" and best.language ~= "en" and best.language) then best = value end
      end
    end
    note_datatypes(props, name, values)
    props[name] = best and best.object
  end
end

-- A text that the vocabulary puts into a thing of its own.
local function put_statements(name)
  return function(props, values)
    local said = {}
    for _, value in ipairs(values) do
      local thing = not rdf_things.leaves_out(value) and value.kind ~= "literal" and rdf_things.of(value.object) or nil
      local labels = thing and (thing["rdfs:label"] or thing["dct:description"] or thing["dct:title"])
      if thing and labels then
        thing.used = true
        if value.kind == "iri" or #thing.order > (thing["rdf:type"] and 2 or 1) then add_more(props, name, value) end
      end
      for _, label in ipairs(labels or { value }) do
        local text = label.object
        if label.kind == "blank" or (label.kind == "iri" and rdf_things.of(text)) then text = word_of(label, nil, props) end
        said[#said + 1] = text
        if label.language then add(props, in_language(name, label.language), text) end
      end
    end
    props[name] = #said == 1 and said[1] or #said > 0 and said or nil
  end
end

-- Numbers and times -------------------------------------------------------------------------------------------------------

local function put_number(name)
  return function(props, values)
    local text = values[1].object
    props[name] = math.tointeger(tonumber(text)) or tonumber(text) or text
    for i = 2, #values do add_more(props, name, values[i]) end
  end
end

local function last_day_of(year, month)
  local days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  if month == 2 and year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) then return 29 end
  return days[month] or 31
end

-- A date of any of the types that DCAT allows. Of a year or a month it is the first day, or the last one where a period ends. Nil for what
-- is none.
local function time_of(text, ends)
  local year, month = text:match("^(%d%d%d%d)$"), nil
  if year then month = ends and "12" or "01" else year, month = text:match("^(%d%d%d%d)%-(%d%d)$") end
  if year then
    text = string.format("%s-%s-%02d", year, month, ends and last_day_of(tonumber(year), tonumber(month)) or 1)
  end
  local good, at = pcall(time, text)
  return good and at or nil
end

-- What is no date is told, and kept as text.
local function set_time(props, name, text, where, ends)
  local at = time_of(text, ends)
  props[at and name or name .. "_text"] = at or text
  if not at then warn(where .. ": this is no date and was kept as it is: " .. text) end
end

local function put_time(name)
  return function(props, values, where)
    set_time(props, name, values[1].object, where)
    for i = 2, #values do add_more(props, name, values[i]) end
  end
end

-- The day of an event: of a year or a month no day is made up, it is kept as text.
local function put_day(name)
  local put = put_time(name)
  return function(props, values, where)
    local text = values[1].object
    if not (text:find("^%d%d%d%d$") or text:find("^%d%d%d%d%-%d%d$")) then return put(props, values, where) end
    props[name .. "_text"] = text
    for i = 2, #values do add_more(props, name, values[i]) end
  end
end

local of_period = {
  ["rdf:type"] = true, ["dcat:startDate"] = true, ["schema:startDate"] = true, ["dcat:endDate"] = true, ["schema:endDate"] = true,
}

local function put_period(name)
  return function(props, values, where)
    for i, value in ipairs(values) do
      local period = value.kind ~= "literal" and rdf_things.of(value.object) or nil
      local from, to = first(period, "dcat:startDate", "schema:startDate"), first(period, "dcat:endDate", "schema:endDate")
      if i == 1 and period and (from or to) then
        period.used = true
        if from then set_time(props, name .. "_from", from, where) end
        if to then set_time(props, name .. "_to", to, where, true) end
        local more = false
        for _, one in ipairs(period.order) do more = more or not of_period[one] or #period[one] > 1 end
        if more then add_more(props, name, value) end
      else
        put_words(name)(props, { value })
      end
    end
  end
end

-- Contacts ----------------------------------------------------------------------------------------------------------------

local function put_contact(props, values)
  for i, value in ipairs(values) do
    local card = rdf_things.of(value.object)
    if rdf_things.leaves_out(value, "contacts that are persons") then
      -- counted
    elseif i > 1 or not card then
      put_words("contacts")(props, { value })
    else
      card.used = true
      props.contact_name = first(card, "vcard:fn", "vcard:organization-name", "foaf:name")
      props.contact_email = (first(card, "vcard:hasEmail", "foaf:mbox") or ""):gsub("^mailto:", "")
      if props.contact_email == "" then props.contact_email = nil end
      props.contact_url = first(card, "vcard:hasURL", "foaf:homepage")
      local taken = (card["rdf:type"] and 1 or 0) + (props.contact_name and 1 or 0) + (props.contact_email and 1 or 0)
        + (props.contact_url and 1 or 0)
      local more = #card.order > taken
      for _, name in ipairs(card.order) do more = more or name ~= "rdf:type" and #card[name] > 1 end
      if more then props.contact = plain(value) end
    end
  end
end

dcat_said.takers = {
  ["dct:title"] = put_text("title"), ["dct:description"] = put_text("description"),
  ["dct:alternative"] = put_text("acronym"), ["dct:identifier"] = put_word("identifier"),
  ["dcat:keyword"] = put_words("keywords"), ["dcat:theme"] = put_words("themes"), ["dct:language"] = put_words("languages"),
  ["dct:spatial"] = put_words("spatial"), ["dcatap:applicableLegislation"] = put_words("legislation"),
  ["dct:conformsTo"] = put_words("conforms_to"), ["dcat:landingPage"] = put_words("landing_page"),
  ["foaf:page"] = put_words("pages"), ["foaf:homepage"] = put_word("homepage"), ["dct:license"] = put_word("licence"),
  ["dct:accessRights"] = put_word("access_rights", "access-right"), ["dct:type"] = put_word("dataset_type", "dataset-type"),
  ["dct:accrualPeriodicity"] = put_word("frequency", "frequency"), ["adms:status"] = put_word("status"),
  ["dcat:version"] = put_word("label"), ["owl:versionInfo"] = put_word("label"), ["dct:issued"] = put_day("issued"),
  ["dct:modified"] = put_day("modified"), ["dct:temporal"] = put_period("temporal"),
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
  ["prov:startedAtTime"] = put_time("started_at"), ["prov:endedAtTime"] = put_time("ended_at"),
  ["csvw:name"] = put_word("name"), ["csvw:titles"] = put_text("title"), ["csvw:datatype"] = put_word("type"),
}

dcat_said.word_of, dcat_said.put_text, dcat_said.set_time, dcat_said.add_more = word_of, put_text, set_time, add_more

return dcat_said
