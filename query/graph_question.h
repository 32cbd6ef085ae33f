// What questions about the shape of lineage have in common: the walk, and the graph of what it settled.
#pragma once

#include <functional>
#include <vector>

#include "amont/graph_questions.h"
#include "query/answer.h"
#include "query/walk/thing_graph.h"

namespace amont {

class GraphQuestion {
 public:
  GraphQuestion(const Snapshot& view, Direction direction, const AskOptions& options)
      : view_(view), options_(options), walk_(view.view(), options, direction, *scratch_) {}

  // Walks from the starts, or takes the whole register when there are none. False when it was out of time, and `completeness` says
  // so. What else the answer lacks, complete() adds when no more steps are looked at, for that looks at each once.
  Result<bool> make(std::span<const NodeId> starts, Completeness& completeness);

  Walk& walk() { return walk_; }
  const ThingGraph& graph() const { return graph_; }
  // Is it one that answers list: a start, or what is not of a start's own thing?
  bool is_shown(std::uint32_t thing) const {
    return thing < graph_.starts() || !walk_.is_own(graph_.members(thing).front());
  }
  // Appends those of the thing's nodes that answers list; of the kinds asked for.
  Status listed(std::uint32_t thing, std::vector<std::uint32_t>& out) {
    return is_shown(thing) ? walk_.listed(graph_.members(thing), out) : Status();
  }
  std::function<bool()> stops() {
    return [this] { return walk_.clock().stops(); };
  }

  // What the register itself lacks of all this, and what the walk left out; unsorted.
  Status complete(Completeness& completeness);

  // Sorts groups of things as answers list them, and cuts them.
  Result<Groups> tell(const std::vector<std::vector<std::uint32_t>>& groups_of_things);

 private:
  const Snapshot& view_;
  const AskOptions& options_;
  ScratchLease scratch_;
  Walk walk_;
  ThingGraph graph_;
};

// No nodes, and that it was out of time.
void say_out_of_time(Completeness& completeness);

}  // namespace amont
