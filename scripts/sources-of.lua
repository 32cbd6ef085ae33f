--- Which sources fed a result?
--- A source is where the register's knowledge ends: nothing is recorded further back. "exact" means that an unbroken
--- chain of recorded steps leads there; "possible" that the chain may be so, for example because it passes through a
--- project of which nobody recorded what it used for what. Depth counts the steps of the shortest such chain.
--- @param result ref  the result: an output, a publication, a dataset, a variable
--- @param exact? boolean  leave out what is only possible
local options = { exact = arg.exact }
-- Who holds a source is who can say more about it. A table is held where its base is.
local function holder(source) return whole(source):incoming("holds") end
return report {
  title = "Sources of " .. arg.result,
  rows { sources(arg.result, options), "ref", "title", "depth", "precision", { "held by", holder }, title = "Sources" },
  rows { upstream(arg.result, options):only("run", "project"), "ref", "title", "depth", "precision", title = "The work in between" },
}
