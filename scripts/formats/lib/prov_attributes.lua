-- prov_attributes: what a record of the register says as attributes of PROV, for the scripts that write it, and for those that read more of
-- what is there already. It adds to the part prov; `prov.declared` has the IRIs of the prefixes that the register has.
--
-- An attribute stands for a property when an import makes the same property of it again. Any other property is said under its own name in
-- amont:, which is escaped: a name with a colon of which nobody declared the prefix, one that PROV has for something else, a value that
-- PROV would write in another way.

-- What these attributes of amont: say is of the record itself: its edge's kind and label, its interval.
prov.of_record = { ["edge.kind"] = "edge", ["edge.label"] = "label", ["valid.from"] = "valid_from", ["valid.to"] = "valid_to" }

prov.declared = {}

-- Several values as one: without repeats, in order; as text when they are not of one type. One alone is no list.
function prov.settled(values)
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

-- Whether the prefix of a qualified name is one that the register has.
function prov.is_declared(name)
  local prefix = name:match("^([^:]*):")
  return prefix ~= nil and prov.declared[prefix] ~= nil
end

-- A value as an import has it that reads what an export wrote of it; nil when it can't be read.
local function read_again(value)
  local first = type(value) == "string" and value:byte(1)
  if first ~= 34 and first ~= 39 then return value end
  local told = prov.read_value(value)
  if told.name then return prov.is_declared(told.name) and prov.name(told.name) or nil end
  if told.language then return told.language:find("^[%w%-]+$") and prov.in_language(told.text, told.language) or nil end
  if told.type == "prov:QUALIFIED_NAME" or told.type == "xsd:QName" or not prov.is_declared(told.type) then return nil end
  return prov.typed(told.text, told.type)
end

local function is_same(one, other)
  return one == other and (math.type(one) or type(one)) == (math.type(other) or type(other))
end

-- Whether an attribute with this value, or these, is the same property again.
local function comes_back(value)
  if type(value) ~= "table" then return is_same(read_again(value), value) end
  local values = {}
  for i, item in ipairs(value) do
    values[i] = read_again(item)
    if values[i] == nil then return false end
  end
  if #values < 2 then return false end
  local list = prov.settled(values)
  if type(list) ~= "table" or #list ~= #value then return false end
  for i, item in ipairs(list) do
    if not is_same(item, value[i]) then return false end
  end
  return true
end

-- Whether a property whose name has a colon is an attribute of that name.
local function is_attribute(name, value, props, names)
  if not prov.is_declared(name) or prov.is_own(name) or name:find("%c") then return false end
  local hub_name = names.hub[name]
  if names.is_time[name] then  -- what a time says besides its moment
    local moment, exact = nil, true
    if type(value) == "string" then moment, exact = prov.moment(value) end
    return moment ~= nil and not exact and tostring(moment) == tostring(props[hub_name])
  end
  if prov.is_argument[name] or (name == "prov:type" and names.has_how and prov.derivations[value]) then return false end
  if not comes_back(value) then return false end
  if not hub_name then return true end
  if type(value) == "string" and prov.text_in(value) then return false end
  local first = type(value) == "table" and value[1] or value
  return props[hub_name] == (hub_name == "title" and prov.read_value(first).text or nil)
end

local function is_time(value) return type(value) == "userdata" end
local function quoted(value) return type(value) == "string" and prov.text(value) or value end

-- Says a property under its own name in amont:; items of a list are amont:NAME.1 and so on.
function prov.say_own(said, name, value)
  local attribute = "amont:" .. prov.escaped(name)
  if prov.of_record[name] or name:find("%.%d+$") then attribute = attribute:gsub("%.([^.]*)$", "%%2E%1") end
  if type(value) ~= "table" then
    said[attribute] = { quoted(value) }
  else
    for i, item in ipairs(value) do said[attribute .. "." .. i] = { quoted(item) } end
  end
end

-- Says a property for which PROV has an attribute. False when what it has does not fit there.
local function say_hub_name(said, attribute, value, props, names)
  local told = props[attribute]
  local is_told = told ~= nil and is_attribute(attribute, told, props, names)
  if names.is_time[attribute] then
    if not is_time(value) then return false end
    if not is_told then said[attribute] = { tostring(value) } end
  else
    if type(value) ~= "string" then return false end
    if not is_told then said[attribute] = { prov.text(value) } end
  end
  return true
end

-- Whether a property is no attribute: what a relation has as an argument, its id and its bundle; marks of elements.
local function is_mark(name, value, names)
  return names.marks[name] and (value == true or prov.is_ref(value) or name:find(":", 1, true))
end

-- A record's properties as what PROV says: a list of values for each attribute.
function prov.said_of(props, names)
  local said = {}
  for name, value in pairs(props) do
    local attribute = names.attribute[name]
    if is_mark(name, value, names) then
      -- said elsewhere
    elseif name:find(":", 1, true) then
      if is_attribute(name, value, props, names) then
        said[name] = type(value) == "table" and value or { value }
      else
        prov.say_own(said, name, value)
      end
    elseif name == "how" and names.has_how and prov.types_of_how[value] and props["prov:type"] == nil then
      said["prov:type"] = { prov.types_of_how[value] }
    elseif not (attribute and say_hub_name(said, attribute, value, props, names)) then
      prov.say_own(said, name, value)
    end
  end
  return said
end

return prov
