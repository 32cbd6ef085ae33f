#include "amont/drawing.h"

#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// Two variables of a table made from two of another; three runs of a project that made an output each from the table.
class Drawings : public testing::Test {
 protected:
  Drawings() {
    hub.node("dataset:raw").node("dataset:clean").node("project:p", {{"title", "P"}});
    for (const char* name : {"a", "b"}) {
      const std::string raw = std::string("variable:raw/") + name;
      const std::string clean = std::string("variable:clean/") + name;
      hub.node(raw).node(clean).edge("part_of", raw, "dataset:raw").edge("part_of", clean, "dataset:clean");
      hub.edge("derived_from", clean, raw);
    }
    for (const char* number : {"1", "2", "3"}) {
      const std::string run = std::string("run:r") + number;
      const std::string output = std::string("output:o") + number;
      hub.node(run).node(output).edge("performed_for", run, "project:p").edge("used", run, "dataset:clean");
      hub.edge("generated_by", output, run);
    }
    hub.commit();
  }

  NodeId id(const std::string& ref) { return **hub.snapshot().find(*Ref::parse(ref)); }
  ToDraw walk(const std::string& start, Drawing::Fold fold) {
    const Snapshot view = hub.snapshot();
    const NodeId from = id(start);
    const Answer answer = *downstream(view, std::span(&from, 1));
    ToDraw what;
    what.fold = fold;
    what.nodes.push_back({from, true, true, false, false, {}});
    for (const Reached& one : answer.nodes) what.nodes.push_back({one.id, false, true, false, false, {}});
    for (const FollowedEdge& edge : answer.edges)
      what.edges.push_back({edge.from, edge.to, view.schema().edge(edge.kind).name, edge.label, false, {}});
    return what;
  }
  static std::string text(const Drawing& drawing) {
    ReportBlock block;
    block.graph = drawing;
    return text_of_picture(block);
  }

  HubRegister hub;
};

TEST_F(Drawings, DrawVariablesAsTheirDatasetAndAlikeEdgesOnce) {
  const std::vector<NodeId> both = {id("dataset:raw"), id("dataset:clean")};
  const Snapshot view = hub.snapshot();
  ToDraw what;
  for (const NodeId one : both) what.nodes.push_back({one, false, true, false, false, {}});
  const std::vector<FollowedEdge> between = *edges_between(view, both);
  for (const FollowedEdge& edge : between)
    what.edges.push_back({edge.from, edge.to, "derived_from", edge.label, false, {}});
  EXPECT_EQ(text(*draw(view, what)), "dataset:clean\ndataset:raw\ndataset:clean -derived_from-> dataset:raw for 2\n");
}

TEST_F(Drawings, FoldAProjectAndLeaveWhatMatters) {
  ToDraw what = walk("dataset:clean", Drawing::Fold::kAlways);
  what.nodes.push_back({id("run:r3"), false, true, false, false, "no approval"});
  const Drawing whole = *draw(hub.snapshot(), what);
  EXPECT_EQ(whole.nodes.size(), 7u);
  EXPECT_EQ(text(folded(whole)),
            "dataset:clean in dataset:clean start\n"
            "project:p in project:p for 5\n"
            "run:r3 in project:p gap: no approval\n"
            "project:p -used-> dataset:clean for 2\n"
            "project:p -generated_by-> run:r3\n"
            "run:r3 -used-> dataset:clean\n");
}

TEST_F(Drawings, KnowNoGroupsWhenSmall) {
  const Drawing drawing = *draw(hub.snapshot(), walk("dataset:clean", Drawing::Fold::kWhenLarge));
  EXPECT_TRUE(drawing.groups.empty());
  EXPECT_EQ(folded(drawing).nodes.size(), drawing.nodes.size());
}

}  // namespace
}  // namespace amont
