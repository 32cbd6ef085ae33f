--- What may a project use on a given day, for what, where, until when?
--- The approvals for the project, or for one that it supersedes, that are in force on that day and not superseded by another that is.
--- @param project ref  the project
--- @param day date  the day
local projects = upstream(arg.project, { through = "supersedes" }):only("project") | set { arg.project }
local function holds(approval) return opens_data(approval) and in_force(approval, arg.day) and not is_superseded(approval, arg.day) end
return report {
  title = "What " .. arg.project .. " may do on " .. arg.day.date,
  rows { projects:incoming("for_project"):only("approval"):where(holds), "ref", "type", { "until", "valid_to" }, { "data from", "data_from" },
    { "data to", "data_to" }, { "covers", to "covers" }, { "for", to "for_purpose" }, { "in", to "permits_in" }, { "conditions", to "subject_to" } },
}
