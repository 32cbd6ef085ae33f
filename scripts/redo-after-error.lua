--- An error was found in a table, for some years: what must be done again?
--- What was made from it, except by who read other years only; and whom to tell.
--- @param item ref  the table or variable
--- @param from integer  the first year with the error
--- @param to integer  the last one
local options = { granularity = node(arg.item).kind == "variable" and "variable" or "dataset" }
local affected, spared = set {}, set {}
for data in parts(arg.item) | whole(arg.item) do
  for _, edge in ipairs(data:edges("down", "used", "derived_from")) do
    local others = (edge.data_from and edge.data_from.year > arg.to) or (edge.data_to and edge.data_to <= time(arg.from .. "-01-01"))
    if others then spared = spared | set { edge.from } else affected = affected | set { edge.from } end
  end
end
local function contacts(item)
  return projects_of((set { item } | item:outgoing("reports")):outgoing("generated_by")):incoming("controls")
end
return report {
  title = ("To be done again after an error in %s, %d to %d"):format(arg.item, arg.from, arg.to),
  rows { (affected | affected:only("variable"):outgoing("part_of") | downstream(affected, options)):only("dataset", "output", "publication"), "ref", "title", "status",
    { "tell", contacts } },
  rows { spared - affected, "ref", "title", title = "Spared: read other years" },
}
