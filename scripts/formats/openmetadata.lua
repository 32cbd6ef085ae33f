--- OpenMetadata's entities and lineage, as its API and its ingestion write them.
--- @format openmetadata
--- @input json items
--- @sign '"columns"' '"dataTypeDisplay"'
--- @sign '"fqn"' '"edge_meta"'
--- @sign '"upstreamEdges"' '"downstreamEdges"'
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/counted
--- @uses formats/lib/latest
--
-- A document is an entity, a list of them under its name (tables, charts, dashboards, pipelines, tasks), lineage, or what was found of a
-- pipeline or a table. What becomes what (a key is the full name, SERVICE.DATABASE.SCHEMA.TABLE,
-- of things other than tables and pipelines behind their kind, chart/SERVICE.CHART):
--   table, topic, container, database ...  dataset         part_of its schema, that of its database
--   column                                 variable        DATASET#COLUMN, part_of it; columns inside columns are "a.b"
--   chart, dashboard, mlmodel, metric      output          a dashboard is derived_from its charts
--   pipeline, task, stored procedure       job             the tasks of a pipeline are a property
--   the status of a pipeline               run             instance_of its pipeline
--   lineage                                derived_from    labelled "job PIPELINE", with sql; of columns between variables
--   a foreign key                          references      between variables
--   an owner that is a team                organisation    holds its datasets; of others the property owners
--   tags, tests                            properties      of what bears them
--   any other field                        the property openmetadata_FIELD, its JSON text
-- Rows of sample data, profiles of columns and persons are left out and counted, and so are the connections of services, which may hold
-- secrets. Of what several documents say of one field the latest (updatedAt) stands. A pipeline without its service's name is the same_as the
-- one full name that ends so.

local given, text_of, list_in, object_in = values.given, values.text_of, values.list_in, values.object_in
local time_of_millis = values.time_of_millis
local or_null = values.or_null
local record_of, settle, tell = latest.record, latest.settle, latest.tell
local put = journal.put
latest.times_in("told_by_openmetadata")

local max_key = 1024
local count = counted.add

-- Names ----------------------------------------------------------------------------------------------------------------

local kinds = {
  table = "dataset", topic = "dataset", container = "dataset", database = "dataset", databaseSchema = "dataset",
  dashboardDataModel = "dataset", searchIndex = "dataset", apiEndpoint = "dataset", file = "dataset", directory = "dataset",
  chart = "output", dashboard = "output", mlmodel = "output", metric = "output", report = "output",
  pipeline = "job", storedProcedure = "job", task = "job",
}

-- Things of these kinds are named by their full name alone; a chart and a dashboard may have one name.
local plain = { table = true, database = true, databaseSchema = true, pipeline = true }

-- A part of a full name stands in quotes when it has a point or quotes inside.
local function part(name)
  if name:find('^".*"$') or not name:find('[."]') then return name end
  return '"' .. name:gsub('"', '""') .. '"'
end

-- The parts of a full name.
local function parts_of(full)
  local parts, at = {}, 1
  while at <= #full do
    local _, last = full:find('^"[^"]*"', at)
    while last and full:sub(last + 1, last + 1) == '"' do _, last = full:find('^"[^"]*"', last + 1) end
    if not last then last = (full:find(".", at, true) or #full + 1) - 1 end
    parts[#parts + 1] = full:sub(at, last)
    at = last + 2
  end
  return parts
end

local bare_jobs, full_jobs = {}, {}  -- name -> ref; a name that two full ones end with has false

-- Puts the record of an entity; nil for a kind that is no data.
local function entity(kind, full)
  if not kinds[kind] or not text_of(full) then return nil end
  local key = plain[kind] and full or kind .. "/" .. full
  if #key > max_key then
    warn("a name is too long for a key, and was left out: " .. full:sub(1, 60) .. "...")
    return nil
  end
  local ref = kinds[kind] .. ":" .. key
  local parts = parts_of(full)
  local name = parts[#parts]:gsub('^"(.*)"$', "%1")
  local record = record_of(ref, { title = name, name = name, entity = kind })
  settle(ref, record)
  if kind == "pipeline" then
    local of = #parts > 1 and full_jobs or bare_jobs
    if of[name] ~= ref then put(of, name, of[name] == nil and ref) end
  end
  return ref, record
end

local function column(dataset_full, path)
  local dataset = entity("table", dataset_full)
  local key = dataset_full .. "#" .. path
  if not dataset then return nil end
  if #key > max_key then
    warn("a column's name is too long for a key, and was left out: " .. path:sub(1, 60) .. "...")
    return nil
  end
  local ref = "variable:" .. key
  local record = record_of(ref, { name = path, title = path })
  settle(ref, record)
  if latest.first(record, "has_dataset") then edge("part_of", ref, dataset) end
  return ref, record
end

-- A column by its full name; `near` are full names of tables, one of which it is probably of.
local function column_named(full, near)
  if not text_of(full) then return nil end
  for _, dataset in ipairs(near) do
    if full:sub(1, #dataset + 1) == dataset .. "." then return (column(dataset, full:sub(#dataset + 2))) end
  end
  local parts = parts_of(full)
  if #parts < 5 then return nil end
  return (column(table.concat(parts, ".", 1, 4), table.concat(parts, ".", 5)))
end

local function full_name_of(thing)
  if type(thing) ~= "table" then return nil end
  return text_of(thing.fullyQualifiedName) or text_of(thing.fqn) or (text_of(thing.name) and thing.name:find(".", 1, true) and thing.name)
end

-- Entities -------------------------------------------------------------------------------------------------------------

local persons = { updatedBy = true, followers = true, reviewers = true, experts = true, votes = true, userName = true }
-- The id and the version of an entity are kept like other fields; what a version changed may name persons.
local frame = { name = true, updatedAt = true, fullyQualifiedName = true, href = true, changeDescription = true }
local counted_fields = { href = "the address of an entity in the API", changeDescription = "what the last version of an entity changed" }

local function tags_of(thing)
  local names = {}
  for _, tag in ipairs(list_in(thing, "tags", "an entity")) do
    names[#names + 1] = text_of(type(tag) == "table" and (tag.tagFQN or tag.name) or tag)
  end
  table.sort(names)
  return #names > 0 and names or null
end

-- Owners that are teams.
local function teams_of(thing)
  local teams = {}
  local owners = given(thing.owners) and list_in(thing, "owners", "an entity") or { object_in(thing, "owner", "an entity") }
  for _, owner in ipairs(owners) do
    local name = type(owner) == "table" and (text_of(owner.fullyQualifiedName) or text_of(owner.name))
    if name and owner.type == "team" then
      teams[#teams + 1] = name
    else
      count("an owner that is a person: left out")
    end
  end
  return teams
end

-- What an entity says that no field of `taken` is: the property openmetadata_FIELD of each.
local function keep_rest(told, thing, taken)
  for name, value in pairs(thing) do
    local says_nothing = not given(value) or (type(value) == "table" and next(value) == nil)
    if persons[name] then
      if not says_nothing then count("a person: left out") end
    elseif counted_fields[name] then
      if not says_nothing then count(counted_fields[name] .. ": left out") end
    elseif not frame[name] and not taken[name] and not says_nothing and #name < 200 and not name:find("%c") then
      told["openmetadata_" .. name] = type(value) == "table" and json(value) or value
    end
  end
end

local common = {
  displayName = true, description = true, tags = true, owner = true, owners = true, deleted = true, service = true, serviceType = true,
}

local function tell_entity(ref, record, thing, told, taken)
  for name in pairs(common) do taken[name] = true end
  local teams = teams_of(thing)
  told.title = text_of(thing.displayName) or nil
  told.description = or_null(text_of(thing.description))
  told.tags = tags_of(thing)
  told.state = thing.deleted == true and "deleted" or nil
  told.service_type = text_of(thing.serviceType)
  local is_dataset = ref:sub(1, 8) == "dataset:"
  told.owners = not is_dataset and #teams > 0 and teams or null
  keep_rest(told, thing, taken)
  latest.tell_each(record, latest.sortable(time_of_millis(thing.updatedAt)), told)
  for _, team in ipairs(is_dataset and teams or {}) do
    local organisation = "organisation:" .. team
    settle(organisation, record_of(organisation, { name = team, title = team }))
    edge("holds", organisation, ref)
  end
end

local column_taken = {
  description = true, dataType = true, dataTypeDisplay = true, dataLength = true, ordinalPosition = true, tags = true, children = true,
  constraint = true, displayName = true, profile = true, customMetrics = true,
}

local function put_columns(full, holder, field, prefix, now)
  for position, one in ipairs(list_in(holder, field, "a table")) do
    local name = type(one) == "table" and text_of(one.name)
    if not name then
      warn("column " .. position .. " of " .. full .. " has no name, and was left out")
    else
      local ref, record = column(full, prefix .. name)
      if ref then
        local told = {
          type = or_null(text_of(one.dataTypeDisplay) or text_of(one.dataType)), label = or_null(text_of(one.displayName)),
          description = or_null(text_of(one.description)), tags = tags_of(one), constraint = or_null(text_of(one.constraint)),
          length = given(one.dataLength) and tostring(one.dataLength) or null, position = or_null(math.tointeger(one.ordinalPosition)),
        }
        if given(one.profile) then count("a profile of a column: left out") end
        keep_rest(told, one, column_taken)
        latest.tell_each(record, now, told)
      end
      put_columns(full, one, "children", prefix .. name .. ".", now)
    end
  end
end

-- A primary key is a property, a foreign key an edge of each column.
local function put_constraints(full, thing, told)
  local others = {}
  for _, constraint in ipairs(list_in(thing, "tableConstraints", "a table")) do
    local columns = type(constraint) == "table" and list_in(constraint, "columns", "a constraint") or {}
    local referred = type(constraint) == "table" and list_in(constraint, "referredColumns", "a constraint") or {}
    if constraint.constraintType == "PRIMARY_KEY" then
      told.primary_key = columns
    elseif constraint.constraintType == "FOREIGN_KEY" and #columns == #referred then
      for i, name in ipairs(columns) do
        local from, to = column(full, name), column_named(referred[i], {})
        if from and to then edge("references", from, to, { label = #columns > 1 and table.concat(columns, "+") or nil }) end
      end
    else
      others[#others + 1] = constraint
    end
  end
  told.openmetadata_tableConstraints = #others > 0 and json(others) or nil
end

local function part_of_its(ref, thing, field, kind)
  local full = full_name_of(thing[field])
  local whole = full and entity(kind, full)
  if whole and whole ~= ref then edge("part_of", ref, whole) end
  return whole, full
end

-- The name that the schema gives, when an entity says its schema: one that was copied from elsewhere may be stale.
local function full_name_of_table(thing)
  local schema = full_name_of(thing.databaseSchema)
  local stated = text_of(thing.fullyQualifiedName)
  if schema and text_of(thing.name) then return schema .. "." .. part(thing.name), stated end
  return stated or text_of(thing.name), stated
end

-- The number of rows is a property, what else a profile says of the whole table is kept; profiles of columns are counted.
local function put_profile(thing, told)
  local profile = object_in(thing, "tableProfile", "a table") or object_in(thing, "profile", "a table")
  if not profile then return end
  told.n_records = math.tointeger(profile.rowCount)
  local rest = {}
  for name, value in pairs(profile) do
    if name == "columnProfile" then
      for _ in ipairs(list_in(profile, name, "a profile")) do count("a profile of a column: left out") end
    elseif given(value) and not (name == "rowCount" and told.n_records) then
      rest[name] = value
    end
  end
  if next(rest) then told.openmetadata_tableProfile = json(rest) end
end

local function put_table(thing, kind)
  local full, stated = full_name_of_table(thing)
  local ref, record = entity(kind or "table", full)
  if not ref then return reject("a table needs a name") end
  local now = latest.sortable(time_of_millis(thing.updatedAt))
  local told = { type = text_of(thing.tableType), stated_name = stated ~= full and stated or nil }
  put_profile(thing, told)
  if given(thing.sampleData) then count("a sample of rows: left out") end
  put_constraints(full, thing, told)
  tell_entity(ref, record, thing, told, {
    tableType = true, columns = true, tableConstraints = true, sampleData = true, tableProfile = true, profile = true, database = true,
    databaseSchema = true,
  })
  put_columns(full, thing, "columns", "", now)
  local schema = part_of_its(ref, thing, "databaseSchema", "databaseSchema")
  local database = full_name_of(thing.database)
  if database and not schema then
    part_of_its(ref, thing, "database", "database")
  elseif database then
    edge("part_of", schema, (entity("database", database)))
  end
end

local function put_output(thing, kind)
  local full = full_name_of(thing) or text_of(thing.name)
  local ref, record = entity(kind, full)
  if not ref then return reject("a " .. kind .. " needs a name") end
  local service = parts_of(full)[1]
  tell_entity(ref, record, thing, { type = text_of(thing.chartType) or kind, url = text_of(thing.chartUrl) or text_of(thing.dashboardUrl) or text_of(thing.sourceUrl) },
    { chartType = true, chartUrl = true, dashboardUrl = true, sourceUrl = true, charts = true, dataModels = true })
  for _, list in ipairs { "charts", "dataModels" } do
    for _, one in ipairs(list_in(thing, list, "a dashboard")) do
      local named = full_name_of(one) or (type(one) ~= "table" and service .. "." .. part(tostring(one)))
      local made_of = entity(list == "charts" and "chart" or "dashboardDataModel", named)
      if made_of then edge("derived_from", ref, made_of) end
    end
  end
end

local function put_job(thing, kind)
  local ref, record = entity(kind, full_name_of(thing) or text_of(thing.name))
  if not ref then return reject("a " .. kind .. " needs a name") end
  local tasks = {}
  for _, task in ipairs(list_in(thing, "tasks", "a pipeline")) do
    tasks[#tasks + 1] = type(task) == "table" and text_of(task.name) or nil
  end
  local told = {
    type = text_of(thing.taskType) or kind, url = text_of(thing.pipelineUrl) or text_of(thing.taskUrl) or text_of(thing.sourceUrl),
    task_names = #tasks > 0 and tasks or nil,
  }
  tell_entity(ref, record, thing, told, { taskType = true, pipelineUrl = true, taskUrl = true, sourceUrl = true, pipelineStatus = true })
end

local function put_container(thing)
  local full = full_name_of(thing) or text_of(thing.name)
  local kind = (given(thing.database) or #parts_of(full) == 3) and "databaseSchema" or "database"
  local ref, record = entity(kind, full)
  tell_entity(ref, record, thing, { type = kind }, { database = true })
  part_of_its(ref, thing, "database", "database")
end

-- Lineage --------------------------------------------------------------------------------------------------------------

local ids = {}  -- of entities of this import -> { type, fqn }

local function note_id(thing, kind)
  local full = full_name_of(thing) or (type(thing) == "table" and text_of(thing.name))
  if type(thing) == "table" and text_of(thing.id) and full then put(ids, thing.id, { type = thing.type or kind, fqn = full }) end
end

-- The end of an edge: an object with type and name, or an id.
local function lineage_end(thing)
  local known_one = type(thing) == "table" and (full_name_of(thing) and thing or ids[thing.id]) or ids[thing]
  if not known_one then
    local id = type(thing) == "table" and thing.id or thing
    reject("an edge names its end by the id " .. tostring(id) .. " alone, which nothing before it explains")
    error("no such end", 0)
  end
  local full = full_name_of(known_one)
  return entity(known_one.type, full), full
end

local function put_lineage(from_thing, to_thing, details)
  local from, from_full = lineage_end(from_thing)
  local to, to_full = lineage_end(to_thing)
  if not from or not to then return count("an edge of lineage to what is no data: left out") end
  if from == to then return end
  local pipeline = details.pipeline or details.edge_meta
  local job, job_full
  if given(pipeline) then job, job_full = lineage_end(pipeline) end
  local props = { job = job, sql = text_of(details.sqlQuery) or text_of(details.sql_query), description = text_of(details.description) }
  local label = job and ("job " .. job_full):sub(1, 1024) or nil
  if from:sub(1, 4) == "job:" or to:sub(1, 4) == "job:" then
    return count("an edge of lineage to or from a pipeline, which no data is: left out; edges between its data name it")
  end
  edge("derived_from", to, from, { label = label, props = props })
  for _, one in ipairs(list_in(details, "columnsLineage", "lineage")) do
    local made = column_named(one.toColumn, { to_full })
    for _, source in ipairs(list_in(one, "fromColumns", "columnsLineage")) do
      local used = column_named(source, { from_full })
      if made and used and made ~= used then
        edge("derived_from", made, used, { label = label, props = { job = job, description = text_of(one["function"]) } })
      else
        count("an edge of columns without the name of a table and a column: left out")
      end
    end
  end
end

local function put_entity_lineage(document)
  note_id(document.entity)
  for _, one in ipairs(list_in(document, "nodes", "lineage")) do note_id(one) end
  for _, list in ipairs { "upstreamEdges", "downstreamEdges" } do
    for _, one in ipairs(list_in(document, list, "lineage")) do
      put_lineage(one.fromEntity, one.toEntity, object_in(one, "lineageDetails", "an edge") or {})
    end
  end
end

-- What was found of pipelines and tables -------------------------------------------------------------------------------

local states = { Successful = "complete", Failed = "fail", Pending = "running", Skipped = "abort" }

local function put_statuses(document)
  local job, _, full = nil, nil, text_of(document.pipeline)
  if full then job = entity("pipeline", full) end
  if not job then return reject("the status of a pipeline needs the pipeline's full name") end
  for _, status in ipairs(list_in(document, "pipelineStatus", "the document")) do
    local moment = type(status) == "table" and time_of_millis(status.timestamp)
    if not moment then
      count("a status without its time: left out")
    else
      local id = text_of(status.executionId) or tostring(status.timestamp)
      local ref = "run:" .. full .. "/" .. id
      local tasks, ended = {}, nil
      for _, task in ipairs(list_in(status, "taskStatus", "a status")) do
        if not values.is_object(task) then values.refuse("an item of taskStatus", "an object", task) end
        tasks[#tasks + 1] = (text_of(task.name) or "?") .. ": " .. (text_of(task.executionStatus) or "?")
        local task_end = time_of_millis(task.endTime)
        if task_end and (not ended or task_end > ended) then ended = task_end end
      end
      node(ref, { run_id = id, title = full, started_at = moment, ended_at = ended, state = states[status.executionStatus] or "unknown",
                  tasks = #tasks > 0 and tasks or nil })
      edge("instance_of", ref, job)
    end
  end
end

local function put_tests(document)
  local ref, record = entity("table", text_of(document.table))
  if not ref then return reject("tests need the full name of their table") end
  local tests, latest_of = {}, 0
  for _, list in ipairs { "tableTests", "columnTests" } do
    for _, one in ipairs(list_in(document, list, "the document")) do
      tests[#tests + 1] = one
      local result = type(one) == "table" and type(one.result) == "table" and math.tointeger(one.result.timestamp) or 0
      if result > latest_of then latest_of = result end
    end
  end
  local now = latest.sortable(time_of_millis(latest_of < 100000000000 and latest_of * 1000 or latest_of))
  tell(record, "tests", now, { tests = #tests > 0 and json(tests) or null })
end

-- Documents ------------------------------------------------------------------------------------------------------------

local lists = {
  tables = put_table, topics = function(thing) put_table(thing, "topic") end, charts = function(thing) put_output(thing, "chart") end,
  dashboards = function(thing) put_output(thing, "dashboard") end, mlModels = function(thing) put_output(thing, "mlmodel") end,
  pipelines = function(thing) put_job(thing, "pipeline") end, tasks = function(thing) put_job(thing, "task") end,
}

local function put_lists(document)
  for name, take in pairs(lists) do
    for _, one in ipairs(list_in(document, name, "the document")) do
      if not values.is_object(one) then values.refuse("an item of " .. name, "an object", one) end
      note_id(one, name:sub(1, -2))
      take(one)
    end
  end
end

-- What a document is, by the fields that it has.
local function taker_of(document)
  if given(document.serviceConnection) then
    return function() count("the connection of a service, which may hold secrets: left out") end
  end
  if given(document.upstreamEdges) or given(document.downstreamEdges) then return put_entity_lineage end
  if type(document.edge) == "table" then
    return function() put_lineage(document.edge.fromEntity, document.edge.toEntity, object_in(document.edge, "lineageDetails", "edge") or {}) end
  end
  if type(document.from) == "table" and type(document.to) == "table" then
    return function() put_lineage(document.from, document.to, document) end
  end
  if given(document.pipelineStatus) and type(document.pipeline) == "string" then return put_statuses end
  if given(document.tableTests) or given(document.columnTests) then return put_tests end
  if given(document.columns) and text_of(document.name) then return put_table end
  if given(document.chartType) then return lists.charts end
  if given(document.dashboardUrl) or (given(document.charts) and text_of(document.name)) then return lists.dashboards end
  if given(document.tasks) and text_of(document.name) then return lists.pipelines end
  if given(document.service) and text_of(document.name) then return put_container end
  for name in pairs(lists) do
    if given(document[name]) then return put_lists end
  end
  return nil
end

function convert(document)
  latest.begin()
  local take = values.is_object(document) and taker_of(document)
  if not take then
    return reject("it is nothing of OpenMetadata that is known here: neither an entity, nor lists of them, nor lineage, nor what was found of "
      .. "a pipeline or a table")
  end
  note_id(document)
  take(document)
end

undo = journal.undo

function finish()
  latest.flush()
  for name, bare in pairs(bare_jobs) do
    local full = full_jobs[name]
    if bare and full then edge("same_as", bare, full, { props = { alias_type = "name without service" } }) end
  end
  counted.tell("time")
end
