--- Every result has an origin, and every run that was completed its inputs.
local results = nodes("output", "publication"):where(lacks("generated_by", "derived_from", "reports"))
return rows { results | nodes("run"):where(lacks "used"):where { state = "complete" }, "ref", "title" }
