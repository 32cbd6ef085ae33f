// Surroundings: a node with its neighbours, for whoever shows nodes one by one. All that is looked up for it is looked up together, which
// takes less time than node(), neighbours() and refs() of a Snapshot one after the other.
#pragma once

#include <optional>
#include <vector>

#include "amont/model.h"
#include "amont/snapshot.h"

namespace amont {

// Whom an edge joins a node to, with that node's ref.
struct NamedNeighbour {
  EdgeKind kind{};
  NodeId node{};
  Ref ref;
  bool operator==(const NamedNeighbour&) const = default;
};

// The neighbours are those of Snapshot::neighbours(), in its order: an entry for each edge.
struct Surroundings {
  Node node;
  std::vector<NamedNeighbour> upstream, downstream;
};

// Of the node as of the view's transaction; nothing when it was not yet put, or is retracted. kDamaged when the index can't be trusted.
// Any number of threads may ask at once.
Result<std::optional<Surroundings>> surroundings(const Snapshot& view, NodeId node);
Result<std::optional<Surroundings>> surroundings(const Snapshot& view, const Ref& ref);

}  // namespace amont
