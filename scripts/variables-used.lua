--- Which variables of a base are used, by how many projects, and when last; which never?
--- A use of a variable is recorded as such, or as a column of a use of its table.
--- @param base ref  the base or table
local variables, uses = parts(arg.base):incoming("part_of"):only("variable"), {}
for data in parts(arg.base) do
  for _, edge in ipairs(data:edges("down", "used")) do
    for _, ref in ipairs(variables_named(edge)) do
      -- A column of a release or an extract is the variable of what it was taken from, when that has it.
      local names = whole(data):incoming("part_of"):only("variable"):where { name = ref:match("[^/]+$") }
      uses[#uses + 1] = { variable = exists(ref) and ref or #names > 0 and names[1].ref or ref, by = node(edge.from) }
    end
  end
end
local used = group(uses, "variable")
local function users(one) return set(map(one.items, "by")) end
return report {
  title = "Variables of " .. arg.base,
  rows { used, { "variable", "key" }, { "uses", "count" },
    { "projects", function(one) return #projects_of(users(one)) end }, { "last", function(one) return largest(users(one), "started_at") end }, title = "Used" },
  rows { variables - set(keep(map(used, "key"), exists)), "ref", "title", title = "Never used by name" },
}
