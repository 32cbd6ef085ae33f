--- DataHub's metadata, as change events (MCE) or change proposals (MCP): what `datahub` writes to files.
--- @format datahub
--- @input json items
--- @sign '"proposedSnapshot"' 'com.linkedin.'
--- @sign '"entityUrn"' '"aspectName"' 'urn:li:'
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/counted
--- @uses formats/lib/latest
--
-- Files hold one event, an array of events, or one event a line. What becomes what (a key is the whole URN, of a column DATASET#PATH):
--   dataset, container, mlFeatureTable     dataset         containers are what datasets are part_of
--   a field of a schema, mlFeature, mlPrimaryKey   variable   part_of its dataset
--   dataJob, dataFlow                      job             the property flow of a dataJob names its dataFlow
--   dataProcessInstance                    run             instance_of its dataJob, used, generated_by, informed_by
--   chart, dashboard, mlModel              output          derived_from what they are made of
--   upstreamLineage                        derived_from between datasets (how) and, where it is fine-grained, between variables
--   dataJobInputOutput                     derived_from between datasets, labelled "job URN", and between variables
--   ownership                              an owner that is a group: organisation holds dataset, else the property owners
--   tags, terms, domains                   properties of what bears them
--   any other aspect                       the property datahub_ASPECT, its JSON text
-- Persons are left out wherever they are named, and counted, and so are profiles and statistics of use beside their totals. Entities that
-- are no data (tags, terms, platforms, users ...) are counted.
--
-- Of what several events say of one aspect the latest stands; told_by_datahub keeps when it was said: systemMetadata.lastObserved, else what
-- the aspect says itself. Lineage that was told once stays.

local given, text_of, list_in, time_of_millis = values.given, values.text_of, values.list_in, values.time_of_millis
local or_null = values.or_null
local record_of, settle, tell = latest.record, latest.settle, latest.tell
latest.times_in("told_by_datahub")

local max_key = 1024
local count = counted.add

-- Names ----------------------------------------------------------------------------------------------------------------

local kinds = {
  dataset = "dataset", container = "dataset", mlFeatureTable = "dataset", dataJob = "job", dataFlow = "job",
  dataProcessInstance = "run", chart = "output", dashboard = "output", mlModel = "output", mlModelGroup = "output",
  mlFeature = "variable", mlPrimaryKey = "variable", corpGroup = "organisation",
}

local function kind_of(urn)
  return type(urn) == "string" and urn:match("^urn:li:(%w+):") or nil
end

-- Versions of one schema write a column's path in two ways; this is the one without types.
local function column_path(path)
  local plain = path:gsub("%[[^%]]*%]%.?", "")
  return plain ~= "" and plain or path
end

-- What the URN itself says.
local function said_by_name(urn, kind)
  local inner = urn:match("^urn:li:%w+:%((.*)%)$")
  if not inner then return { title = urn:match("^urn:li:%w+:(.*)$"), entity = kind } end
  local platform, name, environment = inner:match("^urn:li:dataPlatform:([^,]*),(.*),([^,]*)$")
  if platform then return { title = name, name = name, platform = platform, environment = environment, entity = kind } end
  platform, name = inner:match("^urn:li:dataPlatform:([^,]*),(.*)$")
  if platform then return { title = name, name = name, platform = platform, entity = kind } end
  local flow, task = inner:match("^(urn:li:dataFlow:%b()),(.*)$")
  if flow then return { title = task, name = task, flow = "job:" .. flow, entity = kind } end
  local orchestrator, id, cluster = inner:match("^([^,]*),(.*),([^,]*)$")
  if kind == "dataFlow" and id then return { title = id, name = id, platform = orchestrator, environment = cluster, entity = kind } end
  local tool, rest = inner:match("^([^,]*),(.*)$")
  if tool then return { title = rest, name = rest, platform = tool, entity = kind } end
  return { title = inner, entity = kind }
end

-- The record of an entity, put; nil for one that is no data, or whose URN is too long.
local function entity(urn)
  local kind = kind_of(urn)
  if not kind or not kinds[kind] then return nil end
  if #urn > max_key then
    warn("a URN is too long for a key, and was left out: " .. urn:sub(1, 60) .. "...")
    return nil
  end
  local ref = kinds[kind] .. ":" .. urn
  local record = record_of(ref, said_by_name(urn, kind))
  settle(ref, record)
  return ref, record
end

local function column(dataset_urn, path)
  local dataset = entity(dataset_urn)
  if not dataset or not text_of(path) then return nil end
  local name = column_path(path)
  local key = dataset_urn .. "#" .. name
  if #key > max_key then
    warn("a column's name is too long for a key, and was left out: " .. name:sub(1, 60) .. "...")
    return nil
  end
  local ref = "variable:" .. key
  local record = record_of(ref, { name = name, title = name })
  settle(ref, record)
  if latest.first(record, "has_dataset") then edge("part_of", ref, dataset) end
  return ref, record
end

-- The end of an edge of lineage: urn:li:schemaField:(DATASET,PATH), or an entity.
local function lineage_end(urn)
  if kind_of(urn) ~= "schemaField" then return (entity(urn)) end
  local dataset, path = urn:match("^urn:li:schemaField:%((urn:li:%w+:%b()),(.*)%)$")
  if not dataset then dataset, path = urn:match("^urn:li:schemaField:%(([^,]*),(.*)%)$") end
  return dataset and (column(dataset, path)) or nil
end

-- Aspects as they are meant -------------------------------------------------------------------------------------------

local wrappers = { string = true, int = true, long = true, boolean = true, double = true, float = true, array = true, map = true }

-- Without what Avro wraps values of unions in, without null, and without persons.
local function plain(value)
  if type(value) == "string" then
    if value:sub(1, 16) ~= "urn:li:corpuser:" and not value:find("^[^%s@:/]+@[^%s@]+$") then return value end
    count("a person or an address: left out")
    return nil
  end
  if value == null then return nil end
  if type(value) ~= "table" then return value end
  if value[1] ~= nil then
    local items = {}
    for _, item in ipairs(value) do items[#items + 1] = plain(item) end
    return items
  end
  local name, inner = next(value)
  if name ~= nil and next(value, name) == nil and (wrappers[name] or name:sub(1, 13) == "com.linkedin.") then
    if type(inner) == "table" and next(inner) == nil then return name:match("[^.]*$") end  -- a type without anything to say but its name
    return plain(inner)
  end
  local fields = {}
  for field, item in pairs(value) do
    if field ~= "impersonator" then fields[field] = plain(item) end
  end
  return fields
end

local function last_of(urn)
  return urn:match("^urn:li:%w+:(.*)$") or urn
end

-- The names that a list of objects has under a field, as a list for a property; null for none.
local function names_in(aspect, list, field)
  local names, has = {}, {}
  for _, item in ipairs(list_in(aspect, list, "the aspect")) do
    local name = type(item) == "table" and item[field] or item
    if type(name) == "string" and not has[last_of(name)] then
      has[last_of(name)] = true
      names[#names + 1] = last_of(name)
    end
  end
  table.sort(names)
  return #names > 0 and names or null
end

-- What is left of an aspect when some fields are taken, as text; null when nothing is.
local function rest_of(aspect, taken)
  local rest
  for name, value in pairs(aspect) do
    local says_nothing = type(value) == "table" and next(value) == nil
    if not taken[name] and not says_nothing then
      rest = rest or {}
      rest[name] = value
    end
  end
  return rest and json(rest) or null
end

-- Fields that are edges.
local edges_in = {
  mlFeatureTableProperties = { "mlFeatures", "mlPrimaryKeys" }, mlFeatureProperties = { "sources" }, mlPrimaryKeyProperties = { "sources" },
  chartInfo = { "inputs", "inputEdges" }, dashboardInfo = { "charts", "chartEdges", "datasets", "datasetEdges" },
  field = { "globalTags", "glossaryTerms" },
}

local function mapped(name, aspect, texts)
  local told, taken = {}, { lastModified = true, created = true, auditStamp = true }
  for _, field in ipairs(edges_in[name] or {}) do taken[field] = true end
  for property, field in pairs(texts) do
    local value = aspect[field]
    if type(value) == "table" then value = nil end
    told[property] = or_null(value)
    taken[field] = value ~= nil
  end
  told["datahub_" .. name] = rest_of(aspect, taken)
  return told
end

local described = { description = "description", url = "externalUrl", title = "name", qualified_name = "qualifiedName" }
local as_texts = {
  datasetProperties = described, containerProperties = described, dataFlowInfo = described,
  dataJobInfo = { title = "name", description = "description", url = "externalUrl", type = "type" },
  editableDatasetProperties = { edited_description = "description" },
  chartInfo = { title = "title", description = "description", url = "chartUrl" },
  dashboardInfo = { title = "title", description = "description", url = "dashboardUrl" },
  mlModelProperties = { description = "description", model_type = "type" },
  mlFeatureTableProperties = { description = "description" },
  mlFeatureProperties = { description = "description", type = "dataType" },
  mlPrimaryKeyProperties = { description = "description", type = "dataType" },
  corpGroupInfo = { title = "displayName" },
  dataProcessInstanceProperties = { title = "name", process_type = "type" },
}

-- Edges ----------------------------------------------------------------------------------------------------------------

local function derived(from, to, label, props)
  if from and to and from ~= to then edge("derived_from", from, to, { label = label, props = props }) end
end

local function derived_from_all(ref, aspect, field, label, props)
  for _, urn in ipairs(list_in(aspect, field, "the aspect")) do
    local urn_text = type(urn) == "table" and (urn.destinationUrn or urn.dataset) or urn
    derived(ref, lineage_end(urn_text), label, props)
  end
end

-- Of a set of columns each may be made from each of another set.
local function fine_grained(aspect, label, props)
  for _, one in ipairs(list_in(aspect, "fineGrainedLineages", "the aspect")) do
    for _, down in ipairs(list_in(one, "downstreams", "fineGrainedLineages")) do
      for _, up in ipairs(list_in(one, "upstreams", "fineGrainedLineages")) do
        local transformation = text_of(one.transformOperation)
        derived(lineage_end(down), lineage_end(up), transformation or label,
          { transformation = transformation, job = props and props.job, confidence = one.confidenceScore })
      end
    end
  end
end

local function upstreams(ref, aspect)
  for _, one in ipairs(list_in(aspect, "upstreams", "the aspect upstreamLineage")) do
    derived(ref, lineage_end(one.dataset), nil, { how = one.type and one.type:lower() or nil })
  end
  fine_grained(aspect)
end

local function job_lineage(ref, aspect)
  local label, props = "job " .. ref:sub(5), { job = ref }
  for _, output in ipairs(list_in(aspect, "outputDatasets", "the aspect dataJobInputOutput")) do
    derived_from_all(entity(output), aspect, "inputDatasets", label:sub(1, 1024), props)
  end
  for _, input in ipairs(list_in(aspect, "inputDatasets", "the aspect dataJobInputOutput")) do entity(input) end
  fine_grained(aspect, label:sub(1, 1024), props)
end

local function fields_of_schema(ref, aspect, now)
  local urn = ref:match("^dataset:(.*)$")
  for _, one in ipairs(list_in(aspect, "fields", "the aspect schemaMetadata")) do
    local variable, record = column(urn, one.fieldPath)
    if variable then
      if one.fieldPath == record.props.name then one.fieldPath = nil end
      local told = mapped("field", one, { description = "description", type = "nativeDataType", label = "label", nullable = "nullable" })
      told.tags = names_in(one.globalTags or {}, "tags", "tag")
      told.terms = names_in(one.glossaryTerms or {}, "terms", "urn")
      tell(record, "schemaMetadata", now, told)
    end
  end
end

-- Facts about edges and columns that an aspect tells, besides the properties of its entity.
local also = {
  upstreamLineage = upstreams,
  dataJobInputOutput = job_lineage,
  chartInfo = function(ref, aspect) derived_from_all(ref, aspect, given(aspect.inputEdges) and "inputEdges" or "inputs") end,
  dashboardInfo = function(ref, aspect)
    derived_from_all(ref, aspect, given(aspect.chartEdges) and "chartEdges" or "charts")
    derived_from_all(ref, aspect, given(aspect.datasetEdges) and "datasetEdges" or "datasets")
  end,
  trainingData = function(ref, aspect) derived_from_all(ref, aspect, "trainingData", "training", { how = "train" }) end,
  evaluationData = function(ref, aspect) derived_from_all(ref, aspect, "evaluationData", "evaluation", { how = "evaluate" }) end,
  mlFeatureProperties = function(ref, aspect) derived_from_all(ref, aspect, "sources") end,
  mlPrimaryKeyProperties = function(ref, aspect) derived_from_all(ref, aspect, "sources") end,
  mlFeatureTableProperties = function(ref, aspect)
    for _, list in ipairs { "mlFeatures", "mlPrimaryKeys" } do
      for _, urn in ipairs(list_in(aspect, list, "the aspect mlFeatureTableProperties")) do
        local variable = entity(urn)
        if variable then edge("part_of", variable, ref) end
      end
    end
  end,
  container = function(ref, aspect)
    local container = entity(aspect.container)
    if container and container ~= ref and ref:sub(1, 8) == "dataset:" then edge("part_of", ref, container) end
  end,
  dataProcessInstanceInput = function(ref, aspect)
    for _, urn in ipairs(list_in(aspect, "inputs", "the aspect dataProcessInstanceInput")) do
      local dataset = lineage_end(urn)
      if dataset then edge("used", ref, dataset) end
    end
  end,
  dataProcessInstanceOutput = function(ref, aspect)
    for _, urn in ipairs(list_in(aspect, "outputs", "the aspect dataProcessInstanceOutput")) do
      local dataset = lineage_end(urn)
      if dataset then edge("generated_by", dataset, ref) end
    end
  end,
  dataProcessInstanceRelationships = function(ref, aspect)
    local job, parent = entity(aspect.parentTemplate), entity(aspect.parentInstance)
    if job then edge("instance_of", ref, job) end
    if parent then edge("part_of", ref, parent) end
    for _, urn in ipairs(list_in(aspect, "upstreamInstances", "the aspect dataProcessInstanceRelationships")) do
      local upstream = entity(urn)
      if upstream then edge("informed_by", ref, upstream) end
    end
  end,
}

-- Owners that are groups; of what no organisation can hold, as names.
local function ownership(ref, raw)
  local groups = {}
  for _, owner in ipairs(list_in(raw, "owners", "the aspect ownership")) do
    if type(owner) == "table" and kind_of(owner.owner) == "corpGroup" then
      groups[#groups + 1] = last_of(owner.owner)
      if ref:sub(1, 8) == "dataset:" then
        edge("holds", entity(owner.owner), ref, { label = text_of(owner.type) })
      end
    else
      count("an owner that is a person: left out")
    end
  end
  table.sort(groups)
  return { owners = ref:sub(1, 8) ~= "dataset:" and #groups > 0 and groups or null }
end

-- Aspects that are told in a way of their own. `raw` is the aspect with persons.
local results = { SUCCESS = "complete", FAILURE = "fail", SKIPPED = "abort" }
local as_told = {
  ownership = ownership,
  globalTags = function(_, _, aspect) return { tags = names_in(aspect, "tags", "tag") } end,
  glossaryTerms = function(_, _, aspect) return { terms = names_in(aspect, "terms", "urn") } end,
  domains = function(_, _, aspect) return { domains = names_in(aspect, "domains", "") } end,
  subTypes = function(_, _, aspect) return { type = or_null(list_in(aspect, "typeNames", "the aspect subTypes")[1]) } end,
  status = function(_, _, aspect) return { state = aspect.removed == true and "deleted" or "available" } end,
  container = function() return {} end,
  upstreamLineage = function() return {} end,
  dataJobInputOutput = function() return {} end,
  dataProcessInstanceInput = function() return {} end,
  dataProcessInstanceOutput = function() return {} end,
  dataProcessInstanceRelationships = function() return {} end,
  schemaMetadata = function(_, _, aspect)
    return { schema_name = or_null(aspect.schemaName), datahub_schemaMetadata = rest_of(aspect,
      { schemaName = true, fields = true, lastModified = true, created = true, hash = true, platform = true, version = true }) }
  end,
  datasetProfile = function(_, _, aspect)
    if given(aspect.fieldProfiles) then count("a profile of columns: left out") end
    return { n_records = or_null(math.tointeger(aspect.rowCount)), n_columns = or_null(math.tointeger(aspect.columnCount)),
             bytes = or_null(math.tointeger(aspect.sizeInBytes)) }
  end,
  datasetUsageStatistics = function(_, _, aspect)
    count("statistics of use, by person and query: left out but for their totals")
    return { n_queries = or_null(math.tointeger(aspect.totalSqlQueries)), n_users = or_null(math.tointeger(aspect.uniqueUserCount)) }
  end,
  dataProcessInstanceRunEvent = function() return nil end,
}

-- The beginning and the end of a run: the earliest and the latest that was told.
local function run_event(record, aspect)
  local moment = time_of_millis(aspect.timestampMillis)
  local ended = aspect.status == "COMPLETE"
  local result = type(aspect.result) == "table" and aspect.result.type or aspect.result
  if not moment then return end
  local has, state = record.props, results[result] or "unknown"
  if ended and (not has.ended_at or moment > has.ended_at or (moment == has.ended_at and state > has.state)) then
    latest.set(record, "ended_at", moment)
    latest.set(record, "state", state)
  elseif not ended then
    if not has.started_at or moment < has.started_at then latest.set(record, "started_at", moment) end
    if not has.ended_at then latest.set(record, "state", "running") end
  end
end

local function edited_columns(ref, aspect, now)
  local urn = ref:match("^dataset:(.*)$")
  for _, one in ipairs(list_in(aspect, "editableSchemaFieldInfo", "the aspect editableSchemaMetadata")) do
    local variable, record = column(urn, one.fieldPath)
    if variable then
      tell(record, "editableSchemaMetadata", now, {
        edited_description = or_null(one.description), edited_tags = names_in(one.globalTags or {}, "tags", "tag"),
        edited_terms = names_in(one.glossaryTerms or {}, "terms", "urn"),
      })
    end
  end
end

-- Documents ------------------------------------------------------------------------------------------------------------

local function millis_in(stamp)
  return type(stamp) == "table" and stamp.time or nil
end

local function when(aspect, envelope)
  local observed = type(envelope) == "table" and envelope.lastObserved
  return latest.sortable(time_of_millis(observed or aspect.timestampMillis or millis_in(aspect.lastModified) or millis_in(aspect.created)))
end

local function take_aspect(ref, record, name, raw, envelope)
  local aspect = name == "ownership" and {} or plain(raw) or {}  -- ownership() counts the persons
  local now = when(aspect, envelope)
  if also[name] then also[name](ref, aspect) end
  if name == "dataProcessInstanceRunEvent" then return run_event(record, aspect) end
  if name == "editableSchemaMetadata" then return edited_columns(ref, aspect, now) end
  if name == "schemaMetadata" and ref:sub(1, 8) == "dataset:" then fields_of_schema(ref, aspect, now) end
  if #name > 200 or name:find("%c") or name == "" then
    return warn("an aspect has a name that no property may have, and was left out")
  end
  local told
  if as_told[name] then
    told = as_told[name](ref, raw, aspect)
  elseif as_texts[name] then
    told = mapped(name, aspect, as_texts[name])
  else
    told = { ["datahub_" .. name] = rest_of(aspect, {}) }
  end
  if told.title == null then told.title = nil end
  tell(record, name, now, told)
end

-- A full name of a class as the name of an aspect: "com.linkedin.pegasus2avro.common.GlobalTags" is globalTags.
local function aspect_name(class)
  local name = class:match("[^.]*$")
  if name:sub(1, 2) == "ML" then return "ml" .. name:sub(3) end
  return name:sub(1, 1):lower() .. name:sub(2)
end

local function convert_snapshot(event)
  local _, snapshot = next(event.proposedSnapshot)
  if not values.is_object(snapshot) or not text_of(snapshot.urn) then
    return reject("proposedSnapshot should hold one snapshot with its urn")
  end
  local ref, record = entity(snapshot.urn)
  if not ref then return count("of the kind " .. (kind_of(snapshot.urn) or "?") .. ", which is no data: left out") end
  for _, wrapped in ipairs(list_in(snapshot, "aspects", "the snapshot")) do
    if not values.is_object(wrapped) then values.refuse("an aspect", "an object", wrapped) end
    local class, aspect = next(wrapped)
    if not values.is_object(aspect) then values.refuse("an aspect", "an object under the name of its class", aspect) end
    take_aspect(ref, record, aspect_name(class), aspect, event.systemMetadata)
  end
end

local function convert_proposal(event)
  if not text_of(event.entityUrn) then return reject("a proposal without entityUrn says nothing of anything") end
  local ref, record = entity(event.entityUrn)
  if not ref then return count("of the kind " .. (kind_of(event.entityUrn) or "?") .. ", which is no data: left out") end
  local change = event.changeType or "UPSERT"
  if change == "DELETE" then
    return tell(record, "status", when({}, event.systemMetadata), { state = "deleted" })
  elseif change == "PATCH" then
    return reject("a PATCH says what to change in what DataHub has, which is not here; export the aspect as a whole")
  end
  local held = values.object_in(event, "aspect", "the proposal") or {}
  local aspect = held.json or held
  if type(held.value) == "string" then
    local why
    aspect, why = from_json(held.value)
    if why then return reject("aspect.value is no JSON: " .. why) end
  end
  if not values.is_object(aspect) then values.refuse("the aspect " .. event.aspectName, "an object", aspect) end
  take_aspect(ref, record, event.aspectName, aspect, event.systemMetadata)
end

function convert(event)
  latest.begin()
  if values.is_object(event) and values.is_object(event.proposedSnapshot) then return convert_snapshot(event) end
  if values.is_object(event) and text_of(event.entityType) and text_of(event.aspectName) then return convert_proposal(event) end
  reject("it is neither a change event (proposedSnapshot) nor a change proposal (entityType, entityUrn, aspectName) of DataHub")
end

undo = journal.undo

function finish()
  latest.flush()
  counted.tell("record")
end
