// A bundle opened as a register: it answers as the register did, and says that it is one.
#include <algorithm>
#include <fstream>

#include "amont/exchange.h"
#include "tests/query/bundle/bundle_register.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

Result<std::unique_ptr<Store>> open(const TempDir& folder, const std::string& bundle, const std::string& key) {
  const std::string path = folder / "it.bundle";
  std::ofstream(path, std::ios::binary) << bundle;
  Options options;
  options.signer = key;
  return Store::open_read_only(path, options);
}

// What the two registers say of one node.
void expect_same(const Snapshot& here, const Snapshot& there, NodeId id) {
  const auto told = here.node(id), expected = there.node(id);
  ASSERT_TRUE(told.ok() && *told && expected.ok() && *expected);
  EXPECT_EQ((*told)->ref, (*expected)->ref);
  EXPECT_EQ((*told)->kind, (*expected)->kind);
  EXPECT_EQ((*told)->valid, (*expected)->valid);
  EXPECT_EQ((*told)->props, (*expected)->props);
  EXPECT_EQ((*told)->tx, (*expected)->tx);
}

bool has_reason(const Completeness& completeness, std::string_view reason) {
  return std::ranges::count(completeness.reasons, reason, &PartialReason::reason) > 0;
}

TEST(OpenBundle, AnswersUnderTheSameIdsWithTheSameProperties) {
  BundleRegister hub;
  fill_small(hub);
  const TempDir folder;
  const auto store = open(folder, *hub.bundle("upstream", {"publication:x"}), hub.keys().verifier);
  ASSERT_TRUE(store.ok()) << store.status().text();
  const Snapshot there = *hub.store().snapshot();
  const Snapshot here = *(*store)->snapshot();
  EXPECT_EQ(here.tx(), there.tx());
  EXPECT_EQ(here.time(), there.time());
  EXPECT_EQ(here.damage(), kOfBundle);
  const NodeId start = hub.id("publication:x");
  const auto expected = upstream(there, std::span(&start, 1), {});
  const auto told = upstream(here, std::span(&start, 1), {});
  ASSERT_TRUE(told.ok()) << told.status().text();
  ASSERT_EQ(told->nodes.size(), expected->nodes.size());
  for (std::size_t i = 0; i < told->nodes.size(); ++i) {
    EXPECT_EQ(told->nodes[i].id, expected->nodes[i].id);
    EXPECT_EQ(told->nodes[i].depth, expected->nodes[i].depth);
    expect_same(here, there, told->nodes[i].id);
  }
  EXPECT_EQ(told->completeness.reasons.size(), 1u);
  EXPECT_TRUE(has_reason(told->completeness, "bundle"));
  EXPECT_FALSE(*here.find(*Ref::parse("output:unrelated")));
}

TEST(OpenBundle, IsReadOnlyAndShowsOneMoment) {
  BundleRegister hub;
  fill_small(hub);
  const TempDir folder;
  const auto store = open(folder, *hub.bundle("upstream", {"publication:x"}), hub.keys().verifier);
  ASSERT_TRUE(store.ok()) << store.status().text();
  Transaction transaction;
  transaction.changes = {BundleRegister::node("dataset:new")};
  EXPECT_EQ((*store)->commit(transaction).code(), Code::kReadOnly);
  EXPECT_EQ((*store)->snapshot_at(TxNumber{5})->tx(), 5u);
  EXPECT_EQ((*store)->snapshot_at(TxNumber{4}).code(), Code::kInvalid);
  EXPECT_EQ((*store)->snapshot_at(TxNumber{6}).code(), Code::kInvalid);
  EXPECT_EQ((*store)->snapshot_at(Timestamp{0}).code(), Code::kInvalid);
  EXPECT_EQ((*store)->log(1, 5).code(), Code::kUnsupported);
  EXPECT_EQ((*store)->info().register_id, hub.store().info().register_id);
  EXPECT_EQ((*store)->info().damage, kOfBundle);
  BundleRequest request;
  request.starts = {hub.id("publication:x")};
  request.checkpoint = hub.checkpoint();
  EXPECT_EQ(make_bundle(**store, *(*store)->snapshot(), request, hub.keys().signer).code(), Code::kInvalid);
}

TEST(OpenBundle, OpensOnlyWhatTheKeySignedAndSaysSoWithoutAKey) {
  BundleRegister hub, other;
  fill_small(hub);
  const TempDir folder;
  const std::string bundle = *hub.bundle("upstream", {"publication:x"});
  EXPECT_EQ(open(folder, bundle, other.keys().verifier).code(), Code::kRefused);
  EXPECT_EQ(open(folder, bundle.substr(0, bundle.size() - 9), hub.keys().verifier).code(), Code::kRefused);
  EXPECT_EQ(open(folder, "no bundle\n", hub.keys().verifier).code(), Code::kInvalid);
  const auto unverified = open(folder, bundle, "");
  ASSERT_TRUE(unverified.ok());
  EXPECT_EQ((*unverified)->snapshot()->damage(), kOfUnverifiedBundle);
}

TEST(OpenBundle, ALifeThatEndedAndBeganAgainIsShownAsItIsNow) {
  using R = BundleRegister;
  BundleRegister hub;
  ASSERT_TRUE(hub.commit(
      {R::node("dataset:a", "First"), R::node("output:o"), R::edge("derived_from", "output:o", "dataset:a")}));
  ASSERT_TRUE(hub.commit({R::node("dataset:a", "Second")}));
  ASSERT_TRUE(hub.commit({RetractNode{*Ref::parse("dataset:a")}}));
  ASSERT_TRUE(hub.commit({R::node("dataset:a"), R::edge("derived_from", "output:o", "dataset:a")}));
  // And once more, all in one transaction, with a put of the life that ends in it.
  ASSERT_TRUE(hub.commit({R::node("dataset:a", "Gone at once"),
                          RetractEdge{"derived_from", *Ref::parse("output:o"), *Ref::parse("dataset:a"), ""},
                          R::edge("derived_from", "output:o", "dataset:a"), RetractNode{*Ref::parse("dataset:a")},
                          R::node("dataset:a"), R::edge("derived_from", "output:o", "dataset:a", "new")}));
  ASSERT_TRUE(hub.commit({R::node("dataset:a", "Now")}));
  const std::string bundle = *hub.bundle("upstream", {"output:o"});
  const auto told = hub.verify(bundle);
  ASSERT_TRUE(told.ok()) << told.status().text();
  EXPECT_TRUE(told->recomputed);
  EXPECT_EQ(bundle.find("Gone at once"), std::string::npos);
  const TempDir folder;
  const auto store = open(folder, bundle, hub.keys().verifier);
  ASSERT_TRUE(store.ok()) << store.status().text();
  const Snapshot here = *(*store)->snapshot();
  expect_same(here, *hub.store().snapshot(), hub.id("dataset:a"));
  const auto edges = here.edges(hub.id("output:o"), Direction::kUpstream);
  ASSERT_EQ(edges->size(), 1u);
  EXPECT_EQ((*edges)[0].label, "new");
}

TEST(OpenBundle, RandomRegistersAnswerAsTheyDid) {
  Dice dice(seed_of_this_run());
  for (int round = 0; round < 20; ++round) {
    BundleRegister hub;
    hub.grow(dice, 60);
    const Snapshot there = *hub.store().snapshot();
    const std::vector<NodeId> all = nodes_of_kind(there, "")->ids();
    for (int i = 0; i < 5 && !all.empty(); ++i) {
      const NodeId start = all[dice.below(all.size())];
      BundleRequest request;
      request.verb = dice.coin() ? "upstream" : "downstream";
      request.starts = {start};
      const auto bundle = hub.bundle(request);
      ASSERT_TRUE(bundle.ok()) << bundle.status().text();
      const TempDir folder;
      const auto store = open(folder, *bundle, hub.keys().verifier);
      ASSERT_TRUE(store.ok()) << store.status().text();
      const Snapshot here = *(*store)->snapshot();
      const auto walk = request.verb == "upstream" ? upstream : downstream;
      AskOptions options;
      options.want_edges = true;
      const auto expected = walk(there, std::span(&start, 1), options);
      const auto told = walk(here, std::span(&start, 1), options);
      ASSERT_TRUE(told.ok()) << told.status().text();
      ASSERT_EQ(told->nodes.size(), expected->nodes.size());
      for (std::size_t n = 0; n < told->nodes.size(); ++n) {
        EXPECT_EQ(told->nodes[n].id, expected->nodes[n].id);
        EXPECT_EQ(told->nodes[n].depth, expected->nodes[n].depth);
        EXPECT_EQ(told->nodes[n].precision, expected->nodes[n].precision);
        expect_same(here, there, told->nodes[n].id);
      }
      EXPECT_EQ(told->edges.size(), expected->edges.size());
    }
  }
}

}  // namespace
}  // namespace amont
