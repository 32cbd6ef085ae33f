// why and why_not: what each step rests on, and every reason why there is none.
#include <gtest/gtest.h>

#include "amont/explain.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

std::string told(TextHub& hub, const std::vector<NodeId>& nodes) {
  std::string text;
  for (const NodeId node : nodes) text += (text.empty() ? "" : " ") + hub.ref(node);
  return text;
}

// "reason: path" a line.
std::string findings(TextHub& hub, const WhyNot& answer) {
  std::string text;
  for (const WhyNotFinding& finding : answer.findings)
    text += finding.reason + (finding.tx ? " " + std::to_string(finding.tx) : "") + ": " +
            told(hub, finding.path.nodes) + "\n";
  return text;
}

std::string not_because(TextHub& hub, const char* a, const char* b, const AskOptions& options = {}) {
  return findings(hub, *why_not(&hub.store(), hub.view(), hub.id(a), hub.id(b), options));
}

TEST(Why, TellsTheTransactionOfEachStepAndWhyItIsNoMoreThanPossible) {
  TextHub hub("output:x generated_by project:p; project:p used dataset:part; dataset:part part_of dataset:whole");
  hub.add("dataset:whole derived_from dataset:raw");
  const Why answer = *why(hub.view(), hub.id("output:x"), hub.id("dataset:raw"));
  ASSERT_EQ(answer.steps.size(), 3u);
  EXPECT_EQ(answer.path.precision, Precision::kPossible);
  EXPECT_EQ(answer.steps[0].because, "");
  EXPECT_EQ(answer.steps[1].because, "what project:p used for what was not recorded");
  EXPECT_EQ(answer.steps[2].because,
            "it was recorded of dataset:whole, of which dataset:part is only a part or version");
  EXPECT_LT(answer.steps[0].tx, answer.steps[2].tx);
}

TEST(Why, SeesThatAVariableSpeaksForTheWhole) {
  TextHub hub(
      "dataset:part part_of dataset:whole; variable:v part_of dataset:whole; variable:v derived_from dataset:raw");
  const Why answer = *why(hub.view(), hub.id("dataset:part"), hub.id("dataset:raw"));
  ASSERT_EQ(answer.steps.size(), 1u);
  EXPECT_EQ(answer.steps[0].because, "it was recorded of variable:v, of which dataset:part is only a part or version");
}

TEST(Why, NamesWeakEdges) {
  TextHub hub("run:a informed_by run:b");
  EXPECT_EQ(why(hub.view(), hub.id("run:a"), hub.id("run:b"))->steps[0].because,
            "informed_by says that there was something, and not what");
}

TEST(WhyNot, FindsTheOptionThatKeepsItOut) {
  TextHub hub("output:x derived_from dataset:a; dataset:a derived_from dataset:b; run:r informed_by run:s");
  AskOptions shallow, exact, then;
  shallow.depth = 1;
  exact.exact = true;
  then.valid_at = *Timestamp::parse_date_or_time("2020-01-01");
  hub.put_edge("dataset:a", "derived_from", "dataset:b", "2021-01-01", "");
  EXPECT_EQ(not_because(hub, "output:x", "dataset:b", shallow), "depth: output:x dataset:a dataset:b\n");
  EXPECT_EQ(not_because(hub, "run:r", "run:s", exact), "exact: run:r run:s\n");
  EXPECT_EQ(not_because(hub, "output:x", "dataset:b", then),
            "valid_at: output:x dataset:a dataset:b\n"
            "earlier 4: output:x dataset:a dataset:b\n");  // which gave the edge its interval
}

TEST(WhyNot, FindsTheOtherDirectionAndStructure) {
  TextHub hub("output:x derived_from dataset:a; dataset:v version_of dataset:d; output:y derived_from dataset:v");
  EXPECT_EQ(not_because(hub, "dataset:a", "output:x"), "direction: output:x dataset:a\n");
  EXPECT_EQ(not_because(hub, "output:y", "dataset:d"), "structure: output:y dataset:v dataset:d\n");
  EXPECT_EQ(not_because(hub, "output:x", "output:y"), "");
}

TEST(WhyNot, FindsTheTransactionThatTookItBackAndTheOneThatMadeItKnown) {
  TextHub hub("output:x derived_from dataset:a; dataset:a derived_from dataset:b");
  hub.add("output:other derived_from dataset:a");
  RetractEdge retract;
  retract.kind = "derived_from";
  retract.from = {"dataset", "a"};
  retract.to = {"dataset", "b"};
  hub.commit({retract});
  const TxNumber taken = hub.view().tx();
  hub.add("output:third derived_from dataset:a");
  EXPECT_EQ(not_because(hub, "output:x", "dataset:b"),
            "earlier " + std::to_string(taken) + ": output:x dataset:a dataset:b\n");

  hub.add("dataset:a derived_from dataset:c");
  const TxNumber known = hub.view().tx();
  const Snapshot before = *hub.store().snapshot_at(known - 1);
  hub.add("dataset:c derived_from dataset:d");
  EXPECT_FALSE(why_not(&hub.store(), before, hub.id("output:x"), hub.id("dataset:d")).ok());  // not there yet
  hub.add("dataset:e derived_from dataset:f");
  const Snapshot middle = hub.view();
  hub.add("dataset:d derived_from dataset:f");
  const WhyNot later = *why_not(&hub.store(), middle, hub.id("output:x"), hub.id("dataset:f"));
  EXPECT_EQ(findings(hub, later),
            "later " + std::to_string(hub.view().tx()) + ": output:x dataset:a dataset:c dataset:d dataset:f\n");
  // A view that must not look beyond itself does not.
  EXPECT_EQ(findings(hub, *why_not(&hub.store(), middle, hub.id("output:x"), hub.id("dataset:f"), {}, &middle)), "");
}

TEST(WhyNot, BlamesTheTransactionThatDidItAndNoOther) {
  TextHub hub("variable:v part_of dataset:x; variable:v derived_from dataset:y");
  hub.put("dataset:x", "", "", {{"title", std::string("first")}});
  RetractEdge retract;
  retract.kind = "derived_from";
  retract.from = *Ref::parse("variable:v");
  retract.to = *Ref::parse("dataset:y");
  hub.commit({retract});
  const TxNumber taken = hub.view().tx();
  hub.put("dataset:x", "", "", {{"title", std::string("second")}});
  EXPECT_EQ(not_because(hub, "dataset:x", "dataset:y"), "earlier " + std::to_string(taken) + ": dataset:x dataset:y\n");
}

TEST(WhyNot, NamesTheTransactionThatMadeItKnownAndNotOneThatTouchedItLater) {
  TextHub hub("output:x derived_from dataset:a; dataset:b derived_from dataset:c");
  const Snapshot before = hub.view();
  hub.add("dataset:a derived_from dataset:b");
  const TxNumber known = hub.view().tx();
  hub.put_edge("dataset:a", "derived_from", "dataset:b", "2020-01-01", "");
  EXPECT_EQ(findings(hub, *why_not(&hub.store(), before, hub.id("output:x"), hub.id("dataset:c"))),
            "later " + std::to_string(known) + ": output:x dataset:a dataset:b dataset:c\n");
}

TEST(WhyNot, AsksWithoutOptionsWhenSeveralKeepItOut) {
  TextHub hub("output:x derived_from dataset:a; dataset:a generated_by run:r; run:r informed_by run:s");
  AskOptions narrow;
  narrow.exact = true;
  narrow.depth = 1;
  EXPECT_EQ(not_because(hub, "output:x", "run:s", narrow), "options: output:x dataset:a run:r run:s\n");
  EXPECT_EQ(not_because(hub, "run:s", "output:x", narrow), "direction: output:x dataset:a run:r run:s\n");
}

TEST(WhyNot, SaysThatItIsSoAfterAll) {
  TextHub hub("output:x derived_from dataset:a");
  const WhyNot answer = *why_not(&hub.store(), hub.view(), hub.id("output:x"), hub.id("dataset:a"));
  EXPECT_TRUE(answer.upstream);
  EXPECT_EQ(findings(hub, answer), "reached: output:x dataset:a\n");
}

TEST(WhyNot, TellsWhatBothComeFromAndWhereLineageStops) {
  TextHub hub("output:x derived_from dataset:a; output:y derived_from dataset:a; output:x generated_by run:r");
  const WhyNot answer = *why_not(&hub.store(), hub.view(), hub.id("output:x"), hub.id("output:y"));
  EXPECT_EQ(told(hub, answer.common), "dataset:a");
  ASSERT_EQ(answer.unknown.size(), 1u);
  EXPECT_EQ(hub.ref(answer.unknown[0].id), "run:r");
}

}  // namespace
}  // namespace amont
