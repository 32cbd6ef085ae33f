--- Registers of data uses, as CSV: the standard of HDR UK, and those of CPRD, NIHR BioResource and HSC Northern Ireland.
--- @format data-uses
--- @input csv
--- @sign 'Project title' 'Lead applicant organisation name' 'Dataset(s) name'
--- @sign 'Title,Lay Summary,Technical Summary,Health Outcomes to be Measured,Linkages'
--- @sign 'Title,Study Code,Study type,Institution or Company'
--- @sign 'Current Research Projects' 'R-0'
--- @sign 'abstract,' 'datasetStartDate' 'publisher' 'statisticalPopulation'
--
-- The columns tell which register it is; `registers` below has a map of columns for each, which is all that a new one needs.
--   a row               project:REGISTER/ID   by its own number, else by its title
--   its approval        approval:REGISTER/ID  for_project, covers its datasets; of registers that list what was approved
--   its organisation    organisation:REGISTER/NAME  controls the project; funders fund it
--   its datasets        dataset:REGISTER/NAME, restricted: used by the project, or by a delivery where its day is told
--   kind of request     purpose:REGISTER/NAME
--   a row of HDR UK's catalogue   dataset:hdruk/ID, held by its publisher
-- Applicants are persons: they are left out and counted. Any other column is kept as a property of the project.

local function slug(text)
  return (text:lower():gsub("[^%w\128-\255]+", "-"):gsub("^%-+", ""):gsub("%-+$", ""):sub(1, 200))
end

-- Names of columns are compared without capitals, spaces and signs.
local function bare(column)
  return (column:lower():gsub("[^%w\128-\255]+", ""))
end

-- A space that may not break is a space.
local function trimmed(text)
  return text and text:gsub("\u{A0}", " "):match("^%s*(.-)%s*$") or nil
end

-- Without the first line, where that says the column's name again.
local function behind_name(text, column)
  local first, rest = text:match("^([^\n]*)\n(.*)$")
  if first and bare(first) == bare(column) then return trimmed(rest) end
  return trimmed(text)
end

local function parts(text, separator)
  local list = {}
  for part in (text or ""):gmatch("[^" .. separator .. "\n]+") do
    part = trimmed(part)
    if part ~= "" then list[#list + 1] = part end
  end
  return list
end

local nothing = { [""] = true, ["none"] = true, ["n/a"] = true, ["not applicable"] = true, ["not available"] = true }

-- Field -> column. `approved` registers list what was approved. `split` is how a cell lists several names.
local registers = {
  {
    name = "hdruk", needs = { "Project title", "Lead applicant organisation name" }, approved = true, split = ",;",
    id = "Project ID", title = "Project title", lay_summary = "Lay summary", public_benefit = "Public benefit statement",
    methodology = "Technical summary", organisation = "Lead applicant organisation name", organisation_id = "Organisation ID",
    sector = "Organisation sector", funders = "Funders/Sponsors", purpose = "Request category type", datasets = "Dataset(s) name",
    start = "Project start date", ["end"] = "Project end date", approved_on = "Latest approval date",
    released_on = "Release/Access date", identifiability = "Data sensitivity level", frequency = "Request frequency",
    legal_basis = "Legal basis for provision of data under Article 6", opt_out = "National data opt-out applied?",
    persons = { "Applicant names", "Applicant ID" },
  },
  {
    name = "cprd", needs = { "Title", "Lay Summary", "Technical Summary", "Linkages" }, approved = true, split = ";",
    title = "Title", lay_summary = "Lay Summary", methodology = "Technical Summary", datasets = "Linkages",
    persons = { "Chief Investigator", "Corresponding Applicant", "Collaborators" },
  },
  {
    name = "nihr-bioresource", needs = { "Title", "Study Code", "Institution or Company" },
    id = "Study Code", title = "Title", lay_summary = "Summary", organisation = "Institution or Company", type = "Study type",
  },
  { name = "hsc-ni", needs = { "Current Research Projects" }, line = "Current Research Projects" },
  { name = "hdruk", needs = { "pid", "abstract", "publisher", "datasetStartDate" }, catalogue = true },
}

local register, column_of  -- at hand, and the file's own name of a column by its bare one
local persons_left_out, met, repeated = 0, {}, 0
local empty_words = 0  -- cells that say in words that there is nothing

-- Whether a cell says nothing.
local function says_nothing(text)
  if not nothing[text:lower()] then return false end
  if text ~= "" then empty_words = empty_words + 1 end
  return true
end

local function cell(row, column)
  local name = column and column_of[bare(column)]
  local text = name and row[name]
  text = text and behind_name(text, name)
  return text ~= "" and text or nil
end

local function named(row, field)
  return cell(row, register[field])
end

local function day_of(row, field)
  local text = named(row, field)
  if not text then return nil end
  local ok, day = pcall(time, text)
  if not ok then ok, day = pcall(time, text:match("^%d+%-%d+%-%d+") or "") end
  if ok then return day end
  local d, m, y = text:match("^(%d%d?)/(%d%d?)/(%d%d%d%d)$")
  if d then ok, day = pcall(time, string.format("%s-%02d-%02d", y, tonumber(m), tonumber(d))) end
  if ok then return day end
  warn(register[field] .. " is no day and was left out: " .. text:sub(1, 60))
  return nil
end

local function put_named(kind, name, props)
  local ref = kind .. ":" .. register.name .. "/" .. slug(name)
  props.title = name
  if known(ref) then props.title = nil end
  node(ref, props)
  return ref
end

local function opt_out(text)
  if not text then return nil end
  if text:lower():match("^yes") then return "yes" end
  return text:lower():match("^no%f[%W]") and "no" or text:lower():find("exempt", 1, true) and "exempt" or "not_applicable"
end

-- Columns that no field of the register takes, under their own names in small letters.
local function the_rest(row)
  local taken = {}
  for field, column in pairs(register) do
    if type(column) == "string" then taken[bare(column)] = true end
  end
  for _, column in ipairs(register.persons or {}) do taken[bare(column)] = true end
  local props = {}
  for name, text in pairs(row) do
    text = behind_name(text, name) or ""
    if not taken[bare(name)] and not says_nothing(text) then props["register_" .. slug(name):gsub("%-", "_")] = text end
  end
  return props
end

local function count_persons(row)
  for _, column in ipairs(register.persons or {}) do
    if cell(row, column) then persons_left_out = persons_left_out + 1 end
  end
end

local function put_organisations(row, project, approval)
  local name = named(row, "organisation")
  if name then
    local organisation = put_named("organisation", name, {
      name = name, sector = named(row, "sector"), organisation_id = named(row, "organisation_id"),
    })
    edge("controls", organisation, project)
    if approval then edge("granted_to", approval, organisation) end
  end
  for _, funder in ipairs(parts(named(row, "funders"), register.split or ";")) do
    edge("funds", put_named("organisation", funder, { name = funder }), project)
  end
end

-- Who used the datasets: a delivery where its day is told, else the project.
local function put_datasets(row, project, approval, key)
  local names = parts(named(row, "datasets"), register.split or ";")
  local user, released = project, day_of(row, "released_on")
  if released and #names > 0 then
    user = "run:" .. key
    node(user, {
      title = "Data for " .. (named(row, "title") or key), type = "delivery", started_at = released, state = "unknown",
      frequency = named(row, "frequency"), opt_out_applied = opt_out(named(row, "opt_out")),
      opt_out_reason = named(row, "opt_out"),
    })
    edge("performed_for", user, project)
    if approval then edge("under", user, approval) end
  end
  for _, name in ipairs(names) do
    if not says_nothing(name) then
      local dataset = put_named("dataset", name, { restricted = true })
      edge("used", user, dataset)
      if approval then edge("covers", approval, dataset, { props = { identifiability = named(row, "identifiability") } }) end
    end
  end
end

local function put_project(row)
  local title = named(row, "title")
  if not title then return reject("a project needs a title: the column " .. register.title .. " is empty") end
  local id = named(row, "id")
  local key = register.name .. "/" .. (id and id:gsub("%s+", " ") or slug(title))
  if met[key] then repeated = repeated + 1 end
  met[key] = true
  count_persons(row)
  local project, approval = "project:" .. key, nil
  local props = the_rest(row)
  props.title, props.lay_summary, props.public_benefit = title, named(row, "lay_summary"), named(row, "public_benefit")
  props.methodology, props.type = named(row, "methodology"), named(row, "type")
  props.start, props["end"] = day_of(row, "start"), day_of(row, "end")
  node(project, props)
  if register.approved then
    approval = "approval:" .. key
    local approved_on = day_of(row, "approved_on")
    node(approval, {
      title = title, reference = id, type = "authorisation", decision = "granted", decided_at = approved_on,
      legal_basis = named(row, "legal_basis"),
    }, { valid_from = approved_on })
    edge("for_project", approval, project)
  end
  put_organisations(row, project, approval)
  put_datasets(row, project, approval, key)
  local purpose = named(row, "purpose")
  if purpose then edge("for_purpose", project, put_named("purpose", purpose, { label = purpose, scheme = "HDRUK" })) end
end

-- "R-021 Title - Organisation", which is all that the register says.
local function put_line(row)
  local text = named(row, "line")
  if not text then return end
  local id, title = text:match("^(%u+%-%d+)%s+(.*)$")
  if not id then return reject("a line should begin with the project's number, such as R-021: " .. text:sub(1, 60)) end
  local shorter, organisation = title:match("^(.*%S)%s+%-%s+([^-]+)$")
  if not shorter then shorter, organisation = title:match("^(.*%S)%s+\u{2013}%s+(.+)$") end
  local project = "project:" .. register.name .. "/" .. id
  if met[project] then repeated = repeated + 1 end
  met[project] = true
  node(project, { title = shorter or title, status = "running" })
  if organisation then
    edge("controls", put_named("organisation", organisation, { name = organisation }), project)
  end
end

-- The columns named by numbers are the ids of earlier versions, by their number.
local function put_catalogued(row)
  local ref = "dataset:hdruk/" .. (row.pid or row.id or "")
  if not row.title or ref:find("/$") then return reject("a dataset needs a pid and a title") end
  local props = { title = row.title, description = row.description or row.abstract }
  local versions = {}
  for name, text in pairs(row) do
    if says_nothing(text) then
      -- counted
    elseif name:find("^%d") then
      versions[#versions + 1] = name .. " " .. text
    elseif name ~= "title" and name ~= "description" then
      props["register_" .. bare(name)] = text
    end
  end
  props.register_versions = #versions > 0 and versions or nil
  node(ref, props)
  if row.publisher then
    edge("holds", put_named("organisation", row.publisher, { name = row.publisher }), ref)
  end
end

local function register_of(columns)
  column_of = {}
  for _, column in ipairs(columns) do column_of[bare(column)] = column end
  for _, one in ipairs(registers) do
    local has_all = true
    for _, column in ipairs(one.needs) do has_all = has_all and column_of[bare(column)] ~= nil end
    if has_all then return one end
  end
  return nil
end

function convert(next_row, file)
  register = register_of(file.columns)
  if not register then
    return reject("its columns are of no register that is known here; `registers` in formats/data-uses.lua has those that are")
  end
  local put = register.catalogue and put_catalogued or register.line and put_line or put_project
  for row in next_row do put(row) end
end

function finish()
  if empty_words > 0 then warn("cells that say in words that there is nothing, which were left out: " .. empty_words) end
  if persons_left_out > 0 then warn("applicants are named in " .. persons_left_out .. " cells, and were left out") end
  if repeated > 0 then warn("rows of projects that another row had before, of which the later one stands: " .. repeated) end
end
