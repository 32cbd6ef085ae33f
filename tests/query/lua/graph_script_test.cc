// The shape of lineage in scripts: paths, edges, order, cycles, components, chokepoints.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// raw <- clean <- {left, right} <- x, which is made of clean as well; a and b are made from each other.
class GraphScripts : public testing::Test {
 protected:
  GraphScripts() {
    for (const char* ref : {"dataset:raw", "dataset:clean", "dataset:left", "dataset:right", "dataset:a", "dataset:b"})
      hub.node(ref);
    hub.node("output:x");
    const auto made_from = [&](const char* from, const char* to) { hub.edge("derived_from", from, to); };
    made_from("dataset:clean", "dataset:raw");
    made_from("dataset:left", "dataset:clean");
    made_from("dataset:right", "dataset:clean");
    made_from("output:x", "dataset:left");
    made_from("output:x", "dataset:right");
    made_from("output:x", "dataset:clean");
    made_from("dataset:a", "dataset:b");
    made_from("dataset:b", "dataset:a");
    EXPECT_EQ(hub.commit(), 2u);
  }

  HubRegister hub;
};

TEST_F(GraphScripts, OrderWhatAResultNeeds) {
  EXPECT_EQ(hub.answer("local t = {} for n in order('output:x') do t[#t + 1] = n.key .. n.depth end "
                       "return table.concat(t, ' ')"),
            "raw0 clean1 left2 right2 x3\n");
  EXPECT_EQ(hub.answer("return #order(), #order('dataset:left', {direction = 'down'}), #order({})"), "7\n2\n0\n");
}

TEST_F(GraphScripts, FindCyclesAndComponentsAsSets) {
  EXPECT_EQ(hub.answer("return #cycles(), table.concat(cycles()[1]:refs(), ' '), #cycles('output:x')"),
            "1\ndataset:a dataset:b\n0\n");
  EXPECT_EQ(hub.answer("local c = components() return #c, #c[1], #c[2], #components(nil, {kind = 'output'})"),
            "2\n5\n2\n1\n");
}

TEST_F(GraphScripts, TellChokepointsWithWhatIsBehind) {
  EXPECT_EQ(hub.answer("local c = chokepoints('output:x') return #c, c[1].node.ref, c[1].behind, c[1].node.depth"),
            "1\ndataset:clean\n1\n1\n");
  EXPECT_EQ(hub.answer("return chokepoints('dataset:raw', 'output:x')[1].behind, "
                       "#chokepoints('dataset:raw', {direction = 'down'}), #chokepoints('output:x', 'dataset:a')"),
            "3\n1\n0\n");
}

TEST_F(GraphScripts, CountWhatEachOfManyReaches) {
  EXPECT_EQ(hub.answer("local t = {} for i, c in ipairs(reach_counts{'dataset:left', 'output:x', 'dataset:raw'}) do\n"
                       "  t[i] = c.node.key .. c.exact .. c.possible end\n"
                       "return table.concat(t, ' '), #reach_counts({})"),
            "x40 left20 raw00\n0\n");
  EXPECT_EQ(hub.answer("return reach_counts('dataset:raw', {direction = 'down', kind = 'output'})[1].exact"), "1\n");
}

TEST_F(GraphScripts, TellWhyAndWhyNot) {
  EXPECT_EQ(
      hub.answer("local w = why('output:x', 'dataset:raw') return #w, w.precision, w.direction, w[1].from, w[1].kind,\n"
                 "  #w.refs, #why('output:x', 'dataset:a')"),
      "2\nexact\nup\noutput:x\nderived_from\n3\n0\n");
  EXPECT_EQ(
      hub.answer(
          "local w = why_not('dataset:raw', 'output:x') return #w, w[1].reason, #w[1].path, w.upstream, #w.common"),
      "1\ndirection\n3\nfalse\n0\n");
}

TEST_F(GraphScripts, ListSeveralPaths) {
  EXPECT_EQ(hub.answer("local t = {} for i, p in ipairs(paths('output:x', 'dataset:clean')) do\n"
                       "  t[i] = #p .. p.precision .. p.direction .. #p.edges .. p[2].key end\n"
                       "return table.concat(t, ' '), #paths('output:x', 'dataset:raw', {count = 2})"),
            "2exactup1clean 3exactup2left 3exactup2right\n2\n");
}

TEST_F(GraphScripts, ListTheEdgesOfAWalkAllOrReduced) {
  EXPECT_EQ(hub.answer("local e = edges('output:x') return #e, e[1].kind, e[1].from, e[1].to, "
                       "#edges('output:x', {reduce = true}), #edges('dataset:raw', {direction = 'down', depth = 1})"),
            "6\nderived_from\ndataset:clean\ndataset:raw\n5\n1\n");
}

TEST_F(GraphScripts, AnswerAtAnotherTime) {
  EXPECT_EQ(hub.answer("local before = at{known_at = 1} return #before:order(), #before:cycles()"), "0\n0\n");
}

TEST_F(GraphScripts, SayWhatTheyDoNotTake) {
  EXPECT_EQ(hub.answer("return order('output:x', {reduce = true})"),
            "script: test:1: there is no option \"reduce\"; options are depth, kind, through, precision, exact, "
            "granularity, limit and "
            "direction\n");
  EXPECT_EQ(hub.answer("return paths('output:x', 'dataset:raw', {count = 0})"),
            "script: test:1: count must be a whole number, 1 or more\n");
  EXPECT_EQ(hub.answer("return edges('output:x', {direction = 'left'})"),
            "script: test:1: direction must be \"up\" or \"down\"\n");
}

}  // namespace
}  // namespace amont
