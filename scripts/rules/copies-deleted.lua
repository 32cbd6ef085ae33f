--- Copies of data are deleted within 6 months after the approval has ended.
--- @param today date  the day to look at
local function end_of(copy)
  local approvals = projects_of(copy:outgoing("generated_by")):incoming("for_project"):only("approval"):where(opens_data)
  return #approvals == #keep(approvals, function(approval) return approval.valid_to end) and largest(approvals, "valid_to") or nil
end
local function is_overdue(copy)
  return copy.state ~= "deleted" and not copy.deleted_at and end_of(copy) and end_of(copy) + months(6) < arg.today
end
return rows { nodes("project"):incoming("performed_for"):incoming("generated_by"):only("dataset"):where(is_overdue), "ref", "title", { "ended", end_of } }
