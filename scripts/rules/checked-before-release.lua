--- No output is released without a disclosure check that was passed before.
--- A check is a run, joined by `checked_by`, whose result is "passed" or not told; or the date in `checked_at`.
local function released(output) return output.released_at or output.status == "released" end
local function in_time(day, output) return day and not (output.released_at and day > output.released_at) end
local function passed(output)
  local checks = output:edges("up", "checked_by")
  for _, edge in ipairs(checks) do
    local run = node(edge.to)
    if (edge.result == nil or edge.result == "passed") and in_time(run.ended_at or run.started_at or output.checked_at, output) then return true end
  end
  return #checks == 0 and in_time(output.checked_at, output)
end
local bad = nodes("output"):where(released):where(function(output) return not passed(output) end)
return rows { bad, "ref", "title", { "checked", "checked_at" }, { "released", "released_at" } }
