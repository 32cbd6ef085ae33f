--- PROV-N (https://www.w3.org/TR/prov-n/): provenance as people write it down.
--- @format prov-n
--- @input lines
--- @uses formats/lib/prov
--- @uses formats/lib/prov_names
--- @uses formats/lib/prov_attributes
--- @uses formats/lib/prov_said
--- @uses formats/lib/prov_in
--- @uses formats/lib/prov_relations
--- @sign "endDocument"
--- @sign "document" "prefix " "entity("
--- @sign "document" "prefix " "activity("
--
-- What becomes what stands in lib/prov.lua. Of extensions there are those of ProvToolbox that name a relation of PROV (provext:);
-- others, such as PROV-Dictionary's, are counted. wasRevisionOf, wasQuotedFrom and hadPrimarySource, as drafts had them, are
-- derivations.

local held_max = 50000  -- relations kept until the elements that they name have been read

local derivations = { wasRevisionOf = "'prov:Revision'", wasQuotedFrom = "'prov:Quotation'", hadPrimarySource = "'prov:PrimarySource'" }

-- Tokens ---------------------------------------------------------------------------------------------------------------

local next_line, line, at, number  -- the text being read, its line at hand, the place in it, the line's number
local kind, text                   -- of the token at hand; kind is "word", "string", "name", "iri", a mark, or "end"
local broken                       -- after a syntax error nothing more is read

local function wrong(what)
  broken = true
  prov.line = number
  return prov.fail(what)
end

local function read_line()
  line, at = next_line(), 1
  number = number + 1
  return line ~= nil
end

-- Up to `closing`, over several lines if need be; the place is behind it.
local function take_until(closing, what)
  local parts, began = {}, number
  while true do
    local first = line:find(closing, at, true)
    while first and what == "text" and line:sub(1, first - 1):match("\\*$"):len() % 2 == 1 do
      first = line:find(closing, first + 1, true)
    end
    if first then
      parts[#parts + 1] = line:sub(at, first - 1)
      at = first + #closing
      return table.concat(parts, "\n")
    end
    parts[#parts + 1] = line:sub(at)
    if not read_line() then
      number = began
      wrong("the " .. what .. " that begins here has no end")
      return ""
    end
  end
end

local escaped = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f" }

local function unescaped(raw)
  if not raw:find("\\", 1, true) then return raw end
  return (raw:gsub("\\(.)", function(c) return escaped[c] or c end))
end

local function plain_name(raw)
  if not raw:find("\\", 1, true) then return raw end
  return (raw:gsub("\\(.)", "%1"))
end

local function advance()
  while true do
    if not line then
      kind, text = "end", "the end"
      return
    end
    local first = line:find("%S", at)
    if not first then
      read_line()
    elseif line:sub(first, first + 1) == "//" then
      read_line()
    elseif line:sub(first, first + 1) == "/*" then
      at = first + 2
      take_until("*/", "comment")
      if broken then
        kind, text = "end", "the end"
        return
      end
    else
      at = first
      break
    end
  end
  local first = line:sub(at, at)
  if first == '"' then
    kind = "string"
    if line:sub(at, at + 2) == '"""' then
      at = at + 3
      text = unescaped(take_until('"""', "text"))
    else
      at = at + 1
      text = unescaped(take_until('"', "text"))
    end
  elseif first == "'" then
    at = at + 1
    kind, text = "name", plain_name(take_until("'", "text"))
  elseif first == "<" then
    at = at + 1
    kind, text = "iri", take_until(">", "IRI")
  elseif line:sub(at, at + 1) == "%%" then
    kind, text, at = "%%", "%%", at + 2
  elseif line:find("^[()%[%],;={}@]", at) then
    kind, text, at = first, first, at + 1
  else
    local last = at
    while true do
      local _, stop = line:find("^[^%s,;()%[%]={}<>\"'\\]+", last)
      last = stop and stop + 1 or last
      if line:sub(last, last) ~= "\\" or last == #line then break end
      last = last + 2
    end
    if last == at then
      wrong("can't read " .. json(first))
      kind, text = "end", "the end"
      return
    end
    kind, text, at = "word", line:sub(at, last - 1), last
  end
end

local function take(mark)
  if kind ~= mark then return false end
  advance()
  return true
end

local function expect(mark, after)
  if broken then return false end
  if take(mark) then return true end
  return wrong("expected " .. mark .. " after " .. after .. ", got " .. text)
end

-- What is said ---------------------------------------------------------------------------------------------------------

local scope, held, extensions

-- A value of an attribute; nil, and a reject, when it is none.
local function take_value(name)
  local told = text
  if take("name") then
    local known_as = prov.resolve(scope, told)
    return known_as and prov.name(known_as)
  elseif kind == "word" and told:find("^%-?%d+$") then
    advance()
    return prov.typed(told, "xsd:int")
  elseif kind ~= "string" then
    return wrong("expected a value of " .. name .. ", got " .. told)
  end
  advance()
  local language, type_name
  if take("@") then
    language = text
    if not take("word") then return wrong("expected a language after @, got " .. text) end
  end
  if take("%%") then
    type_name = plain_name(text)
    if not take("word") then return wrong("expected a type after %%, got " .. text) end
  end
  if language then return prov.in_language(told, language) end
  if type_name then return prov.typed_in(scope, told, type_name) end
  return prov.text(told)
end

-- [name = value, ...], behind its bracket.
local function take_attributes(said)
  if take("]") then return end
  repeat
    local name = plain_name(text)
    if not take("word") then return wrong("expected the name of an attribute, got " .. text) end
    if not expect("=", name) then return end
    local value = take_value(name)
    if broken then return end
    prov.attribute(said, scope, name, value)
  until not take(",")
  expect("]", "the attributes")
end

-- What stands in a statement's parentheses: its id, its arguments ("-" is false), its attributes.
local function take_statement(what)
  local id, arguments, said = nil, {}, {}
  if not expect("(", what) then return nil end
  while not broken and kind ~= ")" do
    if take("[") then
      take_attributes(said)
      break
    end
    local word = text
    if not take("word") then return wrong("expected an argument of " .. what .. ", got " .. text) end
    if #arguments == 0 and id == nil and take(";") then
      id = word ~= "-" and plain_name(word) or false
    else
      arguments[#arguments + 1] = word ~= "-" and plain_name(word)
      if not take(",") then break end
    end
  end
  if not expect(")", "what is said in " .. what) then return nil end
  return id or nil, arguments, said
end

local function put_held()
  for _, one in ipairs(held) do
    prov.line = one[1]
    prov.relation(one[2], one[3], one[4], one[5], one[6])
  end
  held = {}
end

local function take_element(class, began)
  local id, arguments, said = take_statement(class)
  if broken then return end
  prov.line = began
  local most = class == "activity" and 3 or 1
  if id or not arguments[1] or #arguments > most then
    return prov.fail(class .. " has its id" .. (most == 3 and " and perhaps its two times" or " alone") .. " before its attributes")
  end
  for i, name in ipairs { "prov:startTime", "prov:endTime" } do
    if arguments[i + 1] then said[name] = { arguments[i + 1] } end
  end
  prov.element(scope, class, arguments[1], said)
end

local function take_relation(relation, type, began)
  local id, arguments, said = take_statement(relation.name)
  if broken then return end
  prov.line = began
  if #arguments > #relation then return prov.fail(relation.name .. " has at most " .. #relation .. " arguments") end
  for i = 1, 2 do
    if not arguments[i] and not relation.open[i] then
      return prov.fail(relation.name .. " needs its " .. relation[i][1]:gsub("prov:", "") .. ", which can't be left open")
    end
  end
  if relation.name == "mentionOf" and not arguments[3] then return prov.fail("mentionOf needs its bundle") end
  if type then prov.attribute(said, scope, "prov:type", type) end
  held[#held + 1] = { began, scope, relation, id, arguments, said }
  if #held == held_max then put_held() end
end

-- What no mapping knows: its parentheses and all in them.
local function pass_over(what)
  extensions[what] = (extensions[what] or 0) + 1
  local depth = 0
  repeat
    if kind == "(" then depth = depth + 1 elseif kind == ")" then depth = depth - 1 end
    if kind == "end" then return wrong(what .. " has no end") end
    advance()
  until depth == 0
end

local function take_expression()
  local word, began = text, number
  advance()
  if word == "entity" or word == "activity" or word == "agent" then return take_element(word, began) end
  local relation = prov.by_name[word] or derivations[word] and prov.by_name.wasDerivedFrom
  if relation then return take_relation(relation, derivations[word], began) end
  if kind ~= "(" then return wrong("expected a statement such as entity(...), got " .. word) end
  local prefix, name = word:match("^([^:]+):(.+)$")
  if not prefix then return wrong("there is no statement " .. word) end
  if not prov.resolve(scope, word) then return end
  relation = prov.by_name[name] or derivations[name] and prov.by_name.wasDerivedFrom
  if relation then return take_relation(relation, derivations[name], began) end
  pass_over(word)
end

local function take_prefixes()
  while not broken and kind == "word" and (text == "prefix" or text == "default") do
    local prefix = ""
    local word = text
    advance()
    if word == "prefix" then
      prefix = text
      if not take("word") then return wrong("expected a prefix, got " .. text) end
    end
    local iri = text
    if not take("iri") then return wrong("expected <IRI> after " .. word .. " " .. prefix .. ", got " .. text) end
    prov.line = number
    prov.declare(scope, prefix, iri)
  end
end

local function take_expressions(until_word)
  while not broken and not (kind == "word" and (text == until_word or text == "bundle")) do
    if kind ~= "word" then return wrong("expected a statement or " .. until_word .. ", got " .. text) end
    take_expression()
  end
end

local function take_bundle(document)
  local began = number
  advance()
  local name = plain_name(text)
  if not take("word") then return wrong("expected the name of the bundle, got " .. text) end
  scope = prov.bundle(document)
  take_prefixes()
  prov.line = began
  if broken or not prov.describe(scope, name, false) then
    broken = true
    return
  end
  take_expressions("endBundle")
  if not broken and text == "bundle" then return wrong("a bundle can't have bundles") end
  advance()
end

function convert(lines, file)
  next_line, number, broken, extensions, held = lines, 0, false, {}, {}
  read_line()
  advance()
  if not (kind == "word" and text == "document") then return wrong("a PROV-N text begins with document, not with " .. text) end
  advance()
  local document = prov.document()
  scope = document
  take_prefixes()
  take_expressions("endDocument")
  while not broken and text == "bundle" do
    take_bundle(document)
    scope = document
    take_expressions("endDocument")
  end
  if broken then return end
  advance()
  if kind ~= "end" then return wrong("expected nothing after endDocument, got " .. text) end
  put_held()
  prov.finish(document)
  prov.line = nil
  for name, count in pairs(extensions) do
    warn(count .. " statements " .. name .. " were left out: an extension of PROV that is not known here")
  end
end
