--- A citizen asks: which projects may have used data like mine?
--- Projects that touched a base, with what they did and who answers for them. Nobody is looked up: this is about the base, and no person.
--- With dates: those with a run of then, and those of which no run is recorded that says when.
--- @param base ref  the base
--- @param from? date  runs that ended after that day
--- @param to? date  and began before that day
local reached = downstream(arg.base)
local function in_time(run)
  return not (arg.from and run.ended_at and run.ended_at <= arg.from) and not (arg.to and run.started_at and run.started_at >= arg.to)
end
local function touching(project) return project:incoming("performed_for") & reached end
local function runs(project) return touching(project):where(in_time) end
local function is_in_time(project) return #runs(project) > 0 or #touching(project) == 0 end
return report {
  title = "Projects that may have used data like yours: " .. (node(arg.base).title or arg.base),
  rows { touches(arg.base):where(is_in_time), { "project", "title" }, { "what for", "lay_summary" }, { "purpose", titles(to "for_purpose") },
    { "who answers for it", titles(from "controls") }, { "since", function(project) return smallest(runs(project), "started_at") end } },
  text "To object, write to who answers for the project, or to the hub.",
}
