// Refs of nodes, as a view tells them.
#pragma once

#include <functional>
#include <span>

#include <fmt/format.h>

#include "core/index/reader.h"
#include "core/index/view.h"

namespace amont {

inline Status no_such_id(NodeId id) { return not_found(fmt::format("no node has the id {}", number_of(id))); }

// The index leads from one ref to the node of another.
inline Status not_that_ref(const Ref& ref, const Ref& other) {
  return damaged(fmt::format("the index takes {} for {}; run `amont rebuild`", ref.text(), other.text()));
}

// Puts the ref of each at ref_at(its place in `ids`), where an empty one must stand.
template <class RefAt>
Status read_refs(const IndexView& view, std::span<const NodeId> ids, const RefAt& ref_at) {
  // A ref never changes, so the newest version tells it; a kind's number never does either.
  const Schema& names = *view.newest_schema;
  const auto see = [&](std::size_t i, NodeKind kind, std::string_view key) -> Status {
    if (number_of(kind) >= names.nodes().size()) return no_such_id(ids[i]);  // given after this view was taken
    Ref& ref = ref_at(i);
    ref.kind = names.node(kind).name;
    ref.key = key;
    return {};
  };
  AMONT_TRY(view.reader->names(ids, std::cref(see)));  // by reference, so that nothing is allocated for it
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ref_at(i).kind.empty()) return no_such_id(ids[i]);
  return {};
}

}  // namespace amont
