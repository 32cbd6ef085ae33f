--- What does the register hold, and what is missing from it at first sight?
--- Counts by kind, then what a governance officer would ask about first: projects without any approval, approvals that
--- have ended, and where the lineage has holes: results without an origin, runs without inputs.
--- @param on? date  list the approvals that no longer hold on this day

-- A register may have kinds of its own, and need not have the hub's.
local counts, has = {}, {}
for _, kind in ipairs(schema().nodes) do
  local count = #nodes(kind.name)
  has[kind.name] = true
  if count > 0 then counts[#counts + 1] = { kind = kind.name, count = count } end
end

local function all(kind)
  return has[kind] and nodes(kind) or set {}
end

local function lacks(direction, ...)
  local kinds = { ... }
  return function(item)
    for _, kind in ipairs(kinds) do
      if #item:edges(direction, kind) > 0 then return false end
    end
    return true
  end
end

local unapproved = all("project"):where(lacks("down", "for_project"))
local without_origin = all("output"):where(lacks("up", "generated_by", "derived_from"))
  | all("publication"):where(lacks("up", "reports", "derived_from"))
local without_inputs = all("run"):where(lacks("up", "used"))

local blocks = {
  title = "The register at transaction " .. known_at().tx,
  rows { counts, "kind", "count", title = "What it holds" },
  rows { unapproved, "ref", "title", "status", title = "Projects without any approval" },
  rows { without_origin, "ref", "title", "status", title = "Results without an origin" },
  rows { without_inputs, "ref", "title", "state", title = "Runs without inputs" },
}
if arg.on then
  local ended = all("approval"):where(function(approval) return approval.valid_to and approval.valid_to <= arg.on end)
  local title = "Approvals that no longer hold on " .. arg.on
  blocks[#blocks + 1] = rows { ended, "ref", "title", "valid_to", title = title }
end
return report(blocks)
