#include <gtest/gtest.h>

#include "amont/query.h"
#include "query/words.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

std::string found(TextHub& hub, std::string_view text, std::vector<std::string> kinds = {}, std::uint64_t limit = 0) {
  const auto ids = find(hub.view(), text, kinds, limit);
  if (!ids.ok()) return ids.status().text();
  std::string out;
  for (const NodeId id : *ids) out += (out.empty() ? "" : ", ") + hub.ref(id);
  return out;
}

void put(TextHub& hub, const std::string& ref, const std::string& title = "") {
  std::vector<PropertyChange> props;
  if (!title.empty()) props.push_back({"title", Value(title)});
  hub.put(ref, "", "", std::move(props));
}

TEST(Find, WordsMatchByPrefixInKeyOrTitleWithoutCase) {
  TextHub hub;
  put(hub, "dataset:snds/dcir", "Données de consommation inter-régimes");
  put(hub, "dataset:snds/pmsi-mco", "Séjours HOSPITALIERS");
  put(hub, "project:seizures", "Séquelles de l'épilepsie");
  EXPECT_EQ(found(hub, "HOSP"), "dataset:snds/pmsi-mco");
  EXPECT_EQ(found(hub, "snds DONN"), "dataset:snds/dcir");
  EXPECT_EQ(found(hub, "mco séj"), "dataset:snds/pmsi-mco");
  EXPECT_EQ(found(hub, "SÉ"), "dataset:snds/pmsi-mco, project:seizures");
  EXPECT_EQ(found(hub, "pitaliers"), "");  // within a word is no prefix
  EXPECT_EQ(found(hub, "hosp absent"), "");
}

TEST(Find, RefsThatBeginWithTheTextComeFirst) {
  TextHub hub;
  put(hub, "dataset:b", "a dataset of b");
  put(hub, "dataset:a");
  put(hub, "approval:dataset", "the dataset approval");
  EXPECT_EQ(found(hub, "dataset"), "dataset:a, dataset:b, approval:dataset");
  EXPECT_EQ(found(hub, "dataset:b"), "dataset:b");
  EXPECT_EQ(found(hub, "dataset", {"approval"}), "approval:dataset");
  EXPECT_EQ(found(hub, "dataset", {}, 2), "dataset:a, dataset:b");
  EXPECT_EQ(found(hub, "", {"dataset"}), "dataset:a, dataset:b");
  EXPECT_EQ(found(hub, ":"), "");
}

TEST(Find, SeesWhatTheSnapshotSees) {
  TextHub hub("dataset:a; dataset:b");
  const Snapshot before = hub.view();
  hub.commit({RetractNode{{"dataset", "a"}}});
  EXPECT_EQ(found(hub, "dataset"), "dataset:b");
  EXPECT_EQ(find(before, "dataset", {}, 0)->size(), 2u);
  AskOptions then;
  then.valid_at = *Timestamp::parse("2020-01-01T00:00:00Z");
  hub.put("dataset:b", "2021-01-01");
  EXPECT_EQ(find(hub.view(), "dataset", {}, 0, then)->size(), 0u);
}

TEST(Find, KeepsTheFirstOfManyInOrder) {
  TextHub hub;
  std::vector<Change> changes;
  for (int i = 0; i < 5000; ++i) {
    PutNode node;
    node.ref = {"dataset", "n" + std::to_string((i * 7919) % 5000)};
    changes.push_back(node);
  }
  hub.commit(std::move(changes));
  EXPECT_EQ(found(hub, "n1", {}, 3), "dataset:n1, dataset:n10, dataset:n100");
  EXPECT_EQ(find(hub.view(), "dataset:n", {}, 0)->size(), 5000u);
}

TEST(Find, SaysWhatItDoesNotKnowAndWhenItIsOutOfTime) {
  TextHub hub("dataset:a");
  EXPECT_EQ(find(hub.view(), "a", std::vector<std::string>{"datset"}, 0).code(), Code::kNotFound);
  AskOptions late;
  late.deadline = std::chrono::steady_clock::now();
  EXPECT_EQ(find(hub.view(), "a", {}, 0, late).code(), Code::kTimeout);
}

TEST(Find, NodesOfAKindAreThoseAlive) {
  TextHub hub("dataset:a; dataset:b; run:r");
  hub.commit({RetractNode{{"dataset", "a"}}});
  EXPECT_EQ(nodes_of_kind(hub.view(), "dataset")->ids(), hub.ids("dataset:b"));
  EXPECT_EQ(nodes_of_kind(hub.view(), "")->size(), 2u);
  EXPECT_EQ(nodes_of_kind(hub.view(), "datset").code(), Code::kNotFound);
}

TEST(Words, AreFoldedAndSplit) {
  EXPECT_EQ(fold_words("É-Œ  ΣΩ Ж9_x\xff"), "é œ  σω ж9 x\xff");
  EXPECT_EQ(split_words("  a bc  d "), (std::vector<std::string_view>{"a", "bc", "d"}));
  EXPECT_TRUE(has_word("ab cab cb", "cb"));
  EXPECT_FALSE(has_word("ab cab", "b"));
}

}  // namespace
}  // namespace amont
