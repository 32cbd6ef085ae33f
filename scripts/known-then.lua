--- What did the register say of a result on an earlier day, and what does it say now?
--- The sources that were known then, those that are known now, and what has changed between: a correction, a later entry.
--- @param result ref  the result
--- @param day date  as the register was known then
local before = at { known_at = arg.day }
local old = before:exists(arg.result) and before:sources(arg.result) or set {}
local new = sources(arg.result)
return report {
  title = "Sources of " .. arg.result .. ", as known on " .. arg.day.date .. " and now",
  rows { old - new, "ref", "title", title = "Said then, and no longer" },
  rows { new - old, "ref", "title", title = "Said now, and not then" },
  rows { new & old, "ref", "title", title = "Said then and now" },
}
