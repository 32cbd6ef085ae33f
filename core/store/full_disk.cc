// When the disk is full, or the index's table takes no writes for another reason.
//
//   log meets a full disk      -> nothing was appended; the ballast is given up, and no commit is taken before it fits again
//   index meets a full disk    -> the same, and
//   index takes no writes      -> memory takes its place, upon what is on disk; the log has everything
//   the next commits           -> room_again(): is there room? return_to_disk(): does RocksDB open again?
//
// RocksDB is opened anew because DB::Resume() does not work in 7.8. Snapshots taken before keep the table that takes no writes, and
// RocksDB opens a directory only once: so memory lies upon a second opening, for reading, and who takes a snapshot from then on holds
// nobody up.
#include <fmt/format.h>

#include "core/store/engine.h"

namespace amont {
namespace {

using Clock = std::chrono::steady_clock;

// Writing goes on within a second of there being room, and a commit that comes while there is none costs next to nothing.
constexpr std::chrono::milliseconds kLookForRoomEvery{250};
constexpr std::chrono::milliseconds kReturnEvery{250};
constexpr std::uint64_t kBallastMin = 16 << 10;

}  // namespace

// In proportion to what there may be to write: a small store has little in memory.
std::uint64_t Engine::ballast_bytes() const {
  const std::uint64_t bytes = std::min(options_.ballast_bytes, log_->bytes() / 4);
  return bytes < kBallastMin ? 0 : bytes;
}

void Engine::make_ballast() {
  wants_ballast_ = ballast_.make(ballast_bytes()).code() == Code::kNoSpace;
  if (wants_ballast_) room_at_ = Clock::now() + kLookForRoomEvery;
}

void Engine::met_full_disk() {
  (void)ballast_.give_up();
  full_ = true;
}

// There is room when the ballast fits again.
Status Engine::room_again() {
  if (!full_) {
    if (wants_ballast_ && Clock::now() >= room_at_) make_ballast();
    return {};
  }
  Status made(Code::kNoSpace, "");
  if (Clock::now() >= room_at_) {
    made = ballast_.make(ballast_bytes());
    room_at_ = Clock::now() + kLookForRoomEvery;
  }
  if (made.code() == Code::kNoSpace)
    return Status(
        Code::kNoSpace,
        fmt::format("the disk of {} is full: all can be read, and writing goes on by itself once there is room for {} "
                    "bytes",
                    path_, std::max<std::uint64_t>(ballast_bytes(), 1)));
  full_ = wants_ballast_ = false;  // another failure is the log's to meet
  room_at_ = {};
  return_at_ = {};
  return {};
}

Status Engine::recover_index() {
  const std::shared_ptr<Index> old = writers_index();
  Result<std::shared_ptr<Index>> index = Status(Code::kReadOnly, "");
  if (!options_.index_in_memory && !index_in_memory_) index = home_->open_for_reading();
  if (index.ok() && !catch_up(**index, *log_, log_->head().number).ok()) index = Status(Code::kReadOnly, "");
  if (!index.ok()) {
    index = home_->upon(std::shared_ptr<Table>(old, &old->table()));
    AMONT_TRY(index.status());
    AMONT_TRY(catch_up(**index, *log_, log_->head().number));
  }
  index_in_memory_ = true;
  show(*std::move(index));
  news_->tell();
  return {};
}

// Fails as long as anybody holds the table that takes no writes; then it is tried again.
void Engine::return_to_disk() {
  if (options_.index_in_memory || Clock::now() < return_at_) return;
  return_at_ = Clock::now() + kReturnEvery;
  Result<std::shared_ptr<Index>> index = home_->open();
  if (!index.ok() || !catch_up(**index, *log_, log_->head().number).ok()) return;
  show(*std::move(index));
  index_in_memory_ = false;
}

}  // namespace amont
