--- Was data that was approved for one purpose used, in the end, for another?
--- For each project that used what another project had made: the purposes of both. A purpose that is part of one of the other's is none
--- other.
local function purposes(project)
  local named = project:outgoing("for_purpose")
  return named, named | upstream(named, { through = "part_of" })
end
local list = {}
for project in nodes("project") do
  local runs = project:incoming("performed_for") | set { project }
  local origin = runs:outgoing("used"):outgoing("generated_by")
  local makers = (origin:only("project") | origin:only("run"):outgoing("performed_for")) - set { project }
  local here, here_and_broader = purposes(project)
  for maker in makers do
    local there = purposes(maker)
    if #(here_and_broader & there) == 0 then
      list[#list + 1] = { project = project, purpose = here, maker = maker, maker_purpose = there }
    end
  end
end
return report {
  title = "Data of one project used by another for another purpose",
  rows { list, "project", { "for", "purpose" }, { "data of", "maker" }, { "made for", "maker_purpose" } },
}
