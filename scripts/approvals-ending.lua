--- Which approvals end soon, and does work still depend on them?
--- Approvals that end within so many days after `today`, with the runs of their projects in the half year before, and what is recorded to
--- supersede them.
--- @param today date  the day to count from
--- @param days? integer  how many days ahead; 90 unless told
local last = arg.today + (arg.days or 90)
local function ends_soon(approval) return approval.valid_to and approval.valid_to > arg.today and approval.valid_to <= last end
local function is_recent(run) return run.started_at and run.started_at > arg.today - months(6) and run.started_at <= arg.today end
local function recent_runs(approval) return #approval:outgoing("for_project"):incoming("performed_for"):where(is_recent) end
return report {
  title = "Approvals that end between " .. arg.today.date .. " and " .. last.date,
  rows { nodes("approval"):where(ends_soon), "ref", { "ends", "valid_to" }, { "project", to "for_project" },
    { "runs in the last 6 months", recent_runs }, { "renewed by", from "supersedes" } },
}
