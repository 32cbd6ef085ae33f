// Keeps a script from making Lua stall while a table grows.
//
// When the hash part of a table is full, Lua makes a larger one and puts every key in anew, within one instruction. The
// place of a number key is known to everybody, so keys can be chosen that are spread in the old part and all fall on
// one place in the new one; then every key that is put in goes past all before it. 65,536 such keys take 6 seconds,
// twice as many four times as long, and no hook is reached. So when the allocator is asked for a large hash part, it
// looks at the large ones there are, one of which is about to be moved, and counts how the number keys in them would
// collide. Texts are safe: their hashes start from a secret of the run.
//
// This knows the layout of a node of Lua 5.4; a layout of another kind makes it blind, which a test would show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace amont {

class HashGuard {
 public:
  // Whether a block of that many bytes may be the hash part of a table large enough to stall in.
  static bool is_large_part(std::size_t bytes) noexcept {
    if (bytes < kLargeBytes || bytes % kNodeBytes != 0) return false;
    const std::size_t nodes = bytes / kNodeBytes;
    return (nodes & (nodes - 1)) == 0;
  }

  // False when out of memory.
  bool made(const void* part, std::size_t bytes) noexcept;
  void freed(const void* part) noexcept;
  // Whether the keys of some part would collide too much in a new one of that many bytes. Adds the nodes looked at to
  // `looked_at`.
  bool would_stall(std::size_t bytes, std::uint64_t* looked_at) const noexcept;

 private:
  static constexpr std::size_t kNodeBytes = 24;
  static constexpr std::size_t kLargeBytes = kNodeBytes << 13;

  struct Part {
    const void* nodes;
    std::size_t count;
  };
  std::vector<Part> parts_;
};

}  // namespace amont
