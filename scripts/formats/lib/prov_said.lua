-- prov_said: what records of PROV say besides their ends, as properties of nodes and edges. It adds to the parts prov and prov_names.

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
function prov.properties(said, names)
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
function prov.joined(said, names, before)
  if not before then return prov.properties(said, names) end
  for name, values in pairs(prov.said_of(before, names)) do
    local now = said[name]
    if now then table.move(values, 1, #values, #now + 1, now) else said[name] = values end
  end
  local props, own = prov.properties(said, names)
  for name in pairs(props and before or {}) do
    if props[name] == nil and not names.marks[name] then props[name] = null end
  end
  return props, own
end

return prov
