--- Who uses a base, for what, and what came of it?
--- Projects that touched the base or anything made from it; organisations, and no persons.
--- @param base ref  the base
local reached = downstream(arg.base)
local function results(project) return reached & (project:incoming("performed_for") | set { project }):incoming("generated_by"):only("output") end
return report {
  title = "Use of " .. arg.base,
  rows { touches(arg.base), "ref", "title", "direct", { "for", to "for_purpose" }, { "by", from "controls" }, { "benefit", "public_benefit" },
    { "results", function(project) return #results(project) end },
    { "publications", function(project) return results(project):incoming("reports") end } },
}
