--- The CSV files beside the dictionary of the SNDS: codes of nomenclatures, and the years in which tables and variables were seen.
--- @format snds-csv
--- @input csv
--- @sign 'table,var,created,deleted,missings'
--- @sign 'var,created,deleted,missings'
--
-- Import the dictionary first (table-schema): a list of codes is told by its file's name and by the columns that its schema has.
--   IR_SEX_V.csv            n_codes of nomenclature:IR_SEX_V, and codes, each "CODE LABEL", when they fit a property
--   tables_history.csv      first_year_seen, last_year_seen and years_not_seen of dataset:snds/TABLE
--   variables_history.csv   the same of variable:snds/TABLE/VARIABLE, part_of its table
--
-- The histories write T_MCOXXB where the dictionary writes T_MCOaaB. Their "deleted" is the last year that has a table or variable,
-- and in most rows the last year that was looked at: no deletion, so the record's interval and deleted_year stay what the dictionary
-- says, which for what was deleted is the year after.

local list_items_max, text_bytes_max = 10000, 1 << 20  -- of a property

local function years_in(text)
  local years = {}
  for year in (text or ""):gmatch("%d%d%d%d") do years[#years + 1] = math.tointeger(tonumber(year)) end
  return #years > 0 and years or null
end

local function year_in(row, column)
  local text = row[column]
  if not text then return nil end
  if text:match("^%d%d%d%d$") then return math.tointeger(tonumber(text)) end
  warn(column .. " is not a year and was left out: " .. text)
  return nil
end

local function seen(row)
  return {
    first_year_seen = year_in(row, "created"), last_year_seen = year_in(row, "deleted"),
    years_not_seen = years_in(row.missings),
  }
end

local function table_key(name)
  return "snds/" .. name:gsub("XX", "aa", 1)
end

local function name_node(ref, props)
  if not known(ref) then node(ref, props) end
end

local function put_table(row)
  if not row.var then return reject("a table has no name: the column var is empty") end
  local ref = "dataset:" .. table_key(row.var)
  name_node(ref, { title = row.var, type = "table" })
  node(ref, seen(row))
end

local function put_variable(row)
  if not row.var or not row.table then return reject("a variable needs its table and its name, var") end
  local owner = "dataset:" .. table_key(row.table)
  local ref = "variable:" .. table_key(row.table) .. "/" .. row.var
  name_node(owner, { title = row.table, type = "table" })
  name_node(ref, { title = row.var, name = row.var })
  node(ref, seen(row))
  edge("part_of", ref, owner)
end

-- Whether the list's schema, which is in the register, names these columns.
local function is_list_of(nomenclature, columns)
  local theirs = nomenclature and nomenclature.columns or {}
  if type(theirs) ~= "table" then theirs = { theirs } end
  if #theirs ~= #columns then return false end
  for i, column in ipairs(columns) do
    if theirs[i] ~= column then return false end
  end
  return true
end

local function put_codes(next_row, file)
  local code = file.path:match("([^/]+)%.[^./]*$") or file.path
  local ref = "nomenclature:" .. code
  local nomenclature = known(ref)
  if not is_list_of(nomenclature, file.columns) then
    return reject("it is neither a history of the SNDS, nor codes of a nomenclature " .. code .. " that the register knows with these "
      .. "columns; import the list's own schema, " .. code .. ".json, before it")
  end
  local code_column = nomenclature.code_column or file.columns[1]
  local label_column = file.columns[file.columns[1] == code_column and 2 or 1]
  local codes, count, bytes = {}, 0, 0
  for row in next_row do
    count = count + 1
    local text = (row[code_column] or "") .. " " .. (row[label_column] or "")
    bytes = bytes + #text
    if bytes <= text_bytes_max and count <= list_items_max then codes[count] = text end
  end
  local fit = count > 0 and count == #codes
  if count > #codes then warn(count .. " codes are too many for a property; they are counted") end
  node(ref, { n_codes = count, codes = fit and codes or null })
end

function convert(next_row, file)
  local has = {}
  for _, column in ipairs(file.columns) do has[column] = true end
  local history = has.var and has.created and has.deleted and has.missings
  if not history then return put_codes(next_row, file) end
  local put = has.table and put_variable or put_table
  for row in next_row do put(row) end
end
