// A schema that grows declares types for properties that were free until then. What is stored must not become invalid by it.
#include <fmt/format.h>

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

}  // namespace

Status Pending::check_stored(const Schema& grown) const {
  const IndexReader& reader = *index_.reader();
  for (const NodeRow& row : grown.nodes()) {
    const std::vector<PropertyRow> rows = new_rows(schema_->node(row.name), row);
    if (rows.empty()) continue;
    for (std::uint64_t number = 0; number < next_id_; ++number) {
      const NodeId id{number};
      const NodeState unread;
      const NodeState* known = &unread;
      if (number >= first_new_id_) {
        known = &new_nodes_[number - first_new_id_];
      } else if (const auto old = old_nodes_.find(id); old != old_nodes_.end()) {
        known = &old->second;
      }
      if (known == &unread) {
        AMONT_LET(const auto page, reader.node_page(page_of(id)));
        const NodeSlot& slot = page->nodes[slot_of(id)];
        if (slot.created == 0 || slot.kind != number_of(row.kind) || (slot.flags & kSlotDead)) continue;
      } else if (known->kind != row.kind || !known->alive) {
        continue;
      }
      AMONT_LET(const NodeVersion version, record_of(id, *known));
      AMONT_TRY(check_properties_fit(version.props, rows, row.name + ":" + version.key, row.text()));
    }
  }
  for (const EdgeRow& row : grown.edges()) {
    const std::vector<PropertyRow> rows = new_rows(schema_->edge(row.name), row);
    if (rows.empty()) continue;
    const std::string owner = "an edge of this kind";
    for (std::uint64_t first = 0; first < first_new_id_; first += kPageNodes) {
      const std::uint32_t number = page_of(NodeId(first));
      AMONT_LET(const auto page, reader.page(row.edge_class, Direction::kUpstream, number, kNewest));
      for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
        for (std::uint32_t i = page->nodes[slot].begin; i < page->nodes[slot + 1].begin; ++i) {
          if (page->kinds[i] != number_of(row.kind) || !(page->edge_flags[i] & kEdgeDetailed)) continue;
          const EdgeIdentity identity{row.kind, NodeId(first + slot), NodeId(page->targets[i]),
                                      std::string(page->label(i))};
          if (looked_at(identity)) continue;
          AMONT_LET(const auto version, reader.edge_version(row.edge_class, identity, kNewest));
          if (version) AMONT_TRY(check_properties_fit(version->props, rows, owner, row.text()));
        }
      }
    }
    Status misfit;
    edges_.each([&](const EdgeKey& key, const EdgeState& state) {
      if (!misfit.ok() || key.kind != row.kind || !state.detailed || !stands(key, state)) return;
      const Result<EdgeVersion> version = record_of(key);
      misfit = version ? check_properties_fit(version->props, rows, owner, row.text()) : version.status();
    });
    AMONT_TRY(std::move(misfit));
  }
  return {};
}

}  // namespace amont
