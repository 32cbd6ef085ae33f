// A place says where in the ring something stands, and 16 bits of its number's hash, so that the ring is seldom looked at in vain:
//
//   place := hash's 16 bits << 48 | (position / 8 + 1)      0: free
//
// Positions count bytes ever written; what is a ring's length behind the end has been written over. None lies across the ring's end.
#include "core/index/kept_bytes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/fetch_ahead.h"

namespace amont {
namespace {

constexpr std::uint64_t kLineBytes = 64, kPositionMask = (1ull << 48) - 1;
constexpr std::uint64_t kPlaceFor = 64;   // bytes of a ring
constexpr std::uint64_t kHeadBytes = 16;  // of KeptBytes::Head

std::uint64_t round_up(std::uint64_t bytes) { return (bytes + 7) & ~std::uint64_t{7}; }
std::uint64_t position_of(std::uint64_t place) { return ((place & kPositionMask) - 1) * 8; }
std::uint64_t place_at(std::uint64_t tag, std::uint64_t position) { return tag << 48 | (position / 8 + 1); }

std::uint64_t mixed(std::uint64_t number) {
  number = (number ^ number >> 32) * 0x9e3779b97f4a7c15ull;
  number = (number ^ number >> 29) * 0xff51afd7ed558ccdull;
  return number ^ number >> 32;
}

// Places are written under a shard's lock, and looked at without it to fetch what they say.
std::uint64_t load(const std::uint64_t& place) {
  return std::atomic_ref(const_cast<std::uint64_t&>(place)).load(std::memory_order_relaxed);
}
void store(std::uint64_t& place, std::uint64_t value) {
  std::atomic_ref(place).store(value, std::memory_order_relaxed);
}

// What was redacted is to be gone.
void clear(std::uint64_t& place, char* entry, std::uint64_t size) {
  std::memset(entry, 0, kHeadBytes + size);
  store(place, 0);
}

}  // namespace

KeptBytes::KeptBytes(std::uint64_t bytes_max)
    : shard_bytes_(bytes_max / kShards),
      sets_(std::bit_floor(std::max<std::uint64_t>(shard_bytes_ / kPlaceFor / kWays, 1))),
      ring_bytes_(shard_bytes_ > sets_ * kLineBytes ? (shard_bytes_ - sets_ * kLineBytes) / kLineBytes * kLineBytes
                                                    : 0) {}

KeptBytes::Where KeptBytes::where(std::uint64_t number) const {
  const std::uint64_t hash = mixed(number);
  return {hash % kShards, hash / kShards & (sets_ - 1), hash >> 48};
}

std::uint64_t* KeptBytes::places(char* memory, const Where& at) const {
  return reinterpret_cast<std::uint64_t*>(memory + at.set * kLineBytes);
}
char* KeptBytes::ring(char* memory, std::uint64_t position) const {
  return memory + sets_ * kLineBytes + position % ring_bytes_;
}
bool KeptBytes::stands(const Shard& shard, std::uint64_t position) const { return shard.end - position <= ring_bytes_; }

std::uint64_t* KeptBytes::place_of(const Shard& shard, const Where& at, std::uint64_t number) const {
  if (!shard.owned) return nullptr;
  char* const memory = shard.memory.load(std::memory_order_relaxed);
  std::uint64_t* const set = places(memory, at);
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set[i] == 0 || set[i] >> 48 != at.tag || !stands(shard, position_of(set[i]))) continue;
    Head head;
    std::memcpy(&head, ring(memory, position_of(set[i])), sizeof(head));
    if (head.number == number) return &set[i];
  }
  return nullptr;
}

std::string_view KeptBytes::bytes_at(const Shard& shard, std::uint64_t place) const {
  const char* const entry = ring(shard.memory.load(std::memory_order_relaxed), position_of(place));
  Head head;
  std::memcpy(&head, entry, sizeof(head));
  return {entry + sizeof(head), head.size};
}

void KeptBytes::renew_if_old(Shard& shard, const Where& at, std::uint64_t number, std::uint64_t* place) {
  const std::uint64_t position = position_of(*place);
  if (shard.end - position <= ring_bytes_ / 4 * 3) return;
  const std::string bytes(bytes_at(shard, *place));  // what is appended may be written over it
  clear(*place, ring(shard.memory.load(std::memory_order_relaxed), position), bytes.size());
  append(shard, at, number, bytes, place);
}

std::uint64_t KeptBytes::before_reading(std::uint64_t number) const {
  return shards_[where(number).shard].forgotten.load(std::memory_order_acquire);
}

void KeptBytes::keep(std::uint64_t number, std::string_view bytes, std::uint64_t before, bool may_push_out) {
  static_assert(sizeof(Head) == kHeadBytes);
  const std::uint64_t needed = sizeof(Head) + round_up(bytes.size());
  if (needed > ring_bytes_ / 8) return;
  const Where at = where(number);
  Shard& shard = shards_[at.shard];
  const std::lock_guard lock(shard.mutex);
  if (shard.forgotten.load(std::memory_order_relaxed) != before || place_of(shard, at, number)) return;
  if (!may_push_out && shard.end + needed > ring_bytes_) return;
  if (!shard.owned) {
    // The ring is left as it comes, so that the system gives its pages as they are used.
    shard.owned.reset(std::aligned_alloc(kLineBytes, sets_ * kLineBytes + ring_bytes_));
    if (!shard.owned) return;
    std::memset(shard.owned.get(), 0, sets_ * kLineBytes);
    shard.memory.store(static_cast<char*>(shard.owned.get()), std::memory_order_release);
  }
  std::uint64_t* const set = places(shard.memory.load(std::memory_order_relaxed), at);
  // A free place, or that of what will be written over first.
  const auto age = [&](std::uint64_t place) { return place == 0 ? ~std::uint64_t{0} : shard.end - position_of(place); };
  append(shard, at, number, bytes,
         std::max_element(set, set + kWays, [&](std::uint64_t a, std::uint64_t b) { return age(a) < age(b); }));
}

void KeptBytes::append(Shard& shard, const Where& at, std::uint64_t number, std::string_view bytes,
                       std::uint64_t* place) {
  const std::uint64_t needed = sizeof(Head) + round_up(bytes.size()), left = ring_bytes_ - shard.end % ring_bytes_;
  if (needed > left) shard.end += left;
  char* const entry = ring(shard.memory.load(std::memory_order_relaxed), shard.end);
  const Head head{number, bytes.size()};
  std::memcpy(entry, &head, sizeof(head));
  std::memcpy(entry + sizeof(head), bytes.data(), bytes.size());
  store(*place, place_at(at.tag, shard.end));
  shard.end += needed;
}

void KeptBytes::forget(std::uint64_t number) {
  const Where at = where(number);
  Shard& shard = shards_[at.shard];
  const std::lock_guard lock(shard.mutex);
  shard.forgotten.fetch_add(1, std::memory_order_release);
  std::uint64_t* const place = place_of(shard, at, number);
  if (!place) return;
  char* const entry = ring(shard.memory.load(std::memory_order_relaxed), position_of(*place));
  Head head;
  std::memcpy(&head, entry, sizeof(head));
  clear(*place, entry, head.size);
}

void KeptBytes::fetch_place(std::uint64_t number) const {
  const Where at = where(number);
  if (char* const memory = shards_[at.shard].memory.load(std::memory_order_acquire)) fetch_ahead(places(memory, at));
}

void KeptBytes::fetch_bytes(std::uint64_t number) const {
  const Where at = where(number);
  char* const memory = shards_[at.shard].memory.load(std::memory_order_acquire);
  if (!memory) return;
  const std::uint64_t* const set = places(memory, at);
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::uint64_t place = load(set[i]);
    if (place == 0 || place >> 48 != at.tag) continue;
    const char* const entry = ring(memory, position_of(place));
    fetch_ahead(entry);
    fetch_ahead(entry + kLineBytes);
  }
}

}  // namespace amont
