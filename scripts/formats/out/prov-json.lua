--- PROV-JSON: the register as the W3C's PROV has it.
--- @format prov-json
--- @output json
--- @uses formats/lib/prov
--- @uses formats/lib/prov_attributes
--- @uses formats/lib/prov_out
--
-- What becomes what stands in lib/prov.lua. Sections follow each other in one order, records in that of the register, fields in that
-- of their names; a relation without id has one that begins with "_:".

local anonymous = 0
local is_first = true       -- nothing stands yet in what is open
local section               -- that is open
local waiting_id, waiting   -- a record not written yet, since others may have its id

local function value_as_json(value)
  local told = prov.read_value(value)
  if told.name then return { ["$"] = told.name, type = "prov:QUALIFIED_NAME" } end
  if told.language then return { ["$"] = told.text, lang = told.language, type = "prov:InternationalizedString" } end
  if told.type == "xsd:string" then return told.text end
  return { ["$"] = told.text, type = told.type }
end

local function record_of(said)
  local record = {}
  for name, values in pairs(said) do
    if name == "prov:startTime" or name == "prov:endTime" then
      record[name] = values[1]
    elseif #values == 1 then
      record[name] = value_as_json(values[1])
    else
      local list = {}
      for i, value in ipairs(values) do list[i] = value_as_json(value) end
      record[name] = list
    end
  end
  return record
end

local function write_waiting()
  if not waiting then return end
  write(is_first and "" or ",", "\n", json(waiting_id), ":", json(#waiting == 1 and waiting[1] or waiting))
  is_first, waiting = false, nil
end

local function close_section()
  write_waiting()
  if section then write("}") end
  section, is_first = nil, false
end

local function open_section(name)
  if section == name then return end
  close_section()
  write(",\n", json(name), ":{")
  section, is_first = name, true
end

local function put(name, id, record)
  open_section(name)
  if waiting and waiting_id == id then
    waiting[#waiting + 1] = record
  else
    write_waiting()
    waiting_id, waiting = id, { record }
  end
end

local writer = {}

function writer.begin(prefixes)
  local named = {}
  for _, prefix in ipairs(prefixes) do named[prefix[1]] = prefix[2] end
  for prefix, iri in pairs(prov.standard) do named[prefix] = iri end
  write("{\"prefix\":", json(named))
end

function writer.element(class, name, said) put(class, name, record_of(said)) end

function writer.relation(relation, id, arguments, said)
  local record = record_of(said)
  for i, argument in ipairs(relation) do record[argument[1]] = arguments[i] or nil end
  if not id then
    anonymous = anonymous + 1
    id = string.format("_:id%07d", anonymous)
  end
  put(relation.name, id, record)
end

local bundles = 0
function writer.begin_bundle(name)
  if bundles == 0 then
    close_section()
    write(",\n\"bundle\":{")
  end
  write(bundles == 0 and "\n" or ",\n", json(name), ":{\"prefix\":{}")
  bundles = bundles + 1
end

function writer.end_bundle()
  close_section()
  write("}")
end

function writer.finish()
  close_section()
  write(bundles > 0 and "}}\n" or "}\n")
end

function export() prov.export(writer) end
