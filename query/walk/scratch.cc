#include "query/walk/scratch.h"

namespace amont {
namespace {

struct ThreadScratch {
  Scratch scratch;
  bool lent = false;
};
thread_local ThreadScratch of_thread;

}  // namespace

const PageTable::Slot* PageTable::take(std::uint32_t number, std::shared_ptr<const Page> page, bool plain) {
  Slot& slot = slots_[number];
  slot = {page->nodes.data(), page->targets.data(), page.get(), now_, plain};
  held_.push_back(std::move(page));
  return &slot;
}

ScratchLease::ScratchLease() {
  if (of_thread.lent) {
    own_ = std::make_unique<Scratch>();
    scratch_ = own_.get();
  } else {
    of_thread.lent = true;
    scratch_ = &of_thread.scratch;
  }
}

ScratchLease::~ScratchLease() {
  for (auto& by_direction : scratch_->pages)
    for (PageTable& table : by_direction) table.end();
  if (!own_) of_thread.lent = false;
}

}  // namespace amont
