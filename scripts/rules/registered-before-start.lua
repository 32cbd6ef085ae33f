--- Every project is in the public register before it first uses data.
local function first_use(project)
  return smallest(project:incoming("performed_for"):where(function(run) return #run:outgoing("used") > 0 end), "started_at")
end
local late = nodes("project"):where(function(project)
  return first_use(project) and (not project.registered_at or project.registered_at > first_use(project))
end)
return rows { late, "ref", "title", { "registered", "registered_at" }, { "first use", first_use } }
