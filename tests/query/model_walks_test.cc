// The plain model of walks, against answers worked out by hand from the rules of query/WALKS.md. The engine is compared with the
// model (walk_model_test.cc), so the model itself must be right.
#include "tests/support/model_walks.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/support/small_schema.h"

namespace amont {
namespace {

constexpr auto kUp = Direction::kUpstream;
constexpr auto kDown = Direction::kDownstream;

Ref ref_of(const std::string& text) { return *Ref::parse(text); }

AskOptions to_depth(std::uint32_t depth) {
  AskOptions options;
  options.depth = depth;
  return options;
}
AskOptions exactly() {
  AskOptions options;
  options.exact = true;
  return options;
}
AskOptions by_variable() {
  AskOptions options;
  options.granularity = Granularity::kVariable;
  return options;
}
AskOptions through(const std::string& kind) {
  AskOptions options;
  options.through = {kind};
  return options;
}

void put(ModelState& state, const Ref& node) {
  PutNode change;
  change.ref = node;
  EXPECT_TRUE(apply(state, change, 1).ok()) << node.text();
}

// "output:x derived_from dataset:a; ..." Nodes are put as they are met.
ModelState graph(const std::string& edges) {
  ModelState state;
  EXPECT_TRUE(state.schema.grow(small_schema()).ok());
  EXPECT_TRUE(state.schema.grow(custom_growth()).ok());
  std::istringstream lines(edges);
  for (std::string line; std::getline(lines, line, ';');) {
    std::istringstream words(line);
    std::string from;
    std::string kind;
    std::string to;
    words >> from >> kind >> to;
    put(state, ref_of(from));
    put(state, ref_of(to));
    PutEdge edge;
    edge.kind = kind;
    edge.from = ref_of(from);
    edge.to = ref_of(to);
    EXPECT_TRUE(apply(state, edge, 1).ok()) << line;
  }
  return state;
}

std::string text_of(const ModelAnswer& answer) {
  std::string text;
  for (const ModelReached& node : answer.nodes) {
    text += (text.empty() ? "" : ", ") + node.ref + " " + (node.depth ? std::to_string(*node.depth) : "-");
    if (node.precision == Precision::kPossible) text += "?";
    if (node.direct) text += " direct";
  }
  for (const auto& [reason, count] : answer.reasons) text += " | " + reason + " " + std::to_string(count);
  return text;
}

std::string walk(const ModelState& state, Direction direction, const std::string& start,
                 const AskOptions& options = {}) {
  return text_of(ModelWalk(state, {ref_of(start)}, direction, options).answer());
}

TEST(ModelWalks, DepthCountsLineageEdgesAndCyclesEnd) {
  const ModelState state = graph("output:x generated_by run:r; run:r used dataset:a; dataset:a generated_by run:r");
  EXPECT_EQ(walk(state, kUp, "output:x"), "run:r 1, dataset:a 2");
  EXPECT_EQ(walk(state, kDown, "dataset:a"), "run:r 1, output:x 2");
  EXPECT_EQ(walk(state, kUp, "output:x", to_depth(1)), "run:r 1 | depth 1");
}

TEST(ModelWalks, AProjectThatUsedTwoAndMadeOneMayNotHaveUsedBothForIt) {
  const ModelState state = graph("output:x generated_by project:p; project:p used dataset:a; project:p used dataset:b");
  EXPECT_EQ(walk(state, kUp, "output:x"), "project:p 1, dataset:a 2?, dataset:b 2?");
  EXPECT_EQ(walk(state, kUp, "project:p"), "dataset:a 1, dataset:b 1");
  EXPECT_EQ(walk(state, kDown, "dataset:a"), "project:p 1, output:x 2?");
  EXPECT_EQ(walk(state, kUp, "output:x", exactly()), "project:p 1 | exact 2");
}

TEST(ModelWalks, AnExactPathWinsOverAShorterPossibleOne) {
  const ModelState state = graph("run:a informed_by run:b; run:a used dataset:d; dataset:d generated_by run:b");
  EXPECT_EQ(walk(state, kUp, "run:a"), "dataset:d 1, run:b 2");
  EXPECT_EQ(walk(state, kUp, "run:a", to_depth(1)), "dataset:d 1, run:b 1?");
}

TEST(ModelWalks, ADatasetAndItsVariablesAreOneThing) {
  const ModelState state = graph(
      "variable:v part_of dataset:d; variable:v derived_from variable:w; variable:w part_of dataset:e;"
      "dataset:e derived_from variable:alone");
  EXPECT_EQ(walk(state, kUp, "dataset:d"), "dataset:e 1, variable:alone 2");
  EXPECT_EQ(walk(state, kUp, "variable:v"), "dataset:e 1, variable:alone 2");
}

TEST(ModelWalks, AtVariableGranularityADatasetsEdgeIsPossibleForItsVariables) {
  const ModelState state = graph(
      "variable:v part_of dataset:d; variable:w part_of dataset:d; dataset:d derived_from dataset:e;"
      "variable:u part_of dataset:e; variable:v derived_from variable:z");
  EXPECT_EQ(walk(state, kUp, "variable:w", by_variable()), "dataset:e 1?, variable:u 1?");
  EXPECT_EQ(walk(state, kUp, "dataset:d", by_variable()), "dataset:e 1, variable:u 1?, variable:z 1");
  const ModelState further =
      graph("output:x derived_from dataset:d; variable:v part_of dataset:d; variable:v derived_from variable:z");
  // Met on the way, the dataset gives only its own edges; the variable is possible, and goes on as possible.
  EXPECT_EQ(walk(further, kUp, "output:x", by_variable()), "dataset:d 1, variable:v 1?, variable:z 2?");
}

TEST(ModelWalks, WhatTouchesThePartTouchesTheWholeAndPerhapsTheOtherWayRound) {
  const ModelState state = graph(
      "dataset:part part_of dataset:whole; dataset:other part_of dataset:whole; run:r used dataset:part;"
      "run:s used dataset:whole; run:t used dataset:other");
  EXPECT_EQ(walk(state, kDown, "dataset:whole"), "run:r 1, run:s 1, run:t 1");
  EXPECT_EQ(walk(state, kDown, "dataset:part"), "run:r 1, run:s 1?");
}

TEST(ModelWalks, TwinsAreOneThingAndAllListed) {
  const ModelState state =
      graph("output:x derived_from dataset:a; dataset:a same_as dataset:b; dataset:b derived_from dataset:c");
  EXPECT_EQ(walk(state, kUp, "output:x"), "dataset:a 1, dataset:b 1, dataset:c 2");
  EXPECT_EQ(walk(state, kUp, "dataset:a"), "dataset:c 1");
}

TEST(ModelWalks, NamedEdgesAreEachOneHop) {
  const ModelState state =
      graph("dataset:a part_of dataset:b; dataset:b part_of dataset:c; dataset:a derived_from dataset:z");
  EXPECT_EQ(walk(state, kUp, "dataset:b", through("part_of")).substr(0, 11), "dataset:c 1");
}

TEST(ModelWalks, SourcesAreWhereNothingExactLeavesTheCycle) {
  const ModelState state = graph(
      "output:x derived_from dataset:a; dataset:a derived_from dataset:b; dataset:b generated_by run:r; run:r used "
      "dataset:b;"
      "dataset:a derived_from dataset:c; dataset:c derived_from dataset:d");
  const ModelWalk upstream(state, {ref_of("output:x")}, kUp, {});
  EXPECT_EQ(text_of(upstream.sources()), "dataset:b 2, dataset:d 3");
}

TEST(ModelWalks, TouchesTellsDirectUseFromUseOfWhatWasMadeOfIt) {
  const ModelState state = graph(
      "project:p used dataset:d; run:r used dataset:d; run:r performed_for project:q; dataset:e derived_from dataset:d;"
      "project:s used dataset:e; dataset:d part_of dataset:base; project:t used dataset:base");
  const ModelWalk downstream(state, {ref_of("dataset:d")}, kDown, {});
  EXPECT_EQ(text_of(downstream.touches()), "project:p 1 direct, project:t 1?, project:s 2, project:q - direct");
}

TEST(ModelWalks, UnknownTellsWhereTheRegisterStopsShort) {
  const ModelState state =
      graph("publication:p reports output:x; output:y generated_by run:r; publication:p derived_from output:y");
  const ModelAnswer answer = ModelWalk(state, {ref_of("publication:p")}, kUp, {}).answer();
  const std::set<std::pair<std::string, std::string>> expected = {{"output:x", "origin"}, {"run:r", "inputs"}};
  EXPECT_EQ(answer.unknown, expected);
}

}  // namespace
}  // namespace amont
