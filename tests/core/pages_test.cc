// Pages of edges and of nodes against plain maps: however deltas are cut and folded, the page says what happened.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "core/index/edge_pages.h"
#include "core/index/node_pages.h"
#include "core/merkle/sha256.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

using EdgeKey = std::tuple<std::uint32_t, std::uint64_t, std::uint16_t, std::string>;  // slot, target, kind, label
struct EdgeFact {
  std::uint8_t flags = 0;
  TxNumber begin = 0;
  bool operator==(const EdgeFact&) const = default;
};
using EdgeMap = std::map<EdgeKey, EdgeFact>;

PageEntry entry(const EdgeKey& key, const EdgeFact& fact) {
  return {std::get<0>(key), std::get<1>(key), std::get<2>(key), fact.flags, fact.begin, std::get<3>(key)};
}

EdgeMap map_of(const EdgePage& page) {
  EdgeMap out;
  for (const PageEntry& one : page.entries)
    EXPECT_TRUE(out.emplace(EdgeKey{one.slot, one.target, one.kind, one.label}, EdgeFact{one.flags, one.begin}).second)
        << "twice";
  return out;
}

std::string folded(std::string_view page, const std::vector<std::string_view>& deltas) {
  std::string out;
  EXPECT_TRUE(fold_edge_page(page, deltas, out));
  return out;
}

std::string delta_of(const EdgeKey& key, const EdgeFact& fact, TxNumber tx) {
  std::string delta;
  append_edge_put(delta, tx, entry(key, fact));
  return delta;
}
std::string removal_of(const EdgeKey& key, const EdgeFact& fact, TxNumber tx) {
  std::string delta;
  append_edge_removal(delta, tx, entry(key, fact));
  return delta;
}

TEST(EdgePages, BytesAreThoseOfTheFormat) {
  std::string delta;
  append_edge_put(delta, 9, entry({2, 700, 3, ""}, {0, 9}));
  append_edge_put(delta, 9, entry({2, 300, 3, "l"}, {kEdgeLabelled | kEdgeDetailed, 9}));
  append_edge_removal(delta, 10, entry({2, 700, 3, ""}, {}));
  EXPECT_EQ(hex(delta),
            "02"
            "01"
            "09"
            "02"
            "bc05"
            "18"
            "09"
            "01"
            "09"
            "02"
            "ac02"
            "1d"
            "09"
            "016c"
            "02"
            "0a"
            "02"
            "bc05"
            "18");
  // max_tx 10, last_retraction 10, one entry: kind 3, flags 5, neither begin nor slot as before; slot 2, target 300,
  // begin 9, label l
  EXPECT_EQ(hex(folded("", {delta})),
            "01"
            "0a"
            "0a"
            "01"
            "74"
            "02"
            "d804"
            "12"
            "016c");
}

TEST(EdgePages, NothingFoldsToAnEmptyPage) {
  const std::string page = folded("", {});
  EXPECT_EQ(hex(page),
            "01"
            "00"
            "00"
            "00");
  EXPECT_TRUE(decode_edge_page(page)->entries.empty());
  EXPECT_EQ(folded(page, {}), page);
}

TEST(EdgePages, TheLastOpOnAnEdgeDecides) {
  const EdgeKey key{1, 5, 2, ""};
  const std::string put = delta_of(key, {0, 3}, 3), gone = removal_of(key, {}, 4),
                    again = delta_of(key, {kEdgeDated, 5}, 5);
  EXPECT_EQ(map_of(*decode_edge_page(folded("", {put, gone}))), EdgeMap{});
  EXPECT_EQ(map_of(*decode_edge_page(folded("", {put, gone, again}))), (EdgeMap{{key, {kEdgeDated, 5}}}));
  EXPECT_EQ(map_of(*decode_edge_page(folded(folded("", {put}), {gone, again}))), (EdgeMap{{key, {kEdgeDated, 5}}}));
  const auto page = decode_edge_page(folded("", {put, gone, again}));
  EXPECT_EQ(page->max_tx, 5u);
  EXPECT_EQ(page->last_retraction, 4u);
}

TEST(EdgePages, RemovingWhatIsNotThereIsHarmless) {
  const EdgeKey key{1, 5, 2, ""};
  const auto page = decode_edge_page(
      folded(folded("", {delta_of(key, {0, 3}, 3)}), {removal_of({1, 5, 2, "x"}, {kEdgeLabelled, 0}, 4)}));
  EXPECT_EQ(map_of(*page), (EdgeMap{{key, {0, 3}}}));
}

TEST(EdgePages, ExtremesAreKept) {
  const EdgeMap edges = {{{0, 0, 0, ""}, {0, 0}},
                         {{0, ~std::uint64_t{0}, 0xffff, ""}, {3, ~std::uint64_t{0}}},
                         {{511, 0, 0xffff, std::string(1024, 'l')}, {7, 1}},
                         {{511, std::uint64_t{1} << 63, 0, std::string("a\0b", 3)}, {4, 0}}};
  std::string delta;
  for (const auto& [key, fact] : edges) append_edge_put(delta, ~std::uint64_t{0}, entry(key, fact));
  const std::string bytes = folded("", {delta});
  const auto page = decode_edge_page(bytes);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(map_of(*page), edges);
  EXPECT_EQ(page->max_tx, ~std::uint64_t{0});
}

// A world of few edges, so that puts and removals meet.
EdgeKey random_edge(std::mt19937_64& random) {
  const std::uint64_t labels = random() % 4;
  return {static_cast<std::uint32_t>(random() % 4 * 170), random() % 5 * 1'000'003,
          static_cast<std::uint16_t>(random() % 3 * 700),
          labels == 0   ? "a"
          : labels == 1 ? "b\xc3\xa9"
                        : ""};
}

TEST(EdgePages, HoweverDeltasAreCutAndFoldedThePageSaysWhatHappened) {
  std::mt19937_64 random(seed_of_this_run());
  for (int round = 0; round < 60; ++round) {
    EdgeMap model;
    TxNumber max_tx = 0, last_retraction = 0;
    std::vector<std::string> deltas(1);
    std::string stepwise;  // folded now and then
    std::size_t first_unfolded = 0;
    for (TxNumber tx = 1; tx <= 120; ++tx) {
      const EdgeKey key = random_edge(random);
      const auto labelled = static_cast<std::uint8_t>(std::get<3>(key).empty() ? 0 : kEdgeLabelled);
      max_tx = tx;
      if (random() % 3 == 0) {
        model.erase(key);
        last_retraction = tx;
        append_edge_removal(deltas.back(), tx, entry(key, {labelled, 0}));
      } else {
        const EdgeFact fact{static_cast<std::uint8_t>(labelled | random() % 4), tx - random() % tx};
        model[key] = fact;
        append_edge_put(deltas.back(), tx, entry(key, fact));
      }
      if (random() % 4 == 0) deltas.emplace_back();
      if (random() % 10 == 0) {
        if (deltas.back().empty()) deltas.pop_back();
        stepwise = folded(stepwise, {deltas.begin() + static_cast<std::ptrdiff_t>(first_unfolded), deltas.end()});
        first_unfolded = deltas.size();
        deltas.emplace_back();
      }
    }
    if (deltas.back().empty()) deltas.pop_back();
    stepwise = folded(stepwise, {deltas.begin() + static_cast<std::ptrdiff_t>(first_unfolded), deltas.end()});
    const std::string at_once = folded("", {deltas.begin(), deltas.end()});
    ASSERT_EQ(hex(stepwise), hex(at_once)) << "round " << round;
    const auto page = decode_edge_page(at_once);
    ASSERT_TRUE(page.ok());
    ASSERT_EQ(map_of(*page), model) << "round " << round;
    ASSERT_EQ(page->max_tx, max_tx);
    ASSERT_EQ(page->last_retraction, last_retraction);
    ASSERT_TRUE(std::is_sorted(page->entries.begin(), page->entries.end(), comes_before));
  }
}

TEST(EdgeHistory, HoldsEveryDeadEdgeInOrder) {
  const std::vector<EdgeKey> keys = {{3, 9, 1, ""}, {0, 1, 65535, "label"}, {3, 9, 1, ""}};
  std::string history;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto flags = static_cast<std::uint8_t>(std::get<3>(keys[i]).empty() ? kEdgeDetailed : kEdgeLabelled);
    append_dead_edge(history, {entry(keys[i], {flags, i + 1}), i + 10, i + 5});
  }
  const auto dead = decode_edge_history(history);
  ASSERT_TRUE(dead.ok());
  ASSERT_EQ(dead->size(), 3u);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const DeadEntry& one = (*dead)[i];
    EXPECT_EQ((EdgeKey{one.edge.slot, one.edge.target, one.edge.kind, one.edge.label}), keys[i]);
    EXPECT_EQ(one.edge.begin, i + 1);
    EXPECT_EQ(one.end, i + 10);
    EXPECT_EQ(one.last_version, i + 5);
  }
  EXPECT_TRUE(decode_edge_history("")->empty());
  for (std::size_t size = 1; size < history.size(); ++size) {
    const auto cut = decode_edge_history(std::string_view(history).substr(0, size));
    if (cut.ok())
      EXPECT_LT(cut->size(), 3u) << "cut to " << size;
    else
      EXPECT_EQ(cut.code(), Code::kDamaged);
  }
}

// Every flip and every cut of `bytes`.
template <class Try>
void with_damage(const std::string& bytes, Try attempt) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
      attempt(damaged);
    }
    attempt(bytes.substr(0, at));
    attempt(bytes.substr(0, at) + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" + bytes.substr(at));
  }
}

TEST(EdgePages, DamagedBytesAreRefusedOrReadAsEdgesOfThePage) {
  std::mt19937_64 random(seed_of_this_run());
  std::string delta, history;
  for (TxNumber tx = 1; tx <= 30; ++tx) {
    const EdgeKey key = random_edge(random);
    const auto flags = static_cast<std::uint8_t>(std::get<3>(key).empty() ? 0 : kEdgeLabelled);
    if (tx % 5)
      append_edge_put(delta, tx, entry(key, {flags, tx}));
    else
      append_edge_removal(delta, tx, entry(key, {flags, 0}));
    append_dead_edge(history, {entry(key, {flags, tx}), tx + 1, tx});
  }
  const std::string page = folded("", {delta});
  with_damage(page, [&](const std::string& damaged) {
    const auto read = decode_edge_page(damaged);
    std::string out;
    EXPECT_EQ(fold_edge_page(damaged, {delta}, out), damaged.empty() || read.ok());
    ASSERT_EQ(read.code(), read.ok() ? Code::kOk : Code::kDamaged);
    if (!read.ok()) return;
    for (const PageEntry& one : read->entries) ASSERT_LT(one.slot, kPageNodes);
  });
  with_damage(delta, [&](const std::string& damaged) {
    std::string out;
    if (!fold_edge_page(page, {damaged}, out)) return;
    const auto read = decode_edge_page(out);
    ASSERT_TRUE(read.ok()) << "what was folded can be read";
    for (const PageEntry& one : read->entries) ASSERT_LT(one.slot, kPageNodes);
  });
  with_damage(history, [&](const std::string& damaged) {
    const auto read = decode_edge_history(damaged);
    ASSERT_EQ(read.code(), read.ok() ? Code::kOk : Code::kDamaged);
    if (!read.ok()) return;
    for (const DeadEntry& one : *read) ASSERT_LT(one.edge.slot, kPageNodes);
  });
}

bool same_slot(const NodeSlot& a, const NodeSlot& b) {
  return a.created == b.created && a.kind == b.kind && a.flags == b.flags && a.ties == b.ties;
}

std::string folded_nodes(std::string_view page, const std::vector<std::string_view>& deltas) {
  std::string out;
  EXPECT_TRUE(fold_node_page(page, deltas, out));
  return out;
}

TEST(NodePages, BytesAreThoseOfTheFormat) {
  std::string delta;
  append_new_node(delta, 7, 3, NodeKind{300});
  append_node_flags(delta, 9, 3, kSlotDead | kSlotDiedOnce, kSlotDated);
  append_node_ties(delta, 3, kHasTwins);
  append_new_node(delta, 8, 500, NodeKind{1});
  EXPECT_EQ(hex(delta),
            "02"
            "01"
            "03"
            "07"
            "ac02"
            "02"
            "03"
            "09"
            "03"
            "04"
            "03"
            "03"
            "04"
            "01"
            "f403"
            "08"
            "01");
  EXPECT_EQ(hex(folded_nodes("", {delta})),
            "01"
            "09"
            "02"
            "03"
            "ac02"
            "07"
            "03"
            "04"
            "f103"
            "01"
            "08"
            "00"
            "00");
}

TEST(NodePages, HoweverDeltasAreCutAndFoldedThePageSaysWhatHappened) {
  std::mt19937_64 random(seed_of_this_run());
  for (int round = 0; round < 40; ++round) {
    NodePage model;
    std::vector<std::string> deltas(1);
    std::string stepwise;
    std::size_t first_unfolded = 0;
    for (TxNumber tx = 1; tx <= 150; ++tx) {
      const auto slot = static_cast<std::uint32_t>(random() % 2 ? random() % 6 : 505 + random() % 7);
      NodeSlot& node = model.nodes[slot];
      if (node.created == 0) {
        node.created = tx;
        node.kind = static_cast<std::uint16_t>(random());
        append_new_node(deltas.back(), tx, slot, NodeKind{node.kind});
        model.max_tx = tx;
      } else if (random() % 2) {
        const auto set = static_cast<std::uint8_t>(random() % 8),
                   clear = static_cast<std::uint8_t>(random() % 8 & ~set);
        node.flags = static_cast<std::uint8_t>((node.flags & ~clear) | set);
        append_node_flags(deltas.back(), tx, slot, set, clear);
        model.max_tx = tx;
      } else {
        const auto ties = static_cast<std::uint8_t>(1u << random() % 5);
        node.ties |= ties;
        append_node_ties(deltas.back(), slot, ties);
      }
      if (random() % 4 == 0) deltas.emplace_back();
      if (random() % 10 == 0) {
        if (deltas.back().empty()) deltas.pop_back();
        stepwise = folded_nodes(stepwise, {deltas.begin() + static_cast<std::ptrdiff_t>(first_unfolded), deltas.end()});
        first_unfolded = deltas.size();
        deltas.emplace_back();
      }
    }
    if (deltas.back().empty()) deltas.pop_back();
    stepwise = folded_nodes(stepwise, {deltas.begin() + static_cast<std::ptrdiff_t>(first_unfolded), deltas.end()});
    const std::string at_once = folded_nodes("", {deltas.begin(), deltas.end()});
    ASSERT_EQ(hex(stepwise), hex(at_once)) << "round " << round;
    const auto page = decode_node_page(at_once);
    ASSERT_TRUE(page.ok());
    ASSERT_EQ(page->max_tx, model.max_tx);
    for (std::uint32_t slot = 0; slot < kPageNodes; ++slot)
      ASSERT_TRUE(same_slot(page->nodes[slot], model.nodes[slot])) << "slot " << slot << " in round " << round;
  }
}

TEST(NodePages, AFullPageIsKept) {
  std::string delta;
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) append_new_node(delta, slot + 1, slot, NodeKind{0xffff});
  const auto page = decode_node_page(folded_nodes("", {delta}));
  ASSERT_TRUE(page.ok());
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    EXPECT_EQ(page->nodes[slot].created, slot + 1);
    EXPECT_EQ(page->nodes[slot].kind, 0xffff);
  }
}

TEST(NodePages, DamagedBytesAreRefusedOrReadAsAPage) {
  std::string delta;
  for (std::uint32_t slot = 0; slot < 20; ++slot) {
    append_new_node(delta, slot + 1, slot * 25, NodeKind{static_cast<std::uint16_t>(slot * 100)});
    append_node_flags(delta, slot + 200, slot * 25, kSlotDated, 0);
    append_node_ties(delta, slot * 25, kHasMembers);
  }
  const std::string page = folded_nodes("", {delta});
  with_damage(page, [&](const std::string& damaged) {
    const auto read = decode_node_page(damaged);
    ASSERT_EQ(read.code(), read.ok() ? Code::kOk : Code::kDamaged);
    std::string out;
    EXPECT_EQ(fold_node_page(damaged, {delta}, out), damaged.empty() || read.ok());
  });
  with_damage(delta, [&](const std::string& damaged) {
    std::string out;
    if (!fold_node_page(page, {damaged}, out)) return;
    EXPECT_TRUE(decode_node_page(out).ok()) << "what was folded can be read";
  });
}

}  // namespace
}  // namespace amont
