--- No variable is used for years that do not have it.
--- A use names variables and the years that were read; a variable has a first year, a first year without it, and years in which it is missing.
local list = {}
for user in nodes("run", "project") do
  for _, edge in ipairs(user:edges("up", "used")) do
    local first, last = edge.data_from and edge.data_from.year, edge.data_to and (edge.data_to - 1).year
    for _, ref in ipairs(keep(variables_named(edge), exists)) do
      local variable = node(ref)
      local missing = keep(variable.missing_years or {}, function(year) return first and last and year >= first and year <= last end)
      local early = first and variable.created_year and first < variable.created_year
      local late = last and variable.deleted_year and last >= variable.deleted_year
      if early or late or #missing > 0 then
        list[#list + 1] = { user = user, variable = ref, why = early and "read before it was there" or late and "read after it went" or "missing in years read" }
      end
    end
  end
end
return rows { list, "user", "variable", "why" }
