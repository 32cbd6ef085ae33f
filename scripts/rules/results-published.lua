--- Results that were due 18 months after the end of processing are published.
--- @param today date  the day to count from
local function due(project) return project.processing_completed_at + months(18) end
local late = nodes("project"):where(function(project)
  return project.processing_completed_at and not project.results_published_at and due(project) < arg.today
end)
return rows { late, "ref", "title", { "due", due } }
