// diff_records and diff_lineage: what changed between two states, and which transaction did it.
#include <gtest/gtest.h>

#include "amont/diff.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

std::string text_of(DiffKind what) { return what == DiffKind::kAdded ? "+" : what == DiffKind::kRemoved ? "-" : "~"; }

std::string records(TextHub& hub, TxNumber before, TxNumber after) {
  std::string text;
  const std::vector<RecordDiff> diffs =
      *diff_records(hub.store(), *hub.store().snapshot_at(before), *hub.store().snapshot_at(after));
  for (const RecordDiff& diff : diffs) {
    text += text_of(diff.what) + diff.node.text();
    if (!diff.edge_kind.empty()) text += " " + diff.edge_kind + " " + diff.to.text();
    for (const RecordDiff::Property& property : diff.props) text += " " + property.name;
    text += " " + std::to_string(diff.tx) + "\n";
  }
  return text;
}

std::string lineage(TextHub& hub, TxNumber before, TxNumber after, const char* start) {
  const Ref ref = *Ref::parse(start);
  const LineageDiff diff = *diff_lineage(hub.store(), *hub.store().snapshot_at(before), *hub.store().snapshot_at(after),
                                         {&ref, 1}, Direction::kUpstream);
  std::string text;
  for (const auto& node : diff.nodes) text += text_of(node.what) + node.node.text() + "\n";
  for (const auto& edge : diff.edges)
    text += text_of(edge.what) + edge.from.text() + " " + edge.kind + " " + edge.to.text() + " " +
            std::to_string(edge.tx) + "\n";
  return text;
}

class Diff : public testing::Test {
 protected:
  Diff() : hub("output:x derived_from dataset:a; dataset:a derived_from dataset:b") { first = hub.view().tx(); }
  TxNumber now() { return hub.view().tx(); }
  void retract(const char* from, const char* to) {
    RetractEdge edge;
    edge.kind = "derived_from";
    edge.from = *Ref::parse(from);
    edge.to = *Ref::parse(to);
    hub.commit({edge});
  }
  TextHub hub;
  TxNumber first = 0;
};

TEST_F(Diff, ListsWhatWasAddedRemovedAndChanged) {
  hub.put("dataset:a", "2020-01-01", "", {{"title", std::string("A")}});
  const TxNumber put = now();
  retract("dataset:a", "dataset:b");
  const TxNumber taken = now();
  hub.add("dataset:a derived_from dataset:c");
  const TxNumber added = now();
  EXPECT_EQ(records(hub, first, added), "~dataset:a title valid_from " + std::to_string(put) + "\n+dataset:c " +
                                            std::to_string(added) + "\n-dataset:a derived_from dataset:b " +
                                            std::to_string(taken) + "\n+dataset:a derived_from dataset:c " +
                                            std::to_string(added) + "\n");
  EXPECT_EQ(records(hub, added, added), "");
}

TEST_F(Diff, PassesOverWhatCameAndWent) {
  hub.add("dataset:b derived_from dataset:z");
  retract("dataset:b", "dataset:z");
  hub.commit({RetractNode{*Ref::parse("dataset:z")}});
  EXPECT_EQ(records(hub, first, now()), "");
}

TEST_F(Diff, TellsWhichTransactionsChangedALineage) {
  retract("dataset:a", "dataset:b");
  const TxNumber taken = now();
  hub.add("dataset:a derived_from dataset:c; dataset:c derived_from dataset:b");
  const TxNumber added = now();
  const std::string tx = std::to_string(added);
  EXPECT_EQ(lineage(hub, first, added, "output:x"), "~dataset:b\n+dataset:c\n-dataset:a derived_from dataset:b " +
                                                        std::to_string(taken) + "\n+dataset:a derived_from dataset:c " +
                                                        tx + "\n+dataset:c derived_from dataset:b " + tx + "\n");
  EXPECT_EQ(lineage(hub, first, first, "output:x"), "");
}

TEST_F(Diff, KnowsNodesThatWereRetracted) {
  hub.commit({RetractNode{*Ref::parse("dataset:b")}});
  EXPECT_EQ(lineage(hub, first, now(), "output:x"),
            "-dataset:b\n-dataset:a derived_from dataset:b " + std::to_string(now()) + "\n");
  EXPECT_EQ(lineage(hub, first, now(), "dataset:b"), "");
}

TEST_F(Diff, RefusesWhatIsTheWrongWayRoundOrNowhere) {
  hub.add("dataset:q derived_from dataset:r");
  EXPECT_EQ(diff_records(hub.store(), hub.view(), *hub.store().snapshot_at(first)).code(), Code::kInvalid);
  const Ref none = *Ref::parse("dataset:none");
  EXPECT_EQ(
      diff_lineage(hub.store(), *hub.store().snapshot_at(first), hub.view(), {&none, 1}, Direction::kUpstream).code(),
      Code::kNotFound);
}

}  // namespace
}  // namespace amont
