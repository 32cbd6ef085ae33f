--- Every result has an origin, and every run that was completed its inputs.
local function lacks(...)
  local origins = to(...)
  return function(item) return #origins(item) == 0 end
end
local results = nodes("output", "publication"):where(lacks("generated_by", "derived_from", "reports"))
return rows { results | nodes("run"):where(lacks "used"):where { state = "complete" }, "ref", "title" }
