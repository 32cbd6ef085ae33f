--- On what does it rest that a result came from a source? Each step of the chain, and who wrote it down.
--- A step is an edge as it was recorded: in which transaction, when, by whom, for what reason and from which file. "possible" says that
--- the chain leads through something of which nobody recorded what was used for what.
--- @param result ref  the result
--- @param source ref  the source
local steps = why(arg.result, arg.source)
local function recorded(field)
  return function(step) return transaction(step.tx)[field] end
end
return report {
  title = "From " .. arg.result .. " to " .. arg.source .. ": " .. (steps.precision or "no way"),
  rows { steps, "from", "kind", "to", "tx", { "recorded", recorded "time" }, { "by", recorded "author" }, { "reason", recorded "reason" },
    { "file", recorded "file" }, { "only possible because", function(step) return step.because end } },
}
