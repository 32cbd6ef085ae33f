--- Before a job starts: is there an approval under which a project may use this dataset on that day, for its purposes?
--- What keeps each approval for the project from it. Not looked at, since they are of the run to come: years, variables, the place and
--- the people; nor whether what the dataset was made from is covered instead. `amont coverage RUN` judges all of that once a run is recorded.
--- @param project ref  the project
--- @param dataset ref  what it wants to use
--- @param day date  when
local purposes = node(arg.project):outgoing("for_purpose")
local function against(approval)
  local allowed = approval:outgoing("for_purpose")
  local other = purposes:where(function(purpose) return #allowed > 0 and #(whole(purpose) & allowed) == 0 end)
  return join(keep({ (opens_data(approval) and approval.type ~= "ethics_opinion") or "opens no data", in_force(approval, arg.day) or "not in force that day",
    names(approval, arg.dataset, arg.day) or "does not cover all of it", #whole(purposes):where { prohibited = true } == 0 or "prohibited purpose",
    #other == 0 or "for another purpose", not is_superseded(approval, arg.day) or "superseded" }, function(why) return why ~= true end))
end
local approvals = (upstream(arg.project, { through = "supersedes" }) | set { arg.project }):incoming("for_project"):only("approval")
local good = approvals:where(function(approval) return against(approval) == "" end)
return report {
  title = (#good > 0 and "Yes: " or "No: ") .. arg.project .. ", " .. arg.dataset .. ", " .. arg.day.date, answer = #good > 0,
  rows { sorted(approvals, against), "ref", "type", { "until", "valid_to" }, { "against it", against } },
}
