--- PROV-N: the register as the W3C's PROV has it, for people to read.
--- @format prov-n
--- @output text
--- @uses formats/lib/prov
--- @uses formats/lib/prov_attributes
--- @uses formats/lib/prov_out
--
-- What becomes what stands in lib/prov.lua. PROV-N has no way to say that an end is open where PROV needs one; such statements, which
-- PROV-JSON may have, are left out and counted.

local indent = "  "
local left_out = 0

local function quoted(text)
  local escaped = text:gsub('[\\"]', "\\%0"):gsub("\r", "\\r")
  return text:find("\n", 1, true) and '"""' .. escaped .. '"""' or '"' .. escaped .. '"'
end

-- A qualified name, of which the prefix needs nothing.
local function escaped_name(name)
  local prefix, rest = name:match("^([^:]*):(.*)$")
  return prefix .. ":" .. rest:gsub("[=',:;%[%]()%s\"<>{}\\]", "\\%0"):gsub("%.$", "\\.")
end

local function value_text(value)
  local told = prov.read_value(value)
  if told.name then return "'" .. escaped_name(told.name) .. "'" end
  if told.language then return quoted(told.text) .. "@" .. told.language end
  if told.type == "xsd:string" then return quoted(told.text) end
  return quoted(told.text) .. " %% " .. escaped_name(told.type)
end

local function attributes_text(said)
  local parts = {}
  for name, values in pairs(said) do
    for _, value in ipairs(values) do parts[#parts + 1] = escaped_name(name) .. "=" .. value_text(value) end
  end
  return #parts > 0 and "[" .. table.concat(parts, ", ") .. "]" or nil
end

local function statement(name, id, arguments, said)
  local attributes = attributes_text(said)
  if attributes then arguments[#arguments + 1] = attributes end
  write(indent, name, "(", id and escaped_name(id) .. "; " or "", table.concat(arguments, ", "), ")\n")
end

local has_no_attributes = { specializationOf = true, alternateOf = true, mentionOf = true, hadMember = true }

local writer = {}

function writer.begin(prefixes)
  write("document\n")
  local all_of_them = { table.unpack(prefixes) }
  for _, prefix in ipairs { "amont", "provext" } do all_of_them[#all_of_them + 1] = { prefix, prov.standard[prefix] } end
  for _, prefix in ipairs(all_of_them) do write("  prefix ", prefix[1], " <", prefix[2], ">\n") end
end

function writer.element(class, name, said)
  local arguments = { escaped_name(name) }
  local from, to = said["prov:startTime"], said["prov:endTime"]
  if class == "activity" and (from or to) then
    arguments[2], arguments[3] = from and from[1] or "-", to and to[1] or "-"
    said["prov:startTime"], said["prov:endTime"] = nil, nil
  end
  statement(class, nil, arguments, said)
end

function writer.relation(relation, id, arguments, said)
  local told, last = {}, 2
  for i in ipairs(relation) do
    if not arguments[i] and i <= 2 and not relation.open[i] then
      left_out = left_out + 1
      return
    end
    local is_time = relation[i][2] == "time"
    told[i] = not arguments[i] and "-" or is_time and arguments[i] or escaped_name(arguments[i])
    if arguments[i] then last = math.max(last, i) end
  end
  if relation.name ~= "wasAssociatedWith" and relation.name ~= "actedOnBehalfOf" and last > 2 then last = #relation end
  local shown = { table.unpack(told, 1, last) }
  local is_extended = has_no_attributes[relation.name] and (id or next(said) ~= nil)
  statement((is_extended and "provext:" or "") .. relation.name, id, shown, said)
end

function writer.begin_bundle(name)
  write("  bundle ", escaped_name(name), "\n")
  indent = "    "
end

function writer.end_bundle()
  write("  endBundle\n")
  indent = "  "
end

function writer.finish()
  write("endDocument\n")
  if left_out > 0 then warn(left_out .. " statements leave an end open that PROV-N can't leave open, and were left out; prov-json keeps them") end
end

function export() prov.export(writer) end
