#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// Sets of more nodes than are read together (AnswerSet::kPageNodes).
class LargeSets : public testing::Test {
 protected:
  static constexpr int kNodes = 2500;

  LargeSets() {
    // Not in the order of their refs.
    for (int i = 0; i < kNodes; ++i) {
      const int number = i * 1009 % kNodes;
      hub.node(fmt::format("{}:n{:04}", number % 2 ? "dataset" : "run", number),
               {{"title", fmt::format("T{}", number)}});
    }
    hub.commit();
  }

  HubRegister hub;
};

TEST_F(LargeSets, GiveTheSameRefsReadOrNot) {
  EXPECT_EQ(hub.answer(R"(
    local all, list, n = nodes(), nodes():refs(), 0
    for item in all do
      n = n + 1
      local known = item.ref  -- from the order of the set
      local title = item.title  -- reads it
      assert(item.ref == known and tostring(item) == known and list[n] == known and all[n].ref == known, known)
      assert(item.kind .. ':' .. item.key == known and title == 'T' .. tonumber(item.key:sub(2)), known)
    end
    return n, #list)"),
            "2500\n2500\n");
}

TEST_F(LargeSets, AreGoneThroughInTheOrderOfRefs) {
  EXPECT_EQ(hub.answer(R"(
    local before, swaps = '', 0
    for item in nodes() do
      if item.ref < before then swaps = swaps + 1 end
      before = item.ref
    end
    return swaps, before)"),
            "0\nrun:n2498\n");
}

TEST_F(LargeSets, GiveTheRefsOfWhatIsLeftOfThem) {
  EXPECT_EQ(hub.answer(R"(
    local all = nodes()
    local first = all[1].ref  -- puts all in order
    local odd, even = all:only('dataset'), all - all:only('dataset')
    return first, odd[1].ref, odd[#odd].ref, even[1].ref, (odd | even)[1250].ref, (odd | even)[1251].ref)"),
            "dataset:n0001\ndataset:n0001\ndataset:n2499\nrun:n0000\ndataset:n2499\nrun:n0000\n");
}

TEST_F(LargeSets, GiveTheRefsOfNodesThatAreNoLongerThere) {
  const TxNumber before = 2;
  hub.retract("dataset:n0001").retract("run:n2498").commit();
  EXPECT_EQ(hub.answer(fmt::format(R"(
    local both = at{{known_at = {}}}:nodes() | nodes()
    local first, last = both[1], both[#both]
    return #both, first.ref, first.alive, last.ref, last.kind, last.alive)",
                                   before)),
            "2500\ndataset:n0001\nfalse\nrun:n2498\nrun\nfalse\n");
}

}  // namespace
}  // namespace amont
