// SmallBlocks: the small blocks of one Lua state, most of what it asks for, cut from one region and kept by size when they are given back.
//
// The region is address space that costs memory where it is used. It is bounded, so what is kept for one size and not used for another is
// bounded too, and larger for a state that may have much; behind its end there is malloc, and the caller asks owns(). When a state
// closes nothing need be given back. The region of the last state, if it was no larger than usual, is kept for the next one of the same
// thread: its first pages are in memory already. Belongs to one thread.
//
// Under AddressSanitizer there are none, so that it sees every block.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace amont {

class SmallBlocks {
 public:
  static constexpr std::size_t kBlockMax = 512;
  static constexpr std::size_t kRegionBytes = 16 << 20;  // usually
  static constexpr std::size_t kRegionBytesMax = 64 << 20;

  // For a state that may have so much memory.
  explicit SmallBlocks(std::uint64_t memory_bytes = 0)
      : region_bytes_(std::clamp<std::uint64_t>(memory_bytes / 4, kRegionBytes, kRegionBytesMax)) {}
  ~SmallBlocks();
  SmallBlocks(const SmallBlocks&) = delete;
  SmallBlocks& operator=(const SmallBlocks&) = delete;

  // nullptr when it is too large, or there is no place left. Aligned as for any type.
  void* take(std::size_t bytes) noexcept {
    if (bytes > kBlockMax) return nullptr;
    const std::size_t size = class_of(bytes);
    if (Free* block = free_[size]) {
      free_[size] = block->next;
      __builtin_prefetch(block->next);  // where the one after it is read from, and most likely cold
      return block;
    }
    return cut((size + 1) * kStep);
  }
  bool owns(const void* block) const noexcept {
    return reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(region_) < region_bytes_ &&
           region_;
  }
  // A block that is owned, with the bytes it was last known by.
  void give_back(void* block, std::size_t bytes) noexcept {
    auto* const freed = static_cast<Free*>(block);
    Free*& first = free_[class_of(bytes)];
    freed->next = first;
    first = freed;
  }
  // Whether a block of the one size is as good for the other.
  static bool same_size(std::size_t a, std::size_t b) noexcept {
    return a <= kBlockMax && b <= kBlockMax && class_of(a) == class_of(b);
  }

 private:
  static constexpr std::size_t kStep = 16;
  struct Free {
    Free* next;
  };

  static std::size_t class_of(std::size_t bytes) noexcept { return bytes == 0 ? 0 : (bytes - 1) / kStep; }
  void* cut(std::size_t bytes) noexcept;

  const std::size_t region_bytes_;
  char* region_ = nullptr;
  std::size_t used_ = 0;
  bool asked_ = false;  // for a region, whether there is one or not
  std::array<Free*, kBlockMax / kStep> free_{};
};

}  // namespace amont
