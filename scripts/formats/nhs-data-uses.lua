--- The register of data uses that NHS Digital published, as CSV: releases, and statements of purpose.
--- @format nhs-data-uses
--- @input csv
--- @sign 'RowID' 'Type of Data Provided' 'NIC Number'
--- @sign 'Legal Basis for Provision of Data (Dissemination),Explanation'
--- @sign 'Reference Number' 'Objective for Processing' 'Yielded Benefits'
--
-- Give it data_releases.csv and purpose_statements.csv, in any order; the columns tell which is which. What becomes what:
--   an organisation         organisation:nhs/NAME-IN-SMALL-LETTERS  controls the project
--   an agreement's number, DARS-NIC-392201-S6C3W-v1.3
--                           project:nhs/DARS-NIC-392201-S6C3W      kept for life
--                           approval:nhs/DARS-NIC-392201-S6C3W-v1.3, a convention, for_project, granted_to its organisation
--   a higher version        supersedes the one before it
--   a type of data          dataset:nhs/hospital-episode-statistics...   covered by the approval
--   a row of releases       run:nhs/ROWID, a delivery: used the dataset, performed_for the project, under the approval
--   a statement of purpose  properties of the approval: objective, activities, expected_output, expected_benefits, benefits
--
--   any other column        the property register_COLUMN of the delivery or the approval
--
-- The file says no day on which an agreement begins or ends, nor on which data were sent, so approvals and runs have none: asked about
-- coverage, they are open. Opt-outs: yes, exempt (a statute), not_applicable (any other reason); the words are kept beside it.

local versions = {}  -- of projects met in this import

local function agreement_of(number)
  local stem, major, minor = number:match("^(.-)%-v(%d+)%.(%d+)$")
  return stem or number, tonumber(major), tonumber(minor)
end

local function slug(text)
  return (text:lower():gsub("[^%w\128-\255]+", "-"):gsub("^%-+", ""):gsub("%-+$", ""))
end

-- One organisation written in several ways has its name in the way that sorts last, which is the least in capitals.
local function put_organisation(name)
  local ref = "organisation:nhs/" .. slug(name)
  local has = known(ref)
  if not has then
    node(ref, { name = name, title = name })
  elseif has.name ~= name then
    local others = {}
    for _, other in ipairs(has.other_names or {}) do others[other] = true end
    others[has.name], others[name] = true, true
    local best = has.name > name and has.name or name
    others[best] = nil
    local list = {}
    for other in pairs(others) do list[#list + 1] = other end
    node(ref, { name = best, title = best, other_names = list })
  end
  return ref
end

local function put_agreement(number, organisation)
  local stem, major, minor = agreement_of(number)
  local project, approval = "project:nhs/" .. stem, "approval:nhs/" .. number
  node(project, { title = known(project) and nil or stem })
  node(approval, {
    type = "convention", reference = number, version = major and major .. "." .. minor, decision = "granted",
    title = number,
  })
  edge("for_project", approval, project)
  if organisation then
    local ref = put_organisation(organisation)
    edge("granted_to", approval, ref)
    edge("controls", ref, project)
  end
  if major then
    versions[stem] = versions[stem] or {}
    versions[stem][number] = { number = number, major = major, minor = minor }
  end
  return project, approval
end

local frequencies = { ["One-Off"] = "one_off", ["Ongoing"] = "ongoing", ["System Access"] = "system_access" }
local identifiabilities = { Identifiable = "nominative", ["Anonymised - ICO code compliant"] = "anonymised" }

-- An agreement covers a dataset up to the most telling form in which it was provided.
local function cover(approval, dataset, identifiability)
  local has = known("covers", approval, dataset)
  if not has or (identifiability and has.identifiability ~= "nominative") then
    edge("covers", approval, dataset, { props = { identifiability = identifiability } })
  end
end

local function opt_outs(text)
  if not text then return nil end
  if text:match("^Yes") then return "yes" end
  return text:find("exempt", 1, true) and "exempt" or "not_applicable"
end

local long_column = "Data provided to customer"  -- how its name begins

-- The columns whose names a hub would not use; "" is where the file's own name goes on over several lines.
local function starting(row, words)
  for name, value in pairs(row) do
    if name:sub(1, #words) == words then return value end
  end
  return nil
end

local function set_of(columns)
  local set = {}
  for _, column in ipairs(columns) do set[column] = true end
  return set
end

-- Adds the columns that `taken` has not, under their own names in small letters.
local function keep_rest(props, row, taken)
  for name, text in pairs(row) do
    if not taken[name] and name:sub(1, #long_column) ~= long_column then
      local word = slug(name):gsub("%-", "_"):sub(1, 190)
      props["register_" .. (word ~= "" and word or "column_without_name")] = text
    end
  end
  return props
end

local release_taken = set_of {
  "RowID", "NIC Number", "Type of Data Provided", "Organisation Name", "Frequency", "Sensitive or Non-Sensitive", "Purpose",
  "Legal Basis for Provision of Data (Dissemination)", "MR Number (where relevant)", "Common law duty of confidentiality",
  "Patient Opt-Outs applied",
}

local releases, repeated = {}, 0  -- of this import: what a RowID is of

-- Two rows of one RowID are one release; false when they are of other data, or for others.
local function is_one_release(id, number, data, organisation)
  local of = table.concat({ number, data, organisation or "" }, "\n")
  if releases[id] and releases[id] ~= of then return false end
  if releases[id] then repeated = repeated + 1 end
  releases[id] = of
  return true
end

local function put_release(row)
  local id, number, data = row["RowID"], row["NIC Number"], row["Type of Data Provided"]
  if not (id and number and data) then return reject("a release needs RowID, NIC Number and Type of Data Provided") end
  if not is_one_release(id, number, data, row["Organisation Name"]) then
    return reject("the RowID " .. id .. " is that of another release before; each needs a number of its own")
  end
  local project, approval = put_agreement(number, row["Organisation Name"])
  local dataset, run = "dataset:nhs/" .. slug(data), "run:nhs/" .. id
  local provided = starting(row, long_column)
  node(dataset, { title = known(dataset) and nil or data, restricted = true })
  cover(approval, dataset, identifiabilities[provided])
  node(run, keep_rest({
    title = data .. " to " .. (row["Organisation Name"] or "an organisation that is not named"), type = "delivery",
    run_id = id, frequency = frequencies[row["Frequency"]] or row["Frequency"], state = "unknown",
    identifiability = identifiabilities[provided] or provided, sensitive = row["Sensitive or Non-Sensitive"] == "Sensitive",
    legal_basis = row["Legal Basis for Provision of Data (Dissemination)"], purpose = row["Purpose"],
    approval_reference = row["MR Number (where relevant)"], confidentiality = row["Common law duty of confidentiality"],
    opt_out_applied = opt_outs(row["Patient Opt-Outs applied"]), opt_out_reason = row["Patient Opt-Outs applied"],
  }, row, release_taken))
  edge("used", run, dataset)
  edge("performed_for", run, project)
  edge("under", run, approval)
end

local cell_max = 32767  -- characters that a cell of Excel holds

local statement_taken = set_of {
  "Reference Number", "Organisation", "Objective for Processing", "Processing Activities", "Expected Output",
  "Expected Measurable Benefits", "Yielded Benefits", "Organisation Type",
}

local function put_statement(row)
  local number = row["Reference Number"]
  if not number then return reject("a statement needs a Reference Number") end
  local _, approval = put_agreement(number, row["Organisation"])
  for name, text in pairs(row) do
    if (utf8.len(text) or 0) >= cell_max then
      warn("the " .. name .. " of " .. number .. " was cut by a spreadsheet, at " .. cell_max .. " characters")
    end
  end
  node(approval, keep_rest({
    objective = row["Objective for Processing"], activities = row["Processing Activities"],
    expected_output = row["Expected Output"], expected_benefits = row["Expected Measurable Benefits"],
    benefits = row["Yielded Benefits"], organisation_type = row["Organisation Type"],
  }, row, statement_taken))
end

local function explain() end

function convert(next_row, file)
  local has = {}
  for _, column in ipairs(file.columns) do has[column] = true end
  local take = has["Reference Number"] and put_statement or has["RowID"] and put_release or has["Explanation"] and explain
  if not take then
    return reject("it has neither a column RowID nor Reference Number: it is no part of this register")
  end
  local rows = 0
  for row in next_row do
    take(row)
    rows = rows + 1
  end
  if take == explain then warn(rows .. " terms are explained, of which nothing is kept") end
end

-- Versions that earlier imports brought are among those that the project names.
function finish()
  if repeated > 0 then warn("rows whose RowID another row had before, of which the later one stands: " .. repeated) end
  for stem, met in pairs(versions) do
    local project = "project:nhs/" .. stem
    for _, number in ipairs(known(project).agreements or {}) do
      local _, major, minor = agreement_of(number)
      met[number] = { number = number, major = major, minor = minor }
    end
    local all, numbers = {}, {}
    for _, version in pairs(met) do all[#all + 1] = version end
    table.sort(all, function(a, b) return a.major < b.major or (a.major == b.major and a.minor < b.minor) end)
    for i, version in ipairs(all) do
      local newer = "approval:nhs/" .. version.number
      numbers[i] = version.number
      for j = 1, i - 1 do
        local older = "approval:nhs/" .. all[j].number
        local standing = known("supersedes", newer, older)
        if j == i - 1 and not standing then edge("supersedes", newer, older, { props = { kind = "renews" } }) end
        if j < i - 1 and standing then retract("supersedes", newer, older) end
      end
    end
    node(project, { agreements = numbers })
  end
end
