--- The same result was made again: do two runs have the same upstream, and what differs?
--- @param first ref  a run, an output or a dataset
--- @param second ref  the other one
local function behind(item) return upstream(item):only("dataset", "variable", "output", "nomenclature") end
local function about(item)
  local runs = set { item }:only("run") | set { item }:outgoing("generated_by"):only("run")
  return { item = item, commit = map(runs:outgoing("instance_of"), "commit"), approvals = runs:outgoing("under"),
    environment = runs:outgoing("executed_in"), sources = sources(item) }
end
local a, b = behind(arg.first), behind(arg.second)
return report {
  title = arg.first .. " and " .. arg.second .. (a == b and " have the same upstream" or " differ"),
  rows { { about(arg.first), about(arg.second) }, "item", "commit", "approvals", "environment" },
  rows { a - b, "ref", "title", title = "Only behind " .. arg.first },
  rows { b - a, "ref", "title", title = "Only behind " .. arg.second },
}
