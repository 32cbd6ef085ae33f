// Pending: what variables are part of.
#include <algorithm>

#include <fmt/format.h>

#include "core/check/aside_keys.h"
#include "core/check/pending.h"

namespace amont {

// A variable is part of at most one dataset or output at a time.
bool Pending::holds_variable(const EdgeRow& row, NodeKind from, NodeKind to) const {
  if (row.tie() != Tie::kPartOf || schema_->node(from).role != Role::kVariable) return false;
  const Role role = schema_->node(to).role;
  return role == Role::kDataset || role == Role::kOutput;
}

// Another one that the variable is part of already.
Result<std::optional<NodeId>> Pending::other_container(const EdgeIdentity& identity, const EdgeRow& row) {
  const auto variable = static_cast<std::uint32_t>(number_of(identity.from));
  AMONT_TRY(recall_containers(variable));
  const auto is_other = [&](const Container& taken) -> Result<bool> {
    if (taken.to == number_of(identity.to)) return false;
    AMONT_TRY(look_at(NodeId{taken.to}));
    const EdgeKey key{variable, taken.to, taken.label, taken.kind};
    AMONT_LET(const EdgeState* const state, known_edge(key));
    if (!state || !stands(key, *state)) return false;
    // The id may have been given anew, when what it was first given to was taken back.
    const Role role = schema_->node(known_node(NodeId{taken.to}).kind).role;
    return role == Role::kDataset || role == Role::kOutput;
  };
  if (const auto known = containers_.find(variable); known != containers_.end()) {
    const Containers taken = known->second;
    AMONT_LET(const bool first_is_other, is_other(taken.first));
    if (first_is_other) return std::optional(NodeId{taken.first.to});
    if (taken.has_more) {
      for (const Container& one : more_containers_.at(variable)) {
        AMONT_LET(const bool one_is_other, is_other(one));
        if (one_is_other) return std::optional(NodeId{one.to});
      }
    }
  }
  if (number_of(identity.from) >= first_new_id_ || known_node(identity.from).life != 0) return std::optional<NodeId>();
  AMONT_LET(const auto page,
            index_.reader()->page(EdgeClass::kStructure, Direction::kUpstream, page_of(identity.from), kNewest));
  const std::uint32_t slot = slot_of(identity.from);
  for (std::uint32_t i = page->nodes[slot].begin; i < page->nodes[slot + 1].begin; ++i) {
    if (page->kinds[i] != number_of(row.kind) || page->targets[i] == number_of(identity.to)) continue;
    const EdgeIdentity standing{row.kind, identity.from, NodeId(page->targets[i]), std::string(page->label(i))};
    AMONT_LET(const NodeState* const container, node(standing.to));
    const Role role = schema_->node(container->kind).role;
    if (role != Role::kDataset && role != Role::kOutput) continue;
    AMONT_LET(const EdgeKey key, key_of(standing));
    AMONT_LET(const EdgeState* const state, edge(standing, key, row));
    if (stands(key, *state)) return std::optional(standing.to);
  }
  return std::optional<NodeId>();
}

Status Pending::refuse_container(NodeId container, const Ref& from) {
  AMONT_LET(const NodeState* const state, node(container));
  AMONT_LET(const NodeVersion version, record_of(container, *state));
  return refused(
      fmt::format("{} is part of {}:{} already, and a variable is part of one dataset or output at a time; "
                  "retract that edge first",
                  from.text(), schema_->node(version.kind).name, version.key));
}

// None is taken out: what does not stand may stand again when this is taken back.
void Pending::remember_container(const EdgeKey& key) {
  const auto same = [&](const Container& one) {
    return one.to == key.to && one.label == key.label && one.kind == key.kind;
  };
  const Container container{key.to, key.label, key.kind};
  const auto [known, is_first] = containers_.try_emplace(key.from, Containers{container, false, true});
  Containers& taken = known->second;
  if (is_first || same(taken.first)) return;
  std::vector<Container>& more = more_containers_[key.from];
  if (std::ranges::any_of(more, same)) return;
  more.push_back(container);
  taken.has_more = taken.changed = true;
}

// Reads the containers of a variable back, if they were put aside.
Status Pending::recall_containers(std::uint32_t variable) {
  if (!aside_ || containers_.contains(variable)) return {};
  std::string value;
  AMONT_LET(const bool found,
            aside_->find(tag_of_variable(variable), number_of(Aside::kContainers), bytes_of(variable), value));
  if (!found) return {};
  ByteReader in(value);
  const auto read = [&] {
    Container one;
    one.to = in.u32();
    one.label = in.u32();
    one.kind = EdgeKind(in.u16());
    return one;
  };
  Containers& taken = containers_.emplace(variable, Containers()).first->second;
  taken.first = read();
  while (!in.at_end()) {
    taken.has_more = true;
    more_containers_[variable].push_back(read());
  }
  return {};
}

}  // namespace amont
