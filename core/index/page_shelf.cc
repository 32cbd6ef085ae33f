#include "core/index/page_shelf.h"

#include <algorithm>
#include <map>
#include <utility>

namespace amont {
namespace {

// Room that is taken by what stands on one shelf or more, once.
class Room {
 public:
  // nullptr when there is none.
  static std::unique_ptr<Room> take(const std::shared_ptr<ShelfRoom>& of, std::uint64_t bytes, bool packed) {
    return of->take(bytes, packed) ? std::unique_ptr<Room>(new Room(of, bytes, packed)) : nullptr;
  }
  ~Room() { of_->give(bytes_, packed_); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

 private:
  Room(std::shared_ptr<ShelfRoom> of, std::uint64_t bytes, bool packed)
      : of_(std::move(of)), bytes_(bytes), packed_(packed) {}

  const std::shared_ptr<ShelfRoom> of_;
  const std::uint64_t bytes_;
  const bool packed_;
};

struct HeldTies {
  std::unique_ptr<Room> room;
  std::unique_ptr<const TieLists> ties;
};

// A page, whole or packed, and its room.
struct Held {
  std::unique_ptr<Room> room;
  std::shared_ptr<const Page> page;
  std::unique_ptr<const PackedPage> packed;
};

PageShelf::WithEdges nodes_with_edges(const Page& page) {
  PageShelf::WithEdges nodes{};
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot)
    nodes[slot / 64] |= std::uint64_t{page.nodes[slot].begin != page.nodes[slot + 1].begin} << slot % 64;
  return nodes;
}

}  // namespace

struct PageShelf::Block {
  Shown shown;
  std::mutex mutex;  // guards changes of what is shown, and what follows
  std::array<std::shared_ptr<const Held>, kBlockPages> held;
  std::array<std::shared_ptr<const HeldTies>, kBlockPages> held_ties;

  static inline Shown nothing{};

  bool is(std::uint32_t page, bool packed) {
    return packed ? shown.packed[page] != nullptr : nodes_of(shown.slots[page]) != nullptr;
  }
  // Whether there are such pages, and the same without them.
  bool has(bool packed) {
    for (std::uint32_t page = 0; page < kBlockPages; ++page)
      if (is(page, packed)) return true;
    return false;
  }
  std::shared_ptr<Block> without_all(bool packed) {
    std::vector<std::uint32_t> pages;
    for (std::uint32_t page = 0; page < kBlockPages; ++page)
      if (is(page, packed)) pages.push_back(page);
    return without(pages);
  }
  // The same without these pages.
  std::shared_ptr<Block> without(std::span<const std::uint32_t> pages) {
    std::uint64_t stay = ~std::uint64_t{0};
    for (const std::uint32_t page : pages) stay &= ~(std::uint64_t{1} << page % kBlockPages);
    auto copy = std::make_shared<Block>();
    const std::lock_guard lock(mutex);
    for (std::size_t page = 0; page < kBlockPages; ++page) {
      if (!(stay >> page & 1)) continue;
      copy->held[page] = held[page];
      copy->shown.slots[page] = shown.slots[page];
      copy->shown.packed[page] = shown.packed[page].load();
      copy->held_ties[page] = held_ties[page];
      copy->shown.ties[page] = shown.ties[page].load();
    }
    copy->shown.with_edges = shown.with_edges;
    copy->shown.with_edges_known = shown.with_edges_known & stay;
    return copy;
  }
};

PageShelf::PageShelf(std::uint64_t id_count, std::shared_ptr<ShelfRoom> room)
    : block_count_(static_cast<std::size_t>(id_count / kPageNodes / kBlockPages + 1)), room_(std::move(room)) {}

PageShelf::PageShelf(PageShelf& before, std::span<const PageCache::Key> changed, std::uint64_t id_count)
    : PageShelf(id_count, before.room_) {
  std::map<std::pair<std::size_t, std::uint32_t>, std::vector<std::uint32_t>> pages;  // by row and block
  for (const PageCache::Key& key : changed)
    if (key.what < kRows) pages[{key.what, key.number / kBlockPages}].push_back(key.number);
  const std::lock_guard lock(before.mutex_);
  has_packed_ = before.has_packed_.load();
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
  shelf.room_->note_visit();
  if (shelf.is_full() || shelf.is_packed_for_nothing()) shelf.make_room_if_unused();
  for (;;) {
    users_.fetch_add(1);
    if (!shelf.emptying_.load()) return;
    // Came in while pages are being taken away: out again until that is done.
    users_.fetch_sub(1);
    const std::lock_guard wait(shelf.mutex_);
  }
}

void PageShelf::make_room_if_unused() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  // A visitor adds itself and then looks whether pages are being taken away; here it is the other way round: one of the two sees the
  // other.
  emptying_.store(true);
  const bool unused = std::ranges::all_of(users_, [](const Users& users) { return users.count.load() == 0; });
  if (unused) {
    if (is_packed_for_nothing()) drop_packed();
    if (full_.exchange(false)) {
      if (is_tight())
        drop_some();
      else
        room_->tighten();
    }
  }
  emptying_.store(false);
}

// Whole ones take their place as they are asked for.
void PageShelf::drop_packed() {
  for (std::size_t at = 0; at < kRows; ++at)
    for (std::size_t number = 0; number < blocks_[at].owned.size(); ++number)
      if (const std::shared_ptr<Block> block = blocks_[at].owned[number]; block && block->has(/*packed=*/true))
        show(at, number, block->without_all(/*packed=*/true));
  has_packed_.store(false);
}

// Where pages are packed, whole ones go first, up to an eighth of the room: they take nine times as much and come back packed, most of them.
// Else a 32nd of the room, each time what follows: little, since all may nearly have room. All of it if others hold the rest.
void PageShelf::drop_some() {
  const std::size_t blocks = kRows * block_count_;
  const auto go_on = [&](std::uint64_t enough, const auto& drop) {
    for (std::size_t n = 0; n < blocks && room_->used() > enough; ++n) {
      next_to_drop_ = (next_to_drop_ + 1) % blocks;
      const std::size_t at = next_to_drop_ / block_count_, number = next_to_drop_ % block_count_;
      if (!blocks_[at].owned.empty() && blocks_[at].owned[number]) drop(at, number, blocks_[at].owned[number]);
    }
  };
  if (has_packed_.load()) {
    go_on(bytes_max() / 8 * 7, [this](std::size_t at, std::size_t number, const std::shared_ptr<Block>& block) {
      if (block->has(/*packed=*/false)) show(at, number, block->without_all(/*packed=*/false));
    });
  }
  go_on(bytes_max() / 32 * 31,
        [this](std::size_t at, std::size_t number, const std::shared_ptr<Block>&) { show(at, number, nullptr); });
}

void PageShelf::make(std::size_t place) {
  Blocks& blocks = blocks_[place];
  blocks.owned.resize(block_count_);
  blocks.shown = std::make_unique<std::atomic<Shown*>[]>(block_count_);
  for (std::size_t number = 0; number < block_count_; ++number) show(place, number, nullptr);
  rows_[place].store(blocks.shown.get(), std::memory_order_release);
}

void PageShelf::show(std::size_t place, std::size_t number, std::shared_ptr<Block> block) {
  Blocks& blocks = blocks_[place];
  blocks.shown[number].store(block ? &block->shown : &Block::nothing, std::memory_order_release);
  blocks.owned[number] = std::move(block);
}

PageShelf::Row PageShelf::row(EdgeClass edge_class, Direction direction) {
  const std::size_t at = place(edge_class, direction);
  if (const auto* const shown = rows_[at].load(std::memory_order_acquire)) return Row(shown);
  const std::lock_guard lock(mutex_);
  if (!blocks_[at].shown) make(at);
  return Row(blocks_[at].shown.get());
}

std::shared_ptr<PageShelf::Block> PageShelf::block(EdgeClass edge_class, Direction direction, std::uint32_t number) {
  const std::size_t at = place(edge_class, direction);
  (void)row(edge_class, direction);
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Block>& there = blocks_[at].owned[number / kBlockPages];
  if (!there) show(at, number / kBlockPages, std::make_shared<Block>());
  return there;
}

PageShelf::Slot* PageShelf::put(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                std::shared_ptr<const Page> page) {
  const std::shared_ptr<Block> there = block(edge_class, direction, number);
  const std::lock_guard lock(there->mutex);
  Slot& slot = there->shown.slots[number % kBlockPages];
  if (slot.nodes) return &slot;
  // It stands there packed, perhaps by a walk of another shelf that shares the block.
  if (there->held[number % kBlockPages]) {
    has_packed_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  auto room = Room::take(room_, page->bytes(), /*packed=*/false);
  if (!room) {
    full_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  const Slot filled = slot_of(*page);
  there->held[number % kBlockPages] = std::make_shared<Held>(Held{std::move(room), std::move(page), nullptr});
  slot.targets = filled.targets;
  slot.page = filled.page;
  slot.traits = filled.traits;
  std::atomic_ref(slot.nodes).store(filled.nodes, std::memory_order_release);
  return &slot;
}

const PackedPage* PageShelf::put_packed(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                        const Page& page) {
  // With what was borrowed there may be room for whole ones.
  if (page.bytes() * block_count_ * kBlockPages <= room_->bytes_max() / 2) return nullptr;
  const std::shared_ptr<Block> there = block(edge_class, direction, number);
  auto packed = std::make_unique<const PackedPage>(page, number);
  const std::lock_guard lock(there->mutex);
  std::atomic<const PackedPage*>& shown = there->shown.packed[number % kBlockPages];
  if (const PackedPage* const known = shown) return known;
  std::shared_ptr<const Held>& held = there->held[number % kBlockPages];
  if (held) return nullptr;  // it stands there whole
  auto room = Room::take(room_, packed->bytes(), /*packed=*/true);
  if (!room) {
    full_.store(true, std::memory_order_relaxed);
    return nullptr;
  }
  held = std::make_shared<Held>(Held{std::move(room), nullptr, std::move(packed)});
  has_packed_.store(true, std::memory_order_relaxed);
  shown.store(held->packed.get(), std::memory_order_release);
  return shown;
}

const PageShelf::WithEdges& PageShelf::put_with_edges(EdgeClass edge_class, Direction direction, std::uint32_t number,
                                                      const Page& page) {
  const std::shared_ptr<Block> there = block(edge_class, direction, number);
  const std::lock_guard lock(there->mutex);
  WithEdges& nodes = there->shown.with_edges[number % kBlockPages];
  const std::uint64_t bit = std::uint64_t{1} << number % kBlockPages;
  if (there->shown.with_edges_known & bit) return nodes;
  nodes = nodes_with_edges(page);
  there->shown.with_edges_known.fetch_or(bit, std::memory_order_release);
  return nodes;
}

const TieLists* PageShelf::put_ties(Direction direction, std::uint32_t number, std::unique_ptr<const TieLists> ties) {
  const std::shared_ptr<Block> there = block(EdgeClass::kStructure, direction, number);
  const std::lock_guard lock(there->mutex);
  std::atomic<const TieLists*>& shown = there->shown.ties[number % kBlockPages];
  if (const TieLists* const known = shown) return known;
  auto room = Room::take(room_, ties->bytes(), /*packed=*/false);
  if (!room) return nullptr;
  std::shared_ptr<const HeldTies>& held = there->held_ties[number % kBlockPages];
  held = std::make_shared<HeldTies>(HeldTies{std::move(room), std::move(ties)});
  shown.store(held->ties.get(), std::memory_order_release);
  return shown;
}

}  // namespace amont
