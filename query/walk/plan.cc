#include "query/walk/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

bool same_owner(const std::weak_ptr<const Schema>& a, const std::shared_ptr<const Schema>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

// Which ties of a node matter to a walk.
std::uint8_t ties_of(Role role, bool by_dataset) {
  switch (role) {
    case Role::kDataset: return kHasContainer | kHasMembers | kHasTwins | kHasWholes | kHasParts;
    case Role::kOutput: return kHasMembers | kHasTwins;
    case Role::kVariable: return by_dataset ? kHasContainer : kHasContainer | kHasTwins;
    default: return kHasTwins;
  }
}

template <class Row>
std::string names_of(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) out += (out.empty() ? "" : ", ") + row.name;
  return out.empty() ? "none" : out;
}

Status check(const AskOptions& options) {
  if (options.valid_until && !options.valid_at)
    return invalid("valid_until needs valid_at, where the time asked about begins");
  if (options.valid_until && *options.valid_until < *options.valid_at)
    return invalid(fmt::format("the time asked about ends at {}, before it begins at {}", options.valid_until->text(),
                               options.valid_at->text()));
  return {};
}

}  // namespace

bool Plan::counts(const Interval& valid) const {
  return valid_until ? valid.overlaps(valid_at, *valid_until) : valid.contains(valid_at);
}

void Plan::learn(const std::shared_ptr<const Schema>& schema) {
  if (same_owner(learned_, schema) && roles.size() == schema->nodes().size()) return;
  learned_ = schema;
  tables_are_usual_ = false;
  roles.clear();
  ties.clear();
  lineage_use_.clear();
  for (const NodeRow& row : schema->nodes()) roles.push_back(row.role);
  for (const EdgeRow& row : schema->edges()) {
    ties.push_back(row.tie());
    const bool lineage = row.edge_class == EdgeClass::kLineage;
    lineage_use_.push_back(static_cast<std::uint8_t>((lineage ? kAsLineage : 0) | (row.weak ? kWeak : 0)));
  }
}

Status Plan::make(const std::shared_ptr<const Schema>& schema, Direction towards, const AskOptions& options) {
  AMONT_TRY(check(options));
  learn(schema);
  direction = towards;
  by_dataset = options.granularity == Granularity::kDataset;
  exact_only = options.exact;
  depth = options.depth;
  dated = options.valid_at.has_value();
  valid_at = options.valid_at.value_or(Timestamp());
  valid_until = options.valid_until;
  as_lineage = options.through.empty() || options.through_adds;
  as_named = !options.through.empty();

  // Most questions are of one of two shapes; their tables stand from one to the next.
  const bool usual = options.through.empty() && options.kinds.empty() && !dated;
  if (usual && tables_are_usual_ && usual_by_dataset_ == by_dataset) return {};
  tables_are_usual_ = false;
  edge_use = lineage_use_;
  classes.clear();
  if (as_lineage) {
    classes.push_back(EdgeClass::kLineage);
  } else {
    for (std::uint8_t& use : edge_use) use &= kWeak;
  }
  for (const std::string& name : options.through) {
    const EdgeRow* row = schema->edge(name);
    if (!row)
      return not_found(
          fmt::format("the schema has no edge kind {}; it has: {}", in_quotes(name), names_of(schema->edges())));
    std::uint8_t& use = edge_use[number_of(row->kind)];
    if (!(use & kAsLineage)) use |= kAsNamed;
    if (std::ranges::find(classes, row->edge_class) == classes.end()) classes.push_back(row->edge_class);
  }

  wanted.clear();
  for (const std::string& name : options.kinds) {
    const NodeRow* row = schema->node(name);
    if (!row)
      return not_found(
          fmt::format("the schema has no node kind {}; it has: {}", in_quotes(name), names_of(schema->nodes())));
    wanted.resize(roles.size());
    wanted[number_of(row->kind)] = 1;
  }

  watch.resize(roles.size());
  held.assign(roles.size(), 0);
  for (std::size_t kind = 0; kind < roles.size(); ++kind) {
    int flags = dated ? kNodeDated : 0;
    if (roles[kind] == Role::kProject && as_lineage) flags |= kNodeAlive;
    watch[kind] = static_cast<std::uint16_t>(ties_of(roles[kind], by_dataset) | flags << 8);
    if (roles[kind] == Role::kVariable && !by_dataset && as_lineage) held[kind] = kHasContainer;
  }

  odd_traits = dated ? Page::trait_of(kEdgeDated) : 0;
  for (std::uint16_t kind = 0; kind < edge_use.size(); ++kind)
    if (walks(kind) && (edge_use[kind] & kWeak)) odd_traits |= Page::trait_of(EdgeKind(kind));
  has_plain_pages = as_lineage && classes.size() == 1;
  tables_are_usual_ = usual;
  usual_by_dataset_ = by_dataset;
  return {};
}

}  // namespace amont
