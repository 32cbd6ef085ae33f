#include "core/index/page_shelf.h"

#include <algorithm>
#include <map>
#include <utility>

namespace amont {
namespace {

// A page on one shelf or more; takes room once.
class Shelved {
 public:
  // nullptr when there is no room.
  static std::shared_ptr<const Shelved> make(std::shared_ptr<const Page> page, std::shared_ptr<MemoryShare> share) {
    const std::uint64_t bytes = page->bytes();
    if (!share->take(bytes)) return nullptr;
    return std::shared_ptr<const Shelved>(new Shelved(std::move(page), std::move(share), bytes));
  }
  ~Shelved() { share_->give(bytes_); }
  Shelved(const Shelved&) = delete;
  Shelved& operator=(const Shelved&) = delete;

 private:
  Shelved(std::shared_ptr<const Page> page, std::shared_ptr<MemoryShare> share, std::uint64_t bytes)
      : page_(std::move(page)), share_(std::move(share)), bytes_(bytes) {}

  const std::shared_ptr<const Page> page_;
  const std::shared_ptr<MemoryShare> share_;
  const std::uint64_t bytes_;
};

}  // namespace

struct PageShelf::Block {
  std::array<Slot, kBlockPages> slots{};
  std::mutex mutex;  // guards changes of slots, and what follows
  std::array<std::shared_ptr<const Shelved>, kBlockPages> held;

  static inline std::array<Slot, kBlockPages> nothing{};

  // The same without these pages.
  std::shared_ptr<Block> without(std::span<const std::uint32_t> pages) {
    auto copy = std::make_shared<Block>();
    const std::lock_guard lock(mutex);
    copy->slots = slots;
    copy->held = held;
    for (const std::uint32_t page : pages) {
      copy->slots[page % kBlockPages] = {};
      copy->held[page % kBlockPages] = nullptr;
    }
    return copy;
  }
};

PageShelf::PageShelf(std::uint64_t id_count, std::shared_ptr<MemoryShare> share)
    : block_count_(static_cast<std::size_t>(id_count / kPageNodes / kBlockPages + 1)), share_(std::move(share)) {}

PageShelf::PageShelf(PageShelf& before, std::span<const PageCache::Key> changed, std::uint64_t id_count)
    : PageShelf(id_count, before.share_) {
  std::map<std::pair<std::size_t, std::uint32_t>, std::vector<std::uint32_t>> pages;  // by row and block
  for (const PageCache::Key& key : changed)
    if (key.what < kRows) pages[{key.what, key.number / kBlockPages}].push_back(key.number);
  const std::lock_guard lock(before.mutex_);
  for (std::size_t at = 0; at < kRows; ++at) {
    const std::vector<std::shared_ptr<Block>>& theirs = before.blocks_[at].owned;
    if (theirs.empty()) continue;
    make(at);
    for (std::size_t number = 0; number < std::min(theirs.size(), block_count_); ++number)
      if (theirs[number]) show(at, number, theirs[number]);
  }
  for (const auto& [where, gone] : pages) {
    const std::vector<std::shared_ptr<Block>>& ours = blocks_[where.first].owned;
    if (where.second < ours.size() && ours[where.second])
      show(where.first, where.second, ours[where.second]->without(gone));
  }
}

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
    for (std::size_t at = 0; at < kRows; ++at)
      for (std::size_t number = 0; number < blocks_[at].owned.size(); ++number) show(at, number, nullptr);
    full_.store(false);
  }
  emptying_.store(false);
}

void PageShelf::make(std::size_t place) {
  Blocks& blocks = blocks_[place];
  blocks.owned.resize(block_count_);
  blocks.shown = std::make_unique<std::atomic<Slot*>[]>(block_count_);
  for (std::size_t number = 0; number < block_count_; ++number) show(place, number, nullptr);
  rows_[place].store(blocks.shown.get(), std::memory_order_release);
}

void PageShelf::show(std::size_t place, std::size_t number, std::shared_ptr<Block> block) {
  Blocks& blocks = blocks_[place];
  blocks.shown[number].store(block ? block->slots.data() : Block::nothing.data(), std::memory_order_release);
  blocks.owned[number] = std::move(block);
}

PageShelf::Row PageShelf::row(EdgeClass edge_class, Direction direction) {
  const std::size_t at = place(edge_class, direction);
  if (const auto* const shown = rows_[at].load(std::memory_order_acquire)) return Row(shown);
  const std::lock_guard lock(mutex_);
  if (!blocks_[at].shown) make(at);
  return Row(blocks_[at].shown.get());
}

PageShelf::Slot* PageShelf::put(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                std::shared_ptr<const Page> page) {
  const std::size_t at = place(edge_class, direction);
  (void)row(edge_class, direction);
  std::shared_ptr<Block> block;
  {
    const std::lock_guard lock(mutex_);
    if (!blocks_[at].owned[number / kBlockPages]) show(at, number / kBlockPages, std::make_shared<Block>());
    block = blocks_[at].owned[number / kBlockPages];
  }
  const std::lock_guard lock(block->mutex);
  Slot& slot = block->slots[number % kBlockPages];
  if (slot.nodes) return &slot;
  const Slot filled = slot_of(*page);
  auto held = Shelved::make(std::move(page), share_);
  if (!held) {
    full_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  block->held[number % kBlockPages] = std::move(held);
  slot.targets = filled.targets;
  slot.page = filled.page;
  slot.traits = filled.traits;
  std::atomic_ref(slot.nodes).store(filled.nodes, std::memory_order_release);
  return &slot;
}

}  // namespace amont
