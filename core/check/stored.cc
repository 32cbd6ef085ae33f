// A schema that grows declares types for properties that were free until then. What is stored must not become invalid by it.
#include <fmt/format.h>

#include "core/check/aside_keys.h"
#include "core/check/pending.h"

namespace amont {
namespace {

// The rows that `after` has and `before` has not.
template <class Row>
std::vector<PropertyRow> new_rows(const Row* before, const Row& after) {
  std::vector<PropertyRow> rows;
  for (const PropertyRow& row : after.props)
    if (before && !find_row(before->props, row.name)) rows.push_back(row);
  return rows;
}

Status check_properties_fit(const Properties& props, const std::vector<PropertyRow>& rows, const std::string& owner,
                            const std::string& row_text) {
  for (const PropertyRow& row : rows) {
    const Value* value = find_property(props, row.name);
    if (!value) continue;
    if (!check_type(row, row_text, *value).ok())
      return refused(fmt::format("{} can't be declared {} in {}: {} has another type there; change it first", row.name,
                                 row.type_text(), row_text, owner));
  }
  return {};
}

constexpr char kAnEdge[] = "an edge of this kind";

}  // namespace

// Of edges of that kind, those that were taken here.
Status Pending::check_stored(const EdgeRow& row, const std::vector<PropertyRow>& rows) {
  const auto check = [&](const EdgeKey& key, const EdgeState& state) -> Status {
    if (!state.detailed) return {};
    AMONT_LET(const auto from, known_state(NodeId{key.from}));
    AMONT_LET(const auto to, known_state(NodeId{key.to}));
    const Lives now{from ? from->life : 0, to ? to->life : 0};
    if (!state.alive || lives_of(state) != now) return {};
    AMONT_LET(const EdgeVersion version, record_of(state));
    return check_properties_fit(version.props, rows, kAnEdge, row.text());
  };
  Status misfit;
  edges_.each([&](const EdgeKey& key, const EdgeState& state, std::size_t) {
    if (misfit.ok() && key.kind == row.kind) misfit = check(key, state);
  });
  AMONT_TRY(std::move(misfit));
  if (!aside_) return {};
  return aside_->each([&](const SortedRuns::Entry& entry) -> Status {
    if (entry.space != number_of(Aside::kEdge)) return {};
    const EdgeKey key = edge_key_of(entry.key);
    if (key.kind != row.kind || edges_.find(key)) return {};
    const std::size_t before = edge_more_.size();
    const Status status = check(key, read_edge_state(entry.value));
    while (edge_more_.size() > before) edge_more_.pop_back();
    return status;
  });
}

Status Pending::check_stored(const Schema& grown) {
  const IndexReader& reader = *index_.reader();
  for (const NodeRow& row : grown.nodes()) {
    const std::vector<PropertyRow> rows = new_rows(schema_->node(row.name), row);
    if (rows.empty()) continue;
    for (std::uint64_t number = 0; number < next_id_; ++number) {
      const NodeId id{number};
      AMONT_LET(const auto known, known_state(id));
      if (!known) {
        AMONT_LET(const auto page, reader.node_page(page_of(id)));
        const NodeSlot& slot = page->nodes[slot_of(id)];
        if (slot.created == 0 || slot.kind != number_of(row.kind) || (slot.flags & kSlotDead)) continue;
      } else if (known->kind != row.kind || !known->alive) {
        continue;
      }
      AMONT_LET(const NodeVersion version, record_of(id, known.value_or(NodeState())));
      AMONT_TRY(check_properties_fit(version.props, rows, row.name + ":" + version.key, row.text()));
    }
  }
  for (const EdgeRow& row : grown.edges()) {
    const std::vector<PropertyRow> rows = new_rows(schema_->edge(row.name), row);
    if (rows.empty()) continue;
    for (std::uint64_t first = 0; first < first_new_id_; first += kPageNodes) {
      const std::uint32_t number = page_of(NodeId(first));
      AMONT_LET(const auto page, reader.page(row.edge_class, Direction::kUpstream, number, kNewest));
      for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
        for (std::uint32_t i = page->nodes[slot].begin; i < page->nodes[slot + 1].begin; ++i) {
          if (page->kinds[i] != number_of(row.kind) || !(page->edge_flags[i] & kEdgeDetailed)) continue;
          const EdgeIdentity identity{row.kind, NodeId(first + slot), NodeId(page->targets[i]),
                                      std::string(page->label(i))};
          AMONT_LET(const bool known_here, looked_at(identity));
          if (known_here) continue;
          AMONT_LET(const auto version, reader.edge_version(row.edge_class, identity, kNewest));
          if (version) AMONT_TRY(check_properties_fit(version->props, rows, kAnEdge, row.text()));
        }
      }
    }
    AMONT_TRY(check_stored(row, rows));
  }
  return {};
}

}  // namespace amont
