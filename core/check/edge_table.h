// EdgeTable: what Pending knows of each edge that it has looked at, 20 bytes a slot, a quarter of them empty or more.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "amont/schema.h"
#include "core/fetch_ahead.h"
#include "core/huge_pages.h"

namespace amont {

// An EdgeIdentity in 16 bytes: ids fit 32 bits, labels are numbered.
struct EdgeKey {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t label = 0;  // 0 is none
  EdgeKind kind{};
  bool operator==(const EdgeKey&) const = default;

  std::uint64_t hash() const {
    std::uint64_t mixed = (std::uint64_t{from} << 32 | to) * 0x9e3779b97f4a7c15ull;
    mixed = (mixed ^ mixed >> 32 ^ (std::uint64_t{label} << 16 | number_of(kind))) * 0xff51afd7ed558ccdull;
    return mixed ^ mixed >> 32;
  }
};

struct EdgeState {
  std::uint32_t alive : 1 = 0;
  std::uint32_t detailed : 1 = 0;  // has a record
  std::uint32_t changed : 1 = 0;   // here, since it was read from elsewhere
  std::uint32_t more : 29 = 0;     // a number that stands for the lives of its ends and where its record is
};
inline constexpr std::uint32_t kEdgeMoreMax = (1u << 29) - 1;

class EdgeTable {
 public:
  // nullptr when it is not there. Good until the next insert().
  EdgeState* find(const EdgeKey& key) { return const_cast<EdgeState*>(std::as_const(*this).find(key)); }
  const EdgeState* find(const EdgeKey& key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place_of(key)];
    return slot.used() ? &slot.state : nullptr;
  }
  // Its state, that of a new edge when it was not there. Good until the next call.
  EdgeState* insert(const EdgeKey& key) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow();
    Slot& slot = slots_[place_of(key)];
    if (!slot.used()) {
      slot = {key, {}};
      ++used_;
    }
    return &slot.state;
  }
  // Its room stays.
  void clear() {
    std::ranges::fill(slots_, Slot());
    used_ = 0;
  }
  // What it takes at most while it grows to hold so many more.
  std::uint64_t bytes_with(std::size_t more) const {
    const bool grows = 4 * (used_ + more) > 3 * slots_.size();
    return (grows ? 3 : 1) * slots_.size() * sizeof(Slot);
  }
  // Brings it near before it is looked at.
  void expect(const EdgeKey& key) const {
    if (!slots_.empty()) fetch_ahead(&slots_[home(key)]);
  }
  // visit(key, state, slot), nearly in the order of hashes.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].used()) visit(slots_[i].key, slots_[i].state, i);
  }
  std::pair<EdgeKey, EdgeState> at(std::size_t slot) const { return {slots_[slot].key, slots_[slot].state}; }

 private:
  static constexpr std::size_t kFirstSlots = 16;

  static constexpr std::uint32_t kFree = ~std::uint32_t{0};  // no id

  struct Slot {
    EdgeKey key{kFree, 0, 0, {}};
    EdgeState state;

    bool used() const { return key.from != kFree; }
  };

  using Slots = std::vector<Slot, HugePages<Slot>>;

  // By the high bits, so that a table that grows is read and written in order.
  std::size_t home(const EdgeKey& key) const { return (key.hash() >> 32) * slots_.size() >> 32; }
  std::size_t place_of(const EdgeKey& key) const {
    std::size_t at = home(key);
    while (slots_[at].used() && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  void grow() {
    Slots old(slots_.empty() ? kFirstSlots : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.used()) slots_[place_of(slot.key)] = slot;
  }

  Slots slots_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace amont
