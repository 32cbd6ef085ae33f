--- An error was found in a table, for some years: what must be done again?
--- What was made from it and where the years that were read are not known to be others; and whom to tell.
--- @param item ref  the table or variable
--- @param from integer  the first year with the error
--- @param to integer  the last one
local wrong = { granularity = node(arg.item).kind == "variable" and "variable" or "dataset" }
local function of_other_years(edge)
  return (edge.data_from and edge.data_from.year > arg.to) or (edge.data_to and edge.data_to <= time(arg.from .. "-01-01"))
end
local spared, affected = set {}, set {}
for _, edge in ipairs(edges(arg.item, { direction = "down", depth = 1, granularity = wrong.granularity })) do
  if of_other_years(edge) then spared = spared | set { edge.from } else affected = affected | set { edge.from } end
end
local again = affected | downstream(affected, wrong)
local function contacts(item) return (item:outgoing("generated_by"):outgoing("performed_for") | item:outgoing("reports"):outgoing("generated_by"):outgoing("performed_for")):incoming("controls") end
return report {
  title = ("To be done again after an error in %s, %d to %d"):format(arg.item, arg.from, arg.to),
  rows { again:only("dataset", "output", "publication"), "ref", "title", "status", { "tell", contacts } },
  rows { spared - affected, "ref", "title", title = "Spared: read other years" },
}
