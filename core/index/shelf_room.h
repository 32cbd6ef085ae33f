// ShelfRoom: the memory that all shelves of an index have together, and what they do when it is short. Then what comes new is packed
// (packed_page.h), and the room is larger by most of what the page cache has, since whole pages are seldom asked for.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "core/index/page_cache.h"

namespace amont {

// Any thread may call any method.
class ShelfRoom {
 public:
  // `cache`, which lends when memory is short, may be nullptr.
  explicit ShelfRoom(std::uint64_t bytes_max, std::shared_ptr<PageCache> cache = nullptr);
  ~ShelfRoom();
  ShelfRoom(const ShelfRoom&) = delete;
  ShelfRoom& operator=(const ShelfRoom&) = delete;

  // For a page; false, and nothing taken, when there is not so much left.
  bool take(std::uint64_t bytes, bool packed = false);
  void give(std::uint64_t bytes, bool packed = false) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    if (packed) packed_.fetch_sub(bytes, std::memory_order_relaxed);
  }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  std::uint64_t bytes_max() const { return bytes_max_.load(std::memory_order_relaxed); }

  // Memory is short: a shelf was full.
  bool is_tight() const { return tight_.load(std::memory_order_relaxed); }
  void tighten();
  // A walk begins. Now and then it is seen whether whole pages might fit again.
  void note_visit() {
    if (is_tight() && visits_.fetch_add(1, std::memory_order_relaxed) % kVisitsBetweenLooks == kVisitsBetweenLooks - 1)
      look();
  }

 private:
  static constexpr std::uint32_t kVisitsBetweenLooks = 4096;
  void look();

  const std::uint64_t own_;  // what there is without the cache's
  const std::shared_ptr<PageCache> cache_;
  std::atomic<std::uint64_t> bytes_max_;
  std::atomic<std::uint64_t> used_{0}, packed_{0};  // by packed pages of it
  std::atomic<std::uint32_t> visits_{0};
  std::atomic<bool> tight_{false};
  std::mutex mutex_;  // guards changes of tight_, and what follows
  std::uint64_t borrowed_ = 0;
};

}  // namespace amont
