-- values: what stands in JSON, asked for by what it should be. Used by formats whose documents come from many hands.

local values = {}

-- Whether anything is said at all.
function values.given(value)
  return value ~= nil and value ~= null and value ~= ""
end

-- The text, or nil for what is none or says nothing.
function values.text_of(value)
  if type(value) == "string" and value ~= "" then return value end
  return nil
end

-- The items of what is a list; of anything else none.
function values.list_of(value)
  return type(value) == "table" and value or {}
end

-- One value or a list of them, as a list; of what says nothing none.
function values.each(value)
  if not values.given(value) then return {} end
  if type(value) == "table" and value[1] ~= nil then return value end
  return { value }
end

-- Whether it has fields by name. An empty list can't be told from an empty object, and passes.
function values.is_object(value)
  return type(value) == "table" and value[1] == nil
end

-- As a property: what nothing is said of is taken away.
function values.or_null(value)
  if values.given(value) then return value end
  return null
end

-- Ends the reading of the record at hand: what it has should be something else. "run should be an object, and is a text".
function values.refuse(what, wanted, value)
  local names = { string = "a text", number = "a number", boolean = "true or false", table = "an object", ["nil"] = "missing" }
  local is = value == null and "null" or type(value) == "table" and value[1] ~= nil and "a list" or names[type(value)]
  local text = what .. " should be " .. wanted .. ", and is " .. is
  reject(text)
  error(text, 0)
end

local nothing = {}

-- The list in a field, which may be missing; anything else there ends the reading. `what` names the object that has the field.
function values.list_in(object, field, what)
  local value = object[field]
  if value == nil or value == null then return nothing end
  if type(value) == "table" and (value[1] ~= nil or next(value) == nil) then return value end
  values.refuse(what .. "." .. field, "a list", value)
end

-- The object in a field, likewise; nil when it is missing.
function values.object_in(object, field, what)
  local value = object[field]
  if value == nil or value == null then return nil end
  if type(value) == "table" and value[1] == nil then return value end
  values.refuse(what .. "." .. field, "an object", value)
end

-- A time of ISO 8601; what is finer than a microsecond is cut, and a time without a zone is one of UTC. nil for what is none.
function values.time_of(value)
  if type(value) ~= "string" or #value < 19 then return nil end
  local moment = totime(value)
  if moment then return moment end
  local day, clock, fraction, zone = value:match("^(%d%d%d%d%-%d%d%-%d%d)[Tt ](%d%d:%d%d:%d%d)(%.?%d*)(.*)$")
  if not day then return nil end
  if zone == "" then zone = "Z" end
  zone = zone:gsub("^([+-]%d%d)(%d%d)$", "%1:%2"):upper()
  return totime(day .. "T" .. clock .. (fraction ~= "." and fraction:sub(1, 7) or "") .. zone)
end

-- The same of what may be a day alone.
function values.instant_of(value)
  return values.text_of(value) and totime(value:match("^%d+%-%d+%-%d+$")) or values.time_of(value)
end

-- The time of so many milliseconds since 1970; nil for what is no number, and for 0, which is how programs write that they have none.
function values.time_of_millis(millis)
  millis = math.tointeger(millis)
  if not millis or millis <= 0 or millis >= 253402300800000 then return nil end
  local days, rest = millis // 86400000, millis % 86400000
  -- Days of the calendar in eras of 400 years that begin in March.
  local z = days + 719468
  local era = z // 146097
  local of_era = z - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local month = (5 * of_year + 2) // 153
  local day = of_year - (153 * month + 2) // 5 + 1
  month = month < 10 and month + 3 or month - 9
  year = year + era * 400 + (month <= 2 and 1 or 0)
  return time(string.format("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, rest // 3600000, rest // 60000 % 60,
    rest // 1000 % 60, rest % 1000))
end

-- Persons are not named in the register by what pipelines and catalogues say.
function values.is_person(name)
  return name:sub(1, 5) == "user:" or name:find("@", 1, true) ~= nil
end

return values
