--- Before a job starts: may a project use this dataset on that day, for its purposes?
--- The approvals for the project, and what keeps each from covering this use. Yes, when one has nothing against it.
--- @param project ref  the project
--- @param dataset ref  what it wants to use
--- @param day date  when
local purposes, wanted = node(arg.project):outgoing("for_purpose"), whole(arg.dataset)
local function against(approval)
  local allowed = approval:outgoing("for_purpose")
  return join(keep({ opens_data(approval) or "opens no data", in_force(approval, arg.day) or "not in force that day",
    #(wanted & approval:outgoing("covers")) > 0 or "does not cover it",
    #allowed == 0 or #(whole(purposes) & allowed) > 0 or "for another purpose" }, function(why) return why ~= true end))
end
local approvals = (upstream(arg.project, { through = "supersedes" }) | set { arg.project }):incoming("for_project"):only("approval")
local good = approvals:where(function(approval) return against(approval) == "" end)
return report {
  title = (#good > 0 and "Yes: " or "No: ") .. arg.project .. ", " .. arg.dataset .. ", " .. arg.day.date,
  rows { approvals, "ref", "type", { "until", "valid_to" }, { "against it", against } },
}
