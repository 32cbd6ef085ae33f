-- told_together: records that several files of one import, or several places of one file, tell of, so that the order of telling does not
-- matter. It uses the part journal.
--
-- Lists are joined. Of two values of one property the one that sorts first stands, and the others are in NAME_more. What an earlier
-- import told is not joined with what is told now, but replaced.

local told_together = {}

local told = {}  -- ref -> the set of the names of properties that this import told
local sets = {}  -- such sets, each once, by its names

local function set_of(names)
  table.sort(names)
  local key = table.concat(names, "\n")
  if not sets[key] then
    local set = {}
    for _, name in ipairs(names) do set[name] = true end
    sets[key] = set
  end
  return sets[key]
end

local function items_of(value)
  return type(value) == "table" and value or value ~= nil and { value } or {}
end

-- A sorted list of all items of these values, each once, but for `without`.
local function joined(without, ...)
  local has, list = {}, {}
  for _, value in pairs { ... } do
    for _, item in ipairs(items_of(value)) do
      if not has[item] and item ~= without then
        has[item] = true
        list[#list + 1] = item
      end
    end
  end
  table.sort(list, function(a, b) return tostring(a) < tostring(b) end)
  return list
end

local function is_list(value) return type(value) == "table" end

-- Properties under names of their own have one value or a list, as they come.
local function may_be_list(name) return name:find(":", 1, true) ~= nil end

local function join(props, name, old)
  local new = props[name]
  if is_list(old) or is_list(new) or may_be_list(name) then
    local list = joined(nil, old, new)
    props[name] = #list == 1 and may_be_list(name) and list[1] or list
  elseif tostring(old) ~= tostring(new) then
    local first, other = old, new
    if tostring(new) < tostring(old) then first, other = new, old end
    props[name] = first
    props[name .. "_more"] = joined(nil, props[name .. "_more"], tostring(other))
  end
end

local function names_of(...)
  local has, names = {}, {}
  for _, table in ipairs { ... } do
    for name in pairs(table) do
      if not has[name] then
        has[name] = true
        names[#names + 1] = name
      end
    end
  end
  return names
end

-- What else was said of a property is joined when it is known which value stands.
local function join_all(props, before, has)
  for _, name in ipairs(names_of(props)) do
    if before[name] and has[name] ~= nil and not name:find("_more$") then join(props, name, has[name]) end
  end
  for _, name in ipairs(names_of(props)) do
    if before[name] and name:find("_more$") then
      local stands = props[name:sub(1, -6)]
      props[name] = joined(stands ~= nil and tostring(stands) or nil, has[name], props[name])
    end
  end
end

-- Like node(), for all that this import tells.
function told_together.put(ref, props)
  local before = told[ref]
  if before then join_all(props, before, known(ref) or {}) end
  journal.put(told, ref, set_of(names_of(props, before or {})))
  node(ref, props)
end

return told_together
