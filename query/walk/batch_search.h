// The searches from up to 64 starts at once: each node has a bit for every start that reached it, so that what many reach is looked at
// together. (M. Then et al., "The More the Merrier: Efficient Multi-Source Graph Traversal", VLDB 2014.) Not level by level but by
// number: effects are mostly put after their causes, so that most nodes have met all their starts by their turn.
//
// For starts that are no project, at granularity dataset, without depth or dates: then what a thing leads to does not depend on the
// start.
#pragma once

#include <unordered_map>
#include <vector>

#include "query/graph/number_queue.h"
#include "query/walk/walk.h"

namespace amont {

class BatchSearch {
 public:
  static constexpr std::size_t kStartsMax = 64;
  using Lanes = std::uint64_t;  // a bit for each start

  // From the starts with which the walk has begun. `ids`: how many there are in the register.
  Status search(Walk& walk, std::span<const std::uint32_t> starts, bool exact_only, std::uint64_t ids);
  bool stopped() const { return stopped_; }
  // May there be a possible step that an exact search did not take?
  bool possible_left() const { return possible_left_; }

  // What was reached, the starts' own things too, and from which of them.
  using SeeThing = FunctionRef<Status(std::span<const std::uint32_t> thing, Lanes lanes)>;
  Status for_each_thing(const SeeThing& see) const;

 private:
  void meet(std::uint32_t id, Lanes lanes);
  Lanes take(std::uint32_t id, Lanes lanes);
  Status expand(std::uint32_t id, Lanes lanes);
  Status expand_thing(std::uint32_t id, Lanes lanes);
  Result<std::span<const std::uint32_t>> thing_of(std::uint32_t id);

  Walk* walk_ = nullptr;  // of the last search
  bool exact_only_ = false, possible_left_ = false, stopped_ = false;
  struct State {
    Lanes reached = 0;
    Lanes met = 0;  // since its edges were last followed
  };
  ZeroArray<State> states_;                   // by node
  NumberQueue queue_;                         // nodes with somebody new
  std::vector<std::uint32_t> first_members_;  // the first member of every thing that was reached
  // Things that are more than a plain node; and of which each of their members is.
  std::vector<std::vector<std::uint32_t>> things_;
  std::unordered_map<std::uint32_t, std::size_t> thing_of_member_;
};

}  // namespace amont
