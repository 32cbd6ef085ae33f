--- How long from filing to decision, by route and year?
--- Applications that were decided: how many, and the median and the longest delay in days. Then those that are still open.
local function year(application) return application.submitted_at.year end
local function days(application) return math.floor(application.decided_at - application.submitted_at) end
local filed = nodes("application"):where(function(one) return one.submitted_at end)
local decided = filed:where(function(one) return one.decided_at end)
local list = {}
for _, route in ipairs(group(decided, "route")) do
  for _, one in ipairs(group(route.items, year)) do
    list[#list + 1] = { route = route.key, year = one.key, decided = one.count, median = median(one.items, days),
      ["nine in ten"] = percentile(one.items, 90, days), longest = largest(one.items, days) }
  end
end
return report {
  title = "From filing to decision, in days",
  rows { list, "route", "year", "decided", "median", "nine in ten", "longest", title = "Decided" },
  rows { filed - decided, "ref", "route", { "filed", "submitted_at" }, { "for", function(one) return one:outgoing("for_project") end }, title = "Open" },
}
