--- A variable is no longer in the data from a year on: which jobs and runs read it for later years?
--- Runs that read the variable, or it as a column of its table or a release of it, for years that no longer have it.
--- @param variable ref  the variable
--- @param year? integer  the first year without it; its deleted_year unless told
local variable = node(arg.variable)
local gone = arg.year or variable.deleted_year or error("nothing says when it went: give the year, year=2024", 0)
local uses = {}
for data in parts(variable:outgoing("part_of")) | set { variable } do
  for _, edge in ipairs(data:edges("down", "used")) do
    local reads = data == variable or #keep(edge.columns or {}, function(column) return column == variable.name end) > 0
    if reads and edge.data_to and edge.data_to > time(gone .. "-01-01") then uses[#uses + 1] = edge end
  end
end
local function of_run(kind) return function(edge) return node(edge.from):outgoing(kind) end end
return report {
  title = arg.variable .. " is gone from " .. gone .. " on",
  rows { uses, { "run", "from" }, { "read", "to" }, { "job", of_run "instance_of" }, { "project", of_run "performed_for" }, { "from", "data_from" },
    { "until", "data_to" } },
}
