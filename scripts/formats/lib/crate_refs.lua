-- crate_refs: which records the entities of a crate are. It uses the parts values and crate_graph.

local crate_refs = {}

local given, text_of, each = values.given, values.text_of, values.each
local set_of, has_type, named, id_of = crate_graph.set_of, crate_graph.has_type, crate_graph.named, crate_graph.id_of
local is_address, is_action = crate_graph.is_address, crate_graph.is_action

local crate  -- at hand

-- Data that is referred to and not described, by ref.
crate_refs.absent = {}

-- Data and organisations that have an address are the same in all crates; code has what this crate says of it.
local function local_key(id, kind)
  if is_address(id) and kind ~= "job" and kind ~= "run" and kind ~= "approval" then return id end
  return crate.base .. (id:find("^#") and "" or "/") .. id
end

-- nil for what has no record.
local function kind_of(entity)
  if entity == crate.root then return "output" end
  if entity.is_person or entity.is_descriptor then return nil end
  if is_action(entity) then return entity.is_sign_off and "approval" or "run" end
  if entity.is_instrument then return "job" end
  if has_type(entity, crate_graph.is_container) then return nil end
  local data = has_type(entity, crate_graph.is_data)
  if has_type(entity, crate_graph.is_code) and not (data and entity.is_passed) then return "job" end
  if data then return "dataset" end
  if has_type(entity, crate_graph.is_organisation) then return "organisation" end
  if has_type(entity, set_of("Project ResearchProject")) then return "project" end
  if has_type(entity, crate_graph.is_article) then return "publication" end
  return nil
end

-- The kinds that what amont exported may say of itself, by the kind that it would have here.
local may_be = {
  dataset = set_of("dataset output"), output = set_of("output"), run = set_of("run project"), approval = set_of("approval"),
  job = set_of("job"), organisation = set_of("organisation"), project = set_of("project"), publication = set_of("publication"),
}

-- false for what has no record.
local function ref_of(entity)
  if entity.ref ~= nil then return entity.ref end
  local kind = not entity.amontAbsent and kind_of(entity)
  local said = text_of(entity.amontRef)
  if not kind then
    entity.ref = false
  elseif said and may_be[kind][said:match("^(%l+):") or ""] then
    entity.ref = said
    entity.stands = known(said) ~= nil  -- and is not changed by what a crate says of it
  elseif entity == crate.root then
    entity.ref = "output:" .. crate.base
  else
    entity.ref = kind .. ":" .. local_key(entity.id, kind)
  end
  return entity.ref
end

-- The data that a reference means: described, or only named.
local function data_of(value)
  local entity, id = named(value)
  if entity then
    local ref = ref_of(entity)
    return ref and (ref:find("^dataset:") or ref:find("^output:")) and ref or nil
  end
  if type(value) ~= "table" or not id or crate_graph.is_persons_id(id) then return nil end
  local ref = "dataset:" .. local_key(id)
  if not crate_refs.absent[ref] then
    crate_refs.absent[ref] = true
    if not known(ref) then node(ref, { title = id, crate_id = value["@id"], crate_absent = true, crates = { crate.root_ref } }) end
  end
  return ref
end

-- The ref of what a reference means when it is of that kind; else nil.
local function ref_to(value, kind)
  local entity = named(value)
  local ref = entity and ref_of(entity)
  return ref and ref:find("^" .. kind .. ":") and ref or nil
end

local function base_of(root, file)
  local id = root.id
  if is_address(id) then return (id:gsub("/+$", "")) end
  for _, said in ipairs(each(root.identifier)) do
    local entity = named(said)
    if entity and given(entity.value) then said = entity.value end
    local text = text_of(said) or id_of(said)
    if text and not text:find("%c") then return "crate/" .. text end
  end
  local path = file.path:gsub("[^/]*$", function(name)
    return (name:gsub("[-_.]?ro%-crate%-metadata%.json$", ""):gsub("%.json$", ""))
  end):gsub("/+$", "")
  local name = path:match("([^/]+)$")
  if not name or name == "." or name == ".." then name = text_of(root.name) or "unnamed" end
  return "crate/" .. (name:gsub("%c", "-"))
end

-- To be called before anything else is asked of a crate. False, and a reject, when an import has two crates of one name.
local roots = {}
function crate_refs.begin(read, file)
  crate = read
  crate.base = base_of(crate.root, file)
  crate.root_ref = ref_of(crate.root)
  if roots[crate.root_ref] then
    reject("another crate of this import is called " .. crate.root_ref .. " too; give its root an identifier")
    return false
  end
  roots[crate.root_ref] = true
  return true
end

crate_refs.kind_of, crate_refs.ref_of, crate_refs.data_of, crate_refs.ref_to = kind_of, ref_of, data_of, ref_to

return crate_refs
