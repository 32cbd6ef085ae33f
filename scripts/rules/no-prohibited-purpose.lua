--- No approval, project or run is for a prohibited purpose.
--- Promoting health products, changing insurance contracts (SNDS); article 54 of the EHDS. What is narrower than a prohibited purpose is
--- prohibited as well.
local prohibited = parts(nodes("purpose"):where { prohibited = true })
return rows { prohibited:incoming("for_purpose"), "ref", "title", { "purpose", function(one) return whole(one:outgoing("for_purpose")) & prohibited end } }
