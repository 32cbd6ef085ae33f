-- no_place: fields of a document that a format has no place for, counted by name and told in one line when all is read. It uses the parts
-- values and journal.

local no_place = {}

local shown_max = 40  -- fields told by name

local counts = {}

function no_place.add(name, number)
  journal.put(counts, name, (counts[name] or 0) + (number or 1))
end

local function says_something(value)
  return values.given(value) and value ~= false and not (type(value) == "table" and next(value) == nil)
end

-- Counts the fields of a record that `taken` has not, as KIND.FIELD. What says nothing (null, "", false, an empty list) is not counted.
function no_place.see(kind, record, taken)
  for name, value in pairs(record) do
    if not taken[name] and says_something(value) then no_place.add(kind .. "." .. name) end
  end
end

-- "fields that have no place here were left out: model.fqn 12, model.path 12"
function no_place.tell()
  local list = {}
  for name, number in pairs(counts) do list[#list + 1] = name .. " " .. number end
  if #list == 0 then return end
  table.sort(list)
  local more = #list - shown_max
  if more > 0 then list = { table.unpack(list, 1, shown_max) } end
  warn("fields that have no place here were left out: " .. table.concat(list, ", ") .. (more > 0 and " and " .. more .. " more" or ""))
end

return no_place
