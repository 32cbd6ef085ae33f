--- The schema `hub`: what a data hub keeps a register of.
--
-- Two words declare everything:
--
--   node "kind" { property = "type", ... }
--   edge "kind" { class = ..., ends = { { from = {...}, to = {...} }, ... }, props = { property = "type", ... } }
--
-- A type is text, integer, real, boolean or timestamp, or "list of" one of these. "plain" marks text that can never
-- need redaction (codes, enumerations, units) and so takes less room in the log; what a person may have typed is not.
--
-- Properties that are not declared are accepted with any type: a hub may record more than this without asking anybody.
-- Every kind has a `title`: it is what answers show and what `find` searches. When something is true is the record's
-- own interval, `valid_from` and `valid_to` (closed-open), and needs no property: an approval's interval is how long it
-- holds, a `member_of` edge's interval how long the membership lasts.
--
-- Nothing here describes a patient, and nothing should: this is a register of data, not the data.

-- The heart: data, who may use them, and what was made of them --------------------------------------------------------

-- A base, a table of a base, a release, an extract, a linked set: whatever can be used as data. A version or an extract
-- of a dataset is a dataset too, joined to it by `version_of`; a table is joined to its base by `part_of`.
node "dataset" {
  title = "text",
  title_fr = "text",
  title_en = "text",
  description = "text",
  acronym = "text plain",
  type = "text plain",                      -- base, table, version, extract, linked, register...
  health_category = "list of text plain",
  health_theme = "list of text plain",
  access_rights = "text plain",             -- PUBLIC, RESTRICTED, NON_PUBLIC
  identifiability = "text plain",           -- nominative, pseudonymised, anonymised, aggregated
  restricted = "boolean",                   -- an approval is needed to use it
  legal_basis = "text",
  legislation = "list of text",
  population = "text",
  n_records = "integer",
  n_individuals = "integer",
  min_age = "integer",                      -- years
  max_age = "integer",
  spatial = "list of text plain",
  temporal_from = "timestamp",              -- the period that the data are about
  temporal_to = "timestamp",
  frequency = "text plain",
  retention_from = "timestamp",
  retention_to = "timestamp",
  quality_label = "text plain",
  status = "text plain",
  described_at = "timestamp",
  last_reviewed_at = "timestamp",
  conditions = "list of text plain",        -- DUO codes
  -- of a version or an extract:
  label = "text",
  issued = "timestamp",
  data_from = "timestamp",                  -- the years inside
  data_to = "timestamp",
  extracted_at = "timestamp",
  opt_out_applied = "text plain",           -- yes, no, exempt, not_applicable
  opt_out_as_of = "timestamp",
  checksum = "text plain",
  location = "text",
  state = "text plain",                     -- available, archived, deleted
  deleted_at = "timestamp",
}

node "variable" {
  title = "text",
  name = "text plain",                      -- as in the data
  label = "text",
  type = "text plain",
  unit = "text plain",
  length = "text plain",                    -- as the dictionary writes it: "8", "5.2"
  nomenclature = "text plain",
  observation = "text",
  identifying = "text plain",               -- direct, quasi, none
  created_year = "integer",                 -- the first year that has it
  deleted_year = "integer",                 -- the first year that no longer has it
  missing_years = "list of integer",        -- years between, without it
}

node "project" {
  title = "text",
  lay_summary = "text",
  public_benefit = "text",
  methodology = "text",
  type = "text plain",                      -- internal, RNIPH, RIPH, permanent
  start = "timestamp",
  ["end"] = "timestamp",
  processing_completed_at = "timestamp",
  status = "text plain",
  registered_at = "timestamp",              -- in the public register of projects
  results_published_at = "timestamp",
}

-- Its interval says when it holds.
node "approval" {
  title = "text",
  type = "text plain",                      -- ethics_opinion, authorisation, mr_commitment, permit, convention,
                                            -- data_request_answer, holder_consent, habilitation, simplified
  reference = "text",
  version = "text plain",
  decision = "text plain",                  -- favourable, reserves, unfavourable, granted, refused
  decided_at = "timestamp",
  published_at = "timestamp",
  suspended_from = "list of timestamp",     -- the first suspension begins here...
  suspended_to = "list of timestamp",       -- ...and ends here; one that has no end yet has no entry
  revoked_at = "timestamp",
  data_from = "timestamp",                  -- the years of data that it opens
  data_to = "timestamp",
  identifiability_max = "text plain",
  legal_basis = "text",
}

node "output" {
  title = "text",
  type = "text plain",                      -- table, figure, model, indicator, derived_dataset, code, report
  identifiability = "text plain",
  status = "text plain",                    -- internal, checked, released, withdrawn
  min_cell = "integer",                     -- the smallest count shown
  checked_at = "timestamp",
  released_at = "timestamp",
  checksum = "text plain",
}

-- Work: what ran, and what was published ------------------------------------------------------------------------------

node "run" {
  title = "text",
  run_id = "text plain",
  type = "text plain",                      -- etl, delivery, linkage, analysis, training, disclosure_check,
                                            -- publication, deletion
  started_at = "timestamp",
  ended_at = "timestamp",
  state = "text plain",                     -- running, complete, fail, abort, unknown
  frequency = "text plain",                 -- of a delivery: one_off, ongoing, system_access
}

node "job" {
  title = "text",
  namespace = "text plain",
  name = "text plain",
  type = "text plain",
  code_location = "text",
  commit = "text plain",
  sql_hash = "text plain",
}

node "publication" {
  title = "text",
  doi = "text plain",
  venue = "text",
  published_at = "timestamp",
  retracted_at = "timestamp",
  open_access = "boolean",
}

-- Who -----------------------------------------------------------------------------------------------------------------

node "organisation" {
  title = "text",
  name = "text",
  type = "text plain",                      -- holder, hdab, controller, processor, regulator, ethics, funder, publisher
  sector = "text plain",
  country = "text plain",
  siren = "text plain",
  ror = "text plain",
  trusted_data_holder = "boolean",
}

-- A person or a program, under an opaque key. `title`, `display_name` and `orcid` may say who a person is: they are
-- optional, and not plain, so that they can be redacted.
node "agent" {
  title = "text",
  display_name = "text",
  role = "text plain",                      -- PI, analyst, checker, software
  orcid = "text",
  habilitated_from = "timestamp",
  habilitated_to = "timestamp",
}

-- What governs --------------------------------------------------------------------------------------------------------

node "application" {
  title = "text",
  reference = "text",
  submitted_at = "timestamp",
  complete_at = "timestamp",
  decided_at = "timestamp",
  outcome = "text plain",
  route = "text plain",
}

node "purpose" {
  title = "text",
  code = "text plain",
  scheme = "text plain",                    -- EHDS53, SNDS, DUO, DPV
  label = "text",
  prohibited = "boolean",
}

node "condition" {
  title = "text",
  code = "text plain",                      -- a DUO modifier, or the hub's own
  text = "text",
  deadline_rule = "text",
}

node "environment" {
  title = "text",
  name = "text",
  type = "text plain",                      -- SPE, project_space, portal
  operator = "text",
  homologated_from = "timestamp",
  homologated_to = "timestamp",
  location = "text",
}

node "nomenclature" {
  title = "text",
  code = "text plain",
  version = "text plain",
  uri = "text plain",
  n_codes = "integer",
}

node "catalogue" {
  title = "text",
  publisher = "text",
  homepage = "text",
}

-- Lineage: data flowed. Every edge points from effect to cause, and these are what a walk follows ---------------------

edge "derived_from" {
  class = "lineage",
  ends = {
    { from = { "dataset", "variable", "output", "publication" }, to = { "dataset", "variable", "output" } },
  },
  props = {
    how = "text plain",                     -- copy, extract, filter, join, aggregate, pseudonymise,
                                            -- anonymise, train, sample, enrich
    transformation = "text plain",          -- DIRECT, INDIRECT
    subtype = "text plain",
    masking = "boolean",
    run = "text plain",                     -- the ref of the run that did it
  },
}

-- Many hubs know which project used a dataset and not which run: a project may stand where a run does.
edge "used" {
  class = "lineage",
  ends = {
    { from = { "run", "project" }, to = { "dataset", "variable", "output", "nomenclature" } },
  },
  props = {
    role = "text plain",
    at = "timestamp",
    columns = "list of text plain",
    data_from = "timestamp",                -- the years that were read
    data_to = "timestamp",
  },
}

edge "generated_by" {
  class = "lineage",
  ends = {
    { from = { "dataset", "variable", "output" }, to = { "run", "project" } },
  },
  props = { at = "timestamp" },
}

edge "reports" {
  class = "lineage",
  ends = {
    { from = { "publication" }, to = { "output" } },
  },
  props = { item = "text" },                -- "Figure 2"
}

-- One run told another something. What, nobody knows: such a step is possible, never exact.
edge "informed_by" {
  class = "lineage",
  weak = true,
  ends = {
    { from = { "run" }, to = { "run" } },
  },
}

-- Structure: what a thing is and belongs to ---------------------------------------------------------------------------

-- A variable is part of at most one dataset or output at a time.
edge "part_of" {
  class = "structure",
  ends = {
    { from = { "variable" }, to = { "dataset", "output" } },
    { from = { "dataset" }, to = { "dataset", "catalogue" } },
    { from = { "project" }, to = { "project" } },
    { from = { "run" }, to = { "run" } },             -- the run that started it
    { from = { "purpose" }, to = { "purpose" } },     -- the broader one
  },
}

edge "version_of" {
  class = "structure",
  ends = {
    { from = { "dataset" }, to = { "dataset" } },
    { from = { "output" }, to = { "output" } },
  },
}

-- One thing under two names.
edge "same_as" {
  class = "structure",
  ends = "same kind",
  props = { alias_type = "text plain" },
}

-- Alike, and not the same.
edge "alternate_of" {
  class = "structure",
  ends = "same kind",
  props = { alias_type = "text plain" },
}

edge "coded_with" {
  class = "structure",
  ends = {
    { from = { "variable" }, to = { "nomenclature" } },
  },
  props = { column = "text plain" },        -- the nomenclature's column that holds the codes
}

-- A foreign key. Of a key of several variables, each has its own edge, and all have the same label.
edge "references" {
  class = "structure",
  ends = {
    { from = { "variable" }, to = { "variable" } },
  },
  props = { description = "text" },
}

-- Governance: who did, who may, who decided. Never counted as data flow -----------------------------------------------

edge "instance_of" {
  class = "governance",
  ends = { { from = { "run" }, to = { "job" } } },
}

edge "performed_for" {
  class = "governance",
  ends = { { from = { "run" }, to = { "project" } } },
}

-- The approval that the run said it was under. Whether it was is another question.
edge "under" {
  class = "governance",
  ends = { { from = { "run" }, to = { "approval" } } },
}

edge "executed_in" {
  class = "governance",
  ends = { { from = { "run" }, to = { "environment" } } },
}

edge "performed_by" {
  class = "governance",
  ends = { { from = { "run" }, to = { "agent", "organisation" } } },
  props = { role = "text plain", plan = "text" },
}

edge "acts_for" {
  class = "governance",
  ends = { { from = { "agent", "organisation" }, to = { "organisation" } } },
}

edge "holds" {
  class = "governance",
  ends = { { from = { "organisation" }, to = { "dataset" } } },
}

edge "controls" {
  class = "governance",
  ends = { { from = { "organisation" }, to = { "project" } } },
  props = { joint = "boolean" },
}

edge "processes_for" {
  class = "governance",
  ends = { { from = { "organisation" }, to = { "project" } } },
  props = { joint = "boolean" },
}

edge "funds" {
  class = "governance",
  ends = { { from = { "organisation" }, to = { "project" } } },
  props = { joint = "boolean" },
}

edge "member_of" {
  class = "governance",
  ends = { { from = { "agent" }, to = { "project" } } },
}

edge "covers" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "dataset", "variable", "catalogue" } } },
  props = {
    scope = "text plain",                   -- all, list
    data_from = "timestamp",
    data_to = "timestamp",
    identifiability = "text plain",
  },
}

edge "for_project" {
  class = "governance",
  ends = { { from = { "approval", "application" }, to = { "project" } } },
}

edge "for_purpose" {
  class = "governance",
  ends = { { from = { "approval", "project", "run" }, to = { "purpose" } } },
}

edge "granted_to" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "organisation", "agent" } } },
}

edge "issued_by" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "organisation" } } },
}

-- Without the other, this one opens nothing.
edge "requires" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "approval" } } },
}

edge "supersedes" {
  class = "governance",
  ends = {
    { from = { "approval" }, to = { "approval" } },
    { from = { "project" }, to = { "project" } },
  },
  props = { kind = "text plain", at = "timestamp" },  -- renews, amends, extends, replaces
}

edge "revokes" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "approval" } } },
  props = { at = "timestamp", ["until"] = "timestamp" },
}

edge "suspends" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "approval" } } },
  props = { at = "timestamp", ["until"] = "timestamp" },
}

edge "decides" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "application" } } },
}

edge "subject_to" {
  class = "governance",
  ends = { { from = { "approval", "dataset" }, to = { "condition" } } },
  props = { due = "timestamp" },
}

edge "permits_in" {
  class = "governance",
  ends = { { from = { "approval" }, to = { "environment" } } },
}

edge "checked_by" {
  class = "governance",
  ends = { { from = { "output" }, to = { "run" } } },
  props = { result = "text plain" },
}
