-- openlineage_left_out: which properties and edges of a record an export to OpenLineage writes; what else it has is counted. It uses the
-- parts left_out and openlineage_facets.

local seen = {}

local names = left_out.names
local no_names = names("")

-- Properties that the mapping of facets has, with others, as words.
local function words_of(mapping, more)
  local words = { more }
  for _, fields in pairs(mapping) do
    for property in pairs(fields) do words[#words + 1] = property end
  end
  return table.concat(words, " ")
end

local of_any = " namespace name producer owners " .. openlineage_facets.times_told .. " " .. openlineage_facets.prefix .. "* "
local told = {
  dataset = words_of(openlineage_facets.of_dataset, "columns state label type" .. of_any),
  job = words_of(openlineage_facets.of_job, of_any),
}
local told_by = {}  -- by kind, and whether the title is told
for kind, words in pairs(told) do told_by[kind] = { [true] = names(words .. " title"), [false] = names(words) } end
told_by.output = told_by.dataset

-- What has another origin is described by its description, else by its title.
local described, titled = names("description"), names("title")

-- A dataset, an output or a job. `is_foreign`: it did not come from OpenLineage.
local function names_of(item, is_foreign)
  if is_foreign then return item:get("description") and described or titled end
  return told_by[item.kind][item.title == item:get("name")]
end

local of_side = names(openlineage_facets.times_told .. " " .. openlineage_facets.prefix .. "*")
local of_lineage = names("transformation subtype description masking how job")
local function is_data(edge) return edge.to:find("^dataset:") or edge.to:find("^output:") or edge.to:find("^variable:") end

local edges_of = {
  job = {},
  dataset = {
    derived_from = function(edge) return is_data(edge) and of_lineage end, same_as = names("alias_type"),
    version_of = no_names, generated_by = function(edge) return edge.to:find("^run:") and of_side end,
  },
  variable = {
    derived_from = function(edge) return is_data(edge) and of_lineage end,
    part_of = function(edge) return edge.to:find("^dataset:") and no_names end,
    generated_by = function(edge) return edge.to:find("^run:") and of_side end,
  },
  run = {
    used = function(edge) return is_data(edge) and of_side end, instance_of = no_names,
    part_of = function(edge) return edge.to:find("^run:") and no_names end,
    performed_for = no_names, under = no_names, for_purpose = no_names,
  },
}
edges_of.output = edges_of.dataset

-- Of versions of datasets, which are named by their label, `is_version`.
function seen.data(item, is_foreign, is_version)
  left_out.see(item, is_version and names("label type title") or names_of(item, is_foreign), edges_of[item.kind])
end

seen.job = seen.data

local of_run = names(words_of(openlineage_facets.of_run, "run_id state started_at ended_at" .. of_any))
function seen.run(run) left_out.see(run, of_run, edges_of.run) end

local column_described, column_labelled = names("name type description"), names("name type label")
local function see_variable(variable)
  left_out.see(variable, variable:get("description") and column_described or column_labelled, edges_of.variable)
end

-- All that no event is about, and tells the whole.
function seen.finish()
  for variable in nodes("variable") do
    if #variable:outgoing("part_of"):only("dataset") > 0 then see_variable(variable) else left_out.skip(variable) end
  end
  local holds = { holds = function(edge) return edge.to:find("^dataset:") and no_names end }
  for organisation in nodes("organisation") do
    if #organisation:outgoing("holds") > 0 then left_out.see(organisation, no_names, holds) else left_out.skip(organisation) end
  end
  left_out.rest { job = true, dataset = true, output = true, run = true, variable = true, organisation = true }
  left_out.tell("OpenLineage")
end

return seen
