--- An error was found here: what must be looked at again?
--- Everything that was made from the dataset or variable, nearest first: data to rebuild, results to compute again,
--- publications to review, and the projects to tell. "exact" is proven by recorded steps; "possible" may be affected.
--- A variable is followed by itself where the register knows it by itself, otherwise with its whole dataset.
--- @param item ref  what the error was found in
--- @param exact? boolean  leave out what is only possible

local options = { exact = arg.exact }
if node(arg.item).kind == "variable" then options.granularity = "variable" end
local affected = downstream(arg.item, options)
local told = touches(arg.item, options)

-- Who answers for a project, and so must be told.
local function controllers(project) return project:incoming("controls") end

return report {
  title = "Impact of an error in " .. arg.item,
  rows { affected:only("dataset", "variable"), "ref", "title", "depth", "precision", title = "Data to rebuild" },
  rows { affected:only("output"), "ref", "title", "status", "depth", "precision", title = "Results to compute again" },
  rows { affected:only("publication"), "ref", "title", "depth", "precision", title = "Publications to review" },
  rows { told, "ref", "title", "precision", { "controller", controllers }, title = "Projects to tell" },
  graph { arg.item, direction = "down", exact = arg.exact, granularity = options.granularity, title = "How it spread" },
}
