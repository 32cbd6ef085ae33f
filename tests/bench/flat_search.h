// Breadth-first search over compressed rows: as fast as this machine's memory lets it be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/bench/rows.h"

namespace amont {

inline constexpr std::uint32_t kNoTarget = 0xffff'ffff;

class FlatSearch {
 public:
  explicit FlatSearch(std::uint64_t nodes) : seen_(nodes), queue_(nodes) {}

  // From `start` along the edges that `takes(edge)` lets through, until `target` is met: then true.
  template <class Takes>
  bool run(const Rows& rows, std::uint32_t start, std::uint32_t target, const Takes& takes) {
    return run(rows, start, target, takes, [](std::uint32_t, std::uint32_t) {});
  }
  // `meets(far, near)` is told of each node when it is met.
  template <class Takes, class Meets>
  bool run(const Rows& rows, std::uint32_t start, std::uint32_t target, const Takes& takes, const Meets& meets) {
    ++epoch_;
    seen_[start] = epoch_;
    queue_[0] = start;
    tail_ = 1;
    constexpr std::size_t kAhead = 8;  // memory is slow: ask for a node before its turn comes
    std::size_t tail = 1;
    for (std::size_t head = 0; head < tail; ++head) {
      if (head + kAhead < tail) __builtin_prefetch(rows.begin.data() + queue_[head + kAhead]);
      const std::uint32_t node = queue_[head];
      for (std::uint32_t i = rows.begin[node]; i < rows.begin[node + 1]; ++i) {
        const std::uint32_t far = rows.targets[i];
        if (!takes(i) || seen_[far] == epoch_) continue;
        seen_[far] = epoch_;
        meets(far, node);
        if (far == target) return true;
        queue_[tail++] = far;
      }
    }
    tail_ = tail;
    return false;
  }

  // The nodes reached, the start left out, after a run without a target.
  std::span<const std::uint32_t> found() const { return {queue_.data() + 1, tail_ - 1}; }

 private:
  std::vector<std::uint32_t> seen_;
  std::vector<std::uint32_t> queue_;
  std::size_t tail_ = 1;
  std::uint32_t epoch_ = 0;
};

}  // namespace amont
