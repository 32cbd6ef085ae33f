-- prov_relations: the relations of PROV as edges. It adds to the parts prov, prov_names, prov_said and prov_in.

local ids_max = 100000  -- told ids that are compared with each other

local kinds, named, open_end = prov.kinds, prov.named, prov.open_end
local properties, joined = prov.properties, prov.joined

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
  local document = scope.outer or scope
  local told = document.ids[key]
  if told and told.relation ~= relation then
    return prov.fail(key .. " is told as " .. told.relation.name .. " and as " .. relation.name .. " (constraint 53)")
  end
  if not told then
    if document.ids_count == ids_max then document.ids, document.ids_count = {}, 0 end
    told = { relation = relation }
    document.ids[key], document.ids_count = told, document.ids_count + 1
  end
  local now = moment_text(said["prov:time"] and said["prov:time"][1])
  local number = 1
  while told[number] and now and told[number].time and told[number].time ~= now do number = number + 1 end
  local has = told[number]
  local label = number == 1 and key or key .. " (" .. number .. ")"

  local ends = ends_of_id(scope, relation, label, arguments, has)
  if not ends then return end
  if number > 1 and not has then
    local first = told[1].ends
    local others = (ends[1] ~= first[1] or ends[2] ~= first[2]) and " and other ends" or ""
    if number == 2 or others ~= "" then
      warn(prov.place() .. key .. " is told with two times" .. others .. "; both are kept", prov.line)
    end
  end
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

return prov
