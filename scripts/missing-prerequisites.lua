--- Which projects had data and lacked something that had to come first?
--- An approval that opens data and requires another that is not in force; an entry in the public register that is not there, or came after the
--- first use.
local function unmet(project)
  local day = first_use(project)
  local function stood(approval) return opens_data(approval) and not (approval.valid_from and approval.valid_from > day) end
  local opening = project:incoming("for_project"):only("approval"):where(stood)
  return opening:outgoing("requires"):where(function(required) return not in_force(required, day) end)
end
local function unregistered(project) return not project.registered_at or project.registered_at > first_use(project) end
local function lacks_some(project) return first_use(project) and (unregistered(project) or #unmet(project) > 0) end
return report {
  title = "Projects that had data without what must come first",
  rows { nodes("project"):where(lacks_some), "ref", "type", { "first use", first_use }, { "not in force then", unmet },
    { "not registered then", unregistered }, { "registered", "registered_at" } },
}
