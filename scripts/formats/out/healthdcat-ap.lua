--- A catalogue of the register as HealthDCAT-AP, in Turtle or JSON-LD.
--- @format healthdcat-ap
--- @output rdf
--- @base dcat-ap
--- @param base text  what the IRIs of things begin with that have none of their own (property uri): https://hub.example/
--- @param catalogue? ref  which one, when there are several
--- @param publisher? ref  the organisation that publishes the catalogue, when its publisher_ref tells none
--- @param hdab? ref  the health data access body, when there is more than one organisation of that type
--- @param language? text  of texts whose language is not told: fr
--- @param syntax? text  turtle, unless told, or json-ld
--
-- What dcat-ap.lua writes, and what is said of health data: who gives access, categories, purposes, legal bases, people and records,
-- tables and their columns. It demands what the profile for data that are not public does. Its theme is always HEAL, as the profile is
-- for such data.

prefixes.healthdcatap = "http://healthdataportal.eu/ns/health#"
prefixes.dpv = "https://w3id.org/dpv#"
prefixes.dqv = "http://www.w3.org/ns/dqv#"
prefixes.csvw = "http://www.w3.org/ns/csvw#"

profile.dataset_needs = {
  "title", "description", "access_rights", "dataset_type", "keywords", "spatial", "legislation", "health_category", "health_theme",
}
profile.distribution_needs = { "access_url", "byte_size", "format", "rights", "legislation" }
profile.publisher_needs = { "title", "homepage", "email", "publisher_type", "publisher_note", "trusted_data_holder" }
profile.catalogue_needs = { "title", "description", "legislation" }
profile.contact_needs = { "email", "url" }
local hdab_needs = { "title", "homepage", "email" }

local function whole_number(iri, predicate, value)
  if value then triple(iri, predicate, typed(value, "xsd:nonNegativeInteger")) end
end

function profile.agent(iri, organisation)
  say_words(iri, "healthdcatap:publisherType", organisation:get("publisher_type"), nil, "skos:Concept", "publisher-type")
  say_texts(iri, "healthdcatap:publisherNote", organisation, "publisher_note")
  if organisation:get("trusted_data_holder") ~= nil then
    triple(iri, "healthdcatap:trustedDataHolder", organisation:get("trusted_data_holder"))
  end
end

-- The one that the dataset or the caller names; else the only one that there is.
local function hdab_of(item)
  local ref = item:get("hdab") or arg.hdab
  if ref then return node(ref) end
  local all = nodes("organisation"):where(function(one) return one:get("type") == "hdab" end)
  if #all == 1 then return all[1] end
end

-- eu-gdpr:A9-2-j is a term of DPV's extension for that law.
local function legal_basis(value)
  local term = value:match("^eu%-gdpr:(.+)$")
  return term and "https://w3id.org/dpv/legal/eu/gdpr#" .. term or word(value, nil, "skos:Concept", "legal-basis")
end

-- What the data may be used for: as told of them, and of approvals that cover them or what they are part of.
local function say_purposes(iri, item)
  local purposes = (whole(item) | inside(item)):incoming("covers"):only("approval"):outgoing("for_purpose")
  say_words(iri, "dpv:hasPurpose", item:get("purposes"), nil, "skos:Concept", "purpose")
  for purpose in purposes do
    local name = iri_of(purpose)
    triple(iri, "dpv:hasPurpose", name)
    if not purpose:get("uri") then
      afterwards(name, function()
        triple(name, "rdf:type", "dpv:Purpose")
        say_texts(name, "rdfs:label", purpose, "title")
      end)
    end
  end
  if #purposes == 0 and not item:get("purposes") then
    lacks_property(item.ref, "purposes")
  end
end

-- Types of Table Schema that CSVW calls otherwise.
local csvw_types = { year = "gYear", yearmonth = "gYearMonth", datetime = "dateTime", object = "json", array = "json" }

local function say_column(table_iri, variable)
  local iri = iri_of(variable)
  triple(table_iri, "csvw:column", iri)
  afterwards(iri, function()
    triple(iri, "rdf:type", "csvw:Column")
    triple(iri, "csvw:name", literal(variable:get("name") or variable.key:match("[^/#]+$")))
    if variable.title then
      say_texts(iri, "csvw:titles", variable, "title")
    else
      triple(iri, "csvw:titles", literal(variable:get("name") or variable.key:match("[^/#]+$")))
    end
    local type = variable:get("type") or "string"  -- what CSVW takes when nothing is told
    triple(iri, "csvw:datatype", literal(csvw_types[type] or type))
    if variable:get("description") then say_texts(iri, "dct:description", variable, "description") end
  end)
end

local function say_table(iri, item, variables)
  afterwards(iri, function()
    triple(iri, "rdf:type", "csvw:Table")
    if item.title then say_texts(iri, "dct:title", item, "title") else triple(iri, "dct:title", literal(item.key)) end
    say_texts(iri, "dct:description", item, "description")
    for variable in variables do say_column(iri, variable) end
  end)
end

-- The tables of a dataset; one whose columns are its own has them in a table #table.
local function say_tables(iri, item)
  local own = item:incoming("part_of"):only("variable")
  if #own > 0 then
    triple(iri, "dct:hasPart", iri .. "#table")
    say_table(iri .. "#table", item, own)
  end
  for part in item:incoming("part_of"):only("dataset") do
    local variables = part:incoming("part_of"):only("variable")
    if #variables > 0 and #part:outgoing("part_of"):only("catalogue") == 0 then
      triple(iri, "dct:hasPart", iri_of(part))
      say_table(iri_of(part), part, variables)
    end
  end
end

local function say_coding_systems(iri, item)
  local seen = {}
  for list in inside(item):only("variable"):outgoing("coded_with") do
    if list:get("uri") and not seen[list.ref] then triple(iri, "healthdcatap:hasCodingSystem", list:get("uri")) end
    seen[list.ref] = true
  end
  say_words(iri, "healthdcatap:hasCodingSystem", item:get("coding_systems"), nil, "dct:Standard", "coding-system")
end

function profile.dataset(iri, item, holder)
  if not holder then lacks_property(item.ref, "an organisation that holds it") end
  triple(iri, "dcat:theme", word("HEAL", "data-theme"))
  local hdab = hdab_of(item)
  if hdab then say_agent(iri, "healthdcatap:hdab", hdab, hdab_needs) else lacks_property(item.ref, "hdab") end
  say_words(iri, "healthdcatap:healthCategory", item:get("health_category"), nil, "skos:Concept", "health-category")
  say_words(iri, "healthdcatap:healthTheme", item:get("health_theme"), nil, "skos:Concept", "health-theme")
  say_purposes(iri, item)
  for _, basis in ipairs(list_of(item:get("legal_basis"))) do triple(iri, "dpv:hasLegalBasis", legal_basis(basis)) end
  say_words(iri, "dpv:hasPersonalData", item:get("personal_data"), nil, "skos:Concept", "personal-data")
  whole_number(iri, "healthdcatap:numberOfRecords", item:get("n_records"))
  whole_number(iri, "healthdcatap:numberOfUniqueIndividuals", item:get("n_individuals"))
  whole_number(iri, "healthdcatap:minTypicalAge", item:get("min_age"))
  whole_number(iri, "healthdcatap:maxTypicalAge", item:get("max_age"))
  say_texts(iri, "healthdcatap:populationCoverage", item, "population")
  say_period(iri, "healthdcatap:retentionPeriod", item, "retention", "retention")
  if item:get("quality_label") then
    say_statement(iri, "dqv:hasQualityAnnotation", "dqv:QualityAnnotation", "quality", { literal(item:get("quality_label")) })
  end
  say_coding_systems(iri, item)
  say_tables(iri, item)
  for _, kind in ipairs({ "distribution", "sample" }) do
    local some = item:incoming("version_of"):where(function(one) return one:get("type") == kind end)
    if #some == 0 then lacks_property(item.ref, "a " .. kind) end
  end
end
