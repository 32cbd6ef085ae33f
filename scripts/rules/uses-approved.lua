--- Every use of restricted data is covered by an approval.
--- @param today? date  how far to look at runs that have not ended
local list = {}
for _, use in ipairs(coverage(nil, { gaps = true, as_of = arg.today })) do
  for _, gap in ipairs(use.gaps) do
    list[#list + 1] = { project = use.project, run = use.run or use.project, dataset = use.dataset, reason = gap.reason, nearest = gap.nearest, days = gap.days and math.floor(gap.days * 10 + 0.5) / 10 }
  end
end
return rows { list, "run", { "project", value "project" }, "dataset", "reason", { "nearest", value "nearest" }, { "days", value "days" } }
