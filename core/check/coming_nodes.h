// ComingNodes: the ids that nodes will most likely get which were read but not taken yet. An edge mostly follows the node that it
// joins by a line or two: without this, where it will be looked for would be known too late to fetch it ahead.
#pragma once

#include <array>
#include <cstdint>

#include "core/check/ref_table.h"

namespace amont {

class ComingNodes {
 public:
  // One more, by the hash of its ref. It may be known already and get no id: came() sets that right for those after it.
  void expect(std::uint64_t hash) { slot_of(hash) = {hash, next_++}; }
  // It was taken, as the new node with that id.
  void came(std::uint64_t hash, std::uint64_t id) {
    const Slot& slot = slot_of(hash);
    if (slot.hash == hash && slot.id != id) next_ = static_cast<std::uint32_t>(next_ + id - slot.id);
  }
  // Or RefTable::kNone.
  std::uint32_t guess(std::uint64_t hash) const {
    const Slot& slot = const_cast<ComingNodes*>(this)->slot_of(hash);
    return slot.hash == hash ? slot.id : RefTable::kNone;
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t id = RefTable::kNone;
  };
  static constexpr std::size_t kSlots = 64;

  Slot& slot_of(std::uint64_t hash) { return slots_[hash % kSlots]; }

  std::array<Slot, kSlots> slots_;
  std::uint32_t next_ = 0;
};

}  // namespace amont
