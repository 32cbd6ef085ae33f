// Packed pages against the pages that they are made of.
#include "core/index/packed_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>

#include "tests/support/seed.h"

namespace amont {
namespace {

struct Shape {
  std::uint32_t degree_max = 4;
  std::uint16_t edge_kinds = 1, node_kinds = 2;
  std::uint32_t targets = 100'000;
  bool with_a_hub = false;  // one node that has thousands of edges
};

Page random_page(std::mt19937_64& dice, const Shape& shape) {
  Page page;
  page.nodes.resize(kPageNodes + 1);
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    PageNode& node = page.nodes[slot];
    node = {static_cast<std::uint32_t>(page.targets.size()), static_cast<std::uint16_t>(dice() % shape.node_kinds),
            static_cast<std::uint8_t>(dice() % 4), static_cast<std::uint8_t>(dice() % 4)};
    std::vector<std::uint32_t> targets(shape.with_a_hub && slot == 77 ? 40'000 : dice() % (shape.degree_max + 1));
    for (std::uint32_t& target : targets) target = static_cast<std::uint32_t>(dice() % shape.targets);
    std::ranges::sort(targets);
    for (const std::uint32_t target : targets) {
      page.targets.push_back(target);
      page.kinds.push_back(static_cast<std::uint16_t>(dice() % shape.edge_kinds));
      page.traits |= Page::trait_of(EdgeKind(page.kinds.back()));
    }
  }
  page.nodes[kPageNodes].begin = static_cast<std::uint32_t>(page.targets.size());
  return page;
}

void expect_same(const Page& page, std::uint32_t number) {
  const PackedPage packed(page, number);
  EXPECT_EQ(packed.traits(), page.traits);
  PackedPage::Edges edges;
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    const PageNode &node = page.nodes[slot], packed_node = packed.node(slot);
    ASSERT_EQ(packed_node.kind, node.kind) << slot;
    ASSERT_EQ(packed_node.ties, node.ties) << slot;
    ASSERT_EQ(packed_node.flags, node.flags) << slot;
    packed.unpack(slot, edges);
    const std::size_t begin = node.begin, count = page.nodes[slot + 1].begin - begin;
    ASSERT_TRUE(std::ranges::equal(edges.far, std::span(page.targets).subspan(begin, count))) << slot;
    ASSERT_TRUE(std::ranges::equal(edges.kinds, std::span(page.kinds).subspan(begin, count))) << slot;
  }
}

TEST(PackedPage, SaysOfEachNodeAndItsEdgesWhatThePageSays) {
  std::mt19937_64 dice(seed_of_this_run());
  const Shape shapes[] = {{},
                          {.degree_max = 0},
                          {.degree_max = 30, .edge_kinds = 5},
                          {.edge_kinds = 0xffff, .node_kinds = 0xffff},  // more shapes of nodes than have a number
                          {.targets = 0xffff'fffe},
                          {.with_a_hub = true}};
  for (const Shape& shape : shapes)
    for (const std::uint32_t number : {0u, 1u, 195u, (1u << 23) - 1}) expect_same(random_page(dice, shape), number);
}

TEST(PackedPage, OfAHubsPageTakesAnEighthOfItsMemory) {
  std::mt19937_64 dice(seed_of_this_run());
  Page page = random_page(dice, {.degree_max = 4});
  // Two kinds of nodes by turns, and causes near by.
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    page.nodes[slot] = {page.nodes[slot].begin, static_cast<std::uint16_t>(slot % 2), 0, kNodeAlive};
    for (std::uint32_t edge = page.nodes[slot].begin; edge < page.nodes[slot + 1].begin; ++edge)
      page.targets[edge] = 51'200 + slot - 40 + edge - page.nodes[slot].begin;
  }
  page.edge_flags.resize(page.targets.size());
  page.edge_tx.resize(page.targets.size());
  EXPECT_LT(PackedPage(page, 100).bytes() * 8, page.bytes());
}

}  // namespace
}  // namespace amont
