// Budget: what one run of a script may use: steps, time, memory, rows, output. Everything that works for a script takes from it:
// the instruction hook, the allocator, the library functions, and native operators in the middle of their loops.
//
// Once a budget has ended it stays ended; the first reason is kept. Nothing here calls Lua or throws, so charging is
// safe from an allocator, a hook and a noexcept work phase alike. One budget belongs to one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "amont/script.h"
#include "amont/status.h"
#include "query/lua/hash_guard.h"
#include "query/lua/small_blocks.h"

namespace amont {

// A native value that belongs to a run. Lua ends it through a finalizer; but Lua drops a finalizer for which there is neither memory
// nor stack, and a script can bring that about. What is left when the run is over, the budget ends.
class RunValue {
 public:
  RunValue() = default;
  virtual ~RunValue() {
    if (!link_) return;
    *link_ = next_;
    if (next_) next_->link_ = link_;
  }
  RunValue(const RunValue&) = delete;
  RunValue& operator=(const RunValue&) = delete;

 private:
  friend class Budget;
  RunValue* next_ = nullptr;
  RunValue** link_ = nullptr;  // what points to this; nullptr: it belongs to no run
};

class Budget {
 public:
  using Clock = std::chrono::steady_clock;  // only ever decides when to stop; no script can read it

  Budget(const ScriptRunLimits& limits, const std::atomic<bool>* cancel);
  ~Budget() {
    while (values_) delete values_;
  }
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // Takes steps; one step is about one Lua instruction or 10 ns of native work. Looks at the clock and the cancel flag after every
  // thousand. False: stop now, the script is over. Native loops charge at least every 1,024 expansions.
  bool charge(std::uint64_t steps) noexcept {
    steps_used_ += steps;
    steps_unclocked_ += steps;
    if (steps_used_ > limits_.steps_max || steps_unclocked_ >= kStepsPerLook) return look();
    return !ended();
  }
  // The same, and always looks at the clock: for hooks, whose few instructions may have been slow ones.
  bool charge_and_look(std::uint64_t steps) noexcept {
    steps_used_ += steps;
    return look();
  }
  bool take_rows(std::uint64_t rows) noexcept;
  bool take_output(std::uint64_t bytes) noexcept;

  // Bytes held by native values on behalf of the script (a set, a page of rows), besides what Lua allocates itself.
  bool hold(std::uint64_t bytes) noexcept;
  void release(std::uint64_t bytes) noexcept;
  // Takes a value made with new; deleting it takes it back.
  void own(RunValue* value) noexcept {
    value->next_ = values_;
    value->link_ = &values_;
    if (values_) values_->link_ = &value->next_;
    values_ = value;
  }
  // So much native memory since the last collection that Lua, which can't see it, should collect.
  bool wants_collection() const noexcept {
    const bool crowded = lua_bytes_ + held_bytes_ > limits_.memory_bytes / 2;
    return held_since_collection_ > limits_.memory_bytes / (crowded ? 16 : 4);
  }
  void collected() noexcept {
    held_since_collection_ = 0;
    charge(lua_bytes_ / 64);
  }

  // Ends the run. The code of the final status, and for a status of the host its text.
  void end(const Status& reason) noexcept;
  void end_for_memory() noexcept;
  bool ended() const noexcept { return end_ != End::kNot; }
  // Why it ended, without position; kOk while it has not.
  Status reason() const;

  Clock::time_point deadline() const noexcept { return deadline_; }
  const std::atomic<bool>* cancel() const noexcept { return cancel_; }
  std::uint64_t steps_used() const noexcept { return steps_used_; }
  std::uint64_t bytes_peak() const noexcept { return bytes_peak_; }

  // Starts steps, time, rows and output anew, for the next file of an import; memory goes on. Not after the end.
  void renew() noexcept;
  // The same after an end too, for the next line of a session: what that line did not finish is over, and the state it ran in is sound,
  // since Lua unwound it as it unwinds any error.
  void revive() noexcept {
    end_ = End::kNot;
    reason_ = Status();
    renew();
  }

  // The allocator of Lua (lua_Alloc), with the Budget as its `ud`.
  static void* allocate(void* budget, void* block, std::size_t old_bytes, std::size_t new_bytes) noexcept;
  // Instructions between two hooks: fewer once single instructions may have become slow because of large strings or tables.
  int instructions_per_hook() const noexcept;
  // For tests: the n-th growing allocation from now fails (n from 1), and the `more` after it.
  void fail_allocation(std::uint64_t n, std::uint64_t more) noexcept {
    fail_from_ = growths_ + n;
    fail_to_ = fail_from_ + more;
  }
  std::uint64_t allocations() const noexcept { return growths_; }

 private:
  enum class End : std::uint8_t { kNot, kSteps, kTime, kCancelled, kMemory, kRows, kOutput, kCollisions, kReason };
  static constexpr std::uint64_t kStepsPerLook = 1000;

  bool look() noexcept;
  bool may_grow(std::uint64_t bytes) noexcept;
  bool may_make_hash_part(std::uint64_t bytes) noexcept;
  // Like realloc and free, with small blocks where there are any.
  void* move(void* block, std::size_t old_bytes, std::size_t new_bytes) noexcept;
  void free(void* block, std::size_t bytes) noexcept;
  void finish(End why) noexcept {
    if (end_ == End::kNot) end_ = why;
  }

  ScriptRunLimits limits_;
  const std::atomic<bool>* cancel_;
  Clock::time_point deadline_;
  End end_ = End::kNot;
  Status reason_;
  std::uint64_t steps_used_ = 0;
  std::uint64_t steps_unclocked_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t output_bytes_ = 0;
  std::uint64_t lua_bytes_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t held_since_collection_ = 0;
  std::uint64_t bytes_peak_ = 0;
  std::uint64_t largest_block_ = 0;
  std::uint64_t longest_string_ = 0;
  HashGuard hash_parts_;
  std::uint64_t growths_ = 0;
  std::uint64_t fail_from_ = 0;
  std::uint64_t fail_to_ = 0;
  RunValue* values_ = nullptr;
  SmallBlocks small_blocks_;
};

}  // namespace amont
