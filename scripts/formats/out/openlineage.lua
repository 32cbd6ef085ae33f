--- OpenLineage events (https://openlineage.io), one a line: what the register knows of runs, jobs, datasets and columns.
--- @format openlineage
--- @output text
--- @uses formats/lib/openlineage_facets
--- @uses formats/lib/left_out
--- @uses formats/lib/openlineage_left_out
--
-- What came from OpenLineage goes out as it came, each facet at the time at which it was told: reading what is written here gives the same
-- register. What has another origin is named in the namespace "amont", and has its description, its columns and its lineage.
--   job           a JobEvent for each time at which facets of it were told, with the lineage that it declares
--   dataset       a DatasetEvent likewise; columns, lineage of columns, other names and owners are with the latest
--   output        a dataset of the namespace "amont/output"
--   run           a RunEvent when it began, when it ended, and for what was told between; inputs and outputs are with the latest
-- An event of what has no time is of the year 1, which the import takes for none. Events and their fields come in one order.

local facets_of = openlineage_facets
local spec = "https://openlineage.io/spec/"
local event_urls = {
  run = spec .. "2-0-2/OpenLineage.json#/$defs/RunEvent", job = spec .. "2-0-2/OpenLineage.json#/$defs/JobEvent",
  dataset = spec .. "2-0-2/OpenLineage.json#/$defs/DatasetEvent",
}
local no_time = "0001-01-01T00:00:00.000000Z"

-- Pieces of JSON: an object is a list of them.
local function field(name, value) return json(name) .. ":" .. json(value) end
local function raw_field(name, text) return json(name) .. ":" .. text end
local function object(fields) return "{" .. table.concat(fields, ",") .. "}" end
local function list(items) return "[" .. table.concat(items, ",") .. "]" end

local any_written = false

local function emit(kind, when, producer, fields)
  table.move(fields, 1, #fields, 4)
  fields[1], fields[2] = field("eventTime", when), field("producer", producer)
  fields[3] = field("schemaURL", event_urls[kind])
  write(object(fields), "\n")
  any_written = true
end

-- Names ----------------------------------------------------------------------------------------------------------------

local function key_of(namespace, name)
  return namespace .. (name:sub(1, 1) == "/" and "" or "/") .. name
end

-- The namespace and the name of a job or a dataset.
local function named(item)
  local namespace, name = item:get("namespace"), item:get("name")
  if namespace and name and key_of(namespace, name) == item.key then return namespace, name end
  return item.kind == "output" and "amont/output" or "amont", item.key
end

local function identity(item)
  local namespace, name = named(item)
  return { field("namespace", namespace), field("name", name) }
end

-- The dataset of which a dataset is a version that OpenLineage told of, and the version's label; else nil.
local function version_of(item)
  local label = item:get("label")
  if item:get("type") ~= "version" or not label then return nil end
  for base in item:outgoing("version_of") do
    if base.key .. "@" .. label == item.key then return base, label end
  end
  return nil
end

-- A run's id should be a UUID. Of a key that is none it is made: the same for the same key.
local function uuid_of(key)
  local words = {}
  for i = 1, 4 do
    local hash = 0x811c9dc5 ~ (i * 0x9e3779b9 & 0xffffffff)
    for at = 1, #key do hash = ((hash ~ key:byte(at)) * 0x01000193) & 0xffffffff end
    words[i] = string.format("%08x", hash)
  end
  local hex = table.concat(words)
  return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-8" .. hex:sub(14, 16) .. "-a" .. hex:sub(18, 20) .. "-" .. hex:sub(21, 32)
end

-- The fields `run` and `job` of an event or of a facet that names a run.
local function run_named(run)
  local job = run:outgoing("instance_of")[1]
  local id = run:get("run_id")
  local run_fields, job_fields
  if job and id and run.key == job.key .. "/" .. id then
    run_fields, job_fields = { field("runId", id) }, identity(job)
  else
    run_fields = { field("runId", uuid_of(run.key)) }
    job_fields = job and identity(job) or { field("namespace", "amont"), field("name", run.key) }
  end
  return run_fields, job_fields
end

-- Facets ---------------------------------------------------------------------------------------------------------------

local urls = {
  job = {
    documentation = "1-1-0/DocumentationJobFacet", jobType = "2-0-4/JobTypeJobFacet", sql = "1-1-0/SQLJobFacet",
    sourceCodeLocation = "1-1-0/SourceCodeLocationJobFacet", ownership = "1-0-1/OwnershipJobFacet",
  },
  run = { nominalTime = "1-0-1/NominalTimeRunFacet", errorMessage = "1-0-1/ErrorMessageRunFacet", parent = "1-2-0/ParentRunFacet" },
  dataset = {
    documentation = "1-1-0/DocumentationDatasetFacet", dataSource = "1-0-1/DatasourceDatasetFacet",
    datasetType = "1-0-1/DatasetTypeDatasetFacet", lifecycleStateChange = "1-0-1/LifecycleStateChangeDatasetFacet",
    schema = "1-2-0/SchemaDatasetFacet", columnLineage = "1-2-0/ColumnLineageDatasetFacet", lineage = "1-0-0/LineageFacet",
    symlinks = "1-0-1/SymlinksDatasetFacet", ownership = "1-0-1/OwnershipDatasetFacet",
    version = "1-0-1/DatasetVersionDatasetFacet",
  },
  input = {}, output = {},
}
local bases = { job = "Job", run = "Run", dataset = "Dataset", input = "InputDataset", output = "OutputDataset" }

-- A facet as a field, from its own fields.
local function facet(of, name, fields)
  local known_url = urls[of][name]
  local url = known_url and spec .. "facets/" .. known_url .. ".json" or spec .. "2-0-2/OpenLineage.json#/$defs/" .. bases[of] .. "Facet"
  local all = { field("_producer", facets_of.amont), field("_schemaURL", url) }
  table.move(fields, 1, #fields, 3, all)
  return raw_field(name, object(all))
end

-- A dataset as an event names it among its inputs or outputs: a version by its dataset, with the facet that tells it.
local function on_a_side(item)
  local base, label = version_of(item)
  local fields = identity(base or item)
  if base then fields[3] = raw_field("facets", object { facet("dataset", "version", { field("datasetVersion", label) }) }) end
  return fields
end

local function add_inside(fields, text)
  if #text > 2 then fields[#fields + 1] = text:sub(2, -2) end
end

local function owner_fields(item)
  local owners = {}
  for i, name in ipairs(item:get("owners") or {}) do owners[i] = { name = name } end
  return { field("owners", #owners > 0 and owners or empty_list) }
end

-- One facet that was told of a record, as a field.
local function told_facet(of, item, name, mapping)
  local kept = item:get(facets_of.prefix .. name)
  local fields = {}
  if mapping then
    for property, its_field in pairs(mapping) do
      local value = item:get(property)
      if value ~= nil then fields[#fields + 1] = field(its_field, value) end
    end
  elseif of == "dataset" and name == "schema" then
    return facet(of, name, { raw_field("fields", kept) })
  elseif of == "job" and name == "ownership" and not kept then
    return facet(of, name, owner_fields(item))
  end
  if kept and kept:sub(1, 1) ~= "{" then return raw_field(name, kept) end
  if kept then add_inside(fields, kept) end
  if #fields == 0 and not kept then fields[1] = '"_deleted":true' end
  return facet(of, name, fields)
end

-- The times at which facets were told, in order, and the facets of each.
local function told_facets(of, item, mappings)
  local by_time = {}
  for _, entry in ipairs(item:get(facets_of.times_told) or {}) do
    local when, name = entry:sub(1, 27), entry:sub(29)
    by_time[when] = by_time[when] or {}
    local is_with_edges = of == "run" and (name == "parent" or name == "amont")  -- see kept_with_edges()
    if name ~= facets_of.of_itself and not is_with_edges then table.insert(by_time[when], told_facet(of, item, name, mappings[name])) end
  end
  local times = {}
  for when in pairs(by_time) do times[#times + 1] = when end
  return times, by_time
end

local function add_facets(fields, name, facets)
  if facets and #facets > 0 then fields[#fields + 1] = raw_field(name, object(facets)) end
  return fields
end

-- Lineage of columns ---------------------------------------------------------------------------------------------------

-- Of a column, its dataset and its name there.
local function column_of(variable)
  local owner = variable:outgoing("part_of")[1]
  return owner, variable:get("name") or variable.key:match("[^#/]*$")
end

local function transformation_of(edge)
  local kind, how = edge:get("transformation"), edge:get("how")
  local description = edge:get("description")
  if not kind and edge:get("subtype") == nil then
    if not how then return nil, description end
    kind = "DIRECT"
    description = description or how
  end
  return json { type = kind, subtype = edge:get("subtype"), description = description, masking = edge:get("masking") }
end

-- What a record is made from, gathered by where that is: of each a list of transformations, or none.
local function add_input(inputs, edge, is_of_field)
  local to = node(edge.to)
  local fields
  if to.kind == "variable" then
    local owner, name = column_of(to)
    if not owner then return end
    fields = identity(owner)
    fields[3] = field("field", name)
  elseif to.kind == "dataset" or to.kind == "output" then
    fields = identity(to)
  else
    return
  end
  local transformation, note = transformation_of(edge)
  local columns = is_of_field and to.kind == "variable" or not is_of_field and to.kind == "variable"
  local where = columns and inputs.columns or inputs.datasets
  if not columns then fields[#fields + 1] = '"type":"DATASET"' end
  if note then where = inputs.noted end
  local text = table.concat(fields, ",")
  if not where[text] then
    where[text] = {}
    where[#where + 1] = text
  end
  if transformation then table.insert(where[text], transformation) end
  inputs.note = note or inputs.note
end

local function inputs_of(item, is_wanted)
  local inputs = { columns = {}, datasets = {}, noted = {} }
  for _, edge in ipairs(item:edges("up", "derived_from")) do
    if is_wanted(edge) then add_input(inputs, edge, item.kind == "variable") end
  end
  return inputs
end

local function input_list(inputs)
  local items = {}
  for i, text in ipairs(inputs) do
    local transformations = inputs[text]
    items[i] = "{" .. text .. (#transformations > 0 and ',"transformations":' .. list(transformations) or "") .. "}"
  end
  return list(items)
end

local function any() return true end

-- What a job declares is told by the job, and a new name by the facet that gave it.
local function is_of_dataset(edge)
  return not (edge:get("job") and edge.label:sub(1, 4) == "job ") and not (edge.label == "rename" and edge:get("how") == "rename")
end

-- Whether a column's name is told by nothing but its dataset: what is made from it names it too.
local function is_named_alone(variable)
  for _, edge in ipairs(variable:edges("down", "derived_from")) do
    local kind = edge.from:match("^[^:]+")
    if kind == "variable" or kind == "dataset" or kind == "output" then return false end
  end
  return true
end

-- Whether a schema was told at a moment, so that there may have been an older one.
local function has_dated_schema(dataset)
  for _, entry in ipairs(dataset:get(facets_of.times_told) or {}) do
    if entry:sub(29) == "schema" then return entry:sub(1, 27) > no_time end
  end
  return false
end

-- The facets columnLineage and lineage of a dataset, in as many groups as there must be events; and the columns that only an older schema
-- had, as fields of one. A column of a dataset without schema that nothing else names is named in the first.
local function lineage_facets(dataset)
  local older, is_dated = {}, has_dated_schema(dataset)
  local columns, datasets, noted = {}, {}, {}
  local in_schema = {}
  for _, column in ipairs(dataset:get("columns") or {}) do in_schema[column] = true end
  for variable in dataset:incoming("part_of"):only("variable") do
    local _, name = column_of(variable)
    local inputs = inputs_of(variable, any)
    local is_unnamed = not in_schema[name] and #inputs.columns + #inputs.datasets + #inputs.noted == 0 and is_named_alone(variable)
    if is_unnamed and is_dated then
      older[#older + 1] = json { name = name }
    elseif is_unnamed or #inputs.columns > 0 then
      columns[#columns + 1] = raw_field(name, "{" .. raw_field("inputFields", input_list(inputs.columns)) .. "}")
    end
    if #inputs.datasets > 0 then
      datasets[#datasets + 1] = raw_field(name, "{" .. raw_field("inputs", input_list(inputs.datasets)) .. "}")
    end
    if #inputs.noted > 0 then
      noted[#noted + 1] = raw_field(name, object { raw_field("inputFields", input_list(inputs.noted)), field("transformationDescription", inputs.note) })
    end
  end
  local whole = inputs_of(dataset, is_of_dataset)
  local first, second = {}, {}
  if #columns > 0 or #whole.columns > 0 then
    local fields = { raw_field("fields", object(columns)) }
    if #whole.columns > 0 then fields[2] = raw_field("dataset", input_list(whole.columns)) end
    first[1] = facet("dataset", "columnLineage", fields)
  end
  if #datasets > 0 or #whole.datasets > 0 then
    local fields = {}
    if #datasets > 0 then fields[1] = raw_field("fields", object(datasets)) end
    if #whole.datasets > 0 then fields[#fields + 1] = raw_field("inputs", input_list(whole.datasets)) end
    first[#first + 1] = facet("dataset", "lineage", fields)
  end
  if #noted > 0 then second[1] = facet("dataset", "columnLineage", { raw_field("fields", object(noted)) }) end
  return first, second, older
end

-- Datasets -------------------------------------------------------------------------------------------------------------

-- What is said of a dataset at no time: with its latest event.
local function untimed_facets(dataset)
  local facets, more, older = lineage_facets(dataset)
  local aliases, owners = {}, {}
  for _, edge in ipairs(dataset:edges("up", "same_as")) do
    local fields = identity(node(edge.to))
    fields[3] = field("type", edge:get("alias_type") or "")
    aliases[#aliases + 1] = object(fields)
  end
  for _, edge in ipairs(dataset:edges("down", "holds")) do
    local fields = { field("name", node(edge.from).key) }
    if edge.label ~= "" then fields[2] = field("type", edge.label) end
    owners[#owners + 1] = object(fields)
  end
  if #aliases > 0 then facets[#facets + 1] = facet("dataset", "symlinks", { raw_field("identifiers", list(aliases)) }) end
  if #owners > 0 then facets[#facets + 1] = facet("dataset", "ownership", { raw_field("owners", list(owners)) }) end
  return facets, more, older
end

-- Of what nobody told by an event: its description and its columns.
local function plain_facets(dataset)
  local facets, fields = {}, {}
  local description = dataset:get("description") or dataset:get("title")
  if description then facets[1] = facet("dataset", "documentation", { field("description", description) }) end
  for variable in dataset:incoming("part_of"):only("variable") do
    local _, name = column_of(variable)
    fields[#fields + 1] = json { name = name, type = variable:get("type"), description = variable:get("description") or variable:get("label") }
  end
  if #fields > 0 then facets[#facets + 1] = facet("dataset", "schema", { raw_field("fields", list(fields)) }) end
  return facets
end

local function emit_dataset(when, dataset, facets)
  emit("dataset", when, facets_of.amont, { raw_field("dataset", object(add_facets(identity(dataset), "facets", facets))) })
end

-- The dataset that the facet lifecycleStateChange of a dataset names as what it was before; nil when it names none.
local function told_previous(dataset)
  local rest = from_json(dataset:get("openlineage_lifecycleStateChange") or "")
  local previous = type(rest) == "table" and rest.previousIdentifier
  if type(previous) ~= "table" or type(previous.namespace) ~= "string" or type(previous.name) ~= "string" then return nil end
  return "dataset:" .. key_of(previous.namespace, previous.name)
end

local function export_dataset(dataset)
  local base, label = version_of(dataset)
  if base then return emit_dataset(no_time, base, { facet("dataset", "version", { field("datasetVersion", label) }) }) end
  local times, by_time = told_facets("dataset", dataset, facets_of.of_dataset)
  if #times == 0 then
    times[1] = no_time
    by_time[no_time] = named(dataset):sub(1, 5) == "amont" and plain_facets(dataset) or {}
  end
  local latest = times[#times]
  local untimed, more, older = untimed_facets(dataset)
  if #older > 0 then emit_dataset(no_time, dataset, { facet("dataset", "schema", { raw_field("fields", list(older)) }) }) end
  table.move(untimed, 1, #untimed, #by_time[latest] + 1, by_time[latest])
  for _, when in ipairs(times) do emit_dataset(when, dataset, by_time[when]) end
  if #more > 0 then emit_dataset(latest, dataset, more) end
  for _, edge in ipairs(dataset:edges("up", "derived_from")) do
    if edge.label == "rename" and edge:get("how") == "rename" and edge.to ~= told_previous(dataset) then
      emit_dataset(no_time, dataset, { facet("dataset", "lifecycleStateChange",
        { field("lifecycleStateChange", "RENAME"), raw_field("previousIdentifier", object(identity(node(edge.to)))) }) })
    end
  end
end

-- Jobs -----------------------------------------------------------------------------------------------------------------

-- For each job that declared lineage without a run, the datasets that it makes, and of each what from.
local function declared_lineage()
  local declared = {}
  for dataset in nodes("dataset") do
    for _, edge in ipairs(dataset:edges("up", "derived_from")) do
      local job = edge:get("job")
      if job and edge.label:sub(1, 4) == "job " then
        local made = declared[job] or {}
        declared[job] = made
        if not made[dataset.ref] then
          made[dataset.ref] = {}
          made[#made + 1] = dataset.ref
        end
        table.insert(made[dataset.ref], edge.to)
      end
    end
  end
  return declared
end

local function emit_job(when, job, facets, more)
  local fields = { raw_field("job", object(add_facets(identity(job), "facets", facets))) }
  if more then table.move(more, 1, #more, 2, fields) end
  emit("job", when, facets_of.amont, fields)
end

local function export_job(job, made)
  local times, by_time = told_facets("job", job, facets_of.of_job)
  local description = #times == 0 and job:get("namespace") == nil and (job:get("description") or job:get("title"))
  if description then by_time[no_time] = { facet("job", "documentation", { field("description", description) }) } end
  if #times == 0 then times[1] = no_time end
  for _, when in ipairs(times) do emit_job(when, job, by_time[when]) end
  for _, ref in ipairs(made or {}) do
    local inputs = {}
    for i, from in ipairs(made[ref]) do inputs[i] = object(on_a_side(node(from))) end
    emit_job(times[#times], job, nil,
      { raw_field("inputs", list(inputs)), raw_field("outputs", list { object(on_a_side(node(ref))) }) })
  end
end

-- Runs -----------------------------------------------------------------------------------------------------------------

local end_of = { complete = "COMPLETE", abort = "ABORT", fail = "FAIL" }

local function text_of(moment)
  local text = tostring(moment)
  if #text == 20 then return text:sub(1, 19) .. ".000000Z" end
  return text:sub(1, -2) .. string.rep("0", 27 - #text) .. "Z"
end

-- An input or an output, and when its own facets were told.
local function add_side(by_time, edge, other, of, latest)
  local target = node(other)
  if target.kind == "variable" then target = column_of(target) end
  if not target or (target.kind ~= "dataset" and target.kind ~= "output") then return end
  local fields = on_a_side(target)
  local times, facets = told_facets(of, edge, {})
  if #times == 0 then times[1] = latest end
  for _, when in ipairs(times) do
    by_time[when] = by_time[when] or {}
    table.insert(by_time[when], object(add_facets({ table.unpack(fields) }, of .. "Facets", facets[when])))
  end
end

-- What a facet says besides the edges that there are for it, with one of these: { when, facet }.
local function kept_with_edges(run, fields_of)
  local facets = {}
  for _, entry in ipairs(run:get(facets_of.times_told) or {}) do
    local name = entry:sub(29)
    local kept = (name == "parent" or name == "amont") and run:get(facets_of.prefix .. name)
    if kept then
      local fields = table.move(fields_of[name] or {}, 1, 3, 1, {})
      add_inside(fields, kept)
      facets[#facets + 1] = { entry:sub(1, 27), facet("run", name, fields) }
    end
  end
  return facets
end

-- The facets parent and amont, in as many groups as there must be events; and what else these say.
local function named_by_run(run)
  local groups, parents = {}, {}
  local function add(i, text)
    groups[i] = groups[i] or {}
    table.insert(groups[i], text)
  end
  for i, edge in ipairs(run:edges("up", "part_of")) do
    local parent = node(edge.to)
    local run_fields, job_fields = run_named(parent)
    local fields = { raw_field("run", object(run_fields)), raw_field("job", object(job_fields)) }
    local root = parent:get("state") == nil and parent:edges("up", "part_of")[1]
    if root then
      local root_run, root_job = run_named(node(root.to))
      fields[3] = raw_field("root", object { raw_field("run", object(root_run)), raw_field("job", object(root_job)) })
    end
    parents[i] = fields
    add(i, facet("run", "parent", fields))
  end
  local sites = {}
  for name, kind in pairs { project = "performed_for", approval = "under", purpose = "for_purpose" } do
    for i, edge in ipairs(run:edges("up", kind)) do
      sites[i] = sites[i] or {}
      table.insert(sites[i], field(name, node(edge.to).key))
    end
  end
  for i, fields in ipairs(sites) do add(i, facet("run", "amont", fields)) end
  return groups, kept_with_edges(run, { parent = parents[1], amont = sites[1] })
end

local function export_run(run)
  local state, is_imported = run:get("state"), run:get("run_id") ~= nil
  if is_imported and state == nil then return end  -- only named by others, and told by them
  local times, facets = told_facets("run", run, facets_of.of_run)
  local began, ended = run:get("started_at") and text_of(run:get("started_at")), run:get("ended_at") and text_of(run:get("ended_at"))
  local kinds = {}  -- when -> kinds of event
  for _, when in ipairs(times) do kinds[when] = {} end
  local function at(when, kind)
    kinds[when] = kinds[when] or {}
    table.insert(kinds[when], kind)
  end
  if began then at(began, "START") end
  if end_of[state] then at(ended or no_time, end_of[state]) end
  if state == "running" and not began then at(times[#times] or no_time, "RUNNING") end
  if next(kinds) == nil then at(no_time, "OTHER") end

  local ordered = {}
  for when in pairs(kinds) do ordered[#ordered + 1] = when end
  local latest = ordered[#ordered]
  local inputs, outputs = {}, {}
  for _, edge in ipairs(run:edges("up", "used")) do add_side(inputs, edge, edge.to, "input", latest) end
  for _, edge in ipairs(run:edges("down", "generated_by")) do add_side(outputs, edge, edge.from, "output", latest) end
  for _, side in ipairs { inputs, outputs } do
    for when in pairs(side) do kinds[when] = kinds[when] or {} end
  end
  local groups, more_said = named_by_run(run)
  local producer = run:get("producer") or facets_of.amont
  local run_fields, job_fields = run_named(run)

  local function emit_run(when, kind, its_facets, more)
    local fields = { field("eventType", kind) }
    fields[2] = raw_field("run", object(add_facets({ table.unpack(run_fields) }, "facets", its_facets)))
    fields[3] = raw_field("job", object(job_fields))
    table.move(more, 1, #more, 4, fields)
    emit("run", when, producer, fields)
  end
  for when, its_kinds in pairs(kinds) do
    local its_facets, more = facets[when] or {}, {}
    if when == latest and groups[1] then table.move(groups[1], 1, #groups[1], #its_facets + 1, its_facets) end
    if inputs[when] then more[1] = raw_field("inputs", list(inputs[when])) end
    if outputs[when] then more[#more + 1] = raw_field("outputs", list(outputs[when])) end
    emit_run(when, its_kinds[1] or "OTHER", its_facets, more)
    for i = 2, #its_kinds do emit_run(when, its_kinds[i], {}, {}) end
  end
  for i = 2, #groups do emit_run(latest, "OTHER", groups[i], {}) end
  for _, one in ipairs(more_said) do emit_run(one[1], "OTHER", { one[2] }, {}) end
end

-- All ------------------------------------------------------------------------------------------------------------------

function export()
  local seen = openlineage_left_out
  local declared = declared_lineage()
  for job in nodes("job") do
    export_job(job, declared[job.ref])
    seen.job(job, job:get("namespace") == nil)
  end
  for dataset in nodes("dataset", "output") do
    export_dataset(dataset)
    seen.data(dataset, dataset:get("namespace") == nil, version_of(dataset) ~= nil)
  end
  for run in nodes("run") do
    export_run(run)
    seen.run(run)
  end
  if not any_written then write("[]\n") end  -- a list of events with nothing in it, which is one more than an empty file says
  seen.finish()
end
