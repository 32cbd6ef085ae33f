--- Which linkages brought variables together that may tell who a person is, and who approved that?
--- Runs of type linkage into which two or more quasi-identifying variables came, with the approvals of their project that cover all sources.
local function quasi(run)
  local refs = {}
  for _, edge in ipairs(edges(run)) do table.move(variables_named(edge), 1, 1000, #refs + 1, refs) end
  return set(keep(refs, exists)):where { identifying = "quasi" }
end
local function covers_all(run)
  return function(approval)
    local covered = approval:outgoing("covers")
    return #covered > 0 and #sources(run):where(function(data) return #(whole(data) & covered) == 0 end) == 0
  end
end
local function approvals(run) return run:outgoing("performed_for"):incoming("for_project"):only("approval"):where(covers_all(run)) end
return report {
  title = "Linkages that join what may tell persons apart",
  rows { nodes("run"):where { type = "linkage" }:where(function(run) return #quasi(run) >= 2 end), "ref", { "sources", sources },
    { "variables that meet", quasi }, { "approvals that cover all", approvals } },
}
