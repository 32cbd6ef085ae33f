--- Was the opt-out applied in every delivery?
--- What deliveries made since a day: applied (yes), exempt by law, not applicable; and the exceptions, where it was not applied, or nothing
--- is said of it, or of the law that exempts.
--- @param since? date  deliveries that ended on that day or later
local function is_late(run) return not (arg.since and run.ended_at and run.ended_at < arg.since) end
local made = nodes("run"):where { type = "delivery" }:where(is_late):incoming("generated_by"):only("dataset")
local fine = made:where { opt_out_applied = { "yes", "not_applicable" } } | made:where(function(data) return data.opt_out_applied == "exempt" and data.legal_basis end)
return report {
  title = "The opt-out in deliveries" .. (arg.since and " since " .. arg.since.date or ""),
  rows { group(made, "opt_out_applied"), { "applied", "key" }, { "deliveries", "count" }, title = "In all" },
  rows { made - fine, "ref", { "applied", "opt_out_applied" }, { "legal basis", "legal_basis" },
    { "project", function(data) return data:outgoing("generated_by"):outgoing("performed_for") end }, title = "Exceptions" },
}
