-- prov_said: what records of PROV say besides their ends, as properties of nodes and edges. It adds to the parts prov, prov_names and
-- prov_attributes.

function prov.attribute(said, scope, name, value)
  local known_as = prov.resolve(scope, name)
  if not known_as or value == nil then return end
  if prov.is_argument[known_as] then return prov.fail(name .. " is no attribute, but an end of a relation") end
  local values = said[known_as]
  if values then values[#values + 1] = value else said[known_as] = { value } end
end

local settled, of_record = prov.settled, prov.of_record

-- What the attributes of amont: say: properties, or in `own` what is of the record itself.
local function put_own(props, own, name, value)
  if type(value) == "string" then value = prov.read_value(value).text end
  local list, at = name:match("^(.+)%.(%d+)$")
  if of_record[name] then
    own[of_record[name]] = name:sub(1, 5) == "valid" and type(value) == "string" and time(value) or value
  elseif list then
    list = prov.unescaped(list)
    props[list] = props[list] or {}
    props[list][tonumber(at)] = value
  else
    props[prov.unescaped(name)] = value
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
      local plain = hub_name and type(value) == "string" and prov.text_in(value)
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
