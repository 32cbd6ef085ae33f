--- Which linkages brought variables together that may tell who a person is, and who approved that?
--- Runs of type linkage into which two or more quasi-identifying variables came, with the approvals of the project that name the data
--- which the linkage used, or what these are part or version of.
local function quasi(run)
  local refs = {}
  for _, edge in ipairs(edges(run)) do
    for _, ref in ipairs(variables_named(edge)) do refs[#refs + 1] = ref end
  end
  return set(keep(refs, exists)):where { identifying = "quasi" }
end
local function approvals(run)
  return run:outgoing("performed_for"):incoming("for_project"):only("approval"):where(function(approval)
    local covered = approval:outgoing("covers")
    local function is_covered(data) return #((upstream(data, { through = { "part_of", "version_of" } }) | set { data }) & covered) > 0 end
    return #covered > 0 and #sources(run):where(is_covered) == #sources(run)
  end)
end
local risky = nodes("run"):where { type = "linkage" }:where(function(run) return #quasi(run) >= 2 end)
return report {
  title = "Linkages that join what may tell persons apart",
  rows { risky, "ref", { "sources", sources }, { "variables that meet", quasi }, { "approvals that cover all", approvals } },
}
