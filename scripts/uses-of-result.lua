--- Was each use of data behind a result covered by an approval, then?
--- For each run and each set of data: the approvals that covered it, or the gap with its reason, and which approval came nearest.
--- @param result ref  the result, or a project
--- @param as_of? date  how far to look at runs that have not ended
local uses = coverage(arg.result, { as_of = arg.as_of })
local function approvals(use) return join(map(use.by, "approval")) end
local function gaps(use)
  return join(map(use.gaps, function(gap) return gap.days and ("%s, %.1f days from %s"):format(gap.reason, gap.days, gap.from.date) or gap.reason end), "; ")
end
return report {
  title = "Approvals behind " .. arg.result,
  rows { uses, { "project", value "project" }, { "run", value "run" }, "dataset", "covered", { "by", approvals }, { "gaps", gaps } },
}
