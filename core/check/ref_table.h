// RefTable: numbers found by the hash of a text that its user keeps: 8 bytes a slot, a quarter of them empty or more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/fetch_ahead.h"
#include "core/huge_pages.h"

namespace amont {

class RefTable {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // The number under that hash of which `is` says that it is the one, or kNone.
  template <class Is>
  std::uint32_t find(std::uint64_t hash, Is is) const {
    if (slots_.empty()) return kNone;
    for (std::size_t at = home(tag_of(hash));; at = next(at)) {
      const std::uint64_t slot = slots_[at];
      if (slot == 0) return kNone;
      if (slot >> 32 == tag_of(hash) && is(number_in(slot))) return number_in(slot);
    }
  }

  // A number below kNone - 1 that is not there.
  void insert(std::uint64_t hash, std::uint32_t number) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow();
    place(std::uint64_t{tag_of(hash)} << 32 | (number + 1));
    ++used_;
  }

  // One that is there. What was pushed aside by it moves back.
  void erase(std::uint64_t hash, std::uint32_t number) {
    const std::uint64_t wanted = std::uint64_t{tag_of(hash)} << 32 | (number + 1);
    std::size_t hole = home(tag_of(hash));
    while (slots_[hole] != wanted) hole = next(hole);
    for (std::size_t at = next(hole); slots_[at] != 0; at = next(at)) {
      const std::size_t wants = home(static_cast<std::uint32_t>(slots_[at] >> 32));
      if (distance(wants, at) < distance(hole, at)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = 0;
    --used_;
  }

  // Its room stays.
  void clear() {
    std::ranges::fill(slots_, 0);
    used_ = 0;
  }
  // visit(tag, number), nearly in the order of tags.
  template <class Visit>
  void each(Visit visit) const {
    for (const std::uint64_t slot : slots_)
      if (slot != 0) visit(static_cast<std::uint32_t>(slot >> 32), number_in(slot));
  }
  // What it takes at most while it grows to hold so many more.
  std::uint64_t bytes_with(std::size_t more) const {
    const bool grows = 4 * (used_ + more) > 3 * slots_.size();
    return (grows ? 3 : 1) * slots_.size() * sizeof(std::uint64_t);
  }

  // Brings the slot near before it is looked at.
  void expect(std::uint64_t hash) const {
    if (!slots_.empty()) fetch_ahead(&slots_[home(tag_of(hash))]);
  }
  // Most likely the number under that hash, or kNone.
  std::uint32_t guess(std::uint64_t hash) const {
    return find(hash, [](std::uint32_t) { return true; });
  }

 private:
  static constexpr std::size_t kFirstSlots = 16;

  using Slots = std::vector<std::uint64_t, HugePages<std::uint64_t>>;

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  static std::uint32_t number_in(std::uint64_t slot) { return static_cast<std::uint32_t>(slot) - 1; }
  // By the tag alone, so that the table can grow without the texts.
  std::size_t home(std::uint32_t tag) const { return std::uint64_t{tag} * slots_.size() >> 32; }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
  std::size_t distance(std::size_t from, std::size_t to) const { return (to - from) & (slots_.size() - 1); }

  void place(std::uint64_t slot) {
    std::size_t at = home(static_cast<std::uint32_t>(slot >> 32));
    while (slots_[at] != 0) at = next(at);
    slots_[at] = slot;
  }
  void grow() {
    Slots old(slots_.empty() ? kFirstSlots : 2 * slots_.size());
    old.swap(slots_);
    for (const std::uint64_t slot : old)
      if (slot != 0) place(slot);
  }

  Slots slots_;  // a power of two: tag:32 number+1:32, 0 is empty
  std::size_t used_ = 0;
};

}  // namespace amont
