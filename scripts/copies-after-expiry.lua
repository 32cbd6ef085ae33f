--- Which approvals have ended while copies of the data are still there?
--- Data that runs of a project made for it and that are not deleted, after its last approval to use data ended. They are to be deleted
--- within 6 months.
--- @param today date  the day to look at
local function end_of(copy)
  local approvals = copy:outgoing("generated_by"):outgoing("performed_for"):incoming("for_project"):only("approval"):where(opens_data)
  return #approvals == #keep(approvals, function(approval) return approval.valid_to end) and largest(approvals, "valid_to") or nil
end
local function is_left(copy) return copy.state ~= "deleted" and not copy.deleted_at and end_of(copy) and end_of(copy) <= arg.today end
return report {
  title = "Copies that are there on " .. arg.today.date .. " although the approval has ended",
  rows { nodes("project"):incoming("performed_for"):incoming("generated_by"):only("dataset"):where(is_left), "ref", "state", { "ended", end_of },
    { "days", function(copy) return math.floor(arg.today - end_of(copy)) end },
    { "overdue", function(copy) return end_of(copy) + months(6) < arg.today end } },
}
