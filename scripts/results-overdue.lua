--- Which projects have not published their results in time?
--- Results are due 18 months after the processing was completed (EHDS, article 61).
--- @param today date  the day to count from
local function due(project) return project.processing_completed_at + months(18) end
local function is_late(project)
  return project.processing_completed_at and not project.results_published_at and due(project) < arg.today
end
local function days_late(project) return math.floor(arg.today - due(project)) end
local function waiting(project) return project:incoming("performed_for"):incoming("generated_by"):only("output") end
return report {
  title = "Results that were due before " .. arg.today.date,
  rows { nodes("project"):where(is_late), "ref", "title", { "completed", "processing_completed_at" }, { "due", due },
    { "days late", days_late }, { "outputs", waiting } },
}
