#include "query/walk/scratch.h"

#include <atomic>

namespace amont {
namespace {

std::atomic<std::uint32_t> scratches_made{0};

struct ThreadScratch {
  Scratch scratch;
  bool lent = false;
};
// A search from both ends of a path has two.
thread_local ThreadScratch of_thread[2];

// What a very large walk leaves behind is given back.
constexpr std::size_t kQueueKept = 1 << 20;

void trim(Search& search) {
  if (search.queue.size() > kQueueKept) search.queue = {};
  if (search.members.capacity() > kQueueKept) search.members = {};
  if (search.things.capacity() > kQueueKept) search.things = {};
  if (search.followed.capacity() > kQueueKept) search.followed = {};
  if (search.left.capacity() > kQueueKept) search.left = {};
  if (search.left_things.capacity() > kQueueKept) search.left_things = {};
  if (search.left_variables.capacity() > kQueueKept) search.left_variables = {};
  if (search.left_datasets.capacity() > kQueueKept) search.left_datasets = {};
}

}  // namespace

Scratch::Scratch() : number(scratches_made.fetch_add(1, std::memory_order_relaxed)) {}

void Scratch::let_go() {
  loose_pages.clear();
  loose_bytes = 0;
}

ScratchLease::ScratchLease() {
  for (ThreadScratch& mine : of_thread) {
    if (mine.lent) continue;
    mine.lent = true;
    lent_ = &mine.lent;
    scratch_ = &mine.scratch;
    return;
  }
  own_ = std::make_unique<Scratch>();
  scratch_ = own_.get();
}

ScratchLease::~ScratchLease() {
  if (scratch_->loose_bytes > 0) scratch_->let_go();
  trim(scratch_->exact);
  trim(scratch_->any);
  scratch_->nodes.trim(kQueueKept);
  scratch_->contributors.trim(kQueueKept);
  if (lent_) *lent_ = false;
}

}  // namespace amont
