-- What PROV-JSON and PROV-N tell, taken into the register. formats/lib/prov, which it adds to, has the mapping; prov_names, prov_said and
-- prov_relations, which add to it too, do the names, the attributes and the relations. All elements come before relations.
--
--   scope = prov.document()                         a document; prov.bundle(scope) one of its bundles, given its name by prov.describe
--   prov.declare(scope, "ex", "http://...")         "" is the default namespace
--   prov.attribute(said, scope, "ex:size", 12)      adds to what a statement says: `said` is a table, empty at first
--   prov.element(scope, "entity", "ex:a", said)
--   prov.relation(scope, relation, "ex:id", { "ex:a", "ex:b" }, said)     the arguments of the relation in order; nil is left open
--
-- One id told twice is one statement, as PROV-CONSTRAINTS has it: attributes join, what is left open once may be said the other time,
-- and what is said in two ways is refused. Only the times of one relation may differ (PROV calls that scruffy): both are kept.

schema(prov.schema)

local refs_max = 20000  -- refs known to be there, so that they aren't looked up again

-- Elements -------------------------------------------------------------------------------------------------------------

local ref_of, refs_held = {}, 0  -- of entities and activities that are there, by class and IRI

local function remember(class, iri, ref)
  if refs_held == refs_max then ref_of, refs_held = {}, 0 end
  ref_of[class .. iri], refs_held = ref, refs_held + 1
end

-- The kinds of node that an element of a class may be.
prov.kinds = { entity = { "dataset" }, activity = { "run" }, agent = { "agent", "organisation" },
               any = { "dataset", "run", "agent", "organisation" } }
local kinds = prov.kinds
local other_kind = { entity = "run:", activity = "dataset:" }

-- Whether what is said in this document, or this bundle, of an element makes it an entity and an activity, which are disjoint.
local function is_both(scope, class, iri)
  local other = other_kind[class]
  if not other then return false end
  if scope.outer then return known("describes", scope.ref, other .. iri, "") ~= nil end
  local found = known(other .. iri)
  return found ~= nil and not found.undeclared
end

-- The ref of an element, and what the register knows of it.
local function find(class, iri, is_organisation)
  local own = prov.ref_of_own(iri)
  if own then return own, known(own) end
  for _, kind in ipairs(kinds[class]) do
    local before = known(kind .. ":" .. iri)
    if before then return kind .. ":" .. iri, before end
  end
  return (is_organisation and "organisation" or kinds[class][1]) .. ":" .. iri, nil
end

-- The ref of an element that something else names, put if need be.
local function named_by_iri(class, iri)
  local ref, before = ref_of[class .. iri], nil
  if ref then return ref end
  ref, before = find(class, iri)
  if not before then node(ref, { undeclared = true }) end
  if class ~= "any" then remember(class, iri, ref) end
  return ref
end

local spellings_held = 0  -- names whose refs are remembered in their scopes

function prov.named(scope, class, text)
  local round = prov.round
  if scope.round ~= round then scope.round, scope.entity, scope.activity, scope.agent = round, {}, {}, {} end
  local refs = scope[class]  -- none of "any"
  local ref = refs and refs[text]
  if ref then return ref end
  local name, iri = prov.resolve(scope, text)
  ref = name and named_by_iri(class, iri)
  if ref and refs then
    if spellings_held == refs_max then spellings_held, prov.round = 0, round + 1 end
    refs[text], spellings_held = ref, spellings_held + 1
  end
  return ref
end

-- Begins what a bundle says. Its name is read with prefixes of its own when `own_prefixes` says so.
function prov.describe(bundle, text, own_prefixes)
  local iri
  bundle.name, iri = prov.resolve(own_prefixes and bundle or bundle.outer, text)
  if not bundle.name then return false end
  local told = bundle.outer.in_bundles[iri]  -- PROV-N may tell a bundle in pieces
  bundle.iri, bundle.describes = iri, told and told.describes or {}
  bundle.outer.in_bundles[iri] = bundle
  bundle.ref = named_by_iri("entity", iri)
  if bundle.ref then node(bundle.ref, { bundle = true }) end
  return bundle.ref ~= nil
end

-- The types that its IRI says already.
local function drop_own_types(said, ref)
  local kept = {}
  local own = prov.own_types(ref:match("^[^:]+"))
  for _, value in ipairs(said["prov:type"] or {}) do
    if not prov.has_type(own, value) then kept[#kept + 1] = value end
  end
  said["prov:type"] = #kept > 0 and kept or nil
end

function prov.element(scope, class, text, said)
  local name, iri = prov.resolve(scope, text)
  if not name then return end
  if iri == prov.schema_iri and said[prov.schema_name] then
    return schema(prov.read_value(said[prov.schema_name][1]).text)
  end
  local ref, before = find(class, iri, prov.has_type(said["prov:type"], "'prov:Organization'"))
  if (not before or before.undeclared) and is_both(scope, class, iri) then
    return prov.fail(name .. " is an entity and an activity, which nothing can be (constraint 55)")
  end
  if name:sub(1, 6) == "amont:" then drop_own_types(said, ref) end
  if scope.outer then
    if not before then node(ref, { undeclared = true }) end
    local types = said["prov:type"]
    if prov.has_type(types, "'prov:Bundle'") or prov.has_type(types, "prov:Bundle") then scope.describes[iri] = true end
    local props = prov.joined(said, prov.element_names, known("describes", scope.ref, ref, ""))
    if props then edge("describes", scope.ref, ref, { props = props }) end
    return
  end
  local props, own = prov.joined(said, prov.element_names, before)
  if not props then return end
  if before and before.undeclared and props.undeclared == nil then props.undeclared = null end
  node(ref, props, next(own) and { valid_from = own.valid_from, valid_to = own.valid_to } or nil)
  remember(class, iri, ref)
end

-- An end that is left open: a node of its own for each relation that leaves it so.
function prov.open_end(class, key)
  local ref = kinds[class][1] .. ":unknown/" .. key
  if not ref_of["unknown" .. ref] then
    node(ref, { unknown = true })
    remember("unknown", ref, ref)
  end
  return ref
end

-- What was put for a record that is left out is not there.
function undo()
  ref_of, refs_held, prov.round = {}, 0, prov.round + 1
  prov.forget_prefixes()
end

-- Bundles --------------------------------------------------------------------------------------------------------------

-- To be called when a document has been read. Refuses bundles that describe each other as bundles: none of them could have been there
-- first. That a bundle describes itself is usual.
function prov.finish(document)
  local state = {}  -- of a bundle: 1 while those that it describes are looked at, 2 after
  for iri, bundle in pairs(document.in_bundles) do
    local path = { { bundle, nil } }
    if state[iri] then path = {} else state[iri] = 1 end
    while #path > 0 do
      local top = path[#path]
      local next_iri = next(top[1].describes, top[2])
      top[2] = next_iri
      local inner = next_iri and document.in_bundles[next_iri]
      if not next_iri then
        state[top[1].iri] = 2
        path[#path] = nil
      elseif inner and state[next_iri] == 1 and inner ~= top[1] then
        return prov.fail("the bundles " .. inner.name .. " and " .. top[1].name .. " describe each other")
      elseif inner and not state[next_iri] then
        state[next_iri] = 1
        path[#path + 1] = { inner, nil }
      end
    end
  end
end

return prov
