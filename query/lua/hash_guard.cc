#include "query/lua/hash_guard.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstring>

#include <lua.hpp>

namespace amont {
namespace {

// One node of a hash part: a value and its type, then the type of the key, the distance to the next node, and the key.
struct Node {
  std::uint64_t value;
  std::uint8_t value_type;
  std::uint8_t key_type;
  std::int32_t next;
  std::uint64_t key;
};
static_assert(sizeof(Node) == 24 && offsetof(Node, key_type) == 9 && offsetof(Node, key) == 16);

constexpr std::uint8_t kIntegerKey = LUA_TNUMBER;
constexpr std::uint8_t kRealKey = LUA_TNUMBER | 1 << 4;
constexpr std::uint64_t kPassesMax = 20'000'000;  // of one key past another; about 50 ms

bool is_number_key(const Node& node) {
  return (node.value_type & 0x0f) != LUA_TNIL && (node.key_type == kIntegerKey || node.key_type == kRealKey);
}

// What Lua makes of a number key before it takes the remainder.
std::uint64_t hash_of(const Node& node) {
  if (node.key_type == kIntegerKey) return node.key;
  double real = 0;
  std::memcpy(&real, &node.key, sizeof(real));
  int exponent = 0;
  real = std::frexp(real, &exponent) * -static_cast<double>(INT_MIN);
  if (!(real >= -0x1p63 && real < 0x1p63)) return 0;
  const unsigned mixed = static_cast<unsigned>(exponent) + static_cast<unsigned>(static_cast<std::int64_t>(real));
  return mixed <= static_cast<unsigned>(INT_MAX) ? mixed : ~mixed;
}

}  // namespace

bool HashGuard::made(const void* part, std::size_t bytes) noexcept {
  try {
    parts_.push_back({part, bytes / kNodeBytes});
    return true;
  } catch (...) {
    return false;
  }
}

void HashGuard::freed(const void* part) noexcept {
  const auto found =
      std::find_if(parts_.begin(), parts_.end(), [part](const Part& known) { return known.nodes == part; });
  if (found == parts_.end()) return;
  *found = parts_.back();
  parts_.pop_back();
}

bool HashGuard::would_stall(std::size_t bytes, std::uint64_t* looked_at) const noexcept {
  const std::uint64_t places = ((bytes / kNodeBytes) - 1) | 1;
  std::vector<std::uint32_t> keys_at;
  for (const Part& part : parts_) {
    const auto* nodes = static_cast<const Node*>(part.nodes);
    *looked_at += part.count;
    const Node* const end = nodes + part.count;
    const Node* first = std::find_if(nodes, end, is_number_key);
    if (first == end) continue;
    try {
      keys_at.assign(places, 0);
    } catch (...) {
      return true;
    }
    std::uint64_t passes = 0;
    for (const Node* node = first; node != end; ++node) {
      if (is_number_key(*node)) passes += keys_at[hash_of(*node) % places]++;
    }
    if (passes > kPassesMax) return true;
  }
  return false;
}

}  // namespace amont
