--- Was the opt-out applied in every delivery?
--- What deliveries made since a day: applied (yes), exempt by law, not applicable; and the exceptions, where it was not applied or nothing
--- is said.
--- @param since? date  deliveries that ended on that day or later
local function is_delivery(run) return run.type == "delivery" and not (arg.since and run.ended_at and run.ended_at < arg.since) end
local made = nodes("run"):where(is_delivery):incoming("generated_by"):only("dataset")
local function project(data) return data:outgoing("generated_by"):outgoing("performed_for") end
local wrong = made:where(function(data) return data.opt_out_applied ~= "yes" and data.opt_out_applied ~= "not_applicable"
  and not (data.opt_out_applied == "exempt" and data.legal_basis) end)
return report {
  title = "The opt-out in deliveries" .. (arg.since and " since " .. arg.since.date or ""),
  rows { group(made, "opt_out_applied"), { "applied", "key" }, { "deliveries", "count" }, title = "In all" },
  rows { wrong, "ref", { "applied", "opt_out_applied" }, { "legal basis", "legal_basis" }, { "project", project }, title = "Exceptions" },
}
