-- prov_names: the prefixes and names of documents of PROV, as the register has them. It adds to the part prov, and tells where a document is
-- wrong, for the parts that read more of it.
--
-- Errors are rejects that begin with `prov.at` and `prov.member`, which readers set to where they are.

local names_max = 20000  -- qualified names that were read

local registered, by_iri  -- prefixes of the register

prov.at = ""
prov.member = nil  -- the name of what is read there

-- The line that is read, when the reader knows it better than the import does.
prov.line = nil

function prov.place() return prov.at .. (prov.member and prov.member .. ": " or "") end

function prov.fail(text)
  reject(prov.place() .. text, prov.line)
  return nil
end

-- What names mean, by their scope: a table of names as the register has them, one of their IRIs, by the text that was read.
local meanings, names_held = {}, 0

prov.round = 1  -- grows when what a scope remembers of the refs that its names led to is not so any more

local is_stale = true  -- what is known of prefixes may be what a document said that was left out

-- What was put for a record that is left out is not there.
function prov.forget_prefixes() is_stale = true end

local function load_prefixes()
  registered, by_iri, is_stale = {}, {}, false
  prov.declared = registered
  for _, known_ones in ipairs { prov.standard, known("prefixes:prov") or {} } do
    for prefix, iri in pairs(known_ones) do
      registered[prefix] = iri
      by_iri[iri] = by_iri[iri] or prefix
    end
  end
  by_iri["http://www.w3.org/2001/XMLSchema"] = "xsd"  -- as older writers have it
end

local function register(prefix, iri)
  if by_iri[iri] then return by_iri[iri] end
  local stem, number = (prefix == "" or prefix == "default") and "ns" or prefix, 1
  local name = stem
  while registered[name] do
    number = number + 1
    name = stem .. "_" .. number
  end
  node("prefixes:prov", { [name] = iri })
  registered[name], by_iri[iri] = iri, name
  return name
end

function prov.document()
  if is_stale then load_prefixes() end
  meanings, names_held = {}, 0
  return { prefixes = {}, in_bundles = {}, ids = {}, ids_count = 0 }
end

-- Of which the name is not known yet, since its own prefixes may be those of its name.
function prov.bundle(document)
  return { prefixes = {}, outer = document }
end

function prov.declare(scope, prefix, iri)
  if type(iri) ~= "string" or iri == "" then return prov.fail("the prefix " .. prefix .. " stands for no IRI") end
  if (prefix == "prov" or prefix == "xsd") and by_iri[iri] ~= prefix then
    return warn(prov.place() .. "the prefix " .. prefix .. " can't stand for " .. iri .. ", and keeps its own meaning", prov.line)
  end
  scope.prefixes[prefix] = register(prefix, iri)
  meanings, names_held, prov.round = {}, 0, prov.round + 1
end

local function prefix_in(scope, prefix)
  return scope.prefixes[prefix] or scope.outer and scope.outer.prefixes[prefix] or prov.standard[prefix] and prefix
end

local function find_meaning(scope, text)
  local colon = text:find(":", 1, true)
  local prefix = prefix_in(scope, colon and text:sub(1, colon - 1) or "")
  if prefix then
    local rest = colon and text:sub(colon + 1) or text
    return prefix .. ":" .. rest, registered[prefix] .. rest
  end
  for _, prefixes in ipairs { scope.prefixes, scope.outer and scope.outer.prefixes or {} } do
    for _, name in pairs(prefixes) do  -- an IRI, written out
      local iri = registered[name]
      if text:sub(1, #iri) == iri then return name .. ":" .. text:sub(#iri + 1), text end
    end
  end
  if not colon then return prov.fail(text .. " has no prefix, and there is no default namespace") end
  return prov.fail("the prefix of " .. text .. " is not declared")
end

-- A qualified name as the register has it, and its IRI. Nothing, and a reject, when its prefix is not declared.
function prov.resolve(scope, text)
  local meant = meanings[scope]
  local name = meant and meant.names[text]
  if name then return name, meant.iris[text] end
  if type(text) ~= "string" or text == "" then return prov.fail("expected a qualified name, got " .. json(text)) end
  local iri
  name, iri = find_meaning(scope, text)
  if not name then return nil end
  if names_held == names_max then meanings, names_held, meant = {}, 0, nil end
  if not meant then
    meant = { names = {}, iris = {} }
    meanings[scope] = meant
  end
  meant.names[text], meant.iris[text], names_held = name, iri, names_held + 1
  return name, iri
end

function prov.typed_in(scope, text, type_name)
  local type = prov.resolve(scope, type_name)
  if type == "prov:QUALIFIED_NAME" or type == "xsd:QName" then
    local name = prov.resolve(scope, text)
    return name and prov.name(name)
  end
  return type and prov.typed(text, type)
end

return prov
