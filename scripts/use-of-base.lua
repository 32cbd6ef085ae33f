--- Who uses a base, for what, and what came of it?
--- Projects that touched the base or anything made from it; organisations, and no persons.
--- @param base ref  the base
local function ends(kind)
  return function(project) return project:outgoing(kind) end
end
local function controllers(project) return project:incoming("controls") end
local function results(project) return (project:incoming("performed_for") | set { project }):incoming("generated_by"):only("output") end
local function papers(project) return results(project):incoming("reports") end
return report {
  title = "Use of " .. arg.base,
  rows { touches(arg.base), "ref", "title", "direct", { "for", ends "for_purpose" }, { "by", controllers },
    { "benefit", "public_benefit" }, { "results", function(project) return #results(project) end }, { "publications", papers } },
}
