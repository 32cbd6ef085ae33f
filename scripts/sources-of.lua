--- Which sources fed a result?
--- A source is where the register's knowledge ends: nothing is recorded further back. "exact" means that an unbroken
--- chain of recorded steps leads there; "possible" that the chain may be so, for example because it passes through a
--- project of which nobody recorded what it used for what. Depth counts the steps of the shortest such chain.
--- @param result ref  the result: an output, a publication, a dataset, a variable
--- @param exact? boolean  leave out what is only possible

local options = { exact = arg.exact }
local fed = sources(arg.result, options)
local work = upstream(arg.result, options):only("run", "project")

-- Who holds a source is who can say more about it. A table is held where its base is.
local function holder(source)
  local held = source:incoming("holds")
  for whole in upstream(source, { through = { "part_of", "version_of" } }) do held = held | whole:incoming("holds") end
  return held
end

return report {
  title = "Sources of " .. arg.result,
  rows { fed, "ref", "title", "depth", "precision", { "held by", holder }, title = "Sources" },
  rows { work, "ref", "title", "depth", "precision", title = "The work in between" },
}
