-- counted: what an import leaves out, by a sentence for each kind, told when all is read. It uses the part journal, so that a record that is
-- refused is not counted.

local counted = {}

local counts = {}

function counted.add(sentence, number)
  journal.put(counts, sentence, (counts[sentence] or 0) + (number or 1))
end

-- "3 records of the kind tag: left out"
function counted.tell(what)
  for sentence, number in pairs(counts) do warn(number .. " " .. what .. (number == 1 and " " or "s ") .. sentence) end
end

return counted
