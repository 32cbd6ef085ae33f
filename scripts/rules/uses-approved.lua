--- Every use of restricted data is covered by an approval.
--- @param as_of? date  how far to look at runs that have not ended
local list = {}
for _, use in ipairs(coverage(nil, { gaps = true, as_of = arg.as_of })) do
  for _, gap in ipairs(use.gaps) do
    list[#list + 1] = { run = use.run, dataset = use.dataset, reason = gap.reason, nearest = gap.nearest, days = math.floor(gap.days * 10 + 0.5) / 10 }
  end
end
return rows { list, "run", "dataset", "reason", "nearest", "days" }
