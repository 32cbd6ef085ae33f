--- Which approvals have ended while copies of the data are still there?
--- Data that runs of a project made for it and that are not deleted, after its last approval to use data ended. They are to be deleted
--- within 6 months.
--- @param today date  the day to look at
local function end_of(project)
  local approvals = project:incoming("for_project"):only("approval"):where(opens_data)
  local open_ended = #approvals:where(function(approval) return not approval.valid_to end) > 0
  return not open_ended and largest(approvals, "valid_to") or nil
end
local function is_there(data) return data.state ~= "deleted" and not data.deleted_at end
local list = {}
for project in nodes("project"):where(function(one) return end_of(one) and end_of(one) <= arg.today end) do
  for copy in project:incoming("performed_for"):incoming("generated_by"):only("dataset"):where(is_there) do
    local days = math.floor(arg.today - end_of(project))
    list[#list + 1] = { project = project, copy = copy, state = copy.state, ended = end_of(project), days = days,
      overdue = end_of(project) + months(6) < arg.today }
  end
end
return report {
  title = "Copies that are there on " .. arg.today.date .. " although the approval has ended",
  rows { list, "project", "copy", "state", "ended", "days", "overdue" },
}
