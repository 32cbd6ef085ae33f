#include "core/index/page_shelf.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace amont {
namespace {

constexpr auto kLineage = EdgeClass::kLineage;
constexpr auto kUp = Direction::kUpstream;

std::shared_ptr<const Page> page_to(std::uint32_t target) {
  auto page = std::make_shared<Page>();
  page->nodes.resize(kPageNodes + 1);
  for (std::uint32_t i = 1; i <= kPageNodes; ++i) page->nodes[i].begin = 1;
  page->targets = {target};
  page->kinds = {3};
  page->edge_flags = {0};
  page->edge_tx = {1};
  page->traits = Page::trait_of(EdgeKind{3});
  return page;
}

bool stands(PageShelf& shelf, std::uint32_t number) {
  return PageShelf::nodes_of(shelf.row(kLineage, kUp)[number]) != nullptr;
}

TEST(PageShelf, KeepsWhatWasPutAndIsTightOnceItIsFullAndFoundUnused) {
  const std::uint64_t one = page_to(0)->bytes();
  PageShelf shelf(std::uint64_t{kPageNodes} * 4, std::make_shared<ShelfRoom>(2 * one));
  {
    const PageShelf::Visit visit(shelf, 0);
    EXPECT_FALSE(stands(shelf, 1));
    const PageShelf::Slot* const slot = shelf.put(kLineage, kUp, 1, page_to(7));
    ASSERT_NE(slot, nullptr);
    EXPECT_EQ(slot->targets[0], 7u);
    EXPECT_NE(slot->traits & Page::trait_of(EdgeKind{3}), 0u);
    EXPECT_NE(slot->traits & PageShelf::kAnyPage, 0u);
    EXPECT_EQ(shelf.put(kLineage, kUp, 1, page_to(8)), slot);  // the first stays
    EXPECT_EQ(slot->targets[0], 7u);
    EXPECT_NE(shelf.put(kLineage, Direction::kDownstream, 1, page_to(9)), nullptr);
    EXPECT_EQ(shelf.put(kLineage, kUp, 3, page_to(10)), nullptr);
    const PageShelf::Visit other(shelf, 1);
    EXPECT_FALSE(shelf.is_tight());  // somebody is at work
  }
  const PageShelf::Visit next(shelf, 2);
  EXPECT_TRUE(shelf.is_tight());
  EXPECT_TRUE(stands(shelf, 1));
}

// Readers never see half a page, nor one taken away under them.
TEST(PageShelf, IsUsedByManyThreadsThatMakeRoomInIt) {
  constexpr std::uint32_t kPages = 200;
  const auto cache = std::make_shared<PageCache>(64 << 10);
  PageShelf shelf(std::uint64_t{kPageNodes} * kPages, std::make_shared<ShelfRoom>(3 * page_to(0)->bytes(), cache));
  std::atomic<int> wrong{0}, unpacked{0};
  for (const bool tight : {false, true}) {
    { const PageShelf::Visit alone(shelf, 0); }
    EXPECT_EQ(shelf.is_tight(), tight);
    std::vector<std::thread> threads;
    for (std::uint32_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        PackedPage::Edges edges;
        for (std::uint32_t n = 0; n < 3000; ++n) {
          const PageShelf::Visit visit(shelf, thread);
          const PageShelf::Row slots = shelf.row(kLineage, kUp);
          for (std::uint32_t k = 0; k < 3; ++k) {
            const std::uint32_t number = (n * 7 + k * 3 + thread) % kPages;
            if (!shelf.is_tight() && !PageShelf::nodes_of(slots[number]))
              shelf.put(kLineage, kUp, number, page_to(number));
            if (const PageNode* const nodes = PageShelf::nodes_of(slots[number]))
              wrong += slots[number].targets[nodes[0].begin] != number || slots[number].page->kinds[0] != 3;
            const PackedPage* packed = slots.packed(number);
            if (!packed && shelf.is_tight()) packed = shelf.put_packed(kLineage, kUp, number, *page_to(number));
            if (packed) {
              packed->unpack(0, edges);
              wrong += edges.far != std::vector<std::uint32_t>{number} || edges.kinds != std::vector<std::uint16_t>{3};
              ++unpacked;
            }
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(unpacked, 1000);
}

TEST(PageShelf, OfAnEmptyRegisterHoldsNothing) {
  PageShelf shelf(0, std::make_shared<ShelfRoom>(1 << 20));
  const PageShelf::Visit visit(shelf, 0);
  EXPECT_TRUE(shelf.row(kLineage, kUp));
  EXPECT_FALSE(stands(shelf, 0));
}

TEST(PageShelf, SharesItsRoomWithOtherShelvesAndGivesItBack) {
  const std::uint64_t one = page_to(0)->bytes();
  const auto room = std::make_shared<ShelfRoom>(2 * one);
  auto first = std::make_unique<PageShelf>(std::uint64_t{kPageNodes} * 4, room);
  PageShelf second(std::uint64_t{kPageNodes} * 4, room);
  EXPECT_TRUE(first->put(EdgeClass::kLineage, Direction::kUpstream, 0, page_to(0)));
  EXPECT_TRUE(first->put(EdgeClass::kLineage, Direction::kUpstream, 1, page_to(1)));
  EXPECT_FALSE(second.put(EdgeClass::kLineage, Direction::kUpstream, 0, page_to(0)));
  first.reset();
  EXPECT_EQ(room->used(), 0u);
  EXPECT_TRUE(second.put(EdgeClass::kLineage, Direction::kUpstream, 0, page_to(0)));
  EXPECT_EQ(room->used(), one);
}

TEST(PageShelf, OfALaterSnapshotBeginsWithWhatDidNotChange) {
  const std::uint64_t one = page_to(0)->bytes();
  const auto room = std::make_shared<ShelfRoom>(10 * one);
  auto first = std::make_unique<PageShelf>(std::uint64_t{kPageNodes} * 70, room);
  for (const std::uint32_t number : {0u, 1u, 69u}) ASSERT_TRUE(first->put(kLineage, kUp, number, page_to(number)));
  const PageCache::Key changed[] = {PageCache::edges(kLineage, kUp, 1), PageCache::nodes(0),
                                    PageCache::edges(EdgeClass::kStructure, kUp, 0)};
  PageShelf second(*first, changed, std::uint64_t{kPageNodes} * 200);
  EXPECT_TRUE(stands(second, 0));
  EXPECT_FALSE(stands(second, 1));
  EXPECT_TRUE(stands(second, 69));
  EXPECT_FALSE(stands(second, 199));
  EXPECT_EQ(room->used(), 3 * one) << "what stands on both takes room once";
  ASSERT_TRUE(second.put(kLineage, kUp, 1, page_to(100)));
  EXPECT_EQ(first->row(kLineage, kUp)[1].targets[0], 1u);
  EXPECT_EQ(second.row(kLineage, kUp)[1].targets[0], 100u);
  first.reset();
  EXPECT_EQ(second.row(kLineage, kUp)[69].targets[0], 69u);
  EXPECT_EQ(room->used(), 3 * one);
}

TEST(PageShelf, ListsOfTiesStandUntilTheirPageChangesAndTakeRoomOnce) {
  constexpr auto kStructure = EdgeClass::kStructure;
  const auto lists_to = [](std::uint32_t variable) {
    auto lists = std::make_unique<TieLists>();
    lists->variables = {variable};
    lists->begin.assign(kPageNodes + 1, 1);
    lists->begin[0] = 0;
    return lists;
  };
  const std::uint64_t one = lists_to(0)->bytes();
  const auto room = std::make_shared<ShelfRoom>(2 * one);
  auto first = std::make_unique<PageShelf>(std::uint64_t{kPageNodes} * 4, room);
  EXPECT_EQ(first->row(kStructure, kUp).ties(0), nullptr);
  EXPECT_FALSE(first->row(kStructure, kUp).wants_ties(0)) << "at the first question";
  bool wanted = false;
  for (int n = 0; n < 100; ++n) wanted = first->row(kStructure, kUp).wants_ties(0);
  EXPECT_TRUE(wanted);
  const TieLists* const put = first->put_ties(kUp, 0, lists_to(7));
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(first->put_ties(kUp, 0, lists_to(8)), put);  // the first stay
  EXPECT_EQ(first->row(kStructure, kUp).ties(0)->variables_of(0).front(), 7u);
  EXPECT_EQ(first->row(kStructure, Direction::kDownstream).ties(0), nullptr);
  ASSERT_NE(first->put_ties(kUp, 1, lists_to(9)), nullptr);
  EXPECT_EQ(first->put_ties(kUp, 2, lists_to(9)), nullptr) << "there is no room";

  const PageCache::Key changed[] = {PageCache::edges(kStructure, kUp, 1)};
  PageShelf second(*first, changed, std::uint64_t{kPageNodes} * 4);
  EXPECT_EQ(second.row(kStructure, kUp).ties(0), put);
  EXPECT_EQ(second.row(kStructure, kUp).ties(1), nullptr);
  EXPECT_EQ(room->used(), 2 * one);
  first.reset();
  EXPECT_EQ(room->used(), one);
  EXPECT_EQ(second.row(kStructure, kUp).ties(0)->variables_of(0).front(), 7u);
}

TEST(PageShelf, WhatIsFoundLaterForOneSnapshotIsThereForTheNextUnlessItChanged) {
  const auto room = std::make_shared<ShelfRoom>(1 << 20);
  PageShelf first(std::uint64_t{kPageNodes} * 200, room);
  ASSERT_TRUE(first.put(kLineage, kUp, 0, page_to(0)));
  ASSERT_TRUE(first.put(kLineage, kUp, 100, page_to(100)));
  const PageCache::Key changed[] = {PageCache::edges(kLineage, kUp, 101)};
  PageShelf second(first, changed, std::uint64_t{kPageNodes} * 200);
  ASSERT_TRUE(first.put(kLineage, kUp, 1, page_to(1)));
  EXPECT_TRUE(stands(second, 1));
  ASSERT_TRUE(first.put(kLineage, kUp, 101, page_to(101)));
  EXPECT_FALSE(stands(second, 101));
}

TEST(PageShelf, ThatDropsPagesLeavesTheNextOneAsItIs) {
  const std::uint64_t one = page_to(0)->bytes();
  PageShelf first(std::uint64_t{kPageNodes} * 4, std::make_shared<ShelfRoom>(one));
  ASSERT_TRUE(first.put(kLineage, kUp, 0, page_to(7)));
  PageShelf second(first, {}, std::uint64_t{kPageNodes} * 4);
  const PageShelf::Visit at_work(second, 0);
  EXPECT_FALSE(first.put(kLineage, kUp, 1, page_to(8)));
  { const PageShelf::Visit tightens(first, 0); }
  EXPECT_FALSE(first.put_packed(kLineage, kUp, 1, *page_to(8)));
  const PageShelf::Visit drops(first, 0);
  EXPECT_FALSE(stands(first, 0));
  EXPECT_EQ(second.row(kLineage, kUp)[0].targets[0], 7u);
}

// Makes a shelf tight that has room for one page.
void fill_up(PageShelf& shelf) {
  ASSERT_TRUE(shelf.put(kLineage, kUp, 0, page_to(7)));
  ASSERT_FALSE(shelf.put(kLineage, kUp, 1, page_to(8)));
  const PageShelf::Visit visit(shelf, 0);
  ASSERT_TRUE(shelf.is_tight());
}

TEST(PageShelf, ThatWasFullTakesPackedPages) {
  const auto cache = std::make_shared<PageCache>(64 << 10);
  PageShelf shelf(std::uint64_t{kPageNodes} * 4, std::make_shared<ShelfRoom>(page_to(0)->bytes(), cache));
  fill_up(shelf);
  EXPECT_EQ(shelf.put_packed(kLineage, kUp, 0, *page_to(7)), nullptr) << "it stands there whole";
  PackedPage::Edges edges;
  for (const std::uint32_t number : {1u, 2u, 3u}) {
    EXPECT_EQ(shelf.row(kLineage, kUp).packed(number), nullptr);
    const PackedPage* const packed = shelf.put_packed(kLineage, kUp, number, *page_to(7 + number));
    ASSERT_NE(packed, nullptr);
    EXPECT_EQ(shelf.row(kLineage, kUp).packed(number), packed);
    EXPECT_EQ(shelf.put_packed(kLineage, kUp, number, *page_to(1)), packed);  // the first stays
    packed->unpack(0, edges);
    EXPECT_EQ(edges.far, std::vector<std::uint32_t>{7 + number});
  }
  // Of a later snapshot: all but what changed.
  const PageCache::Key changed[] = {PageCache::edges(kLineage, kUp, 1)};
  PageShelf next(shelf, changed, std::uint64_t{kPageNodes} * 4);
  EXPECT_TRUE(stands(next, 0));
  EXPECT_EQ(next.row(kLineage, kUp).packed(1), nullptr);
  EXPECT_NE(next.row(kLineage, kUp).packed(2), nullptr);
  EXPECT_NE(shelf.row(kLineage, kUp).packed(1), nullptr);
}

TEST(PageShelf, TakesWholePagesAgainOnceThereIsRoom) {
  const auto cache = std::make_shared<PageCache>(64 << 10);
  const std::uint64_t one = page_to(0)->bytes();
  const auto room = std::make_shared<ShelfRoom>(20 * one, cache);
  PageShelf shelf(std::uint64_t{kPageNodes} * 4, room);
  ASSERT_TRUE(room->take(19 * one));  // by other shelves
  fill_up(shelf);
  EXPECT_EQ(cache->bytes_max(), 4u << 10);
  EXPECT_EQ(room->bytes_max(), 20 * one + (60 << 10));
  ASSERT_TRUE(shelf.put_packed(kLineage, kUp, 1, *page_to(8)));
  const auto visit_often = [&shelf] {
    for (int n = 0; n < 5000; ++n) const PageShelf::Visit visit(shelf, 0);
  };
  visit_often();
  EXPECT_TRUE(shelf.is_tight());
  room->give(19 * one);
  visit_often();
  EXPECT_FALSE(shelf.is_tight());
  EXPECT_EQ(cache->bytes_max(), 64u << 10);
  EXPECT_EQ(room->bytes_max(), 20 * one);
  EXPECT_EQ(shelf.row(kLineage, kUp).packed(1), nullptr);
  EXPECT_TRUE(stands(shelf, 0));
  EXPECT_TRUE(shelf.put(kLineage, kUp, 1, page_to(8)));
  EXPECT_EQ(room->used(), 2 * one);
}

TEST(PageShelf, ThatTakesWholePagesFollowsWhatIsAskedForWhenItIsTight) {
  const std::uint64_t one = page_to(0)->bytes();
  const auto cache = std::make_shared<PageCache>(16 * one);
  PageShelf shelf(std::uint64_t{kPageNodes} * 700, std::make_shared<ShelfRoom>(10 * one, cache));
  const auto ask_for = [&shelf](std::uint32_t first) {
    int found = 0;
    for (int n = 0; n < 20'000; ++n) {
      const PageShelf::Visit visit(shelf, 0);
      const std::uint32_t number = first + 64 * static_cast<std::uint32_t>(n % 5);
      found += stands(shelf, number);
      if (!stands(shelf, number)) shelf.put(kLineage, kUp, number, page_to(number));
    }
    return found;
  };
  for (std::uint32_t number = 0; number < 30; ++number) shelf.put(kLineage, kUp, number, page_to(number));
  EXPECT_GT(ask_for(320), 19'000);
  EXPECT_GT(ask_for(10), 19'000);
}

TEST(PageShelf, TakesWholePagesIfThoseOfADirectionTakeHalfOfItsRoomAtMost) {
  const std::uint64_t one = page_to(0)->bytes();
  for (const std::uint64_t pages_in_cache : {128u, 256u}) {
    const auto cache = std::make_shared<PageCache>(pages_in_cache * one);
    PageShelf shelf(std::uint64_t{kPageNodes} * 63, std::make_shared<ShelfRoom>(one, cache));
    fill_up(shelf);
    const bool has_room = pages_in_cache == 256;
    EXPECT_EQ(shelf.put_packed(kLineage, kUp, 1, *page_to(8)) == nullptr, has_room);
    EXPECT_EQ(shelf.put(kLineage, kUp, 1, page_to(8)) != nullptr, has_room);
  }
}

TEST(PageShelf, TakesWholePagesThoughAnotherShelfPackedThemMeanwhile) {
  const auto cache = std::make_shared<PageCache>(64 << 10);
  const std::uint64_t one = page_to(0)->bytes();
  const auto room = std::make_shared<ShelfRoom>(20 * one, cache);
  PageShelf first(std::uint64_t{kPageNodes} * 4, room);
  ASSERT_TRUE(room->take(19 * one));  // by other shelves
  fill_up(first);
  PageShelf second(first, {}, std::uint64_t{kPageNodes} * 4);
  ASSERT_TRUE(first.put_packed(kLineage, kUp, 1, *page_to(8)));  // in a block that both have
  room->give(19 * one);
  for (int n = 0; n < 5000; ++n) const PageShelf::Visit visit(first, 0);
  ASSERT_FALSE(second.is_tight());
  EXPECT_FALSE(second.put(kLineage, kUp, 1, page_to(8)));
  const PageShelf::Visit next(second, 0);
  EXPECT_TRUE(second.put(kLineage, kUp, 1, page_to(8)));
}

TEST(PageShelf, KnowsWhichNodesHaveEdgesWithoutThePageUntilThatChanges) {
  PageShelf shelf(std::uint64_t{kPageNodes} * 70, std::make_shared<ShelfRoom>(0));
  EXPECT_EQ(shelf.row(kLineage, kUp).with_edges(69), nullptr);
  shelf.put_with_edges(kLineage, kUp, 69, *page_to(3));
  shelf.put_with_edges(kLineage, kUp, 68, *page_to(3));
  const PageShelf::WithEdges only_the_first{1};
  ASSERT_NE(shelf.row(kLineage, kUp).with_edges(69), nullptr);
  EXPECT_EQ(*shelf.row(kLineage, kUp).with_edges(69), only_the_first);
  const PageCache::Key changed[] = {PageCache::edges(kLineage, kUp, 68)};
  PageShelf next(shelf, changed, std::uint64_t{kPageNodes} * 70);
  EXPECT_NE(next.row(kLineage, kUp).with_edges(69), nullptr);
  EXPECT_EQ(next.row(kLineage, kUp).with_edges(68), nullptr);
}

}  // namespace
}  // namespace amont
