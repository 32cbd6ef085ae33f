-- What PROV-JSON and PROV-N tell, taken into the register. formats/lib/prov, which it adds to, has the mapping.
--
--   scope = prov.document()                         a document; prov.bundle(scope) one of its bundles, given its name by prov.describe
--   prov.declare(scope, "ex", "http://...")         "" is the default namespace
--   prov.attribute(said, scope, "ex:size", 12)      adds to what a statement says: `said` is a table, empty at first
--   prov.element(scope, "entity", "ex:a", said)
--   prov.relation(scope, relation, "ex:id", { "ex:a", "ex:b" }, said)     the arguments of the relation in order; nil is left open
--
-- Errors are rejects that begin with `prov.at` and `prov.member`, which readers set to where they are.
--
-- One id told twice is one statement, as PROV-CONSTRAINTS has it: attributes join, what is left open once may be said the other time,
-- and what is said in two ways is refused. Only the times of one relation may differ (PROV calls that scruffy): both are kept.

schema(prov.schema)

local ids_max = 100000   -- told ids that are compared with each other
local refs_max = 20000   -- refs known to be there, so that they aren't looked up again
local names_max = 20000  -- qualified names that were read

local registered, by_iri  -- prefixes of the register
local ids, ids_count = {}, 0

prov.at = ""
prov.member = nil  -- the name of what is read there

-- The line that is read, when the reader knows it better than the import does.
prov.line = nil

local function place() return prov.at .. (prov.member and prov.member .. ": " or "") end

function prov.fail(text)
  reject(place() .. text, prov.line)
  return nil
end

-- What names mean, by their scope: a table of names as the register has them, one of their IRIs, by the text that was read.
local meanings, names_held = {}, 0

local round = 1  -- grows when what a scope remembers of the refs that its names led to is not so any more

-- Prefixes and names ---------------------------------------------------------------------------------------------------

local function load_prefixes()
  registered, by_iri = {}, {}
  for _, known_ones in ipairs { prov.standard, known("prefixes:prov") or {} } do
    for prefix, iri in pairs(known_ones) do
      registered[prefix] = iri
      by_iri[iri] = by_iri[iri] or prefix
    end
  end
  by_iri["http://www.w3.org/2001/XMLSchema"] = "xsd"  -- as older writers have it
end

local function register(prefix, iri)
  if by_iri[iri] then return by_iri[iri] end
  local stem, number = prefix == "" and "ns" or prefix, 1
  local name = stem
  while registered[name] do
    number = number + 1
    name = stem .. "_" .. number
  end
  node("prefixes:prov", { [name] = iri })
  registered[name], by_iri[iri] = iri, name
  return name
end

function prov.document()
  if not registered then load_prefixes() end
  ids, ids_count = {}, 0
  meanings, names_held = {}, 0
  return { prefixes = {}, in_bundles = {} }
end

-- Of which the name is not known yet, since its own prefixes may be those of its name.
function prov.bundle(document)
  return { prefixes = {}, outer = document }
end

function prov.declare(scope, prefix, iri)
  if type(iri) ~= "string" or iri == "" then return prov.fail("the prefix " .. prefix .. " stands for no IRI") end
  if (prefix == "prov" or prefix == "xsd") and by_iri[iri] ~= prefix then
    return warn(place() .. "the prefix " .. prefix .. " can't stand for " .. iri .. ", and keeps its own meaning", prov.line)
  end
  scope.prefixes[prefix] = register(prefix, iri)
  meanings, names_held, round = {}, 0, round + 1
end

local function prefix_in(scope, prefix)
  return scope.prefixes[prefix] or scope.outer and scope.outer.prefixes[prefix] or prov.standard[prefix] and prefix
end

local function find_meaning(scope, text)
  local colon = text:find(":", 1, true)
  local prefix = prefix_in(scope, colon and text:sub(1, colon - 1) or "")
  if prefix then
    local rest = colon and text:sub(colon + 1) or text
    return prefix .. ":" .. rest, registered[prefix] .. rest
  end
  for _, prefixes in ipairs { scope.prefixes, scope.outer and scope.outer.prefixes or {} } do
    for _, name in pairs(prefixes) do  -- an IRI, written out
      local iri = registered[name]
      if text:sub(1, #iri) == iri then return name .. ":" .. text:sub(#iri + 1), text end
    end
  end
  if not colon then return prov.fail(text .. " has no prefix, and there is no default namespace") end
  return prov.fail("the prefix of " .. text .. " is not declared")
end

-- A qualified name as the register has it, and its IRI. Nothing, and a reject, when its prefix is not declared.
function prov.resolve(scope, text)
  local meant = meanings[scope]
  local name = meant and meant.names[text]
  if name then return name, meant.iris[text] end
  if type(text) ~= "string" or text == "" then return prov.fail("expected a qualified name, got " .. json(text)) end
  local iri
  name, iri = find_meaning(scope, text)
  if not name then return nil end
  if names_held == names_max then meanings, names_held, meant = {}, 0, nil end
  if not meant then
    meant = { names = {}, iris = {} }
    meanings[scope] = meant
  end
  meant.names[text], meant.iris[text], names_held = name, iri, names_held + 1
  return name, iri
end

function prov.typed_in(scope, text, type_name)
  local type = prov.resolve(scope, type_name)
  if type == "prov:QUALIFIED_NAME" or type == "xsd:QName" then
    local name = prov.resolve(scope, text)
    return name and prov.name(name)
  end
  return type and prov.typed(text, type)
end

-- Attributes -----------------------------------------------------------------------------------------------------------

function prov.attribute(said, scope, name, value)
  local known_as = prov.resolve(scope, name)
  if not known_as or value == nil then return end
  if prov.is_argument[known_as] then return prov.fail(name .. " is no attribute, but an end of a relation") end
  local values = said[known_as]
  if values then values[#values + 1] = value else said[known_as] = { value } end
end

-- Several values as one: without repeats, in order; as text when they are not of one type. One alone is no list.
local function settled(values)
  if #values == 1 then return values[1] end
  local kind = math.type(values[1]) or type(values[1])
  for _, value in ipairs(values) do
    if (math.type(value) or type(value)) ~= kind or kind == "userdata" then kind = "string" end
  end
  if kind == "boolean" then kind = "string" end
  local list, has = {}, {}
  for _, value in ipairs(values) do
    if kind == "string" then value = prov.as_text(value) end
    if not has[value] then
      has[value] = true
      list[#list + 1] = value
    end
  end
  if #list == 1 then return list[1] end
  table.sort(list)
  return list
end

-- What the attributes of amont: say is of the record itself: `own` has its edge's kind and label, and its interval.
local of_record = { ["edge.kind"] = "edge", ["edge.label"] = "label", ["valid.from"] = "valid_from", ["valid.to"] = "valid_to" }

local function put_own(props, own, name, value)
  if type(value) == "string" then value = prov.read_value(value).text end
  local list, at = name:match("^(.+)%.(%d+)$")
  if of_record[name] then
    own[of_record[name]] = name:sub(1, 5) == "valid" and type(value) == "string" and time(value) or value
  elseif list then
    props[list] = props[list] or {}
    props[list][tonumber(at)] = value
  else
    props[name] = value
  end
end

local function put_time(props, name, hub_name, values)
  local text = settled(values)
  if type(text) == "table" then return prov.fail(name .. " is told twice, as " .. text[1] .. " and " .. text[2]) end
  local moment, exact = prov.moment(text)
  if not moment then return prov.fail(name .. " is no time: " .. text) end
  props[hub_name], props[name] = moment, not exact and text or nil
  return true
end

-- The text of a value that is one of no language; nil of any other.
local function text_in(value)
  local first = value:byte(1)
  if first ~= 34 and first ~= 39 then return value end
  local read = prov.read_value(value)
  return read.type == "xsd:string" and read.text or nil
end

-- What was said as properties, and what it says of the record itself; nil when it can't be taken.
local function properties(said, names)
  local props, own = {}, {}
  if next(said) == nil then return props, own end
  for name, values in pairs(said) do
    local hub_name = names.hub[name]
    if names.is_time[name] then
      if not put_time(props, name, hub_name, values) then return nil end
    elseif name:sub(1, 6) == "amont:" then
      put_own(props, own, name:sub(7), values[1])
    else
      local value = settled(values)
      local plain = hub_name and type(value) == "string" and text_in(value)
      if plain then
        props[hub_name] = plain
      elseif name == "prov:type" and names.has_how and prov.derivations[value] then
        props.how = prov.derivations[value]
      else
        props[name] = value
        if hub_name == "title" then props.title = prov.read_value(type(value) == "table" and value[1] or value).text end
      end
    end
  end
  return props, own
end

-- The same, joined to what the record has already: null takes away what is said in another way now.
local function joined(said, names, before)
  if not before then return properties(said, names) end
  for name, values in pairs(prov.said_of(before, names)) do
    local now = said[name]
    if now then table.move(values, 1, #values, #now + 1, now) else said[name] = values end
  end
  local props, own = properties(said, names)
  for name in pairs(props and before or {}) do
    if props[name] == nil and not names.marks[name] then props[name] = null end
  end
  return props, own
end

-- Elements -------------------------------------------------------------------------------------------------------------

local ref_of, refs_held = {}, 0  -- of entities and activities that are there, by class and IRI

local function remember(class, iri, ref)
  if refs_held == refs_max then ref_of, refs_held = {}, 0 end
  ref_of[class .. iri], refs_held = ref, refs_held + 1
end

local kinds = { entity = { "dataset" }, activity = { "run" }, agent = { "agent", "organisation" },
                any = { "dataset", "run", "agent", "organisation" } }
local other_kind = { entity = "run:", activity = "dataset:" }

-- Whether what is said in this document, or this bundle, of an element makes it an entity and an activity, which are disjoint.
local function is_both(scope, class, iri)
  local other = other_kind[class]
  if not other then return false end
  if scope.outer then return known("describes", scope.ref, other .. iri, "") ~= nil end
  local found = known(other .. iri)
  return found ~= nil and not found.undeclared
end

-- The ref of an element, and what the register knows of it.
local function find(class, iri, is_organisation)
  local own = prov.ref_of_own(iri)
  if own then return own, known(own) end
  for _, kind in ipairs(kinds[class]) do
    local before = known(kind .. ":" .. iri)
    if before then return kind .. ":" .. iri, before end
  end
  return (is_organisation and "organisation" or kinds[class][1]) .. ":" .. iri, nil
end

-- The ref of an element that something else names, put if need be.
local function named_by_iri(class, iri)
  local ref, before = ref_of[class .. iri], nil
  if ref then return ref end
  ref, before = find(class, iri)
  if not before then node(ref, { undeclared = true }) end
  if class ~= "any" then remember(class, iri, ref) end
  return ref
end

local spellings_held = 0  -- names whose refs are remembered in their scopes

local function named(scope, class, text)
  if scope.round ~= round then scope.round, scope.entity, scope.activity, scope.agent = round, {}, {}, {} end
  local refs = scope[class]  -- none of "any"
  local ref = refs and refs[text]
  if ref then return ref end
  local name, iri = prov.resolve(scope, text)
  ref = name and named_by_iri(class, iri)
  if ref and refs then
    if spellings_held == refs_max then spellings_held, round = 0, round + 1 end
    refs[text], spellings_held = ref, spellings_held + 1
  end
  return ref
end

-- Begins what a bundle says. Its name is read with prefixes of its own when `own_prefixes` says so.
function prov.describe(bundle, text, own_prefixes)
  local iri
  bundle.name, iri = prov.resolve(own_prefixes and bundle or bundle.outer, text)
  if not bundle.name then return false end
  local told = bundle.outer.in_bundles[iri]  -- PROV-N may tell a bundle in pieces
  bundle.iri, bundle.describes = iri, told and told.describes or {}
  bundle.outer.in_bundles[iri] = bundle
  bundle.ref = named_by_iri("entity", iri)
  if bundle.ref then node(bundle.ref, { bundle = true }) end
  return bundle.ref ~= nil
end

-- The types that its IRI says already.
local function drop_own_types(said, ref)
  local kept = {}
  local own = prov.own_types(ref:match("^[^:]+"))
  for _, value in ipairs(said["prov:type"] or {}) do
    if not prov.has_type(own, value) then kept[#kept + 1] = value end
  end
  said["prov:type"] = #kept > 0 and kept or nil
end

function prov.element(scope, class, text, said)
  local name, iri = prov.resolve(scope, text)
  if not name then return end
  if iri == prov.schema_iri and said[prov.schema_name] then
    return schema(prov.read_value(said[prov.schema_name][1]).text)
  end
  local ref, before = find(class, iri, prov.has_type(said["prov:type"], "'prov:Organization'"))
  if (not before or before.undeclared) and is_both(scope, class, iri) then
    return prov.fail(name .. " is an entity and an activity, which nothing can be (constraint 55)")
  end
  if name:sub(1, 6) == "amont:" then drop_own_types(said, ref) end
  if scope.outer then
    if not before then node(ref, { undeclared = true }) end
    local types = said["prov:type"]
    if prov.has_type(types, "'prov:Bundle'") or prov.has_type(types, "prov:Bundle") then scope.describes[iri] = true end
    local props = joined(said, prov.element_names, known("describes", scope.ref, ref, ""))
    if props then edge("describes", scope.ref, ref, { props = props }) end
    return
  end
  local props, own = joined(said, prov.element_names, before)
  if not props then return end
  if before and before.undeclared then props.undeclared = null end
  node(ref, props, next(own) and { valid_from = own.valid_from, valid_to = own.valid_to } or nil)
  remember(class, iri, ref)
end

-- What was put for a record that is left out is not there.
function undo() ref_of, refs_held, round = {}, 0, round + 1 end

-- Relations ------------------------------------------------------------------------------------------------------------

-- An end that is left open: a node of its own for each relation that leaves it so.
local function open_end(class, key)
  local ref = kinds[class][1] .. ":unknown/" .. key
  if not ref_of["unknown" .. ref] then
    node(ref, { unknown = true })
    remember("unknown", ref, ref)
  end
  return ref
end

local function is_open(ref) return ref:find("^%l+:unknown/") ~= nil end

-- What the relation says besides its ends, in properties of the edge; the times stay with the attributes.
local function take_arguments(scope, relation, arguments, said)
  local extra = {}
  for i = 3, #relation do
    local text, what, property = arguments[i], relation[i][2], relation[i][3]
    if text and what == "time" then
      said["prov:time"] = { text }
    elseif text then
      local name, iri = prov.resolve(scope, text)
      if not name then return nil end
      extra[property] = what == "name" and iri or prov.ref_of_own(iri) or kinds[what][1] .. ":" .. iri
    end
  end
  return extra
end

local function from_and_to(relation, ends)
  if relation.reversed then return ends[2], ends[1] end
  return ends[1], ends[2]
end

-- Of several times the first.
local function tell_deleted(ref, at)
  local was = known(ref)
  was = was and was.deleted_at
  node(ref, { state = "deleted", deleted_at = was and (not at or was < at) and was or at })
end

local function put(relation, kind, ends, label, props, own)
  local from, to = from_and_to(relation, ends)
  if relation.edge == "invalidated_by" then tell_deleted(from, props.at) end
  if label == "" and not next(props) and not next(own) then return edge(kind, from, to) end
  edge(kind, from, to, { label = label, props = props, valid_from = own.valid_from, valid_to = own.valid_to })
end

local function known_edge(relation, ends, label)
  local from, to = from_and_to(relation, ends)
  return known(relation.edge, from, to, label)
end

local function retract_edge(relation, ends, label)
  local from, to = from_and_to(relation, ends)
  retract(relation.edge, from, to, label)
end

-- Times as they compare; one that can't be read is refused later.
local function moment_text(text)
  local moment = text and prov.moment(text)
  return moment and tostring(moment)
end

-- The ends of a relation with an id, of which `has` was told already.
local function ends_of_id(scope, relation, key, arguments, has)
  local ends = {}
  for i = 1, 2 do
    local class, text = relation[i][2], arguments[i]
    ends[i] = text and named(scope, class, text)
    if text and not ends[i] then return nil end
    ends[i] = ends[i] or has and has.ends[i] or open_end(class, key)
    if has and ends[i] ~= has.ends[i] and not is_open(has.ends[i]) then
      return prov.fail(key .. " is told twice, with " .. has.ends[i] .. " and with " .. ends[i] .. " as " .. relation[i][1])
    end
  end
  return ends
end

-- Takes back what was told with an end that is known now.
local function forget_open(relation, label, old, new)
  if old[1] == new[1] and old[2] == new[2] then return end
  retract_edge(relation, old, label)
  for i = 1, 2 do
    if is_open(old[i]) and old[i] ~= new[i] then retract(old[i]) end
  end
end

-- Puts a relation with an id, joined to what was told under that id at the same time.
local function put_with_id(scope, relation, key, arguments, extra, said)
  local told = ids[key]
  if told and told.relation ~= relation then
    return prov.fail(key .. " is told as " .. told.relation.name .. " and as " .. relation.name .. " (constraint 53)")
  end
  if not told then
    if ids_count == ids_max then ids, ids_count = {}, 0 end
    told = { relation = relation }
    ids[key], ids_count = told, ids_count + 1
  end
  local now = moment_text(said["prov:time"] and said["prov:time"][1])
  local number = 1
  while told[number] and now and told[number].time and told[number].time ~= now do number = number + 1 end
  local has = told[number]
  local label = number == 1 and key or key .. " (" .. number .. ")"
  if number == 2 and not has then warn(place() .. key .. " is told with two times; both are kept", prov.line) end

  local ends = ends_of_id(scope, relation, label, arguments, has)
  if not ends then return end
  local before = known_edge(relation, has and has.ends or ends, label)
  for property, value in pairs(extra) do
    local was = before and before[property]
    if was and was ~= value then return prov.fail(key .. " is told twice, with " .. was .. " and with " .. value) end
  end
  if has then forget_open(relation, label, has.ends, ends) end
  local props, own = joined(said, relation.names, before)
  if not props then return end
  for property, value in pairs(extra) do props[property] = value end
  props["prov:id"] = scope.outer and key:sub(1, -#scope.name - 5) or key
  if scope.outer then props.bundle = scope.iri end
  put(relation, own.edge or relation.edge, ends, label, props, own)
  told[number] = { ends = ends, time = now or has and has.time }
end

-- The same as prov.are_own() of names as they were read; most are looked at no further than the first.
local function are_own(scope, arguments)
  for i = 1, 2 do
    if not arguments[i] or not prov.is_own(prov.resolve(scope, arguments[i])) then return false end
  end
  return true
end

function prov.relation(scope, relation, id, arguments, said)
  local extra = take_arguments(scope, relation, arguments, said)
  if not extra then return end
  if id then
    local name = prov.resolve(scope, id)
    if name then put_with_id(scope, relation, name .. (scope.outer and " in " .. scope.name or ""), arguments, extra, said) end
    return
  end
  local props, own = properties(said, relation.names)
  if not props then return end
  local ends = {}
  for i = 1, 2 do
    ends[i] = arguments[i] and named(scope, relation[i][2], arguments[i])
    if arguments[i] and not ends[i] then return end
  end
  for i = 1, 2 do
    local other = ends[3 - i]
    ends[i] = ends[i] or open_end(relation[i][2], relation.edge .. (other and "/" .. other or ""))
  end
  for property, value in pairs(extra) do props[property] = value end
  if scope.outer then props.bundle = scope.iri end
  local label = own.label or next(props) == nil and "" or (are_own(scope, arguments) and "" or prov.label_of(props))
  put(relation, own.edge or relation.edge, ends, label, props, own)
end

-- Bundles --------------------------------------------------------------------------------------------------------------

-- To be called when a document has been read. Refuses bundles that describe each other as bundles: none of them could have been there
-- first. That a bundle describes itself is usual.
function prov.finish(document)
  local state = {}  -- of a bundle: 1 while those that it describes are looked at, 2 after
  for iri, bundle in pairs(document.in_bundles) do
    local path = { { bundle, nil } }
    if state[iri] then path = {} else state[iri] = 1 end
    while #path > 0 do
      local top = path[#path]
      local next_iri = next(top[1].describes, top[2])
      top[2] = next_iri
      local inner = next_iri and document.in_bundles[next_iri]
      if not next_iri then
        state[top[1].iri] = 2
        path[#path] = nil
      elseif inner and state[next_iri] == 1 and inner ~= top[1] then
        return prov.fail("the bundles " .. inner.name .. " and " .. top[1].name .. " describe each other")
      elseif inner and not state[next_iri] then
        state[next_iri] = 1
        path[#path + 1] = { inner, nil }
      end
    end
  end
end

return prov
