--- Where is the lineage of a result incomplete?
--- Results and publications without an origin, runs and projects without inputs, and sources that nobody is said to hold: there the
--- answer to "where does it come from" ends before the truth does.
--- @param result ref  the result: an output, a publication, a dataset
local all = upstream(arg.result) | set { arg.result }
local function lacks(...)
  local kinds = { ... }
  return function(item) return #item:outgoing(kinds) == 0 end
end
local function unheld(source)
  return #(upstream(source, { through = { "part_of", "version_of" } }) | set { source }):incoming("holds") == 0
end
return report {
  title = "What is missing behind " .. arg.result,
  rows { all:only("output"):where(lacks("generated_by", "derived_from")) | all:only("publication"):where(lacks("reports", "derived_from")),
    "ref", "title", title = "Results without an origin" },
  rows { all:only("run"):where(lacks("used")), "ref", "title", "state", title = "Runs without inputs" },
  rows { sources(arg.result):only("dataset"):where(unheld), "ref", "title", title = "Sources without a holder" },
}
