--- Apache Atlas: messages of its hooks (version 2), and entities as its API gives them.
--- @format atlas
--- @input json items
--- @sign '"type"' '"ENTITY_' '"entities"'
--- @sign '"typeName"' '"qualifiedName"' '"entities"'
--- @uses formats/lib/values
--- @uses formats/lib/journal
--- @uses formats/lib/counted
--- @uses formats/lib/latest
--
-- A document is a message (bare, or as Kafka has it under "message"), or entities with those that they refer to. What becomes what (a
-- key is TYPE/QUALIFIED_NAME):
--   a table, a file, a topic, a database, any other data set   dataset    part_of its database
--   a column                                                 variable   part_of its table
--   a process (what has inputs and outputs)                  job        each output derived_from each input, labelled "job JOB"
--   the execution of a process                               run        instance_of it, and used and generated_by what the process has
--   hive_column_lineage and its like                         derived_from between columns
--   classifications                                          the property classifications, with what they say
--   any other attribute                                      the property atlas_ATTRIBUTE
-- Users (owner, userName, who sent a message) are left out and counted. Storage descriptions, glossaries and definitions are no data and
-- counted. ENTITY_DELETE marks what it names as deleted. Of what several messages say of one attribute the latest stands: by the time at
-- which Atlas updated the entity, else at which the message was made.

local given, text_of, list_in, object_in = values.given, values.text_of, values.list_in, values.object_in
local time_of_millis = values.time_of_millis
local record_of, settle, tell_each = latest.record, latest.settle, latest.tell_each
latest.times_in("told_by_atlas")

local max_key = 1024
local count = counted.add

-- Kinds by the name of the type, since a site may have types of its own. Lineage of columns is no thing, but edges.
local function kind_of(type_name, attributes)
  if type_name:find("column_lineage$") then return "column lineage" end
  if type_name:find("_execution$") then return "run" end
  if type_name:find("column$") or type_name:find("_field$") then return "variable" end
  if type_name:find("^AtlasGlossary") or type_name:find("storagedesc$") or type_name:find("serde$") or type_name:find("_ddl$") then return nil end
  if type_name:find("process") or type_name == "storm_topology" or type_name:find("_application$") then return "job" end
  if attributes and (attributes.inputs ~= nil or attributes.outputs ~= nil) then return "job" end
  return "dataset"
end

-- The entities of the document at hand, by guid: an entity, or an id that has its type and unique name.
local at_hand = {}

local function name_of(thing)
  local unique = type(thing.uniqueAttributes) == "table" and thing.uniqueAttributes or type(thing.attributes) == "table" and thing.attributes or {}
  return text_of(unique.qualifiedName)
end

-- What a reference stands for: the entity at hand with its guid, or itself when it names something.
local function resolved(reference)
  if type(reference) == "string" then return at_hand[reference] end
  if type(reference) ~= "table" then return nil end
  if name_of(reference) then return reference end
  return at_hand[reference.guid]
end

-- The record of what a reference stands for, put; nil for what is no data or can't be told.
local function thing_named(reference)
  local thing = resolved(reference)
  local type_name, name = thing and text_of(thing.typeName), thing and name_of(thing)
  if not type_name or not name then
    if given(reference) then count("a reference to what no message explains: left out") end
    return nil
  end
  local kind = kind_of(type_name, thing.attributes)
  if not kind or kind == "column lineage" then return nil end
  local key = type_name .. "/" .. name
  if #key > max_key then
    warn("a qualified name is too long for a key, and was left out: " .. name:sub(1, 60) .. "...")
    return nil
  end
  local ref = kind .. ":" .. key
  local attributes = type(thing.attributes) == "table" and thing.attributes or {}
  local record = record_of(ref, { title = text_of(attributes.name) or name, qualified_name = name, entity = type_name })
  settle(ref, record)
  return ref, record, kind
end

local function things_in(attributes, relations, name)
  local list = given(attributes[name]) and list_in(attributes, name, "attributes") or list_in(relations, name, "relationshipAttributes")
  local refs = {}
  for _, reference in ipairs(list) do refs[#refs + 1] = thing_named(reference) end
  return refs
end

local function first_of(attributes, relations, names)
  for _, name in ipairs(names) do
    local reference = given(attributes[name]) and attributes[name] or relations[name]
    if given(reference) and type(reference) == "table" and reference[1] == nil then return (thing_named(reference)) end
  end
  return nil
end

-- Properties -----------------------------------------------------------------------------------------------------------

local persons = { owner = true, userName = true, user = true, createdBy = true, updatedBy = true, lastModifiedBy = true, ownerName = true }
local frame = { qualifiedName = true, name = true, displayName = true, description = true, comment = true, type = true, dataType = true }

-- A reference says little as text; attributes that hold some are edges, or are left out.
local is_reference
function is_reference(value)
  if type(value) ~= "table" then return false end
  return value.guid ~= nil or (value.typeName ~= nil and value.uniqueAttributes ~= nil) or is_reference(value[1])
end

local function properties_of(thing)
  local attributes = object_in(thing, "attributes", "an entity") or {}
  local told = {
    title = text_of(attributes.displayName) or text_of(attributes.name), description = text_of(attributes.description)
      or text_of(attributes.comment), type = text_of(attributes.type) or text_of(attributes.dataType),
    state = thing.status == "DELETED" and "deleted" or nil,
  }
  for name, value in pairs(attributes) do
    local says_nothing = not given(value) or (type(value) == "table" and next(value) == nil)
    if persons[name] then
      if not says_nothing then count("a user: left out") end
    elseif not frame[name] and not says_nothing and not is_reference(value) and #name < 200 and not name:find("%c") then
      told["atlas_" .. name] = type(value) == "table" and json(value) or value
    end
  end
  local classes = {}
  for _, class in ipairs(list_in(thing, "classifications", "an entity")) do
    local name = type(class) == "table" and text_of(class.typeName)
    local has = name and type(class.attributes) == "table" and next(class.attributes) ~= nil
    if name then classes[#classes + 1] = has and name .. " " .. json(class.attributes) or name end
  end
  table.sort(classes)
  if #classes > 0 then told.classifications = classes end
  return told
end

-- Edges ----------------------------------------------------------------------------------------------------------------

local function put_process(ref, attributes, relations)
  local inputs, outputs = things_in(attributes, relations, "inputs"), things_in(attributes, relations, "outputs")
  for _, output in ipairs(outputs) do
    for _, input in ipairs(inputs) do
      local both_hold_data = not output:find("^job:") and not input:find("^job:") and not output:find("^run:") and not input:find("^run:")
      if both_hold_data and output ~= input then
        edge("derived_from", output, input, { label = ("job " .. ref:sub(5)):sub(1, 1024), props = { job = ref } })
      end
    end
  end
end

local function put_execution(ref, record, attributes, relations)
  local process = first_of(attributes, relations, { "process" })
  if process and process:find("^job:") then edge("instance_of", ref, process) end
  local began, ended = time_of_millis(attributes.startTime), time_of_millis(attributes.endTime)
  if began then latest.set(record, "started_at", began) end
  if ended then latest.set(record, "ended_at", ended) end
  latest.set(record, "state", ended and "complete" or "unknown")
  local thing = resolved(relations.process or attributes.process)
  local of_process = thing and type(thing.attributes) == "table" and thing.attributes or {}
  local more = thing and type(thing.relationshipAttributes) == "table" and thing.relationshipAttributes or {}
  for _, input in ipairs(things_in(of_process, more, "inputs")) do edge("used", ref, input) end
  for _, output in ipairs(things_in(of_process, more, "outputs")) do edge("generated_by", output, ref) end
end

-- Columns that are made from columns, by a process.
local function put_column_lineage(attributes, relations)
  local process = first_of(attributes, relations, { "process", "query" })
  local how = text_of(attributes.depenendencyType) or text_of(attributes.dependencyType)  -- Atlas spells it so
  for _, output in ipairs(things_in(attributes, relations, "outputs")) do
    for _, input in ipairs(things_in(attributes, relations, "inputs")) do
      if output ~= input then
        edge("derived_from", output, input, { label = how, props = { transformation = how, job = process,
          description = text_of(attributes.expression) } })
      end
    end
  end
end

local function put_whole(ref, kind, attributes, relations)
  if kind == "variable" then
    local whole = first_of(attributes, relations, { "table", "dataset", "view", "entity", "parent" })
    if whole and whole:find("^dataset:") then edge("part_of", ref, whole) end
  elseif kind == "dataset" then
    local whole = first_of(attributes, relations, { "db", "database", "schema", "instance", "namespace", "keyspace", "bucket", "volume", "container",
      "parent", "cluster" })
    if whole and whole ~= ref and whole:find("^dataset:") then edge("part_of", ref, whole) end
    for _, column in ipairs(things_in(attributes, relations, "columns")) do
      if column:find("^variable:") then edge("part_of", column, ref) end
    end
  end
end

local function put_entity(thing, now)
  if not values.is_object(thing) then values.refuse("an entity", "an object", thing) end
  local type_name = text_of(thing.typeName)
  if not type_name or not name_of(thing) then
    return count("an entity without typeName and qualifiedName: left out")
  end
  local attributes = object_in(thing, "attributes", "an entity") or {}
  local relations = object_in(thing, "relationshipAttributes", "an entity") or {}
  local kind = kind_of(type_name, attributes)
  if not kind then return count("of a type such as storage descriptions and glossaries, which is no data: left out") end
  if kind == "column lineage" then return put_column_lineage(attributes, relations) end
  local ref, record = thing_named(thing)
  if not ref then return end
  local updated = latest.sortable(time_of_millis(thing.updateTime))
  tell_each(record, updated ~= latest.no_time and updated or now, properties_of(thing))
  if kind == "job" then put_process(ref, attributes, relations) end
  if kind == "run" then put_execution(ref, record, attributes, relations) end
  put_whole(ref, kind, attributes, relations)
end

-- Documents ------------------------------------------------------------------------------------------------------------

local function know(thing)
  if type(thing) == "table" and text_of(thing.guid) then at_hand[thing.guid] = thing end
end

-- { entities = ..., referredEntities = ... }, or one under `entity`.
local function put_entities(holder, now)
  local entities = given(holder.entity) and { object_in(holder, "entity", "the document") } or list_in(holder, "entities", "the document")
  local referred = object_in(holder, "referredEntities", "the document") or {}
  at_hand = {}
  for guid, thing in pairs(referred) do
    if values.is_object(thing) then at_hand[guid] = thing end
  end
  for _, thing in ipairs(entities) do know(thing) end
  for _, thing in ipairs(entities) do put_entity(thing, now) end
  for _, thing in pairs(referred) do put_entity(thing, now) end
end

local function delete(message, now)
  for _, id in ipairs(list_in(message, "entities", "the message")) do
    local ref, record = thing_named(id)
    if ref then tell_each(record, now, { state = "deleted" }) end
  end
end

local function put_message(message, envelope)
  local kind, now = message.type, latest.sortable(time_of_millis(envelope.msgCreationTime))
  if given(message.user) then count("a user: left out") end
  if kind == "ENTITY_CREATE_V2" or kind == "ENTITY_FULL_UPDATE_V2" then
    return put_entities(object_in(message, "entities", "the message") or {}, now)
  elseif kind == "ENTITY_PARTIAL_UPDATE_V2" then
    local holder = object_in(message, "entity", "the message") or {}
    local thing = object_in(holder, "entity", "the message")
    local id = object_in(message, "entityId", "the message")
    if thing and id and not name_of(thing) then
      thing.attributes = thing.attributes or {}
      thing.attributes.qualifiedName = name_of(id)
      thing.typeName = thing.typeName or id.typeName
    end
    return put_entities(holder, now)
  elseif kind == "ENTITY_DELETE_V2" then
    return delete(message, now)
  end
  reject("a message of the type " .. tostring(kind) .. " is not read; those of version 2 are: ENTITY_CREATE_V2, ENTITY_FULL_UPDATE_V2, "
    .. "ENTITY_PARTIAL_UPDATE_V2, ENTITY_DELETE_V2")
end

function convert(document)
  latest.begin()
  at_hand = {}
  if not values.is_object(document) then return reject("it is neither a message of a hook of Atlas nor entities: an object was expected") end
  local defines = false
  for _, what in ipairs { "entity", "enum", "struct", "classification", "relationship", "businessMetadata" } do
    defines = defines or document[what .. "Defs"] ~= nil
  end
  if defines then
    return reject("it defines types of Atlas, and has nothing of these types; export entities")
  end
  if values.is_object(document.message) then return put_message(document.message, document) end
  if text_of(document.type) and document.type:find("^ENTITY_") then return put_message(document, document) end
  if document.entities ~= nil or document.entity ~= nil then return put_entities(document, latest.no_time) end
  if text_of(document.typeName) then return put_entity(document, latest.no_time) end
  reject("it is neither a message of a hook of Atlas nor entities: there is neither message nor entities")
end

undo = journal.undo

function finish()
  latest.flush()
  counted.tell("time")
end
