#include "core/index/shelf_room.h"

#include <algorithm>
#include <utility>

namespace amont {
namespace {

// Whole pages are some nine times as large as packed ones; a little more, so that they do not fill the room up at once.
constexpr std::uint64_t kWholeToPacked = 12;

}  // namespace

ShelfRoom::ShelfRoom(std::uint64_t bytes_max, std::shared_ptr<PageCache> cache)
    : own_(bytes_max), cache_(std::move(cache)), bytes_max_(bytes_max) {}

ShelfRoom::~ShelfRoom() {
  if (borrowed_ > 0) cache_->take_back(borrowed_);
}

bool ShelfRoom::take(std::uint64_t bytes, bool packed) {
  std::uint64_t used = used_.load(std::memory_order_relaxed);
  do {
    if (used + bytes > bytes_max()) return false;
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  if (packed) packed_.fetch_add(bytes, std::memory_order_relaxed);
  return true;
}

void ShelfRoom::tighten() {
  const std::lock_guard lock(mutex_);
  if (tight_.exchange(true) || !cache_) return;
  const std::uint64_t most = cache_->bytes_max() / 16 * 15;
  if (cache_->lend(most)) borrowed_ = most;
  bytes_max_ += borrowed_;
}

void ShelfRoom::look() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t packed = packed_.load(std::memory_order_relaxed);
  if (!is_tight() || used() - std::min(packed, used()) + packed * kWholeToPacked > own_ / 4 * 3) return;
  bytes_max_ = own_;
  if (borrowed_ > 0) cache_->take_back(std::exchange(borrowed_, 0));
  tight_ = false;
}

}  // namespace amont
