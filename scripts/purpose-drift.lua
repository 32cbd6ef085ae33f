--- Was data that was approved for one purpose used, in the end, for another?
--- Projects that used what others had made, with the purposes of both. A purpose that is part of one of the other's is no other.
local function makers(project)
  local used = whole((project:incoming("performed_for") | set { project }):outgoing("used"))
  return projects_of(used:outgoing("generated_by")) - set { project }
end
local function others(project)
  local own = whole(project:outgoing("for_purpose"))
  return makers(project):where(function(maker) return #(own & maker:outgoing("for_purpose")) == 0 end)
end
return report {
  title = "Data of one project used by another for another purpose",
  rows { nodes("project"):where(function(project) return #others(project) > 0 end), "ref", { "for", to "for_purpose" }, { "data of", others },
    { "made for", function(project) return others(project):outgoing("for_purpose") end } },
}
