--- The opt-out was applied in every delivery, or a law exempts it.
local made = nodes("run"):where { type = "delivery" }:incoming("generated_by"):only("dataset")
local fine = made:where { opt_out_applied = { "yes", "not_applicable" } } | made:where(function(data) return data.opt_out_applied == "exempt" and data.legal_basis end)
return rows { made - fine, "ref", "title", { "applied", "opt_out_applied" } }
