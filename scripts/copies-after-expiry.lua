--- Which approvals have ended while copies of the data are still there?
--- Data that a project or its runs made and that are not deleted, after its last approval to use data ended. They are to be deleted
--- within 6 months.
--- @param today date  the day to look at
local function end_of(copy)
  local approvals = projects_of(copy:outgoing("generated_by")):incoming("for_project"):only("approval"):where(opens_data)
  local ends = map(approvals, function(one) return one.revoked_at and one.valid_to and smallest { one.revoked_at, one.valid_to } or one.revoked_at or one.valid_to end)
  return #ends == #approvals and largest(ends) or nil
end
local function is_left(copy) return copy.state ~= "deleted" and not (copy.deleted_at and copy.deleted_at <= arg.today) and end_of(copy) and end_of(copy) <= arg.today end
return report {
  title = "Copies that are there on " .. arg.today.date .. " although the approval has ended",
  rows { (nodes("project") | nodes("project"):incoming("performed_for")):incoming("generated_by"):only("dataset"):where(is_left), "ref", "state", { "ended", end_of },
    { "days", function(copy) return math.floor(arg.today - end_of(copy)) end },
    { "overdue", function(copy) return end_of(copy) + months(6) < arg.today end } },
}
