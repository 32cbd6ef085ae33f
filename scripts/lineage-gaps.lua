--- Where is the lineage of a result incomplete?
--- Results and publications without an origin, runs without inputs, and sources that nobody is said to hold: there the answer to "where does
--- it come from" ends before the truth does.
--- @param result ref  the result: an output, a publication, a dataset
local behind = upstream(arg.result) | set { arg.result }
local function unheld(source) return #whole(source):incoming("holds") == 0 end
local results = behind:only("output", "publication"):where(lacks("generated_by", "derived_from", "reports"))
local runs = behind:only("run"):where(lacks "used")
local ends = sources(arg.result):only("dataset"):where(unheld)
return report {
  title = "What is missing behind " .. arg.result,
  rows { results, "ref", "title", title = "Results without an origin" },
  rows { runs, "ref", "title", "state", title = "Runs without inputs" },
  rows { ends, "ref", "title", title = "Sources without a holder" },
  graph { arg.result, gaps = { { results, why = "no origin" }, { runs, why = "no inputs" }, { ends, why = "no holder" } }, title = "Where it ends" },
}
