// The limit where things are more than nodes: breadth-first search over flat arrays by the rules of query/WALKS.md, but for twins and
// dates. Exact steps first; then it goes on from what they left.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "amont/query.h"
#include "tests/bench/rows.h"
#include "tests/bench/ties.h"

namespace amont {

class FlatThings {
 public:
  FlatThings(const Lineage& lineage, const Ties& ties, Direction direction);

  void closure(std::uint32_t start, Granularity granularity, bool exact_only);
  // Of the last closure, in any order.
  std::vector<std::uint32_t> exact() const { return listed(1, exact_end_); }
  std::vector<std::uint32_t> possible() const { return listed(exact_end_, queue_.size()); }
  std::uint64_t left() const { return left_; }  // things behind possible steps, where only exact ones were asked for

 private:
  enum Bit : std::uint32_t { kMet = 1, kFollowed = 2, kDown = 4, kDownPossible = 8, kUp = 16, kMissed = 32 };

  // Adds the bit; whether it was there.
  bool mark(std::uint32_t node, Bit bit) {
    std::uint32_t& state = states_[node];
    if (state >> 8 != epoch_) state = epoch_ << 8;
    const bool had = (state & bit) != 0;
    state |= bit;
    return had;
  }
  std::vector<std::uint32_t> listed(std::size_t begin, std::size_t end) const;
  void meet(std::uint32_t far);
  void count(std::uint32_t node);
  void follow(std::uint32_t node);
  void follow_whole(std::uint32_t dataset);
  void down(std::uint32_t dataset, bool versions_too, Bit bit);
  void up(std::uint32_t dataset);
  void take(std::uint32_t thing);
  void follow_possible(std::uint32_t thing);
  void follow_left();

  const Ties& ties_;
  const Rows rows_;
  const bool is_up_;
  bool by_variable_ = false, takes_possible_ = false, counts_ = false;
  std::uint32_t start_ = 0;
  std::uint32_t epoch_ = 0;
  std::vector<std::uint32_t> states_;  // the epoch, and bits
  std::vector<std::uint32_t> queue_;
  std::size_t exact_end_ = 0;
  std::uint64_t left_ = 0;
  std::vector<std::uint32_t> left_nodes_, left_things_, left_datasets_;
};

}  // namespace amont
