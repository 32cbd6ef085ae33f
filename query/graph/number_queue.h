// A queue of numbers that gives the smallest or the largest first: bits, with a bit above each 64 that says whether any is set. Adding and
// taking cost a word for each level, and there are four levels for 16 million numbers.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace amont {

class NumberQueue {
 public:
  // Holds numbers below `size`; empty.
  void start(std::size_t size) {
    levels_.clear();
    do {
      size = (size + 63) / 64;
      levels_.emplace_back(size, 0);
    } while (size > 1);
  }
  bool empty() const { return levels_.back()[0] == 0; }

  void add(std::uint32_t number) {
    std::size_t at = number;
    for (std::vector<std::uint64_t>& level : levels_) {
      std::uint64_t& word = level[at / 64];
      const bool had_some = word != 0;
      word |= std::uint64_t{1} << at % 64;
      if (had_some) return;
      at /= 64;
    }
  }

  // Takes out the smallest, or the largest. There must be one.
  std::uint32_t take(bool largest) {
    std::size_t at = 0;
    for (std::size_t level = levels_.size(); level-- > 0;) {
      const std::uint64_t word = levels_[level][at];
      at = at * 64 + static_cast<std::size_t>(largest ? 63 - std::countl_zero(word) : std::countr_zero(word));
    }
    const auto number = static_cast<std::uint32_t>(at);
    for (std::vector<std::uint64_t>& level : levels_) {
      std::uint64_t& word = level[at / 64];
      word &= ~(std::uint64_t{1} << at % 64);
      if (word != 0) break;
      at /= 64;
    }
    return number;
  }

 private:
  std::vector<std::vector<std::uint64_t>> levels_;
};

}  // namespace amont
