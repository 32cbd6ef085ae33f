// LentMemory: what a batch under way may take, for as long as it lives, from the shares of decoded pages: readers who come beside it
// keep a quarter of each.
#pragma once

#include <memory>
#include <utility>

#include "core/index/page_cache.h"
#include "core/index/shelf_room.h"

namespace amont {

class LentMemory {
 public:
  LentMemory(std::shared_ptr<PageCache> pages, std::shared_ptr<ShelfRoom> shelves)
      : pages_(std::move(pages)),
        shelves_(std::move(shelves)),
        pages_left_(pages_->bytes_max() / 4 * 3),
        shelves_left_(shelves_->bytes_max() / 4 * 3) {}
  ~LentMemory() { give_back(); }
  LentMemory(const LentMemory&) = delete;
  LentMemory& operator=(const LentMemory&) = delete;

  // Whether there are so many bytes more.
  bool take(std::uint64_t bytes) {
    if (bytes <= shelves_left_ && shelves_->take(bytes)) {
      shelves_left_ -= bytes;
      of_shelves_ += bytes;
      return true;
    }
    if (bytes > pages_left_ || !pages_->lend(bytes)) return false;
    pages_left_ -= bytes;
    of_pages_ += bytes;
    return true;
  }
  void give_back() {
    shelves_left_ += of_shelves_;
    pages_left_ += of_pages_;
    shelves_->give(std::exchange(of_shelves_, 0));
    pages_->take_back(std::exchange(of_pages_, 0));
  }
  // What may be taken at most.
  std::uint64_t bytes_max() const { return pages_left_ + shelves_left_ + of_pages_ + of_shelves_; }

 private:
  std::shared_ptr<PageCache> pages_;
  std::shared_ptr<ShelfRoom> shelves_;
  std::uint64_t pages_left_, shelves_left_;
  std::uint64_t of_pages_ = 0, of_shelves_ = 0;
};

}  // namespace amont
