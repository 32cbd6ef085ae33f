--- The public register of projects, and what has changed in it since an earlier day.
--- One entry for each project, by ref: what it is for, who controls it, what it may use, what came of it. No persons.
--- @param since? date  mark the projects that are new, or whose own record or links were changed, since the register was known on that day
local before = arg.since and at { known_at = arg.since }
local function change(project) return before and changed_since(project, before) end
local function data(project) return project:incoming("for_project"):only("approval"):outgoing("covers") end
local function papers(project) return (project:incoming("performed_for") | set { project }):incoming("generated_by"):incoming("reports") end
return report {
  title = "Public register of projects",
  rows { nodes("project"), "ref", "title", { "changed", change }, { "summary", "lay_summary" }, { "purpose", titles(to "for_purpose") },
    { "controller", titles(from "controls") }, { "data", titles(data) }, { "registered", "registered_at" }, { "publications", papers } },
}
