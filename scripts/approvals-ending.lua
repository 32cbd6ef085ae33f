--- Which approvals end soon although work still depends on them?
--- Approvals that end within so many days after `today`, with the runs of their projects in the last half year, and whether an approval that
--- supersedes them is recorded.
--- @param today date  the day to count from
--- @param days? integer  how many days ahead; 90 unless told
local last = arg.today + (arg.days or 90)
local function ends_soon(approval)
  return approval.valid_to and approval.valid_to > arg.today and approval.valid_to <= last
end
local function recent_runs(approval)
  local runs = approval:outgoing("for_project"):incoming("performed_for")
  return #runs:where(function(run) return run.started_at and run.started_at > arg.today - months(6) end)
end
local function renewed_by(approval) return approval:incoming("supersedes") end
local function projects(approval) return approval:outgoing("for_project") end
return report {
  title = "Approvals that end between " .. arg.today.date .. " and " .. last.date,
  rows { nodes("approval"):where(ends_soon), "ref", "title", { "ends", "valid_to" }, { "project", projects },
    { "runs in the last 6 months", recent_runs }, { "renewed by", renewed_by } },
}
