-- The register as PROV, for the scripts that write it. formats/lib/prov, which it adds to, has the mapping; prov_attributes says what
-- properties are.
--
-- prov.export(writer) calls, in this order and each as often as needed:
--
--   writer.begin(prefixes)                        { { prefix, IRI }, ... }, in order
--   writer.element(class, name, said)             "entity", then "activity", then "agent"
--   writer.relation(relation, id, arguments, said)  relation by relation; id may be nil, an argument false: left open
--   writer.begin_bundle(name), the same again, writer.end_bundle()
--   writer.finish()
--
-- `said` has the values of each attribute, as properties have them (prov.read_value).
--
-- Nodes that did not come from PROV are named amont:KIND/KEY; what neither an entity, an activity nor an agent is, is an entity of the
-- type amont:KIND. Edges that are no relation of PROV are wasInfluencedBy with amont:edge.kind. So an import has the same register again.

local class_of = { run = "activity", project = "activity", agent = "agent", organisation = "agent" }
local class_of_kind = function(kind) return class_of[kind] or "entity" end
local default_kind = { dataset = true, run = true, agent = true, organisation = true }

-- Names ----------------------------------------------------------------------------------------------------------------

local by_iri, lengths, prefixes = {}, {}, {}

local function load_prefixes()
  local kept = all("prefixes")[1]
  local has_length = {}
  for prefix, iri in pairs(kept and kept:properties() or {}) do
    prefixes[#prefixes + 1] = { prefix, iri }
    by_iri[iri] = prefix
    if not has_length[#iri] then lengths[#lengths + 1], has_length[#iri] = #iri, true end
  end
  for prefix, iri in pairs(prov.standard) do
    by_iri[iri] = prefix
    if not has_length[#iri] then lengths[#lengths + 1], has_length[#iri] = #iri, true end
  end
  table.sort(lengths, function(a, b) return a > b end)
  for _, prefix in ipairs(prefixes) do prov.declared[prefix[1]] = prefix[2] end
  for prefix, iri in pairs(prov.standard) do prov.declared[prefix] = iri end
end

-- The qualified name of an IRI, by the longest prefix; nil when none fits.
local function name_of_iri(iri)
  for _, length in ipairs(lengths) do
    local prefix = length <= #iri and by_iri[iri:sub(1, length)]
    if prefix then return prefix .. ":" .. iri:sub(length + 1) end
  end
  return nil
end

-- Of what an argument names, which is an entity or an activity.
local function name_of_ref(ref, class)
  local kind, key = ref:match("^([^:]+):(.*)$")
  local name = kind == (class == "activity" and "run" or "dataset") and name_of_iri(key)
  return name or name_of_iri(prov.own_iri(kind, key))
end

local has_bundles, has_invalidations = false, false  -- whether the register has such edges

-- Whether the types that are said of an agent, here or in a bundle, make it an organisation.
local function is_told_organisation(node)
  local wanted = "'prov:Organization'"
  if prov.has_type(node:get("prov:type"), wanted) then return true end
  for _, edge in ipairs(has_bundles and node:edges("down", "describes") or {}) do
    if prov.has_type(edge:get("prov:type"), wanted) then return true end
  end
  return false
end

-- Of a node. An organisation has a name of its own only when its type says so, as an import would take it for an agent otherwise.
local function name_of(node)
  local kind = node.kind
  if (kind == "agent" or kind == "organisation") and is_told_organisation(node) ~= (kind == "organisation") then
    return name_of_iri(prov.own_iri(kind, node.key))
  end
  local name = default_kind[kind] and name_of_iri(node.key)
  return name or name_of_iri(prov.own_iri(kind, node.key))
end

-- The IRI of a bundle, as what is said in it has it.
local function iri_of_bundle(node)
  return name_of_iri(node.key) and node.key or prov.own_iri(node.kind, node.key)
end

local bundles, is_bundle = {}, {}  -- the nodes that are bundles; their IRIs

-- Statements -----------------------------------------------------------------------------------------------------------

local function tell_interval(said, item)
  if item.valid_from then said["amont:valid.from"] = { item.valid_from } end
  if item.valid_to then said["amont:valid.to"] = { item.valid_to } end
end

-- Whether a node is there only since something names it: then an import puts it for that.
local function is_only_named(node)
  local is_undeclared, is_open = node:get("undeclared") == true, node:get("unknown") == true
  if not is_undeclared and not is_open or node.valid_from or node.valid_to then return false end
  for name in pairs(node:properties()) do
    local is_told = name == "undeclared" or name == "unknown" or is_undeclared and
      (name == "bundle" and node.kind == "dataset" or has_invalidations and (name == "state" or name == "deleted_at"))
    if not is_told then return false end
  end
  if is_undeclared and is_open or is_open and node.key:sub(1, 8) ~= "unknown/" then return false end
  return node:get("bundle") == true or #node:edges("up") > 0 or #node:edges("down") > 0
end

-- Marks that nothing else says.
local function tell_marks(said, node)
  for _, mark in ipairs { "undeclared", "unknown", "bundle" } do
    if node:get(mark) == true and not (mark == "bundle" and node.kind == "dataset") then prov.say_own(said, mark, true) end
  end
end

local function write_element(writer, node, name)
  local said = prov.said_of(node:properties(), prov.element_names)
  tell_interval(said, node)
  tell_marks(said, node)
  if said["amont:state"] and has_invalidations and #node:edges("up", "invalidated_by") > 0 then  -- an import takes it from these
    said["amont:state"], said["amont:deleted_at"] = nil, nil
  end
  if name:sub(1, 6) == "amont:" then
    local types, own = said["prov:type"] or {}, prov.own_types(node.kind)
    if prov.has_type(types, own[1]) or prov.has_type(types, own[2]) then  -- which an import takes for those of the kind
      prov.say_own(said, "prov:type", node:get("prov:type"))
      types = {}
    end
    for _, type in ipairs(own) do types[#types + 1] = type end
    said["prov:type"] = types
  end
  writer.element(class_of_kind(node.kind), name, said)
end

local function fits(is, kind)
  return is == "any" or is == class_of_kind(kind)
end

-- The relation that an edge is: PROV's own, or an influence that says what it is.
local function relation_of(kind, props, from_kind, to_kind)
  for _, relation in ipairs(prov.relations) do
    local from, to = relation[1][2], relation[2][2]
    if relation.reversed then from, to = to, from end
    if relation.edge == kind and fits(from, from_kind) and fits(to, to_kind)
      and (relation.name == "mentionOf") == (kind == "version_of" and prov.is_ref(props.mentioned_in)) then
      return relation
    end
  end
  return prov.by_name.wasInfluencedBy
end

local function argument_of(said, props, what, property)
  if what == "time" then
    local values = said["prov:time"]
    said["prov:time"] = nil
    return values and values[1] or false
  end
  local value = props[property]
  local name
  if what == "name" then
    name = type(value) == "string" and name_of_iri(value)
  else
    name = prov.is_ref(value) and name_of_ref(value, what)
  end
  if value ~= nil and not name then prov.say_own(said, property, value) end
  return name or false
end

-- What is open at an end has no name.
local names, names_held = {}, 0
local function name_of_end(ref)
  local name = names[ref]
  if name == nil then
    if names_held == 20000 then names, names_held = {}, 0 end
    local item = node(ref)
    name = not (item:get("unknown") == true and is_only_named(item)) and name_of(item)
    names[ref], names_held = name, names_held + 1
  end
  return name
end

-- One id may be told with several times; those after the first follow it.
local further = {}  -- edges by relation and id: see prov-in's label "ID (2)"

local function key_of(relation, props)
  return relation.name .. " " .. props["prov:id"] .. " " .. (props.bundle or "")
end

-- The id of a relation; nil when it has none that an import would make its label of.
local function id_of(edge, props)
  local id = props["prov:id"]
  if type(id) ~= "string" or not prov.is_declared(id) or edge.label:sub(1, #id) ~= id then return nil end
  local rest = edge.label:sub(#id + 1)
  return (rest == "" or rest:find("^ %(%d+%)$") or rest:find("^ in ")) and id or nil
end

local function is_further(edge, props)
  return edge.label:find(" %(%d+%)$") ~= nil and id_of(edge, props) ~= nil
end

local function write_relation(writer, edge, relation, props)
  local said = prov.said_of(props, relation.names)
  tell_interval(said, edge)
  local id = id_of(edge, props)
  if not id and props["prov:id"] ~= nil then prov.say_own(said, "prov:id", props["prov:id"]) end
  if props.bundle ~= nil and not is_bundle[props.bundle] then prov.say_own(said, "bundle", props.bundle) end
  if relation.edge ~= edge.kind then said["amont:edge.kind"] = { edge.kind } end
  local arguments = { name_of_end(edge.from), name_of_end(edge.to) }
  local label = prov.are_own(arguments) and "" or prov.label_of(props)
  if not id and edge.label ~= label then said["amont:edge.label"] = { prov.text(edge.label) } end
  if relation.reversed then arguments[1], arguments[2] = arguments[2], arguments[1] end
  for i = 3, #relation do arguments[i] = argument_of(said, props, relation[i][2], relation[i][3]) end
  writer.relation(relation, id, arguments, said)
  local same_id = id and not is_further(edge, props) and further[key_of(relation, props)]
  if same_id then
    table.sort(same_id, function(a, b)  -- by number
      local one, other = a[1].label, b[1].label
      return #one < #other or #one == #other and one < other
    end)
    for _, one in ipairs(same_id) do write_relation(writer, one[1], one[2], one[3]) end
  end
end

-- The register ---------------------------------------------------------------------------------------------------------

local classes = { "entity", "activity", "agent" }

local function kinds_in(class)
  local kinds = {}
  for _, kind in ipairs(schema().nodes) do
    if class_of_kind(kind.name) == class and kind.name ~= "prefixes" then kinds[#kinds + 1] = kind.name end
  end
  table.sort(kinds)
  return kinds
end

-- Which kinds of edges leave which kinds of nodes.
local function survey()
  local leaving = {}
  for _, class in ipairs(classes) do
    for _, kind in ipairs(kinds_in(class)) do
      for node in nodes(kind) do
        for _, edge in ipairs(node:edges("up")) do
          leaving[edge.kind] = leaving[edge.kind] or {}
          leaving[edge.kind][kind] = true
          if edge.label:sub(-1) == ")" then
            local props = edge:properties()
            if is_further(edge, props) then
              local relation = relation_of(edge.kind, props, kind, edge.to:match("^[^:]+"))
              local key = key_of(relation, props)
              further[key] = further[key] or {}
              table.insert(further[key], { edge, relation, props })
            end
          end
        end
      end
    end
  end
  return leaving
end

-- Whether an edge is what a bundle says of an element.
local function is_description(edge)
  if edge.kind ~= "describes" or edge.label ~= "" or edge.valid_from or edge.valid_to then return false end
  local from = node(edge.from)
  return from.kind == "dataset" and from:get("bundle") == true
end

-- Writes the relations said outside of bundles, and gives those said in them, by bundle: { edge, relation, properties }.
local function write_relations(writer, leaving)
  local inside = {}
  local function pass(edge_kind, wanted)
    for kind in pairs(leaving[edge_kind] or {}) do
      for item in nodes(kind) do
        for _, edge in ipairs(item:edges("up", edge_kind)) do
          local props = edge:properties()
          local relation = relation_of(edge_kind, props, kind, edge.to:match("^[^:]+"))
          if relation == wanted and not is_further(edge, props) and not is_description(edge) then
            local bundle = props.bundle
            if is_bundle[bundle] then
              inside[bundle] = inside[bundle] or {}
              table.insert(inside[bundle], { edge, relation, props })
            else
              write_relation(writer, edge, relation, props)
            end
          end
        end
      end
    end
  end
  for _, relation in ipairs(prov.relations) do
    if relation.name ~= "wasInfluencedBy" then
      pass(relation.edge, relation)
    else
      for edge_kind in pairs(leaving) do pass(edge_kind, relation) end
    end
  end
  return inside
end

local function write_bundle(writer, bundle, relations)
  writer.begin_bundle(name_of(bundle))
  for _, class in ipairs(classes) do
    for _, edge in ipairs(bundle:edges("up", "describes")) do
      local item = node(edge.to)
      if is_description(edge) and class_of_kind(item.kind) == class then
        writer.element(class, name_of(item), prov.said_of(edge:properties(), prov.element_names))
      end
    end
  end
  for _, one in ipairs(relations) do write_relation(writer, one[1], one[2], one[3]) end
  writer.end_bundle()
end

function prov.export(writer)
  load_prefixes()
  for _, kind in ipairs(schema().edges) do
    has_bundles = has_bundles or kind.name == "describes"
    has_invalidations = has_invalidations or kind.name == "invalidated_by"
  end
  for item in nodes("dataset") do
    if item:get("bundle") == true then
      bundles[#bundles + 1] = item
      is_bundle[iri_of_bundle(item)] = true
    end
  end
  writer.begin(prefixes)
  local declared = own_schema(prov.schema)
  if declared ~= "" then writer.element("entity", prov.schema_name, { [prov.schema_name] = { declared } }) end
  for _, class in ipairs(classes) do
    for _, kind in ipairs(kinds_in(class)) do
      for item in nodes(kind) do
        if not is_only_named(item) then write_element(writer, item, name_of(item)) end
      end
    end
  end
  local inside = write_relations(writer, survey())
  for _, bundle in ipairs(bundles) do write_bundle(writer, bundle, inside[iri_of_bundle(bundle)] or {}) end
  writer.finish()
end

return prov
