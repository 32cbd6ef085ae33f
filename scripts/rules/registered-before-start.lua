--- Every project is in the public register before it first uses data.
local late = nodes("project"):where(function(project)
  return first_use(project) and (not project.registered_at or project.registered_at > first_use(project))
end)
return rows { late, "ref", "title", { "registered", "registered_at" }, { "first use", first_use } }
