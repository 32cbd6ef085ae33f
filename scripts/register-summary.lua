--- What does the register hold, and what is missing from it at first sight?
--- Counts by kind, then what a governance officer would ask about first: projects without any approval, approvals that
--- have ended, and where the lineage has holes: results without an origin, runs without inputs.
--- @param on? date  list the approvals that no longer hold on this day

-- A register may have kinds of its own, and need not have the hub's.
local counts, has = {}, {}
for _, kind in ipairs(schema().nodes) do
  has[kind.name] = true
  local count = #nodes(kind.name)
  if count > 0 then counts[#counts + 1] = { kind = kind.name, count = count } end
end
for _, kind in ipairs(schema().edges) do has[kind.name] = true end

local function all(kind)
  return has[kind] and nodes(kind) or set {}
end

-- What to ask of a node: is it without any edge of these kinds that leaves it?
local function lacks(...)
  local kinds = {}
  for _, kind in ipairs { ... } do
    if has[kind] then kinds[#kinds + 1] = kind end
  end
  return function(item) return #kinds == 0 or #item:outgoing(kinds) == 0 end
end

local approved = has.for_project and all("approval"):outgoing("for_project") or set {}
local unapproved = all("project") - approved
local without_origin = all("output"):where(lacks("generated_by", "derived_from"))
  | all("publication"):where(lacks("reports", "derived_from"))
local without_inputs = all("run"):where(lacks("used"))

local blocks = {
  title = "The register at transaction " .. known_at().tx,
  rows { counts, "kind", "count", title = "What it holds" },
  rows { unapproved, "ref", "title", "status", title = "Projects without any approval" },
  rows { without_origin, "ref", "title", "status", title = "Results without an origin" },
  rows { without_inputs, "ref", "title", "state", title = "Runs without inputs" },
}
if arg.on then
  local ended = all("approval"):where(function(approval) return approval.valid_to and approval.valid_to <= arg.on end)
  local title = "Approvals that no longer hold on " .. arg.on.date
  blocks[#blocks + 1] = rows { ended, "ref", "title", "valid_to", title = title }
end
return report(blocks)
