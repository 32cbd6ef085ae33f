-- openlineage_facets: which fields of the facets of OpenLineage are which properties, for reading them and for writing them.
--
-- What a facet has besides is the property openlineage_FACET, its JSON text; so is a facet that is not here. None of the properties that
-- the register itself needs has such a name.

local facets = {}

-- facet -> property -> field. Fields are texts, or times where `times` has the property.
facets.of_job = {
  documentation = { description = "description" },
  jobType = { type = "jobType", integration = "integration", processing_type = "processingType" },
  sql = { sql = "query", sql_dialect = "dialect" },
  sourceCodeLocation = { code_location = "url", commit = "version", repository = "repoUrl", path = "path" },
}
facets.of_run = {
  nominalTime = { nominal_from = "nominalStartTime", nominal_to = "nominalEndTime" },
  errorMessage = { error = "message", error_trace = "stackTrace" },
}
facets.of_dataset = {
  documentation = { description = "description" },
  dataSource = { data_source = "name", location = "uri" },
  datasetType = { type = "datasetType", subtype = "subType" },
  lifecycleStateChange = { lifecycle = "lifecycleStateChange" },
}
facets.times = { nominal_from = true, nominal_to = true }

-- What is told of a record under this name is what the event says beside its facets: no facet can have it.
facets.of_itself = ""

-- Where the register keeps when each facet was told.
facets.times_told = "told_by_openlineage"

-- The prefix of properties that hold a facet, or the rest of one.
facets.prefix = "openlineage_"

-- Who says what the register says without knowing who had said it.
facets.amont = "urn:amont:export"

-- The name of a facet can be that of a property.
function facets.can_name(name)
  return name ~= "" and #name <= 200 and not name:find("%c")
end

return facets
