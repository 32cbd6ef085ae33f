// What nodes of a drawing may be folded into, and what folding and drawing have in common.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "amont/drawing.h"

namespace amont {

// Counts look-ups, and asks now and then whether to go on.
class LookUps {
 public:
  explicit LookUps(const std::function<bool()>& keep_going) : keep_going_(keep_going) {}

  // kTimeout once it was told to stop.
  Status count(std::size_t more = 1) {
    count_ += more;
    if (count_ < kBetweenLooks) return {};
    count_ = 0;
    return !keep_going_ || keep_going_() ? Status() : Status{Code::kTimeout, "out of time while drawing"};
  }

 private:
  static constexpr std::size_t kBetweenLooks = 1000;
  const std::function<bool()>& keep_going_;
  std::size_t count_ = 0;
};

// What a variable or a dataset is part of, else what it is a version of; the first by id when there are several.
Result<std::optional<NodeId>> whole_of(const Snapshot& view, NodeId part);

// For each node the project that made it, or the outermost dataset that it belongs to. A project and a base belong to themselves.
// kAny: a base for what no project made.
Result<std::vector<std::optional<NodeId>>> groups_of(const Snapshot& view, std::span<const NodeId> ids, FoldBy by,
                                                     LookUps& look_ups);

// Edges that would look alike as one, sorted.
std::vector<Drawing::Edge> alike_as_one(std::vector<Drawing::Edge> edges);

}  // namespace amont
