--- Words that every script has and that are written in Lua themselves: grouping, sorting, counting.
--
-- `x` is a set or a list. `by` is the name of a property ("status", "kind") or a function; without it the items themselves count.
-- Errors are told of the line that called the word, which is why they name a level.
--
-- What stands in `---` above a word is its description, of which help, completion and REFERENCE.md are made: how it is called, what it
-- gives, and behind `>` an example for the example hub. `--- #` names the group of the words that follow.

local words = {}

-- What a word does to get at an item's value.
local function reader(word, by, level)
  if by == nil then return function(item) return item end end
  if type(by) == "function" then return by end
  if type(by) == "string" then return function(item) return item[by] end end
  error(word .. ": expected the name of a property or a function, got " .. type(by), level or 3)
end

local function is_set(x)
  return type(x) == "userdata" and pcall(function() return #x end)
end

-- For a loop over a set or a list.
local function each(word, x, level)
  if is_set(x) then return x end
  if type(x) ~= "table" then error(word .. ": expected a set or a list, got " .. type(x), level or 3) end
  local i = 0
  return function()
    i = i + 1
    return x[i]
  end
end

-- Values of different types stand beside each other: nothing last, numbers before text, times and nodes by what they read as.
local rank = { number = 1, string = 2, userdata = 3, boolean = 4, ["nil"] = 5 }
local function is_less(a, b) return a < b end
local function comes_before(a, b)
  local left, right = rank[type(a)] or 4, rank[type(b)] or 4
  if left ~= right then return left < right end
  if left == 1 then return a < b end
  if left == 3 then
    local are_times, less = pcall(is_less, a, b)
    if are_times then return less end
  end
  return tostring(a) < tostring(b)
end

-- What is one group: 1 and 1.0 are, true and "true" are not.
local function name_of(key)
  if type(key) == "number" then return "number " .. (math.tointeger(key) or key) end
  return type(key) .. " " .. tostring(key)
end

--- # Lists, groups and sums

--- group(x, by): A list of `{key, count, items}`, by key. An item whose key is a set or a list is in the group of each of its members.
--- > group(nodes("project"), "status")
function words.group(x, by)
  local key_of, groups, known = reader("group", by), {}, {}
  local function add(key, item)
    local name = name_of(key)
    local found = known[name]
    if not found then
      found = { key = key, count = 0, items = {} }
      known[name], groups[#groups + 1] = found, found
    end
    found.count = found.count + 1
    found.items[found.count] = item
  end
  for item in each("group", x) do
    local key = key_of(item)
    if is_set(key) or type(key) == "table" then
      if #key == 0 then add(nil, item) end
      for member in each("group", key) do add(member, item) end
    else
      add(key, item)
    end
  end
  table.sort(groups, function(a, b) return comes_before(a.key, b.key) end)
  return groups
end

--- sorted(x, by, {descending = true}): A list; items that are alike stay in their order, and those without a value come last.
--- > sorted(nodes("publication"), "published_at", {descending = true})[1]
function words.sorted(x, by, options)
  local value_of, list = reader("sorted", by), {}
  for item in each("sorted", x) do list[#list + 1] = { item = item, value = value_of(item) } end
  local down = options and options.descending
  table.sort(list, function(a, b)
    if down and a.value ~= nil and b.value ~= nil then return comes_before(b.value, a.value) end
    return comes_before(a.value, b.value)
  end)
  for i, one in ipairs(list) do list[i] = one.item end
  return list
end

--- map(x, function): A list of what the function makes of each item; what it makes nothing of is left out.
--- > map(nodes("job"), "title")
function words.map(x, by)
  local value_of, list = reader("map", by), {}
  for item in each("map", x) do list[#list + 1] = value_of(item) end
  return list
end

--- keep(x, function): A list of the items for which the function says yes. Sets have where(), which keeps them sets.
--- > keep({1, 2, 3}, function(n) return n > 1 end)
function words.keep(x, wanted)
  local is_wanted, list = reader("keep", wanted), {}
  for item in each("keep", x) do
    if is_wanted(item) then list[#list + 1] = item end
  end
  return list
end

--- join(x, ", "): The items as one text.
--- > join(nodes("job"), "; ")
function words.join(x, between)
  local list = {}
  for item in each("join", x) do list[#list + 1] = tostring(item) end
  return table.concat(list, between or ", ")
end

local function total_of(word, list)
  local total = 0
  for _, value in ipairs(list) do
    if type(value) ~= "number" then error(word .. ": expected numbers, got a " .. type(value), 3) end
    total = total + value
  end
  return total
end

-- The values that there are, in order.
local function values(word, x, by)
  local value_of, list = reader(word, by, 4), {}
  for item in each(word, x, 4) do list[#list + 1] = value_of(item) end
  table.sort(list, comes_before)
  return list
end

--- sum(x, by): The sum of numbers; those that are absent do not count.
--- > sum(nodes("dataset"), "n_records")
function words.sum(x, by)
  local total = total_of("sum", values("sum", x, by))
  return total
end

--- average(x, by): Their average; nil when there are none.
--- > average({1, 2, 6})
function words.average(x, by)
  local list = values("average", x, by)
  return #list > 0 and total_of("average", list) / #list or nil
end

--- smallest(x, by): The first value of numbers, times or texts; nil when there are none.
--- > smallest(nodes("publication"), "published_at")
function words.smallest(x, by) return values("smallest", x, by)[1] end

--- largest(x, by): The last value of numbers, times or texts; nil when there are none.
--- > largest(nodes("publication"), "published_at")
function words.largest(x, by)
  local list = values("largest", x, by)
  return list[#list]
end

--- percentile(x, 90, by): The smallest value that is not below 90 % of them; nil when there are none.
--- > percentile({1, 2, 3, 4, 100}, 80)
function words.percentile(x, percent, by)
  if type(percent) ~= "number" or percent < 0 or percent > 100 then
    error("percentile: expected a number from 0 to 100, got " .. tostring(percent), 2)
  end
  local list = values("percentile", x, by)
  return list[math.max(1, math.ceil(#list * percent / 100))]
end

--- median(x, by): The same as percentile(x, 50, by).
--- > median({1, 2, 3, 4, 100})
function words.median(x, by)
  local list = values("median", x, by)
  return list[math.max(1, math.ceil(#list / 2))]
end

-- Of kinds, also those that a register may not have ---------------------------------------------------------------------

local function named(kinds, wanted)
  local known = {}
  for _, kind in ipairs(kinds) do known[kind.name] = true end
  return words.keep(wanted, function(name) return known[name] end)
end

--- # Kinds and neighbours

--- all(KIND, ...): A set: all nodes of these kinds; none of a kind that the register does not have, for which nodes() is an error.
--- > #all("project", "a_kind_of_another_hub")
function words.all(...)
  local kinds = named(schema().nodes, { ... })
  return #kinds > 0 and nodes(table.unpack(kinds)) or set {}
end

--- lacks(KIND, ...): A function that says of an item whether no edge of these kinds leaves it.
--- > nodes("output"):where(lacks("generated_by", "derived_from"))
function words.lacks(...)
  local kinds = named(schema().edges, { ... })
  return function(item) return #kinds == 0 or #item:outgoing(kinds) == 0 end
end

--- # Projects, approvals and uses

-- Of projects ---------------------------------------------------------------------------------------------------------

--- projects_of(x): A set: the projects for which the runs in x were performed, and those in x whose runs were not recorded.
--- > projects_of(downstream("dataset:linked/heart-failure-clean"))
function words.projects_of(x) return set(x):only("project") | set(x):only("run"):outgoing("performed_for") end

--- first_use(project): When the first of its runs that used data began; nil when none is recorded.
--- > first_use(node("project:statin-safety"))
function words.first_use(project)
  return words.smallest(project:incoming("performed_for"):where(function(run) return #run:outgoing("used") > 0 end), "started_at")
end

-- Of changes ----------------------------------------------------------------------------------------------------------

--- changed_since(item, EARLIER): "new" when the register of `at{known_at = ...}` did not have the item, "changed" when its record or an edge of it was put since, else nil.
--- > changed_since(node("project:statin-safety"), at{known_at = 3})
function words.changed_since(item, earlier)
  if not earlier:exists(item.ref) then return "new" end
  local last = item.tx
  for _, edge in ipairs(item:edges()) do last = math.max(last, edge.tx) end
  return last > earlier:known_at().tx and "changed" or nil
end

-- Of edges ------------------------------------------------------------------------------------------------------------

--- # Kinds and neighbours

--- to(KIND, ...): A function that gives the neighbours to which an item's edges lead, for columns: `{"purpose", to "for_purpose"}`.
--- > rows{set{"project:statin-safety"}, "ref", {"purpose", to "for_purpose"}}
function words.to(...)
  local kinds = { ... }
  return function(item) return item:outgoing(kinds) end
end

--- from(KIND, ...): A function that gives the neighbours whose edges lead to an item, for columns: `{"by", from "controls"}`.
--- > rows{set{"project:statin-safety"}, "ref", {"by", from "controls"}}
function words.from(...)
  local kinds = { ... }
  return function(item) return item:incoming(kinds) end
end

--- titles(function): A function that gives the titles of what the other gives: `{"purpose", titles(to "for_purpose")}`.
--- > rows{set{"project:statin-safety"}, "ref", {"purpose", titles(to "for_purpose")}}
function words.titles(neighbours)
  return function(item) return words.map(neighbours(item), "title") end
end

--- value(NAME): A function that gives what an item has under a name, for columns of lists in which no item may have it.
--- > rows{{{what = "a", days = 3}, {what = "b"}}, "what", {"days", value "days"}}
function words.value(name)
  return function(item) return item[name] end
end

-- Step by step, so that what comes from at{} stays in its time.
local function grown(x, step)
  local all = type(x) == "userdata" and x or set(x)
  local near = step(all) | all
  repeat
    local before = #near
    near = near | step(near)
  until #near == before
  return near
end

--- whole(x): A set: x, and what it is a part or a version of.
--- > whole("dataset:snds/ER_PRS_F")
function words.whole(x) return grown(x, words.to("part_of", "version_of")) end

--- parts(x): A set: x, and its parts and versions.
--- > #parts("dataset:snds/dcir")
function words.parts(x) return grown(x, words.from("part_of", "version_of")) end

-- Of uses --------------------------------------------------------------------------------------------------------------

--- # Projects, approvals and uses

--- variables_named(edge): A list of the refs of the variables that a "used" edge names: its end, when that is a variable, or its columns.
--- > map(node("run:long-conditions/count"):edges("up", "used"), variables_named)[1]
function words.variables_named(edge)
  local kind, key = edge.to:match("^([%w_]+):(.*)$")
  if kind == "variable" then return { edge.to } end
  return words.map(edge.columns or {}, function(column) return "variable:" .. key .. "/" .. column end)
end

-- Of approvals ----------------------------------------------------------------------------------------------------------

local function is_granted(approval)
  return approval.decision == "granted" or approval.decision == "favourable" or approval.decision == "reserves"
end

--- opens_data(approval): true when it lets somebody use data. An opinion, or an agreement that names none, does not.
--- > opens_data(node("approval:cnil-2020-014"))
function words.opens_data(approval) return is_granted(approval) and #approval:outgoing("covers") > 0 end

local function suspended(approval, day)
  local from, to = approval.suspended_from or {}, approval.suspended_to or {}
  for i, start in ipairs(from) do
    if start <= day and not (to[i] and to[i] <= day) then return true end
  end
  for _, edge in ipairs(approval:edges("down", "suspends")) do
    if (not edge.at or edge.at <= day) and not (edge["until"] and edge["until"] <= day) then return true end
  end
  return false
end

local function revoked(approval, day)
  if approval.revoked_at and approval.revoked_at <= day then return true end
  for _, edge in ipairs(approval:edges("down", "revokes")) do
    if not edge.at or edge.at <= day then return true end
  end
  return false
end

--- in_force(approval, day): true when it holds on that day: granted, begun, not ended, not suspended or revoked, with all that it requires.
--- > in_force(node("approval:cnil-2020-014"), time("2021-01-01"))
function words.in_force(approval, day)
  local function holds(one)
    return is_granted(one) and not (one.valid_from and one.valid_from > day) and not (one.valid_to and one.valid_to <= day)
      and not suspended(one, day) and not revoked(one, day)
  end
  local required = approval:outgoing("requires")
  if #required > 0 then required = grown(required, words.to "requires") end
  return holds(approval) and #required:where(holds) == #required
end

--- is_superseded(approval, day): true when something that supersedes it is in force on that day.
--- > is_superseded(node("approval:cnil-2020-088-v1"), time("2023-01-01"))
function words.is_superseded(approval, day)
  return #approval:incoming("supersedes"):where(function(newer) return words.in_force(newer, day) end) > 0
end

--- names(approval, data, day): true when its `covers`, as of that day, name all of the data, or what they are part or version of.
--- > names(node("approval:cnil-2020-014"), node("dataset:snds/dcir"), time("2021-01-01"))
function words.names(approval, data, day)
  local wanted = words.whole(data)
  local function is_named(edge)
    return wanted:has(edge.to) and edge.scope ~= "list" and not (edge.valid_from and edge.valid_from > day)
      and not (edge.valid_to and edge.valid_to <= day)
  end
  return #words.keep(approval:edges("up", "covers"), is_named) > 0
end

return words
