--- The public register of projects: who may use which data for what, under which approvals, and what came of it. No persons.
--- @format public-register
--- @output text
--- @param as? text  csv, which a spreadsheet opens, or json; csv unless told
--- @param since? date  tell which entries are new or were changed since the register was known on that day
--- @param project? ref  only that project
--
-- One entry for each project, by ref: what article 58 of the EHDS regulation and France's public register of projects ask for. Organisations
-- are named, members and other persons never; texts are as they were recorded, and who records a title or a summary keeps persons out of it.
-- Days until which something holds are the last day, as laws say it. In CSV a cell that a spreadsheet could take for a formula has an
-- apostrophe before it, lists are separated by "; ", and an approval is one text.

local before = arg.since and at { known_at = arg.since }

local function day(moment)
  return moment and moment.date or nil
end

local function last_day(moment)
  return moment and (moment - days(1)).date or nil
end

local function names(set)
  local list = {}
  for node in set do list[#list + 1] = node.title or node.ref end
  table.sort(list)
  return list
end

-- The records of approvals, in the order of their decisions.
local function approvals_of(project)
  local list = {}
  for approval in project:incoming("for_project"):only("approval") do
    list[#list + 1] = {
      type = approval:get("type"), reference = approval:get("reference") or approval.key, decision = approval:get("decision"),
      decided = day(approval:get("decided_at")), from = day(approval.valid_from), ["until"] = last_day(approval.valid_to),
      issued_by = names(approval:outgoing("issued_by")), legal_basis = approval:get("legal_basis"),
      datasets = names(approval:outgoing("covers")), revoked = day(approval:get("revoked_at")),
    }
  end
  table.sort(list, function(a, b)
    return (a.decided or "") .. a.reference < (b.decided or "") .. b.reference
  end)
  return list
end

local function made_by(project)
  return (project:incoming("performed_for") | set { project }):incoming("generated_by")
end

local function results_of(project)
  return made_by(project):only("output"):where { status = "released" }
end

local function publications_of(project)
  local list = {}
  for paper in made_by(project):incoming("reports") do
    local doi = paper:get("doi")
    list[#list + 1] = (paper.title or paper.key) .. (doi and " https://doi.org/" .. doi or "")
  end
  table.sort(list)
  return list
end

local function entry(project)
  local approvals = project:incoming("for_project"):only("approval")
  local purposes = project:outgoing("for_purpose") | approvals:outgoing("for_purpose")
  return {
    { "project", project.ref }, { "changed", before and changed_since(project, before) }, { "title", project.title },
    { "lay_summary", project:get("lay_summary") }, { "public_benefit", project:get("public_benefit") },
    { "applicants", names(project:incoming("controls"):only("organisation")) },
    { "processors", names(project:incoming("processes_for"):only("organisation")) },
    { "funders", names(project:incoming("funds"):only("organisation")) },
    { "purposes", names(purposes) }, { "datasets", names(approvals:outgoing("covers")) },
    { "approvals", approvals_of(project) },
    { "places", names(approvals:outgoing("permits_in")) },
    { "status", project:get("status") }, { "start", day(project:get("start")) }, { "end", day(project:get("end")) },
    { "registered", day(project:get("registered_at")) }, { "results", names(results_of(project)) },
    { "publications", publications_of(project) }, { "results_published", day(project:get("results_published_at")) },
  }
end

local function approval_text(approval)
  local parts = {}
  for _, name in ipairs { "type", "reference", "decision", "decided", "from", "until", "revoked" } do
    local value = approval[name]
    if value then parts[#parts + 1] = name == "type" and value or name .. " " .. value end
  end
  return table.concat(parts, ", ")
end

local function cell(value)
  if value == nil then return "" end
  if type(value) == "table" then
    local texts = {}
    for i, one in ipairs(value) do texts[i] = type(one) == "table" and approval_text(one) or one end
    value = table.concat(texts, "; ")
  end
  local text = tostring(value)
  -- The last four are the full-width forms, which some spreadsheets take for the plain ones.
  for _, start in ipairs { "=", "+", "-", "@", "\t", "\r", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}" } do
    if text:match("^%s*(.*)$"):sub(1, #start) == start or text:sub(1, #start) == start then
      text = "'" .. text
      break
    end
  end
  if text:find('[",;\r\n]') or text:find("^%s") then text = '"' .. text:gsub('"', '""') .. '"' end
  return text
end

local function write_csv(projects)
  local header = true
  for project in projects do
    local fields = entry(project)
    if header then
      for i, field in ipairs(fields) do write(i > 1 and "," or "", field[1]) end
      write("\r\n")
      header = false
    end
    for i, field in ipairs(fields) do write(i > 1 and "," or "", cell(field[2])) end
    write("\r\n")
  end
end

local function write_json(projects)
  write('{"known_at":', json(known_at().time), ',"projects":[')
  local separator = "\n"
  for project in projects do
    local record = {}
    for _, field in ipairs(entry(project)) do
      local value = field[2]
      if type(value) == "table" then
        for _, one in ipairs(value) do
          if type(one) == "table" then
            for name, part in pairs(one) do
              if type(part) == "table" and #part == 0 then one[name] = empty_list end
            end
          end
        end
        if #value == 0 then value = empty_list end
      end
      record[field[1]] = value
    end
    write(separator, json(record))
    separator = ",\n"
  end
  write("\n]}\n")
end

function export()
  local as = arg.as or "csv"
  local projects = arg.project and set { arg.project } or nodes("project")
  if as == "csv" then
    write_csv(projects)
  elseif as == "json" then
    write_json(projects)
  else
    error("as: \"" .. as .. "\" is neither csv nor json", 0)
  end
end
