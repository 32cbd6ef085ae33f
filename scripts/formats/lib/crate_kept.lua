-- crate_kept: what of an entity is kept as it stands: simple properties under their own names, others as crate_NAME, their JSON text.
-- It uses the parts values and crate_graph.

local crate_kept = {}

local given, text_of = values.given, values.text_of
local set_of, without_persons = crate_graph.set_of, crate_graph.without_persons

local is_simple = set_of("alternateName contentSize encodingFormat sha1 sha256 sha512 md5 url version softwareVersion license "
  .. "identifier keywords datePublished dateCreated dateModified codeRepository applicationCategory position contentUrl "
  .. "runtimePlatform additionalType sdDatePublished")

crate_kept.list_items_max = 10000  -- of a property
local text_bytes_max = 1 << 20

-- nil, and told, when it is too much for a property.
function crate_kept.json_text(where, value)
  local ok, text = pcall(json, value)
  if ok and #text <= text_bytes_max then return text end
  warn(where .. " is too large for a property, and was left out")
  return nil
end

function crate_kept.json_list(where, list)
  return #list > 0 and crate_kept.json_text(where, list) or nil
end

-- Several JSON texts to an item, one to a line, so that a list holds all.
function crate_kept.packed(texts)
  local items, item, bytes = {}, {}, 0
  for i, text in ipairs(texts) do
    item[#item + 1] = text
    bytes = bytes + #text
    if bytes > 65536 or i == #texts then
      items[#items + 1] = table.concat(item, "\n")
      item, bytes = {}, 0
    end
  end
  return items
end

crate_kept.never_kept = set_of("@id @type type name description types id ref stands amontRef amontAbsent amontProject is_person "
  .. "is_instrument is_passed is_sign_off is_descriptor")

-- Adds to the properties what else is said of the entity, but for the fields in `taken`.
function crate_kept.keep_rest(props, entity, taken)
  for name, value in pairs(entity) do
    if not crate_kept.never_kept[name] and not (taken and taken[name]) then
      local kept = without_persons(name, value)
      if kept ~= nil and (#name > 200 or name:find("%c")) then
        warn(entity.id .. ": a property has a name that is none here, and was left out")
      elseif type(kept) == "string" and is_simple[name] then
        props[name] = kept
      elseif kept ~= nil then
        props["crate_" .. name] = crate_kept.json_text(entity.id .. ": " .. name, kept)
      end
    end
  end
end

local function add_crate(ref, crate)
  local crates = {}
  for _, root in ipairs((known(ref) or {}).crates or {}) do crates[root] = true end
  crates[crate.root_ref] = true
  local list = {}
  for root in pairs(crates) do list[#list + 1] = root end
  return list
end

-- The properties that all records of a crate have.
function crate_kept.common(entity, ref, crate)
  local title = text_of(entity.name) or text_of(entity.alternateName)
  if not title and entity == crate.root then title = crate.base:match("([^/]+)$") end
  return {
    title = title or entity.id:match("([^/#]+)/?$") or entity.id,
    crate_name = not text_of(entity.name) and given(entity.name) and crate_kept.json_text(entity.id .. ": name", entity.name) or nil,
    crate_unnamed = not text_of(entity.name) or nil,
    description = text_of(entity.description),
    crate_description = not text_of(entity.description) and given(entity.description)
      and crate_kept.json_text(entity.id .. ": description", entity.description) or nil,
    crate_id = entity["@id"], crate_type = #entity.types > 0 and entity.types or nil, crates = add_crate(ref, crate),
  }
end

return crate_kept
