// KeptBytes: short byte strings by number, under a byte budget, found with few loads from memory. What is kept is copied in, and read
// where it stands, so nothing is counted and nothing allocated for each.
//
// Bytes stand one after the other in rings of fixed size: what comes new takes the place of the oldest, and what is asked for again
// when it has become old is written anew, so that it stays. A ring's memory is taken when something is first kept there. All methods
// may run on many threads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace amont {

class KeptBytes {
 public:
  explicit KeptBytes(std::uint64_t bytes_max);

  // see(std::string_view) what is kept under `number`, where it stands: good until `see` returns, which must be soon and ask for nothing
  // here, for a lock is held. False, and nothing seen, when nothing is kept.
  template <class See>
  bool find(std::uint64_t number, See&& see) {
    const Where at = where(number);
    Shard& shard = shards_[at.shard];
    const std::lock_guard lock(shard.mutex);
    std::uint64_t* const place = place_of(shard, at, number);
    if (!place) return false;
    see(bytes_at(shard, *place));
    renew_if_old(shard, at, number, place);
    return true;
  }

  // Who reads what is to be kept asks first, and says so to keep(): what was forgotten in between is not kept.
  std::uint64_t before_reading(std::uint64_t number) const;
  void keep(std::uint64_t number, std::string_view bytes, std::uint64_t before, bool may_push_out = true);
  // Nothing of it is left in memory, and what is being read of it will not be kept.
  void forget(std::uint64_t number);

  // Bring near where find() will look: first the one, and, once that had time to come, the other.
  void fetch_place(std::uint64_t number) const;
  void fetch_bytes(std::uint64_t number) const;

  std::uint64_t bytes_max() const { return shard_bytes_ * kShards; }

 private:
  static constexpr std::size_t kShards = 16, kWays = 8;

  // Before the bytes of each.
  struct Head {
    std::uint64_t number = 0;
    std::uint64_t size = 0;
  };
  struct Freed {
    void operator()(void* memory) const { std::free(memory); }
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unique_ptr<void, Freed> owned;
    std::atomic<char*> memory{nullptr};  // sets of places, then the ring
    std::uint64_t end = 0;               // bytes ever written to the ring
    std::atomic<std::uint64_t> forgotten{0};
  };
  // Where a number is looked for: in one set of eight places, a line of memory.
  struct Where {
    std::size_t shard = 0, set = 0;
    std::uint64_t tag = 0;
  };

  Where where(std::uint64_t number) const;
  std::uint64_t* places(char* memory, const Where& at) const;
  char* ring(char* memory, std::uint64_t position) const;
  bool stands(const Shard& shard, std::uint64_t position) const;
  std::uint64_t* place_of(const Shard& shard, const Where& at, std::uint64_t number) const;
  std::string_view bytes_at(const Shard& shard, std::uint64_t place) const;
  void renew_if_old(Shard& shard, const Where& at, std::uint64_t number, std::uint64_t* place);
  void append(Shard& shard, const Where& at, std::uint64_t number, std::string_view bytes, std::uint64_t* place);

  std::uint64_t shard_bytes_, sets_, ring_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace amont
