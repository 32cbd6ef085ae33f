-- left_out: what of a register an export does not hold, counted by kind and property and told at its end.
--
--   left_out.see(node, names, edges)    of a node that is written; what was not written of it is counted
--   left_out.skip(node)                 of a node that is not written
--   left_out.rest { dataset = true }    of all nodes of other kinds than these
--   left_out.tell("OpenLineage")        warns of all that was counted

local left_out = {}

local shown_max = 40  -- kinds and properties told by name

local nodes_counted, edges_counted, properties_counted = {}, {}, {}

local function add(counts, name, number)
  counts[name] = (counts[name] or 0) + (number or 1)
end

-- A table in which the words have true; "crate_*" stands for all names that begin so, "*" for all names.
function left_out.names(words)
  local names, beginnings = {}, {}
  for word in words:gmatch("%S+") do
    if word:sub(-1) == "*" then beginnings[#beginnings + 1] = word:sub(1, -2) else names[word] = true end
  end
  return setmetatable(names, { __index = function(_, name)
    for _, beginning in ipairs(beginnings) do
      if name:sub(1, #beginning) == beginning then return true end
    end
  end })
end

local function see_properties(record, kind, names)
  for name in pairs(record:properties()) do
    if not names[name] then add(properties_counted, kind .. "." .. name) end
  end
  for _, name in ipairs { "valid_from", "valid_to" } do
    if record[name] and not names[name] then add(properties_counted, kind .. "." .. name) end
  end
end

-- `names` are the properties that are written. `edges` has, by kind of edge, the names of its properties that are written, or a function of
-- the edge that gives them, or nil for one that is not written. Of edges that arrive at the node nothing is counted: they are those of other
-- nodes.
function left_out.see(node, names, edges)
  see_properties(node, node.kind, names)
  for _, edge in ipairs(node:edges("up")) do
    local written = edges[edge.kind]
    if type(written) == "function" then written = written(edge) end
    if written then see_properties(edge, edge.kind, written) else add(edges_counted, edge.kind) end
  end
end

function left_out.skip(node)
  add(nodes_counted, node.kind)
  for _, edge in ipairs(node:edges("up")) do add(edges_counted, edge.kind) end
end

function left_out.rest(kinds)
  for _, kind in ipairs(schema().nodes) do
    if not kinds[kind.name] then
      for node in nodes(kind.name) do left_out.skip(node) end
    end
  end
end

-- "approval 12, condition 1"
local function text_of(counts)
  local list = {}
  for name, number in pairs(counts) do list[#list + 1] = name .. " " .. number end
  table.sort(list)
  local more = #list - shown_max
  if more > 0 then list = { table.unpack(list, 1, shown_max) } end
  return table.concat(list, ", ") .. (more > 0 and " and " .. more .. " more" or "")
end

function left_out.tell(format)
  local parts = {}
  for _, one in ipairs { { "nodes", nodes_counted }, { "edges", edges_counted }, { "properties", properties_counted } } do
    if next(one[2]) then parts[#parts + 1] = one[1] .. ": " .. text_of(one[2]) end
  end
  if #parts > 0 then warn(format .. " has no place for these, and they were left out: " .. table.concat(parts, "; ")) end
end

return left_out
