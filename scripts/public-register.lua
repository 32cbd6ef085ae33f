--- The public register of projects, and what has changed in it since an earlier day.
--- One entry for each project, by ref: what it is for, who controls it, what it may use, what came of it. No persons.
--- @param since? date  mark what is new or changed since the register was known on that day
local before = arg.since and at { known_at = arg.since }
local function change(project)
  if not before then return nil end
  if not before:exists(project.ref) then return "new" end
  return before:node(project.ref).tx ~= project.tx and "changed" or nil
end
local function titles(kind)
  return function(project) return map(project:outgoing(kind), "title") end
end
local function controllers(project) return map(project:incoming("controls"), "title") end
local function data(project) return map(project:incoming("for_project"):only("approval"):outgoing("covers"), "title") end
local function results(project) return (project:incoming("performed_for") | set { project }):incoming("generated_by"):incoming("reports") end
return report {
  title = "Public register of projects",
  rows { nodes("project"), "ref", "title", { "changed", change }, { "summary", "lay_summary" }, { "purpose", titles "for_purpose" },
    { "controller", controllers }, { "data", data }, { "registered", "registered_at" }, { "publications", results } },
}
