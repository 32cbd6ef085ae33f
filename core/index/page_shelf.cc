#include "core/index/page_shelf.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace amont {

PageShelf::PageShelf(std::uint64_t id_count, std::shared_ptr<MemoryShare> share)
    : pages_(static_cast<std::size_t>((id_count + kPageNodes - 1) / kPageNodes)), share_(std::move(share)) {}

PageShelf::Visit::Visit(PageShelf& shelf, std::uint32_t thread) : users_(shelf.users_[thread % kStripes].count) {
  if (shelf.full_.load(std::memory_order_relaxed)) shelf.empty_if_unused();
  for (;;) {
    users_.fetch_add(1);
    if (!shelf.emptying_.load()) return;
    // Came in while the shelf is being emptied: out again until that is done.
    users_.fetch_sub(1);
    const std::lock_guard wait(shelf.mutex_);
  }
}

void PageShelf::empty_if_unused() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  // A visitor adds itself and then looks whether the shelf is being emptied; here it is the other way round: one of the two sees
  // the other.
  emptying_.store(true);
  const bool unused = std::ranges::all_of(users_, [](const Users& users) { return users.count.load() == 0; });
  if (unused) {
    for (const auto& slots : owned_)
      if (slots) std::memset(slots.get(), 0, pages_ * sizeof(Slot));
    held_.clear();
    share_->give(std::exchange(bytes_, 0));
    full_.store(false);
  }
  emptying_.store(false);
}

PageShelf::Slot* PageShelf::slots(EdgeClass edge_class, Direction direction) {
  const std::size_t at = place(edge_class, direction);
  Slot* slots = slots_[at].load(std::memory_order_acquire);
  if (slots) return slots;
  const std::lock_guard lock(mutex_);
  if (!owned_[at]) {
    // Zeros from the system cost nothing where they are not touched.
    owned_[at].reset(static_cast<Slot*>(std::calloc(std::max<std::size_t>(pages_, 1), sizeof(Slot))));
    if (!owned_[at]) std::abort();
    slots_[at].store(owned_[at].get(), std::memory_order_release);
  }
  return owned_[at].get();
}

PageShelf::Slot* PageShelf::put(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                std::shared_ptr<const Page> page) {
  Slot& slot = slots(edge_class, direction)[number];
  const std::lock_guard lock(mutex_);
  if (slot.nodes) return &slot;
  const std::uint64_t bytes = page->bytes();
  if (!share_->take(bytes)) {
    full_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  bytes_ += bytes;
  const Slot filled = slot_of(*page);
  slot.targets = filled.targets;
  slot.page = filled.page;
  slot.traits = filled.traits;
  std::atomic_ref(slot.nodes).store(filled.nodes, std::memory_order_release);
  held_.push_back(std::move(page));
  return &slot;
}

}  // namespace amont
