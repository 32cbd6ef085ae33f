--- No text of the register holds what identifies a person.
--- National health numbers (NIR, INS), IBANs, e-mail addresses, telephone numbers, and NHS numbers beside a word that says so; by their
--- check digits where they have some. Only where it stands is told, and never what was found. Texts as they are now, of nodes and edges; not
--- those that were replaced, nor authors and reasons of transactions, nor digits of other scripts.
-- Spaces of all widths as one, and none that is invisible.
local function plain(text)
  return (text:gsub("\u{a0}", " "):gsub("\u{202f}", " "):gsub("\u{2009}", " "):gsub("\u{200b}", ""))
end
local function close(text) return (text:gsub("[%s%.%-()]", "")) end

local function is_nir(text)
  local body, key = text:match("^([12]%d%d%d%d[%dAB][%dAB]%d%d%d%d%d%d)(%d%d)$")
  local month = body and tonumber(body:sub(4, 5))
  if not month or not ((month >= 1 and month <= 12) or month >= 20) then return false end
  local number = tonumber((body:gsub("2A", "19", 1):gsub("2B", "18", 1)))
  return number ~= nil and 97 - number % 97 == tonumber(key)
end

local iban_lengths = { AT = 20, BE = 16, CH = 21, DE = 22, DK = 18, ES = 24, FI = 18, FR = 27, GB = 22, IE = 22, IT = 27, LU = 20, NL = 18, NO = 15, PL = 28,
  PT = 25, SE = 24 }
local function is_iban(text)
  local rest = 0
  for c in (text:sub(5) .. text:sub(1, 4)):gmatch(".") do
    local value = tonumber(c, 36)
    rest = (rest * (value > 9 and 100 or 10) + value) % 97
  end
  return rest == 1
end

local function is_nhs(text)
  local sum = 0
  for i = 1, 9 do sum = sum + tonumber(text:sub(i, i)) * (11 - i) end
  local check = (11 - sum % 11) % 11
  return check ~= 10 and check == tonumber(text:sub(10, 10))
end

local roles = { contact = true, dpo = true, info = true, support = true }
local phone = "%f[%w%.]0[1-9][%s%.%-]?%d%d[%s%.%-]?%d%d[%s%.%-]?%d%d[%s%.%-]?%d%d%f[%D]"

-- What kind of identifier a text holds, if any.
local function found_in(raw)
  if not raw:find("[@%d]") then return nil end
  local text = plain(raw)
  for mailbox in text:gmatch("([%w%.%_%+%-]+)@[%w%-]+%.[%w%.%-]+") do
    if not roles[mailbox:lower()] then return "e-mail address" end
  end
  local upper = text:upper()
  for run in upper:gsub("[%s%.%-]", ""):gmatch("[%dAB]+") do
    for at = 1, #run - 14 do
      if is_nir(run:sub(at, at + 14)) then return "national health number" end
    end
  end
  for at in upper:gmatch("%f[%w]()%u%u%d%d") do
    local joined = upper:sub(at, at + 60):gsub("%s", "")
    local length = iban_lengths[joined:sub(1, 2)]
    if length and joined:sub(1, length):match("^%w+$") and #joined >= length and is_iban(joined:sub(1, length)) then return "IBAN" end
  end
  local numbers = close(text)
  if text:match(phone) or numbers:match("%+330?[1-9]%d%d%d%d%d%d%d%d") or numbers:match("%f[%d]0033[1-9]%d%d%d%d%d%d%d%d%f[%D]") then
    return "telephone number"
  end
  if text:lower():find("nhs", 1, true) then
    for number in text:gmatch("%f[%d]%d%d%d[%s%-]?%d%d%d[%s%-]?%d%d%d%d%f[%D]") do
      if is_nhs(close(number)) then return "NHS number" end
    end
  end
end

local list = {}
local function look(where, property, value)
  for _, text in ipairs(type(value) == "table" and value or { value }) do
    local what = type(text) == "string" and found_in(text)
    if what then list[#list + 1] = { where = where, property = property, what = what } end
  end
end
for item in nodes() do
  -- A key that tells who a person is must not be printed either.
  local hidden = found_in(item.key)
  local where = hidden and ("%s put by transaction %d"):format(item.kind, item.tx) or item.ref
  if hidden then list[#list + 1] = { where = where, property = "key", what = hidden } end
  for name, value in pairs(item:properties()) do look(where, name, value) end
  for _, edge in ipairs(item:edges("up")) do
    look(where, edge.kind .. " edge's label", edge.label)
    for name, value in pairs(edge:properties()) do look(where, edge.kind .. " edge's " .. name, value) end
  end
end
return rows { list, "where", "property", "what" }
