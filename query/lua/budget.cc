#include "query/lua/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <lua.hpp>

namespace amont {
namespace {

constexpr std::uint64_t kTimeMax = 366ull * 24 * 3600 * 1000;  // milliseconds; keeps the deadline from overflowing
constexpr std::uint64_t kLargeGrowth = 64ull << 10;            // such an allocation costs time worth looking at
constexpr std::uint64_t kBytesPerStep = 64;                    // copied or cleared
constexpr std::uint64_t kEndReserve = 1ull << 20;  // for a script that has ended to unwind without a collection
constexpr std::uint64_t kLargeBlock = 256ull << 10;
constexpr std::uint64_t kLargeString = 4ull << 20;
constexpr std::uint64_t kHugeString = 12ull << 20;
constexpr std::uint64_t kMuchMemory = 8ull << 20;  // in which many short chains of keys may be gone through at once

}  // namespace

Budget::Budget(const ScriptRunLimits& limits, const std::atomic<bool>* cancel)
    : limits_(limits), cancel_(cancel), small_blocks_(limits.memory_bytes) {
  renew();
}

void Budget::renew() noexcept {
  deadline_ = Clock::now() + std::chrono::milliseconds(std::min(limits_.time_ms, kTimeMax));
  steps_used_ = 0;
  steps_unclocked_ = 0;
  rows_ = 0;
  output_bytes_ = 0;
}

bool Budget::look() noexcept {
  steps_unclocked_ = 0;
  if (ended()) return false;
  if (steps_used_ > limits_.steps_max)
    finish(End::kSteps);
  else if (cancel_ && cancel_->load(std::memory_order_relaxed))
    finish(End::kCancelled);
  else if (Clock::now() >= deadline_)
    finish(End::kTime);
  return !ended();
}

bool Budget::take_rows(std::uint64_t rows) noexcept {
  rows_ += rows;
  if (rows_ > limits_.rows_max) finish(End::kRows);
  return !ended();
}

bool Budget::take_output(std::uint64_t bytes) noexcept {
  output_bytes_ += bytes;
  if (output_bytes_ > limits_.output_bytes_max) finish(End::kOutput);
  return !ended();
}

bool Budget::hold(std::uint64_t bytes) noexcept {
  if (bytes > limits_.memory_bytes || lua_bytes_ + held_bytes_ + bytes > limits_.memory_bytes) {
    finish(End::kMemory);
    return false;
  }
  held_bytes_ += bytes;
  held_since_collection_ += bytes;
  bytes_peak_ = std::max(bytes_peak_, lua_bytes_ + held_bytes_);
  return !ended();
}

void Budget::release(std::uint64_t bytes) noexcept { held_bytes_ -= std::min(bytes, held_bytes_); }

void Budget::end(const Status& reason) noexcept {
  if (ended()) return;
  try {
    reason_ = reason;
    end_ = End::kReason;
  } catch (...) {
    end_ = End::kMemory;
  }
}

void Budget::end_for_memory() noexcept { finish(End::kMemory); }

Status Budget::reason() const {
  switch (end_) {
    case End::kNot: return {};
    case End::kReason: return reason_;
    case End::kCollisions:
      return {Code::kLimit,
              "the script fills a table with numbers as keys that all fall on the same places; use other keys"};
    case End::kSteps:
      return {Code::kLimit,
              fmt::format("the script used up its {} steps; ask for less, or allow more steps", limits_.steps_max)};
    case End::kTime:
      return {Code::kTimeout,
              fmt::format("the script ran for {} ms, all it was allowed; ask for less, or allow more time",
                          limits_.time_ms)};
    case End::kCancelled: return {Code::kTimeout, "the script was cancelled"};
    case End::kMemory:
      return {Code::kLimit,
              fmt::format("the script needs more than the {} bytes of memory it may have; keep less at a time, "
                          "or allow more memory",
                          limits_.memory_bytes)};
    case End::kRows:
      return {Code::kLimit,
              fmt::format("the script made more than {} rows; ask for less, or allow more rows", limits_.rows_max)};
    case End::kOutput:
      return {Code::kLimit, fmt::format("the script wrote more than {} bytes; print less, or allow more output",
                                        limits_.output_bytes_max)};
  }
  return {};
}

// Whether Lua may have `bytes` more. A refusal makes Lua collect everything and ask again, so refusals are charged, or a script
// that lives at its limit would spend its time in collections that no hook sees.
bool Budget::may_grow(std::uint64_t bytes) noexcept {
  ++growths_;
  if (growths_ >= fail_from_ && growths_ <= fail_to_) return false;
  if (bytes >= kLargeGrowth && !charge_and_look(bytes / kBytesPerStep)) return false;
  const std::uint64_t limit = limits_.memory_bytes + (ended() ? kEndReserve : 0);
  if (lua_bytes_ + held_bytes_ + bytes <= limit) return true;
  charge_and_look(lua_bytes_ / 8);
  return false;
}

bool Budget::may_make_hash_part(std::uint64_t bytes) noexcept {
  std::uint64_t looked_at = 0;
  if (hash_parts_.would_stall(bytes, &looked_at)) finish(End::kCollisions);
  return charge(looked_at / 4);
}

void Budget::free(void* block, std::size_t bytes) noexcept {
  if (small_blocks_.owns(block))
    small_blocks_.give_back(block, bytes);
  else
    std::free(block);
}

void* Budget::move(void* block, std::size_t old_bytes, std::size_t new_bytes) noexcept {
  const bool is_small = block && small_blocks_.owns(block);
  if (is_small && SmallBlocks::same_size(old_bytes, new_bytes)) return block;
  if (!is_small && block && new_bytes > SmallBlocks::kBlockMax) return std::realloc(block, new_bytes);
  void* moved = small_blocks_.take(new_bytes);
  if (!moved && !is_small) return std::realloc(block, new_bytes);
  if (!moved) moved = std::malloc(new_bytes);
  if (!moved || !block) return moved;
  std::memcpy(moved, block, std::min(old_bytes, new_bytes));
  free(block, old_bytes);
  return moved;
}

void* Budget::allocate(void* budget, void* block, std::size_t old_bytes, std::size_t new_bytes) noexcept {
  auto& self = *static_cast<Budget*>(budget);
  const std::size_t held = block ? old_bytes : 0;
  if (HashGuard::is_large_part(held)) self.hash_parts_.freed(block);
  if (new_bytes == 0) {
    self.free(block, held);
    self.lua_bytes_ -= held;
    return nullptr;
  }
  if (new_bytes > held && !self.may_grow(new_bytes - held)) return nullptr;
  // For a new block Lua passes the type of the object in place of the old size; 0 for an array, of which hash parts are one kind.
  const bool is_hash_part = !block && old_bytes == 0 && HashGuard::is_large_part(new_bytes);
  if (is_hash_part && !self.may_make_hash_part(new_bytes)) return nullptr;
  void* moved = self.move(block, held, new_bytes);
  if (!moved) return new_bytes <= held ? block : nullptr;
  if (is_hash_part && !self.hash_parts_.made(moved, new_bytes)) {
    self.free(moved, new_bytes);
    return nullptr;
  }
  self.lua_bytes_ = self.lua_bytes_ - held + new_bytes;
  self.bytes_peak_ = std::max(self.bytes_peak_, self.lua_bytes_ + self.held_bytes_);
  self.largest_block_ = std::max<std::uint64_t>(self.largest_block_, new_bytes);
  if (!block && old_bytes == LUA_TSTRING)
    self.longest_string_ = std::max<std::uint64_t>(self.longest_string_, new_bytes);
  return moved;
}

int Budget::instructions_per_hook() const noexcept {
  if (longest_string_ >= kLargeString) return longest_string_ >= kHugeString ? 5 : 20;
  return largest_block_ >= kLargeBlock || bytes_peak_ >= kMuchMemory ? 100 : 1000;
}

}  // namespace amont
