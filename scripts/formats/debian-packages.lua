--- Debian's package graph, from apt's own Packages lists: which package was built upon which.
--- @format debian-packages
--- @input lines
--
-- A list is made of stanzas, one for a package, separated by empty lines ("Field: value", deb822). It may be of any
-- length: what is kept while it is read is the dependency fields, and each node is put once, before any edge.
--
-- What becomes what:
--   a stanza                 package:NAME, with its version, section and so on
--   Depends, Pre-Depends: a  depends_on: certain
--   Depends: a | b           may_depend_on, an edge to each: any of them will do, so each is only possible
--   Recommends: a            recommends: possible, since one may do without
--   Provides: v              the property `provides`; and where something depends on `v`, and no stanza is called that,
--                            package:v with virtual = true, and a provided_by edge to each of its providers: possible
--   a name nobody provides   package:NAME with missing = true
--
-- So a walk upstream from a package gives what it was built upon: exact is what is always there, possible is what may
-- be. Suggests, Enhances, Conflicts, Breaks and Replaces say nothing about that and are left out, and so are the names
-- of maintainers: this is a register of packages, not of people. Where a name has several stanzas, the last one counts.

schema [[
node "package" {
  title = "text",
  version = "text plain",
  section = "text plain",
  priority = "text plain",
  architecture = "text plain",
  multi_arch = "text plain",
  source = "text plain",
  essential = "boolean",
  installed_size = "integer",
  provides = "list of text plain",
  virtual = "boolean",
  missing = "boolean",
}

edge "depends_on" {
  class = "lineage",
  ends = { { from = { "package" }, to = { "package" } } },
  props = { version = "text plain", qualifier = "text plain", pre = "boolean" },
}

edge "may_depend_on" {
  class = "lineage",
  weak = true,
  ends = { { from = { "package" }, to = { "package" } } },
  props = { version = "text plain", qualifier = "text plain", pre = "boolean", alternatives = "text plain" },
}

edge "recommends" {
  class = "lineage",
  weak = true,
  ends = { { from = { "package" }, to = { "package" } } },
  props = { version = "text plain", qualifier = "text plain", alternatives = "text plain" },
}

edge "provided_by" {
  class = "lineage",
  weak = true,
  ends = { { from = { "package" }, to = { "package" } } },
  props = { version = "text plain" },
}
]]

-- The fields that are read; everything else in a stanza is passed over.
local wanted = {
  ["Package"] = true, ["Version"] = true, ["Section"] = true, ["Priority"] = true, ["Architecture"] = true,
  ["Multi-Arch"] = true, ["Source"] = true, ["Essential"] = true, ["Installed-Size"] = true, ["Description"] = true,
  ["Depends"] = true, ["Pre-Depends"] = true, ["Recommends"] = true, ["Provides"] = true,
}

-- Long values of these may go on in the next line, which then begins with a space.
local folded = { ["Depends"] = true, ["Pre-Depends"] = true, ["Recommends"] = true, ["Provides"] = true }

-- "libc6:any (>= 2.36)" -> "libc6", ">= 2.36", "any"
local function relation(text)
  local name, rest = text:match("^%s*([^%s:(]+)(.*)$")
  if not name then return nil end
  if rest == "" then return name end
  return name, rest:match("%(([^)]*)%)"), rest:match("^:([%w-]+)")
end

-- Names of a Provides field, in order, with the version that is provided.
local function provided(text)
  local names, versions = {}, {}
  for part in text:gmatch("[^,]+") do
    local name, version = relation(part)
    if name then
      names[#names + 1] = name
      versions[name] = version
    end
  end
  return names, versions
end

local function package_props(stanza)
  return {
    title = stanza["Description"],
    version = stanza["Version"],
    section = stanza["Section"],
    priority = stanza["Priority"],
    architecture = stanza["Architecture"],
    multi_arch = stanza["Multi-Arch"],
    source = stanza["Source"],
    essential = stanza["Essential"] == "yes" or nil,
    installed_size = math.tointeger(tonumber(stanza["Installed-Size"])),
    provides = stanza["Provides"] and (provided(stanza["Provides"])),
    virtual = null,  -- a list read before this one may have known it by name only
    missing = null,
  }
end

-- One package's edges by kind and target, in the order of the fields. Two constraints on one target are one edge:
-- "a (>= 1), a (<< 2)" is the version ">= 1, << 2".
local function add_field(edges, field, text)
  for group in text:gmatch("[^,]+") do
    local is_choice = group:find("|", 1, true) ~= nil
    local kind = field == "Recommends" and "recommends" or is_choice and "may_depend_on" or "depends_on"
    for part in group:gmatch("[^|]+") do
      local name, version, qualifier = relation(part)
      if name then
        local id = kind .. " " .. name
        local found = edges[id]
        if not found then
          found = { kind = kind, name = name, props = {} }
          edges[id] = found
          edges[#edges + 1] = found
        end
        local props = found.props
        if version then props.version = props.version and props.version .. ", " .. version or version end
        if qualifier then props.qualifier = qualifier end
        if field == "Pre-Depends" then props.pre = true end
        if is_choice then props.alternatives = group:match("^%s*(.-)%s*$") end
      end
    end
  end
end

local fields_in_order = { "Pre-Depends", "Depends", "Recommends" }

-- Reads every stanza and puts its package. Returns what the edges need: the names in the list, and the dependency
-- fields of each, still as text, since text is small.
local function read_packages(next_line)
  local known, names, fields, provides = {}, {}, {}, {}
  for _, field in ipairs(fields_in_order) do fields[field] = {} end
  local unreadable = 0
  local stanza, current = {}, nil

  local function close()
    local name = stanza["Package"]
    if name then
      node("package:" .. name, package_props(stanza))
      if not known[name] then
        known[name] = true
        names[#names + 1] = name
      end
      for _, field in ipairs(fields_in_order) do
        fields[field][name] = stanza[field]
      end
      provides[name] = stanza["Provides"]
    elseif current then
      unreadable = unreadable + 1
    end
    stanza, current = {}, nil
  end

  for line in next_line do
    local first = line:sub(1, 1)
    if first == "" then
      close()
    elseif first == " " or first == "\t" then
      if folded[current] and stanza[current] then stanza[current] = stanza[current] .. line end
    else
      local colon = line:find(":", 1, true)
      if colon then
        current = line:sub(1, colon - 1)
        if wanted[current] then stanza[current] = line:match("^%s*(.*%S)", colon + 1) end
      end
    end
  end
  close()
  if unreadable > 0 then warn(unreadable .. " stanzas have no Package field and were left out") end
  return known, names, fields, provides
end

-- Virtual names: name -> list of providers, for names that no stanza has.
local function providers_of(known, names, provides)
  local providers = {}
  for _, provider in ipairs(names) do
    local text = provides[provider]
    if text then
      local list, versions = provided(text)
      for _, name in ipairs(list) do
        if not known[name] then
          providers[name] = providers[name] or {}
          table.insert(providers[name], { name = provider, version = versions[name] })
        end
      end
    end
  end
  return providers
end

function convert(next_line, file)
  local known, names, fields, provides = read_packages(next_line)
  if #names == 0 then return reject("it has no stanza with a field Package") end
  local providers = providers_of(known, names, provides)

  -- The first time a name turns up that has no stanza: the node, and where it leads.
  local function meet(name)
    if known[name] then return end
    known[name] = true
    local by = providers[name]
    node("package:" .. name, by and { virtual = true } or { missing = true })
    local seen = {}
    for _, provider in ipairs(by or {}) do
      if not seen[provider.name] then
        seen[provider.name] = true
        edge("provided_by", "package:" .. name, "package:" .. provider.name, { props = { version = provider.version } })
      end
    end
  end

  for _, name in ipairs(names) do
    local edges = {}
    for _, field in ipairs(fields_in_order) do
      local text = fields[field][name]
      if text then add_field(edges, field, text) end
    end
    for _, found in ipairs(edges) do
      meet(found.name)
      edge(found.kind, "package:" .. name, "package:" .. found.name, { props = found.props })
    end
  end
end
