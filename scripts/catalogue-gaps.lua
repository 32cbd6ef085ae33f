--- Are the catalogue's entries complete, and reviewed within the year?
--- Of each base: what a HealthDCAT-AP entry must have and it lacks, and when it was last reviewed.
--- @param today date  the day to count from
--- @param holder? ref  only what this organisation holds
local needed = { "title", "description", "access_rights", "health_category", "health_theme", "legal_basis", "spatial", "population" }
local function missing(base)
  return join(keep(needed, function(name) return base:get(name) == nil end))
end
local function is_old(base) return not base.last_reviewed_at or base.last_reviewed_at + years(1) < arg.today end
local held = arg.holder and node(arg.holder):outgoing("holds") or nodes("organisation"):outgoing("holds")
local bad = held:where(function(base) return missing(base) ~= "" or is_old(base) end)
return report {
  title = ("Entries to mend on %s: %d of %d"):format(arg.today.date, #bad, #held),
  rows { bad, "ref", "title", { "missing", missing }, { "last reviewed", "last_reviewed_at" }, { "review due", is_old } },
}
