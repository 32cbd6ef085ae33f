-- journal: what a script remembers of the records it has read, so that it can forget one that is refused. Each change of a table that must
-- outlive a record goes through journal.put(); `undo = journal.undo` in the script lets the import take the record at hand back. An import
-- that ends with the first refusal takes nothing back, and keeps no journal.

local journal = {}

-- What was there before, as table, key and value, one after the other.
local before, size = {}, 0

-- has[name] = value
function journal.put(has, name, value)
  before[size + 1], before[size + 2], before[size + 3] = has, name, has[name]
  size = size + 3
  has[name] = value
end

if not keeps_going then
  function journal.put(has, name, value) has[name] = value end
end

-- A new record begins: what the one before changed stays changed.
function journal.begin()
  if size > 1000 then before = {} end
  size = 0
end

-- Takes back what was changed since the last begin().
function journal.undo()
  for i = size - 2, 1, -3 do before[i][before[i + 1]] = before[i + 2] end
  before, size = {}, 0
end

return journal
