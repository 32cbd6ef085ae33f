-- A catalogue of the register in DCAT-AP, for the scripts of formats/out that write one: `catalogue.export(parameters)`. What a profile adds, it
-- puts into `catalogue.profile` and `catalogue.prefixes`, and says with the functions that stand at the end.
--
-- The catalogue lists the datasets that are part_of it. scripts/formats/README.md has the mapping. Nothing is made up: what the profile
-- demands and the register does not have ends the export. No node is blank, and all is in the order of the refs: equal registers give
-- equal files.

local given = {}  -- base, catalogue, publisher, language, syntax: as the scripts' parameters of these names

local authority = "http://publications.europa.eu/resource/authority/"

local prefixes = {
  adms = "http://www.w3.org/ns/adms#", dcat = "http://www.w3.org/ns/dcat#", dcatap = "http://data.europa.eu/r5r/",
  dct = "http://purl.org/dc/terms/", foaf = "http://xmlns.com/foaf/0.1/", prov = "http://www.w3.org/ns/prov#",
  rdfs = "http://www.w3.org/2000/01/rdf-schema#", skos = "http://www.w3.org/2004/02/skos/core#",
  vcard = "http://www.w3.org/2006/vcard/ns#", xsd = "http://www.w3.org/2001/XMLSchema#",
  spdx = "http://spdx.org/rdf/terms#", eli = "http://data.europa.eu/eli/ontology#",
}

-- What a profile adds; each function is called while triples of that thing are written.
local profile = {
  dataset = function() end, distribution = function() end, agent = function() end, catalogue = function() end,
  dataset_needs = { "title", "description" },
  distribution_needs = { "access_url" },
  publisher_needs = { "title" },
  catalogue_needs = { "title", "description" },
  contact_needs = {},
}

-- What is missing ---------------------------------------------------------------------------------------------------------

local missing, missing_of = {}, {}

local function lacks_property(ref, name)
  if not missing_of[ref] then
    missing_of[ref] = {}
    missing[#missing + 1] = ref
  end
  for _, one in ipairs(missing_of[ref]) do
    if one == name then return end
  end
  table.insert(missing_of[ref], name)
end

local function check(item, names)
  for _, name in ipairs(names) do
    if item:get(name) == nil then lacks_property(item.ref, name) end
  end
end

local function end_if_missing()
  if #missing == 0 then return end
  local told = {}
  for i = 1, math.min(#missing, 8) do told[i] = missing[i] .. ": " .. table.concat(missing_of[missing[i]], ", ") end
  if #missing > 8 then told[#told + 1] = #missing - 8 .. " more records lack something" end
  error("the profile demands what the register does not have; import it, and export again. Of " .. table.concat(told, "; of "), 0)
end

-- Names -------------------------------------------------------------------------------------------------------------------

-- What an IRI may not hold, or holds for another reason, as %XX.
local function escaped(text)
  return (text:gsub("[^%w%-%._~/@:]", function(c) return string.format("%%%02X", c:byte()) end))
end

-- Of a word that may be anything: "FR:35" is none.
local function is_iri(text)
  return type(text) == "string" and (text:match("^%a[%w+.%-]*://[^%s]+$") or text:match("^urn:[^%s]+$")) ~= nil
end

local function base()
  if not is_iri(given.base) or not given.base:match("[/#]$") then
    error("base is an IRI that ends in / or #, such as https://hub.example/; it is " .. given.base, 0)
  end
  return given.base
end

local function iri_of(item)
  local own = item:get("uri")
  if type(own) == "string" and own:match("^%a[%w+.%-]*:[^%s]+$") then return own end
  return base() .. item.kind .. "/" .. escaped(item.key)
end

-- Triples -----------------------------------------------------------------------------------------------------------------

local later, written = {}, {}  -- what is written after the thing at hand; what has been

-- Has `write` called once for this IRI, after what is being written.
local function afterwards(iri, write)
  if written[iri] then return end
  written[iri] = true
  later[#later + 1] = write
end

local function write_what_waits()
  local at = 1
  while later[at] do
    later[at]()
    at = at + 1
  end
  later = {}
end

local function literal(text, language)
  return { value = text, language = language }
end

local function typed(value, datatype)
  return { value = tostring(value), datatype = datatype }
end

local function list_of(value)
  if value == nil then return {} end
  return type(value) == "table" and value or { value }
end

-- The language of title_fr.
local function language_of(property, name)
  local language = property:match("^" .. name .. "_(%l%l%l?)$") or property:match("^" .. name .. "_(%l%l_%l%l)$")
  return language and language:gsub("_", "-") or nil
end

-- title, title_fr, title_en: each with its language; the one without is not said twice.
local function say_texts(iri, predicate, item, name)
  local by_language, said = {}, {}
  for property, value in pairs(item:properties()) do
    local language = language_of(property, name)
    if language and type(value) == "string" then by_language[language] = value end
  end
  local languages = {}
  for language in pairs(by_language) do languages[#languages + 1] = language end
  table.sort(languages)
  for _, language in ipairs(languages) do
    triple(iri, predicate, literal(by_language[language], language))
    said[by_language[language]] = true
  end
  for _, text in ipairs(list_of(item:get(name))) do
    if not said[text] then triple(iri, predicate, literal(text, given.language)) end
  end
end

-- What the profile takes the thing at this IRI for, since a validator does not go and look.
local function say_class(iri, class, label)
  afterwards(iri, function()
    triple(iri, "rdf:type", class)
    if label then triple(iri, class == "skos:Concept" and "skos:prefLabel" or "rdfs:label", label) end
  end)
  return iri
end

-- A word of a vocabulary: an IRI is itself, a code (PDF, NON_PUBLIC) one of the list of the EU; anything else becomes a thing with that
-- label.
local function word(value, list, class, name)
  value, class = tostring(value), class or "skos:Concept"
  if list and value:match("^[%u%d][%u%d_]*$") then value = authority .. list .. "/" .. value end
  if is_iri(value) then
    local code = value:sub(1, #authority) == authority and value:match("[^/]+$")
    if class == "skos:Concept" and not code then return value end  -- a concept has a label, and this one's is not known
    return say_class(value, class, class == "skos:Concept" and literal(code) or nil)
  end
  return say_class(base() .. (name or list or "term") .. "/" .. escaped(value), class, literal(value, given.language))
end

local function say_words(iri, predicate, values, list, class, name)
  for _, value in ipairs(list_of(values)) do triple(iri, predicate, word(value, list, class, name)) end
end

local function say_legislation(iri, values)
  for _, value in ipairs(list_of(values)) do
    triple(iri, "dcatap:applicableLegislation", word(value, nil, "eli:LegalResource", "legislation"))
  end
end

-- Keywords are a list, and those of one language a list of that language's too.
local function say_keywords(iri, item)
  local languages = {}
  for property, value in pairs(item:properties()) do
    local language = language_of(property, "keywords")
    for _, keyword in ipairs(language and list_of(value) or {}) do
      languages[keyword] = languages[keyword] or {}
      table.insert(languages[keyword], language)
    end
  end
  for _, keyword in ipairs(list_of(item:get("keywords"))) do
    for _, language in ipairs(languages[keyword] or { given.language or false }) do
      triple(iri, "dcat:keyword", literal(keyword, language or nil))
    end
  end
end

-- A day, or the year or month that was told instead of one.
local function say_day(iri, predicate, item, name)
  local day, text = item:get(name), item:get(name .. "_text") or ""
  if day then
    triple(iri, predicate, day)
  elseif text:find("^%d%d%d%d$") then
    triple(iri, predicate, typed(text, "xsd:gYear"))
  elseif text:find("^%d%d%d%d%-%d%d$") then
    triple(iri, predicate, typed(text, "xsd:gYearMonth"))
  end
end

local function say_period(iri, predicate, item, name, fragment)
  local from, to = item:get(name .. "_from"), item:get(name .. "_to")
  if not from and not to then return end
  local period = iri .. "#" .. fragment
  triple(iri, predicate, period)
  afterwards(period, function()
    triple(period, "rdf:type", "dct:PeriodOfTime")
    if from then triple(period, "dcat:startDate", from) end
    if to then triple(period, "dcat:endDate", to) end
  end)
end

-- A text that stands where the profile has a node: what it says is the node's label.
local function say_statement(iri, predicate, class, fragment, texts)
  local statement = iri .. "#" .. fragment
  triple(iri, predicate, statement)
  afterwards(statement, function()
    triple(statement, "rdf:type", class)
    for _, text in ipairs(texts) do triple(statement, "rdfs:label", text) end
  end)
end

-- Organisations -----------------------------------------------------------------------------------------------------------

local function say_agent(iri, predicate, organisation, needs)
  check(organisation, needs or profile.publisher_needs)
  local name = iri_of(organisation)
  triple(iri, predicate, name)
  afterwards(name, function()
    triple(name, "rdf:type", "foaf:Agent")
    say_texts(name, "foaf:name", organisation, "title")
    if is_iri(organisation:get("homepage")) then triple(name, "foaf:homepage", organisation:get("homepage")) end
    if organisation:get("email") then triple(name, "foaf:mbox", "mailto:" .. organisation:get("email")) end
    profile.agent(name, organisation)
  end)
end

-- Of the dataset itself, else of who holds it.
local function say_contact(iri, item, holder)
  local function of(name)
    return item:get("contact_" .. name) or holder and holder:get("contact_" .. name)
  end
  local name, email, url = of("name") or holder and holder.title, of("email"), of("url")
  for _, need in ipairs(profile.contact_needs) do
    if not of(need) then lacks_property(item.ref, "contact_" .. need) end
  end
  if not email and not url then return end
  local contact = iri .. "#contact"
  triple(iri, "dcat:contactPoint", contact)
  afterwards(contact, function()
    triple(contact, "rdf:type", "vcard:Kind")
    if name then triple(contact, "vcard:fn", literal(name)) end
    if email then triple(contact, "vcard:hasEmail", "mailto:" .. email) end
    if is_iri(url) then triple(contact, "vcard:hasURL", url) end
  end)
end

-- Where data came from ----------------------------------------------------------------------------------------------------

local listed = {}  -- by ref

local outside = { extract = true, linked = true, distribution = true, sample = true }

-- What is in a dataset: itself, its parts, versions and variables; not what was cut out of it for somebody, or tells how to get it.
local function inside(item)
  local all, level = set { item }, set { item }
  while #level > 0 do
    level = level:incoming("part_of", "version_of"):where(function(part) return not outside[part:get("type")] end) - all
    all = all | level
  end
  return all
end

-- What these were made from, one step back: through a run if there was one.
local function made_from(set)
  return (set:outgoing("derived_from") | set:outgoing("generated_by"):outgoing("used")):only("dataset", "variable", "output")
end

-- The nearest that the catalogue lists of what this is a part or a version of; else the dataset that it is or is in.
local function entry_of(item)
  local level, container = set { item }, item
  while #level > 0 do
    for one in level do
      if listed[one.ref] then return one, true end
      if one.kind == "dataset" and container.kind == "variable" then container = one end
    end
    level = level:outgoing("part_of", "version_of")
  end
  return container, false
end

local say_entity_of

-- Refs of what the dataset was made from: entries of the catalogue, and what is in none.
local function sources_of(item, members)
  local found, order = {}, {}
  local own = {}
  for one in whole(item) do own[one.ref] = true end
  for source in made_from(members) do
    local entry, is_listed = entry_of(source)
    local within = false
    for one in whole(entry) do within = within or one.ref == item.ref end
    if not within and not own[entry.ref] and not found[entry.ref] then
      found[entry.ref] = true
      order[#order + 1] = entry
      if not is_listed then say_entity_of(entry) end
    end
  end
  table.sort(order, function(a, b) return a.ref < b.ref end)
  return order
end

-- What the catalogue does not list and something in it was made from: no dataset of the catalogue, but the way goes on.
function say_entity_of(item)
  local iri = iri_of(item)
  afterwards(iri, function()
    triple(iri, "rdf:type", "prov:Entity")
    say_texts(iri, "dct:title", item, "title")
    for _, source in ipairs(sources_of(item, inside(item))) do
      if source.ref ~= item.ref then triple(iri, "prov:wasDerivedFrom", iri_of(source)) end
    end
  end)
end

local function names_of(items)
  local names = {}
  for i, item in ipairs(items) do
    if i > 20 then
      names[#names + 1] = #items - 20 .. " more"
      break
    end
    names[#names + 1] = item.title or item.key
  end
  return table.concat(names, "; ")
end

local function say_provenance(iri, item)
  local members = inside(item)
  local sources = sources_of(item, members)
  for _, source in ipairs(sources) do triple(iri, "prov:wasDerivedFrom", iri_of(source)) end
  local texts = {}
  for _, text in ipairs(list_of(item:get("provenance"))) do texts[#texts + 1] = literal(text, given.language) end
  if #sources > 0 then
    local runs = {}
    for run in members:outgoing("generated_by"):only("run") do runs[#runs + 1] = run end
    local by = #runs > 0 and ", by: " .. names_of(runs) or ""
    texts[#texts + 1] = literal("The register records that this was made from: " .. names_of(sources) .. by .. ".", "en")
  elseif #texts == 0 then
    texts[1] = literal("The register records nothing that this was made from.", "en")
  end
  say_statement(iri, "dct:provenance", "dct:ProvenanceStatement", "provenance", texts)
end

-- Datasets and what gives them ------------------------------------------------------------------------------------------------

local function say_distribution(iri, predicate, item, dataset)
  local name = iri_of(item)
  triple(iri, predicate, name)
  check(item, predicate == "dcat:distribution" and profile.distribution_needs or { "access_url" })
  afterwards(name, function()
    triple(name, "rdf:type", "dcat:Distribution")
    say_texts(name, "dct:title", item, "title")
    say_texts(name, "dct:description", item, "description")
    for _, url in ipairs(list_of(item:get("access_url"))) do triple(name, "dcat:accessURL", url) end
    for _, url in ipairs(list_of(item:get("download_url"))) do triple(name, "dcat:downloadURL", url) end
    if item:get("byte_size") then triple(name, "dcat:byteSize", typed(item:get("byte_size"), "xsd:nonNegativeInteger")) end
    say_words(name, "dct:format", item:get("format"), "file-type", "dct:MediaTypeOrExtent")
    say_words(name, "dcat:mediaType", item:get("media_type"), nil, "dct:MediaType", "media-type")
    say_words(name, "dct:license", item:get("licence"), nil, "dct:LicenseDocument", "licence")
    say_day(name, "dct:issued", item, "issued")
    say_day(name, "dct:modified", item, "modified")
    say_legislation(name, item:get("legislation"))
    local rights = item:get("rights")
    if is_iri(rights) then triple(name, "dct:rights", say_class(rights, "dct:RightsStatement")) end
    if rights and not is_iri(rights) then
      say_statement(name, "dct:rights", "dct:RightsStatement", "rights", { literal(rights, given.language) })
    end
    profile.distribution(name, item, dataset)
  end)
end

-- FRA is a country of the EU's list; what is anything else has its name.
local function say_place(iri, place)
  triple(iri, "dct:spatial", word(place, place:match("^%u%u%u$") and "country", "dct:Location", "place"))
end

-- Words of registers for codes of the EU's list.
local frequencies = {
  daily = "DAILY", weekly = "WEEKLY", monthly = "MONTHLY", quarterly = "QUARTERLY", yearly = "ANNUAL", never = "NEVER",
}

local function say_dataset(item)
  local iri = iri_of(item)
  check(item, profile.dataset_needs)
  triple(iri, "rdf:type", item:get("type") == "series" and "dcat:DatasetSeries" or "dcat:Dataset")
  triple(iri, "dct:identifier", typed(item:get("identifier") or iri, "xsd:anyURI"))
  say_texts(iri, "dct:title", item, "title")
  say_texts(iri, "dct:description", item, "description")
  say_texts(iri, "dct:alternative", item, "acronym")
  say_keywords(iri, item)
  say_words(iri, "dcat:theme", item:get("themes"), "data-theme")
  say_words(iri, "dct:accessRights", item:get("access_rights"), "access-right", "dct:RightsStatement")
  say_words(iri, "dct:type", item:get("dataset_type"), "dataset-type")
  say_words(iri, "dct:language", item:get("languages"), "language", "dct:LinguisticSystem")
  for _, place in ipairs(list_of(item:get("spatial"))) do say_place(iri, place) end
  say_period(iri, "dct:temporal", item, "temporal", "period")
  local frequency = item:get("frequency")
  say_words(iri, "dct:accrualPeriodicity", frequencies[frequency] or frequency, "frequency", "dct:Frequency")
  say_words(iri, "dct:conformsTo", item:get("conforms_to"), nil, "dct:Standard", "standard")
  say_legislation(iri, item:get("legislation"))
  for _, page in ipairs(list_of(item:get("landing_page"))) do
    if is_iri(page) then triple(iri, "dcat:landingPage", say_class(page, "foaf:Document")) end
  end
  say_day(iri, "dct:issued", item, "issued")
  say_day(iri, "dct:modified", item, "modified")
  if item:get("label") then triple(iri, "dcat:version", literal(item:get("label"))) end
  for paper in downstream(item, { kind = "publication" }) do
    local doi = paper.precision == "exact" and paper:get("doi")
    if doi then triple(iri, "dct:isReferencedBy", "https://doi.org/" .. escaped(doi)) end
  end
  for series in item:outgoing("part_of"):only("dataset") do
    if listed[series.ref] then triple(iri, series:get("type") == "series" and "dcat:inSeries" or "dct:isPartOf", iri_of(series)) end
  end
  local holder
  for organisation in item:incoming("holds") do holder = holder or organisation end
  if holder then say_agent(iri, "dct:publisher", holder) end
  say_contact(iri, item, holder)
  for _, creator in ipairs(list_of(item:get("creators"))) do
    if exists(creator) then say_agent(iri, "dct:creator", node(creator), { "title" }) end
  end
  say_provenance(iri, item)
  for version in item:incoming("version_of") do
    if version:get("type") == "distribution" then say_distribution(iri, "dcat:distribution", version, item) end
    if version:get("type") == "sample" then say_distribution(iri, "adms:sample", version, item) end
  end
  profile.dataset(iri, item, holder)
  write_what_waits()
end

-- The catalogue -----------------------------------------------------------------------------------------------------------

local function catalogue_meant()
  if given.catalogue then return node(given.catalogue) end
  local all = nodes("catalogue")
  if #all == 1 then return all[1] end
  error(#all == 0 and "there is no catalogue: put one, and part_of edges from the datasets that it lists" or
    "there are " .. #all .. " catalogues: say which, as in catalogue=" .. all[1].ref, 0)
end

-- The organisation that is named, or has the name that the catalogue tells.
local function publisher_of(catalogue)
  local ref = given.publisher or catalogue:get("publisher_ref")
  if ref then return node(ref) end
  local named = nodes("organisation"):where(function(one)
    return catalogue:get("publisher") ~= nil and one.title == catalogue:get("publisher")
  end)
  if #named == 1 then return named[1] end
  lacks_property(catalogue.ref, "publisher_ref")
end

local function say_catalogue(catalogue, datasets)
  local iri = iri_of(catalogue)
  check(catalogue, profile.catalogue_needs)
  triple(iri, "rdf:type", "dcat:Catalog")
  say_texts(iri, "dct:title", catalogue, "title")
  say_texts(iri, "dct:description", catalogue, "description")
  if is_iri(catalogue:get("homepage")) then
    triple(iri, "foaf:homepage", say_class(catalogue:get("homepage"), "foaf:Document"))
  end
  say_words(iri, "dct:language", catalogue:get("languages"), "language", "dct:LinguisticSystem")
  say_legislation(iri, catalogue:get("legislation"))
  local publisher = publisher_of(catalogue)
  if publisher then say_agent(iri, "dct:publisher", publisher, { "title" }) end
  for _, item in ipairs(datasets) do triple(iri, "dcat:dataset", iri_of(item)) end
  profile.catalogue(iri, catalogue)
  write_what_waits()
end

local function export(parameters)
  given = parameters
  if given.syntax then syntax(given.syntax) end
  prefix("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
  for name, iri in pairs(prefixes) do prefix(name, iri) end
  local catalogue, datasets = catalogue_meant(), {}
  for item in catalogue:incoming("part_of"):only("dataset") do
    datasets[#datasets + 1] = item
    listed[item.ref] = true
  end
  table.sort(datasets, function(a, b) return a.ref < b.ref end)
  if #datasets == 0 then error(catalogue.ref .. " lists nothing: no dataset is part_of it", 0) end
  say_catalogue(catalogue, datasets)
  for _, item in ipairs(datasets) do say_dataset(item) end
  end_if_missing()
end

return {
  prefixes = prefixes, profile = profile, export = export,
  iri_of = iri_of, word = word, inside = inside, list_of = list_of, literal = literal, typed = typed,
  say_words = say_words, say_texts = say_texts, say_period = say_period, say_statement = say_statement,
  say_agent = say_agent, afterwards = afterwards, lacks_property = lacks_property,
}
