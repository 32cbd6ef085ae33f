--- Which uses fall outside of what was approved?
--- Every stretch of every use of restricted data that no approval covers: why, how long, and which approval came nearest.
--- @param as_of? date  how far to look at runs that have not ended
local list = {}
for _, use in ipairs(coverage(nil, { gaps = true, as_of = arg.as_of })) do
  for _, gap in ipairs(use.gaps) do
    list[#list + 1] = { project = use.project, run = use.run, dataset = use.dataset, from = gap.from, to = gap.to, days = gap.days and math.floor(gap.days * 10 + 0.5) / 10, reason = gap.reason,
      nearest = gap.nearest }
  end
end
return report {
  title = "Uses that no approval covers",
  rows { sorted(list, "project"), { "project", value "project" }, { "run", value "run" }, "dataset", { "from", value "from" }, { "to", value "to" },
    { "days", value "days" }, "reason", { "nearest", value "nearest" } },
}
