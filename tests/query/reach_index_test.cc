// The index under reaches() and path(): on random registers with parts, versions, twins and cycles, as they grow and lose edges
// after it was made, at every transaction, against the plain model of walks.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "amont/query.h"
#include "query/walk/reach_index.h"
#include "tests/support/model_walks.h"
#include "tests/support/modelled_register.h"
#include "tests/support/random_register.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

struct Tally {
  std::uint64_t pairs = 0, decided = 0, views = 0, usable = 0;
};

void compare_all_pairs(ModelledRegister& hub, const ModelState& state, Tally& tally) {
  const Snapshot view = *hub.store().snapshot_at(state.tx);
  const ReachGuide guide(view.view());
  ++tally.views;
  tally.usable += guide ? 1 : 0;
  std::map<Ref, NodeId> ids;
  for (const auto& [ref, record] : state.nodes) ids[ref] = **view.find(ref);
  for (const auto& [b, b_id] : ids) {
    const ModelWalk walk(state, {b}, Direction::kUpstream, {});
    for (const auto& [a, a_id] : ids) {
      const Result<Reaches> found = reaches(view, a_id, b_id);
      ASSERT_TRUE(found.ok()) << found.status().text();
      ASSERT_EQ(found->yes, walk.reaches(a).has_value()) << a.text() << " upstream of " << b.text() << " at "
                                                         << state.tx << ", index of " << (guide ? "use" : "no use");
      ASSERT_TRUE(found->completeness.complete());
      ++tally.pairs;
      tally.decided += guide && guide.verdict_of(b_id, a_id) != ReachGuide::Verdict::kMaybe ? 1 : 0;
    }
  }
}

void run(std::uint64_t seed, Tally& tally) {
  SCOPED_TRACE(fmt::format("AMONT_SEED={}", seed));
  Dice dice(seed);
  ModelledRegister hub;
  RandomRegister random(seed, {1 + dice.below(5), 20 + dice.below(60)});
  const auto grow = [&](std::uint64_t keeps) { hub.land(dice, random.changes(hub.model().now()), keeps); };
  for (int n = 0; n < 6; ++n) grow(6);
  ASSERT_TRUE(prepare_reaches(*hub.store().snapshot()).ok());
  compare_all_pairs(hub, hub.model().now(), tally);
  // A little more: what grows is noted, and what is taken out spoils it.
  RandomRegister little(seed + 1, {1 + dice.below(7), 4});
  for (int n = 0; n < 4 && !testing::Test::HasFatalFailure(); ++n) {
    hub.land(dice, little.changes(hub.model().now()), dice.below(4) == 0 ? 1 : 0);
    compare_all_pairs(hub, hub.model().now(), tally);
  }
  for (const ModelState& state : hub.model().states()) {
    if (testing::Test::HasFatalFailure()) return;
    compare_all_pairs(hub, state, tally);
  }
}

TEST(ReachIndex, SaysWhatTheModelSaysOfEveryPairAtEveryTransaction) {
  const std::uint64_t seed = seed_of_this_run();
  Tally tally;
  for (std::uint64_t round = 0; round < 60 && !testing::Test::HasFailure(); ++round) run(seed + round, tally);
  fmt::print("{} pairs, {} of them decided by the index alone; it was of use for {} of {} views\n", tally.pairs,
             tally.decided, tally.usable, tally.views);
  EXPECT_GT(tally.decided, tally.pairs / 5);
  EXPECT_GT(tally.usable, tally.views / 4);
}

TEST(ReachIndex, IsMadeByItselfWhenWalksHaveCostAsMuch) {
  Dice dice(3);
  ModelledRegister hub;
  RandomRegister random(3, {6, 120});
  for (int n = 0; n < 5; ++n) hub.land(dice, random.changes(hub.model().now()), 0);
  const Snapshot view = *hub.store().snapshot();
  const auto& nodes = hub.model().now().nodes;
  bool made = false;
  for (int asked = 0; asked < 100'000 && !made; ++asked) {
    const auto any = [&] {
      return **view.find(std::next(nodes.begin(), static_cast<std::ptrdiff_t>(dice.below(nodes.size())))->first);
    };
    ASSERT_TRUE(reaches(view, any(), any()).ok());
    made = static_cast<bool>(ReachGuide(view.view()));
  }
  EXPECT_TRUE(made);
}

TEST(ReachIndex, IsNotMadeWhereThereIsNoRoomForIt) {
  Dice dice(3);
  ModelledRegister hub(4 << 10);
  RandomRegister random(3, {6, 120});
  for (int n = 0; n < 5; ++n) hub.land(dice, random.changes(hub.model().now()), 0);
  EXPECT_FALSE(*prepare_reaches(*hub.store().snapshot()));
}

TEST(ReachIndex, OfAnOlderSnapshotIsNotMade) {
  Dice dice(3);
  ModelledRegister hub;
  RandomRegister random(3, {6, 120});
  const Snapshot old = *hub.store().snapshot();
  while (!hub.land(dice, random.changes(hub.model().now()), 0)) {
  }
  EXPECT_FALSE(*prepare_reaches(old));
}

}  // namespace
}  // namespace amont
