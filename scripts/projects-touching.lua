--- Which projects touched a dataset, or anything derived from it?
--- "direct" is yes where the project used the dataset itself, or a part, a version or a variable of it; otherwise it
--- used something made from it, `depth` steps away. "possible" means that this may be so and is not proven. No depth
--- is shown for a project known only because a run was performed for it.
--- @param dataset ref  the dataset, or a variable of one
--- @param exact? boolean  leave out what is only possible

local options = { exact = arg.exact }
local touching = touches(arg.dataset, options)
local reached = downstream(arg.dataset, options)

-- The project's runs that had the data in their hands.
local function runs(project) return #(project:incoming("performed_for") & reached) end

-- Approvals name the project. Whether they covered this use is another question.
local function approvals(project) return project:incoming("for_project"):only("approval") end

return report {
  title = "Projects touching " .. arg.dataset,
  rows { touching, "ref", "title", "direct", "depth", "precision", { "runs", runs }, { "approvals", approvals } },
}
