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

-- Whether it has fields by name. An empty list can't be told from an empty object, and passes.
function values.is_object(value)
  return type(value) == "table" and value[1] == nil
end

-- As a property: what nothing is said of is taken away.
function values.or_null(value)
  if values.given(value) then return value end
  return null
end

-- What a document should have and has otherwise, for reject(): "run should be an object, and is a text".
function values.misfit(what, wanted, value)
  local names = { string = "a text", number = "a number", boolean = "true or false", table = "an object" }
  local is = value == null and "null" or names[type(value)] or "missing"
  if type(value) == "table" and value[1] ~= nil then is = "a list" end
  return what .. " should be " .. wanted .. ", and is " .. is
end

-- A time of ISO 8601; what is finer than a microsecond is cut, and a time without a zone is one of UTC. nil for what is none.
function values.time_of(value)
  if type(value) ~= "string" or #value < 19 then return nil end
  local ok, moment = pcall(time, value)
  if ok then return moment end
  local day, clock, fraction, zone = value:match("^(%d%d%d%d%-%d%d%-%d%d)[Tt ](%d%d:%d%d:%d%d)(%.?%d*)(.*)$")
  if not day then return nil end
  if zone == "" then zone = "Z" end
  zone = zone:gsub("^([+-]%d%d)(%d%d)$", "%1:%2"):upper()
  ok, moment = pcall(time, day .. "T" .. clock .. (fraction ~= "." and fraction:sub(1, 7) or "") .. zone)
  return ok and moment or nil
end

-- Persons are not named in the register by what pipelines and catalogues say.
function values.is_person(name)
  return name:sub(1, 5) == "user:" or name:find("@", 1, true) ~= nil
end

return values
