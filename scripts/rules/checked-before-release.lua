--- No output is released without a disclosure check that came before.
--- The check is a run, joined by `checked_by`, or the date in `checked_at`; a result other than "passed" is none.
local function released(output) return output.released_at or output.status == "released" end
local function passed(output)
  for _, edge in ipairs(output:edges("up", "checked_by")) do
    if edge.result and edge.result ~= "passed" then return false end
  end
  return output.checked_at and not (output.released_at and output.checked_at > output.released_at)
end
local bad = nodes("output"):where(released):where(function(output) return not passed(output) end)
return rows { bad, "ref", "title", { "checked", "checked_at" }, { "released", "released_at" } }
