--- What does the register hold, and what is missing from it at first sight?
--- Counts by kind, then what a governance officer would ask about first: projects without any approval, approvals that
--- have ended, and where the lineage has holes: results without an origin, runs without inputs. A register need not have the hub's kinds.
--- @param on? date  list the approvals that no longer hold on this day
local counts = map(schema().nodes, function(kind) return #nodes(kind.name) > 0 and { kind = kind.name, count = #nodes(kind.name) } or nil end)
local function unapproved(project) return #project:incoming("for_project") == 0 end
local results = all("output", "publication"):where(lacks("generated_by", "derived_from", "reports"))
local blocks = {
  title = "The register at transaction " .. known_at().tx,
  rows { counts, "kind", "count", title = "What it holds" },
  rows { all("project"):where(unapproved), "ref", "title", "status", title = "Projects without any approval" },
  rows { results, "ref", "title", "status", title = "Results without an origin" },
  rows { all("run"):where(lacks "used"), "ref", "title", "state", title = "Runs without inputs" },
}
if arg.on then
  local ended = all("approval"):where(function(approval) return approval.valid_to and approval.valid_to <= arg.on end)
  blocks[#blocks + 1] = rows { ended, "ref", "title", "valid_to", title = "Approvals that no longer hold on " .. arg.on.date }
end
return report(blocks)
