--- Copies of data are deleted within 6 months after the approval has ended.
--- @param today date  the day to look at
local function end_of(copy)
  local approvals = projects_of(copy:outgoing("generated_by")):incoming("for_project"):only("approval"):where(opens_data)
  local ends = map(approvals, function(one) return one.revoked_at and one.valid_to and smallest { one.revoked_at, one.valid_to } or one.revoked_at or one.valid_to end)
  return #ends == #approvals and largest(ends) or nil
end
local function is_overdue(copy)
  return copy.state ~= "deleted" and not (copy.deleted_at and copy.deleted_at <= arg.today) and end_of(copy) and end_of(copy) + months(6) < arg.today
end
return rows { (nodes("project") | nodes("project"):incoming("performed_for")):incoming("generated_by"):only("dataset"):where(is_overdue), "ref", "title", { "ended", end_of } }
