--- How long from filing to decision, by route and year?
--- Applications that were decided: how many, and the delay in days; then those that are still open.
local function days(application) return math.floor(application.decided_at - application.submitted_at) end
local filed = nodes("application"):where(function(one) return one.submitted_at end)
local decided = filed:where(function(one) return one.decided_at end)
local function route_and_year(one) return (one.route or "no route") .. " " .. one.submitted_at.year end
local function of(word, ...)
  local more = { ... }
  return function(one) return word(one.items, table.unpack(more)) end
end
return report {
  title = "From filing to decision, in days",
  rows { group(decided, route_and_year), { "route and year", "key" }, { "decided", "count" }, { "median", of(median, days) },
    { "nine in ten", of(percentile, 90, days) }, { "longest", of(largest, days) }, title = "Decided" },
  rows { filed - decided, "ref", "route", { "filed", "submitted_at" }, { "for", to "for_project" }, title = "Open" },
}
