-- latest: records of which many documents tell, in any order and in several imports. What a record is told under one name stands until a
-- later telling under that name; of two at one moment the greater text stands, whichever came first. So the register ends the same.
--
-- A record is a table: `props` as they stand. Records at hand are kept here until there are many, so that what several documents say of one
-- is put once; they are put for good at begin(), between two documents. A property of the record, whose name latest.times_in()
-- sets, lists "TIME NAME": when what stands was told. It uses the part journal, so that a document that is refused leaves nothing behind.
--
-- A telling of several names that stand already, told again as a whole, is kept as `record.whole`: { names = {...}, now = TIME }, and only
-- its time grows while that goes on; times_of() brings the names up to it.

local latest = {}

-- What has no time counts as the oldest. This is how many programs write that they have none.
latest.no_time = "0001-01-01T00:00:00.000000Z"

local records, records_held, bytes_held = {}, 0, 0
local when_forgotten = {}
local records_max, bytes_max = 6000, 4 << 20
local times_name

local put = journal.put

function latest.times_in(property)
  times_name = property
end

-- What is to be called when records are forgotten, for what is kept of them elsewhere.
function latest.when_forgotten(forget) when_forgotten[#when_forgotten + 1] = forget end

-- The moment as text that sorts by time.
function latest.sortable(moment)
  return moment and moment.precise or latest.no_time
end

-- The names that a record was told under, in order. Most records are told under the same, one after the other: `after` leads from what they
-- were told to what they are told next.
local function new_order() return { names = {}, after = {} } end
local first_order = new_order()

local function order_after(order, name)
  local next_one = order.after[name]
  if not next_one then
    next_one = new_order()
    table.move(order.names, 1, #order.names, 1, next_one.names)
    table.insert(next_one.names, name)
    table.sort(next_one.names)
    order.after[name] = next_one
  end
  return next_one
end

local function write_times(times, names)
  local list = {}
  for i = 1, #names do list[i] = times[names[i]] .. " " .. names[i] end
  return list
end

-- When each name of a record was told.
local function times_of(record)
  local times = record.times
  if not times then
    times = {}
    record.times, record.order = times, first_order
    for _, entry in ipairs(record.props[times_name] or {}) do
      local name = entry:sub(29)
      times[name], record.order = entry:sub(1, 27), order_after(record.order, name)
    end
  end
  local whole = record.whole
  if whole then
    local names, now = whole.names, whole.now
    for i = 1, #names do
      local name = names[i]
      if times[name] < now then put(times, name, now) end
    end
  end
  return times
end
latest.times_of = times_of

-- What is new of a record since it was read, for node() or edge(); nil when nothing is.
function latest.news(record)
  local change = record.change
  if record.said then change[times_name] = write_times(times_of(record), record.order.names) end
  put(record, "change", nil)
  put(record, "said", nil)
  return change
end

-- Puts what is new of all records, and forgets them.
function latest.flush()
  for ref, record in pairs(records) do
    local change = latest.news(record)
    if change then node(ref, change) end
  end
  records, records_held, bytes_held, first_order = {}, 0, 0, new_order()
  for _, forget in ipairs(when_forgotten) do forget() end
  journal.begin()
end

-- A new document begins: what the one before changed stays changed, and when it is much, is put.
function latest.begin()
  if records_held >= records_max or bytes_held >= bytes_max then return latest.flush() end
  journal.begin()
end

-- The record of a node, if it is at hand.
function latest.held(ref) return records[ref] end

-- The record of a node. One that is new has `always` and must be put, with settle(), before an edge is.
function latest.record(ref, always)
  local record = records[ref]
  if record then return record end
  local props = known(ref)
  record = props and { props = props } or { props = always, change = always, times = {}, order = first_order, is_new = true }
  put(records, ref, record)
  records_held = records_held + 1
  return record
end

-- Puts a record that is new.
function latest.settle(ref, record)
  if not record.is_new then return end
  put(record, "is_new", nil)
  node(ref, latest.news(record))
end

-- True the first time it is asked of a record and a name: for what need not be put twice.
function latest.first(record, name)
  if record[name] then return false end
  put(record, name, true)
  return true
end

-- Keeps a text with a record, beside its properties; false when it is the one that is there. One that is nil is none.
function latest.note(record, name, text)
  if text and record[name] == text then return false end
  put(record, name, text)
  bytes_held = bytes_held + (text and #text or 0)
  return true
end

-- A record that is new goes as a whole when its document is refused, so that no journal need be kept of it.
local function set(record, name, value)
  local change = record.change
  if record.is_new then
    change[name] = value
  else
    if not change then
      change = {}
      put(record, "change", change)
    end
    put(record.props, name, value)
    if change ~= record.props then put(change, name, value) end
  end
  if type(value) == "string" then bytes_held = bytes_held + #value end
end
latest.set = set

local function as_text(has, names)
  local one = {}
  for name in pairs(names) do
    local value = has[name]
    one[name] = value ~= nil and value ~= null and value ~= "" and value or false
  end
  return json(one)
end

-- When something was told is to be put.
local function say(record)
  if record.said then return end
  put(record, "said", true)
  if not record.change then put(record, "change", {}) end
end
latest.say = say

-- Something was told under a name, and stands.
local function hear(record, name, now)
  local times = times_of(record)
  local order = times[name] and record.order or order_after(record.order, name)
  if record.is_new then
    times[name], record.order, record.said = now, order, true
    return
  end
  if order ~= record.order then put(record, "order", order) end
  put(times, name, now)
  if not record.said then say(record) end
end
latest.heard = hear

-- Sets a property, or takes it away when the value is null, unless it is so already.
function latest.renew(record, property, value)
  local has = record.props[property]
  if has ~= value and not (has == nil and value == null) then set(record, property, value) end
end
local renew = latest.renew

-- Takes what was told under a name, a table of properties, unless a later telling was heard. `now` is sortable. Returns whether it stands, and
-- whether something else was told at the same moment, of which only one can stand.
function latest.tell(record, name, now, told)
  local times = times_of(record)
  local heard = times[name]
  if heard and heard > now then return false end
  local is_other = false
  if heard == now then
    local new, old = as_text(told, told), as_text(record.props, told)
    is_other = new ~= old
    if new <= old then return false, is_other end
  end
  for property, value in pairs(told) do renew(record, property, value) end
  hear(record, name, now)
  return true, is_other
end

-- What stands under a name was told again, later: only the time is new.
function latest.again(record, name, now)
  local times = times_of(record)
  if times[name] >= now then return end
  put(times, name, now)
  say(record)
end

-- Takes each property as told under its own name: for documents that say now this of a thing and then that.
function latest.tell_each(record, now, told)
  for property, value in pairs(told) do latest.tell(record, property, now, { [property] = value }) end
end

return latest
