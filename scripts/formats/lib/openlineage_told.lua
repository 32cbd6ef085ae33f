-- openlineage_told: the names of things in OpenLineage, and what their facets tell of a record. It uses the parts values, journal, counted,
-- latest and openlineage_facets.
--
-- Most of what events say was said before. Equal parts of them are mostly one table, and what was done for a table is not done again: see
-- `keys`, told_again() and `told_by` of a record. Nothing that is read is changed.

local openlineage_told = {}

local given, text_of, list_in = values.given, values.text_of, values.list_in
local time_of, is_person = values.time_of, values.is_person
local tell, times_of, put, renew = latest.tell, latest.times_of, journal.put, latest.renew
local facets_of = openlineage_facets

local max_key = 1024

-- What was made of tables, as long as the records are: the keys of things, and what things say as a whole.
local keys, wholes, kept_count = {}, {}, 0
local kept_max = 8000

local function forget_tables() keys, wholes, kept_count = {}, {}, 0 end
latest.when_forgotten(forget_tables)

local function keep_one()
  if kept_count == kept_max then forget_tables() end
  kept_count = kept_count + 1
end

-- NAMESPACE/NAME, as in the resource's own URI; nil for what has none, or one that is too long.
local function key_of(thing)
  local key = keys[thing]
  if key then return key end
  local namespace, name = text_of(thing.namespace), text_of(thing.name)
  if not namespace or not name then return nil end
  key = namespace .. (name:sub(1, 1) == "/" and "" or "/") .. name
  if #key > max_key then return nil end
  keep_one()
  keys[thing] = key
  return key
end

-- Whether it is what an event is to be made from, and none yet.
local function is_template(thing)
  if keys[thing] then return false end
  local text = thing.runId or thing.namespace
  return type(text) == "string" and text:byte() == 123 and text:byte(2) == 123  -- "{{"
end

-- Facets ---------------------------------------------------------------------------------------------------------------

local frame = { _producer = true, _schemaURL = true, _deleted = true }  -- what each facet says of itself

-- What is in a facet besides its frame and, if a mapping is given, what that one reads; added to `rest`, which is nil while nothing is.
local function add_rest(rest, facet, mapping)
  for name, value in pairs(facet) do
    if not frame[name] and not (mapping and mapping.reads[name]) then
      rest = rest or {}
      rest[name] = value
    end
  end
  return rest
end

-- A facet with fields of its own; nil for one that was taken away.
local function live(name, facet)
  if facet == null or facet == nil then return nil end
  if not values.is_object(facet) then values.refuse("the facet " .. name, "an object", facet) end
  return facet._deleted ~= true and facet or nil
end

local text_max = 1 << 20  -- bytes of a property
local first_large         -- the first facet that was larger

local function count_large(name)
  first_large = first_large or name:sub(1, 60)
  counted.add("with a facet of more than 1 MiB, such as " .. first_large .. ": that was left out")
  return null
end

-- As the text of a property.
local function kept(name, value)
  local ok, text = pcall(json, value)
  if ok then return #text <= text_max and text or count_large(name) end
  warn("the facet " .. name .. " is too large or too deep for a property, and was left out")
  return null
end

-- A facet that no mapping knows is kept as it is.
local function as_it_is(name, facet)
  if not facets_of.can_name(name) then
    warn("a facet has a name that no property may have, and was left out")
    return nil
  end
  local property = facets_of.prefix .. name
  if facet == null or (type(facet) == "table" and facet._deleted == true) then return { [property] = null } end
  return { [property] = kept(name, values.is_object(facet) and (add_rest({}, facet)) or facet) }
end

-- The properties and fields of a mapping, as a list; `reads` has the fields, `known` those of each facet too, `rest` is the property of
-- what is in a facet besides. `told` is what the last facet said: made once, and filled anew by each.
local lists = {}
local function list_of_mapping(name, mapping)
  local list = lists[mapping]
  if not list then
    list = { reads = {}, known = {}, rest = facets_of.prefix .. name, told = {} }
    for name in pairs(frame) do list.known[name] = true end
    for property, field in pairs(mapping) do
      list[#list + 1] = { property, field, facets_of.times[property] or false }
      list.reads[field], list.known[field] = true, true
    end
    lists[mapping] = list
  end
  return list
end

-- What a facet with fields of its own says, good until the next of that name, and the list of its mapping. What is in it besides is kept
-- beside.
local function as_mapped(name, mapping, facet)
  facet = live(name, facet) or {}
  local list = list_of_mapping(name, mapping)
  local told, rest = list.told, nil
  for i = 1, #list do
    local one = list[i]
    local property, field = one[1], one[2]
    local value = facet[field]
    local read = null
    if value ~= nil then read = one[3] and time_of(value) or text_of(value) or null end
    if type(read) == "string" and #read > text_max then read, value = count_large(name), nil end
    told[property] = read
    if read == null and given(value) then
      rest = rest or {}
      rest[field] = value
    end
  end
  if has_others(facet, list.known) then rest = add_rest(rest, facet, list) end
  told[list.rest] = rest and kept(name, rest) or null
  return told, list
end

-- Whose facets stand in a record, by the name of each.
local function told_by(record)
  local by = record.told_by
  if not by then
    by = {}
    put(record, "told_by", by)
  end
  return by
end

local turns = 0

-- Keeps whose facet stands. `turn` of the record is another number then, which no other turn has.
local function put_teller(record, by, name, facet)
  turns = turns + 1
  put(by, name, facet)
  put(record, "turn", turns)
end

-- Only one of two that were told at one moment stands: the other is counted.
local function count_other(is_other)
  if is_other then counted.add("in which a facet says otherwise than another of the same moment: the greater text stands") end
end

-- The mapping of a facet of which `reads`, a set of fields, are taken elsewhere: what it says besides is kept.
local function rest_of(name, reads)
  local known, mapping = {}, { reads = reads }
  for _, fields in ipairs { frame, reads } do
    for field in pairs(fields) do known[field] = true end
  end
  return function(facet)
    facet = live(name, facet)
    if not facet or not has_others(facet, known) then return nil end
    return { [facets_of.prefix .. name] = kept(name, add_rest(nil, facet, mapping)) }
  end
end

-- What was told at no other moment that is as good stands without a comparison.
local function tell_mapped(record, name, mapping, facet, now, before)
  local told, list = as_mapped(name, mapping, facet)
  if before == now then
    local stands, is_other = tell(record, name, now, told)
    count_other(is_other)
    return stands
  end
  for i = 1, #list do
    local property = list[i][1]
    renew(record, property, told[property])
  end
  renew(record, list.rest, told[list.rest])
  latest.heard(record, name, now)
  return true
end

-- `mappings` has for a facet what as_mapped() wants, or a function, or false for one that is gone through elsewhere.
local function tell_facets(record, facets, mappings, now)
  if facets == nil then return end
  local by, times = told_by(record), times_of(record)
  for name, facet in pairs(facets) do
    local mapping = mappings[name]
    local before = times[name]
    if mapping == false or (before and before > now) then
      -- told elsewhere, or not any more
    elseif before and by[name] == facet and type(mapping) ~= "function" then
      latest.again(record, name, now)
    else
      local stands
      if type(mapping) == "table" then
        stands = tell_mapped(record, name, mapping, facet, now, before)
      else
        local told
        if mapping then told = mapping(facet) else told = as_it_is(name, facet) end
        local is_other
        if told then stands, is_other = tell(record, name, now, told) end
        count_other(is_other)
      end
      if stands then put_teller(record, by, name, facet) end
    end
  end
end

-- What a job or a dataset says as a whole, when it is a table that said all that before and everything in it stands. What was kept is good
-- while the record has no other facet.
-- Whether a record was told by this table, or before: two of them may take turns.
local function was_told_by(record, thing)
  if record.said_by == thing or record.said_before == thing then return true end
  put(record, "said_before", record.said_by)
  put(record, "said_by", thing)
  return false
end

-- `ref` and `other` are for who asks again. `mappings` as in tell_facets().
local function keep_whole(thing, facets, mappings, record, now, ref, other)
  local by, names = told_by(record), {}
  for name, facet in pairs(facets or {}) do
    if name == "ownership" then return end  -- persons are counted each time
    if name == "schema" or mappings[name] ~= false then
      if by[name] ~= facet then return end
      names[#names + 1] = name
    end
  end
  times_of(record)
  local whole = { ref = ref, other = other, record = record, turn = record.turn, names = names, now = now }
  keep_one()
  wholes[thing] = whole
  put(whole, "stands", true)
  put(record, "whole", whole)
end

-- Takes a table that said all that before. What was kept of it, or nil when it has to be gone through.
local function told_again(thing, now)
  local whole = wholes[thing]
  if not whole then return nil end
  local record = whole.record
  if whole.turn ~= record.turn or not whole.stands then return nil end
  if record.whole ~= whole then
    times_of(record)
    put(record, "whole", whole)
  end
  if now > whole.now then
    put(whole, "now", now)
    if #whole.names > 0 and not record.said then latest.say(record) end
  end
  return whole
end

-- An edge with facets of its own; most have none.
local function tell_edge(kind, from, to, facets, now)
  if facets == nil then return edge(kind, from, to) end
  local record = { props = known(kind, from, to) or {} }
  tell_facets(record, facets, {}, now)
  edge(kind, from, to, { props = latest.news(record) })
end

-- Owners ---------------------------------------------------------------------------------------------------------------

-- The owners that are no persons, as { name, type }.
local function owners_of(facet)
  local owners = {}
  for _, owner in ipairs(list_in(facet, "owners", "the facet ownership")) do
    local name = type(owner) == "table" and text_of(owner.name)
    if name and is_person(name) then
      counted.add("with an owner that is a person: left out")
    elseif name then
      owners[#owners + 1] = { name = name, type = text_of(owner.type) }
    end
  end
  return owners
end

local function tell_owners(facet)
  local owners, names, typed = owners_of(live("ownership", facet) or {}), {}, false
  table.sort(owners, function(a, b) return a.name < b.name end)
  for i, owner in ipairs(owners) do
    names[i] = owner.name
    typed = typed or owner.type ~= nil
  end
  return { owners = #names > 0 and names or null, openlineage_ownership = typed and json({ owners = owners }) or null }
end

for name, part in pairs {
  key_of = key_of, live = live, as_mapped = as_mapped, told_by = told_by, tell_facets = tell_facets,
  tell_edge = tell_edge, owners_of = owners_of, tell_owners = tell_owners, max_key = max_key, put_teller = put_teller,
  was_told_by = was_told_by, keep_whole = keep_whole, told_again = told_again, is_template = is_template,
  rest_of = rest_of, text_max = text_max, count_large = count_large, count_other = count_other, frame = frame,
} do openlineage_told[name] = part end

return openlineage_told
