// Rules that a register keeps, with a judge in C++: what they refuse, note and let pass, and what stays of it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <thread>

#include "amont/exchange.h"
#include "amont/store.h"
#include "tests/support/crash_files.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

// What is wrong: datasets whose n is at least the rule's argument "limit".
std::map<NodeId, bool> too_large(const Snapshot& view, std::int64_t limit) {
  std::map<NodeId, bool> found;
  for (std::uint64_t id = 0; id < view.id_count(); ++id) {
    const auto node = view.node(NodeId(id));
    EXPECT_TRUE(node.ok()) << node.status().text();
    if (!*node || (*node)->ref.kind != "dataset") continue;
    const Value* n = find_property((*node)->props, "n");
    if (n && std::get<std::int64_t>(*n) >= limit) found[NodeId(id)] = true;
  }
  return found;
}

std::vector<Verdict> judge(const Snapshot& before, const Snapshot& after,
                           std::span<const std::shared_ptr<const StoredRule>> rules) {
  std::vector<Verdict> verdicts;
  for (const auto& one : rules) {
    Verdict verdict;
    if (one->rule.source == "broken") {
      verdict.status = Status(Code::kLimit, "out of steps");
    } else {
      const std::int64_t limit = std::stoll(one->rule.arguments.at(0).second);
      const auto was = too_large(before, limit);
      for (const auto& [id, yes] : too_large(after, limit)) {
        if (was.contains(id)) continue;
        ++verdict.violations;
        verdict.nodes.push_back(id);
        verdict.told += after.ref(id)->text() + " ";
      }
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

Rule limit(std::string name, std::int64_t n, RuleMode mode = RuleMode::kRefuse) {
  return {std::move(name), mode, "n >= limit", {{"limit", std::to_string(n)}}};
}
PutNode dataset(const std::string& key, std::int64_t n) { return {{"dataset", key}, {{"n", Value(n)}}, {}, {}}; }

class StoredRules : public testing::TestWithParam<bool> {
 protected:
  StoredRules() {
    auto made = Store::create("/hub", small_schema(), options());
    EXPECT_TRUE(made.ok()) << made.status().text();
    store_ = *std::move(made);
  }
  Options options(bool with_judge = true) {
    Options options;
    options.files = &disk_;
    options.index_in_memory = GetParam();
    options.batch_part_bytes = 2000;
    if (with_judge) options.judge = judge;
    return options;
  }
  void reopen(bool with_judge = true) {
    store_.reset();
    auto opened = Store::open("/hub", options(with_judge));
    ASSERT_TRUE(opened.ok()) << opened.status().text();
    store_ = *std::move(opened);
  }
  Result<Receipt> commit(std::vector<Change> changes, std::vector<std::string> overrides = {},
                         const std::string& author = "ana", const std::string& reason = "why") {
    Transaction transaction;
    transaction.changes = std::move(changes);
    transaction.author = author;
    transaction.reason = reason;
    transaction.override_rules = std::move(overrides);
    return store_->commit(transaction);
  }
  bool has(const std::string& key) { return store_->snapshot()->node(Ref{"dataset", key})->has_value(); }
  std::vector<RuleFinding> findings(TxNumber tx) { return store_->log(tx, tx)->at(0).findings; }
  std::string names(const Snapshot& view) {
    std::string out;
    for (const auto& one : view.rules()) out += one->rule.name + "@" + std::to_string(one->tx) + " ";
    return out;
  }
  void expect_whole() {
    store_.reset();
    const auto report = Store::verify("/hub", options());
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_TRUE(report->findings.empty()) << report->findings.front();
    reopen();
  }

  CrashFiles disk_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoredRules, RefuseWhatATransactionBringsAndNothingElse) {
  ASSERT_TRUE(commit({dataset("old", 7)}).ok());
  ASSERT_TRUE(commit({PutRule{limit("few", 5)}}).ok());
  EXPECT_TRUE(commit({dataset("a", 4)}).ok());
  EXPECT_TRUE(commit({dataset("old", 8)}).ok()) << "it was wrong before";
  const auto refusal = commit({dataset("b", 1), dataset("c", 5)});
  ASSERT_EQ(refusal.code(), Code::kRefused);
  EXPECT_NE(refusal.status().text().find("\"few\": 1 violation that was not there before: dataset:c"),
            std::string::npos)
      << refusal.status().text();
  EXPECT_FALSE(has("b"));
  EXPECT_FALSE(has("c"));
  // Its id is given to another, and nothing of it is remembered.
  EXPECT_TRUE(commit({dataset("d", 2)}).ok());
  EXPECT_TRUE(commit({dataset("c", 4)}).ok());
  EXPECT_TRUE(findings(store_->info().head).empty());
  EXPECT_TRUE(commit({dataset("d", 6)}).code() == Code::kRefused);
  EXPECT_TRUE(commit({RetractNode{{"dataset", "old"}}}).ok());
  EXPECT_TRUE(commit({dataset("old", 9)}).code() == Code::kRefused) << "what was wrong had gone";
  expect_whole();
}

TEST_P(StoredRules, AreOverriddenByWhoSaysWhyAndThatIsKept) {
  ASSERT_TRUE(commit({PutRule{limit("few", 5)}, PutRule{limit("fewer", 3)}}).ok());
  EXPECT_EQ(commit({dataset("a", 4)}, {"few"}).code(), Code::kRefused);
  EXPECT_EQ(commit({dataset("a", 4)}, {"fewer"}, "").code(), Code::kInvalid);
  EXPECT_EQ(commit({dataset("a", 4)}, {"fewer"}, "ana", "").code(), Code::kInvalid);
  const auto unknown = commit({dataset("a", 4)}, {"fewre"});
  EXPECT_EQ(unknown.code(), Code::kInvalid);
  EXPECT_NE(unknown.status().text().find("did you mean \"fewer\"?"), std::string::npos) << unknown.status().text();
  const auto one = commit({dataset("a", 4)}, {"fewer"});
  ASSERT_TRUE(one.ok()) << one.status().text();
  const auto all = commit({dataset("b", 9)}, {"all"});
  ASSERT_TRUE(all.ok());
  reopen();
  const auto kept = findings(one->tx);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].rule, "fewer");
  EXPECT_TRUE(kept[0].overridden && kept[0].checked && kept[0].mode == RuleMode::kRefuse);
  EXPECT_EQ(kept[0].violations, 1U);
  EXPECT_EQ(kept[0].nodes, std::vector<Ref>({{"dataset", "a"}}));
  EXPECT_EQ(findings(all->tx).size(), 2U);
  EXPECT_TRUE(commit({dataset("c", 1)}, {"all"}).ok());
  EXPECT_TRUE(findings(store_->info().head).empty()) << "there was nothing to override";
}

TEST_P(StoredRules, NoteWhatTheyMayNotRefuse) {
  ASSERT_TRUE(commit({PutRule{limit("note", 5, RuleMode::kAnnotate)}}).ok());
  std::vector<Change> many;
  for (int n = 0; n < 30; ++n) many.push_back(dataset("d" + std::to_string(n), 6));
  const auto noted = commit(many);
  ASSERT_TRUE(noted.ok()) << noted.status().text();
  const auto kept = findings(noted->tx);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_FALSE(kept[0].overridden);
  EXPECT_EQ(kept[0].violations, 30U);
  EXPECT_EQ(kept[0].nodes.size(), kFindingNodesMax);
}

TEST_P(StoredRules, ThatBreakRefuseOrSayThatTheyBroke) {
  EXPECT_EQ(commit({PutRule{{"bad", RuleMode::kRefuse, "broken", {}}}}).code(), Code::kRefused) << "it does not run";
  ASSERT_TRUE(commit({PutRule{limit("few", 5)}}).ok());
  // A rule that ran when it was put, and breaks with another program.
  reopen();
  store_.reset();
  Options options = this->options();
  options.judge = [](const Snapshot&, const Snapshot&, auto rules) {
    Verdict broke;
    broke.status = Status(Code::kTimeout, "out of time");
    return std::vector<Verdict>(rules.size(), broke);
  };
  store_ = *Store::open("/hub", options);
  const auto refusal = commit({dataset("a", 1)});
  ASSERT_EQ(refusal.code(), Code::kRefused);
  EXPECT_NE(refusal.status().text().find("could not be checked, so nothing may be written: out of time"),
            std::string::npos)
      << refusal.status().text();
  const auto overridden = commit({dataset("a", 1)}, {"few"});
  ASSERT_TRUE(overridden.ok());
  EXPECT_FALSE(findings(overridden->tx).at(0).checked);
  EXPECT_EQ(findings(overridden->tx).at(0).violations, 0U);
  EXPECT_TRUE(commit({RemoveRule{"few"}}).ok()) << "or nobody could get rid of it";
  EXPECT_TRUE(commit({dataset("b", 9)}).ok());
}

TEST_P(StoredRules, WhoseJudgeThrowsRefuseAndTheWriterGoesOn) {
  ASSERT_TRUE(commit({PutRule{limit("few", 5)}}).ok());
  store_.reset();
  Options options = this->options();
  int calls = 0;
  options.judge = [&calls](const Snapshot& before, const Snapshot& after, auto rules) {
    if (++calls == 1) throw std::runtime_error("the judge fell ill");
    return judge(before, after, rules);
  };
  store_ = *Store::open("/hub", options);
  const auto refusal = commit({dataset("a", 1)});
  ASSERT_EQ(refusal.code(), Code::kRefused);
  EXPECT_NE(refusal.status().text().find("the judge fell ill"), std::string::npos) << refusal.status().text();
  EXPECT_TRUE(commit({dataset("a", 1)}).ok());
}

TEST_P(StoredRules, AreNotPassedOverByAProgramThatCanNotRunThem) {
  ASSERT_TRUE(commit({PutRule{limit("few", 5)}}).ok());
  reopen(false);
  const auto refusal = commit({dataset("a", 1)});
  ASSERT_EQ(refusal.code(), Code::kRefused);
  EXPECT_NE(refusal.status().text().find("Options::judge"), std::string::npos) << refusal.status().text();
  auto batch = store_->begin_batch({});
  ASSERT_TRUE(batch.ok() && (*batch)->add(dataset("a", 1)).ok());
  EXPECT_EQ((*batch)->close().code(), Code::kRefused);
  EXPECT_EQ(commit({PutRule{limit("other", 5)}}).code(), Code::kRefused) << "who knows whether it runs";
  EXPECT_FALSE(has("a"));
  ASSERT_TRUE(commit({RemoveRule{"few"}}).ok());
  EXPECT_TRUE(commit({dataset("a", 1)}).ok());
}

TEST_P(StoredRules, AreThoseOfTheTimeAskedAbout) {
  const auto first = commit({PutRule{limit("few", 5)}, PutRule{limit("a", 9)}});
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(commit({PutRule{limit("few", 5)}})->written) << "as it is";
  EXPECT_EQ(commit({PutRule{limit("few", 6)}}, {}, "").code(), Code::kInvalid);
  const auto second = commit({PutRule{limit("few", 6)}});
  const auto third = commit({RemoveRule{"a"}});
  ASSERT_TRUE(second.ok() && third.ok());
  EXPECT_EQ(commit({RemoveRule{"a"}}).code(), Code::kNotFound);
  for (const bool again : {false, true}) {
    if (again) reopen();
    const std::string at = std::to_string(first->tx);
    EXPECT_EQ(names(*store_->snapshot_at(first->tx - 1)), "");
    EXPECT_EQ(names(*store_->snapshot_at(first->tx)), "a@" + at + " few@" + at + " ");
    EXPECT_EQ(names(*store_->snapshot_at(second->tx)), "a@" + at + " few@" + std::to_string(second->tx) + " ");
    EXPECT_EQ(names(*store_->snapshot()), "few@" + std::to_string(second->tx) + " ");
  }
  const auto change = store_->transaction(second->tx)->changes.at(0);
  EXPECT_EQ(change.what, TxChange::What::kPutRule);
  EXPECT_EQ(change.rule, limit("few", 6));
  expect_whole();
  EXPECT_EQ(names(*store_->snapshot()), "few@" + std::to_string(second->tx) + " ");
}

TEST_P(StoredRules, JudgeABatchWhenItCloses) {
  ASSERT_TRUE(commit({PutRule{limit("few", 500)}}).ok());
  const TxNumber before = store_->snapshot()->tx();
  for (const int count : {3, 300}) {  // one transaction, and several parts
    for (const bool wrong : {true, false}) {
      Transaction heading;
      heading.author = "ana";
      heading.reason = "a load";
      auto batch = store_->begin_batch(heading);
      ASSERT_TRUE(batch.ok());
      for (int n = 0; n < count; ++n)
        ASSERT_TRUE(
            (*batch)->add(dataset(std::to_string(count) + "/" + std::to_string(n), wrong && n == 1 ? 500 : n)).ok());
      const auto closed = (*batch)->close();
      ASSERT_EQ(closed.ok(), !wrong) << closed.status().text();
      if (wrong) {
        EXPECT_EQ(closed.code(), Code::kRefused);
        EXPECT_FALSE(has(std::to_string(count) + "/0"));
      }
      batch->reset();
    }
  }
  EXPECT_TRUE(has("300/299"));
  Transaction heading{{}, "ana", "a load", {}, "", {"few"}, ""};
  auto batch = store_->begin_batch(heading);
  ASSERT_TRUE(batch.ok());
  for (int n = 0; n < 300; ++n) ASSERT_TRUE((*batch)->add(dataset("over/" + std::to_string(n), 600)).ok());
  const auto closed = (*batch)->close();
  ASSERT_TRUE(closed.ok()) << closed.status().text();
  EXPECT_EQ(findings(closed->tx).at(0).violations, 300U);
  EXPECT_GT(closed->tx, before + 4);
  batch->reset();
  expect_whole();
}

TEST_P(StoredRules, ABatchAndATransactionAreJudgedByThoseBeforeThem) {
  EXPECT_TRUE(commit({PutRule{limit("few", 5)}, dataset("a", 9)}).ok());
  EXPECT_EQ(commit({RemoveRule{"few"}, dataset("b", 9)}).code(), Code::kRefused);
  EXPECT_EQ(names(*store_->snapshot()), "few@2 ");
}

TEST_P(StoredRules, CommitsThatComeTogetherAreJudgedOneByOne) {
  // Of many that raise the same dataset to 5 and above, the first is refused and so are all others; those below pass.
  ASSERT_TRUE(commit({PutRule{limit("few", 50)}}).ok());
  std::vector<std::thread> writers;
  std::atomic<int> written{0}, refused{0};
  for (int writer = 0; writer < 6; ++writer)
    writers.emplace_back([&, writer] {
      for (int n = 0; n < 20; ++n) {
        Transaction transaction;
        transaction.changes.push_back(dataset("w" + std::to_string(writer) + "/" + std::to_string(n), n % 2 ? 10 : 60));
        transaction.changes.push_back(dataset("shared", 20 + n));
        const auto done = store_->commit(transaction);
        (done.ok() ? written : refused)++;
        EXPECT_EQ(done.ok(), n % 2 == 1) << done.status().text();
      }
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(written, 60);
  EXPECT_EQ(refused, 60);
  EXPECT_EQ(store_->snapshot()->id_count(), 61U);
  expect_whole();
}

INSTANTIATE_TEST_SUITE_P(Index, StoredRules, testing::Values(false, true),
                         [](const auto& which) { return std::string(which.param ? "InMemory" : "OnDisk"); });

TEST(Rules, AreCheckedBeforeTheyAreKept) {
  const auto code = [](Rule rule) { return check_storable(rule).code(); };
  EXPECT_EQ(code({"a", RuleMode::kRefuse, "x", {}}), Code::kOk);
  EXPECT_EQ(code({"rules/a-b_c.d", RuleMode::kRefuse, "x", {}}), Code::kOk);
  for (const char* name : {"", "all", "A", "-a", "a b", "a\x1b[31m", "\xc3\xa9", "a,b"})
    EXPECT_EQ(code({name, RuleMode::kRefuse, "x", {}}), Code::kInvalid) << name;
  EXPECT_EQ(code({std::string(101, 'a'), RuleMode::kRefuse, "x", {}}), Code::kLimit);
  EXPECT_EQ(code({"a", RuleMode::kRefuse, "", {}}), Code::kInvalid);
  EXPECT_EQ(code({"a", RuleMode::kRefuse, std::string("x\0y", 3), {}}), Code::kInvalid);
  EXPECT_EQ(code({"a", RuleMode::kRefuse, std::string((1 << 20) + 1, 'x'), {}}), Code::kLimit);
  EXPECT_EQ(code({"a", RuleMode::kRefuse, "x", {{"n", "1"}, {"n", "2"}}}), Code::kInvalid);
  Rule rule{"a", RuleMode::kRefuse, "x", {{"z", "1"}, {"a", "2"}}};
  ASSERT_TRUE(check_storable(rule).ok());
  EXPECT_EQ(rule.arguments.front().first, "a");
}

class RulesExchanged : public testing::Test {
 protected:
  RulesExchanged() : desk_(judge) {}

  Result<ImportReport> import(ExchangeDesk& desk, const std::string& text, bool rules = true) {
    ImportOptions options = desk.options("in.jsonl");
    options.take_rules = rules;
    options.author = "importer";
    options.reason = "a copy";
    return import_jsonl(desk.store(), source_of(text), options);
  }
  ExchangeDesk desk_;
};

constexpr std::string_view kRuleLine =
    R"({"rule":"few","mode":"annotate","lua":"n >= limit","arguments":{"limit":"5"}})";

TEST_F(RulesExchanged, TravelWithTheDataAndOnlyWhenAsked) {
  const std::string text = std::string(kRuleLine) + "\n{\"node\":\"dataset:a\",\"props\":{\"n\":9}}\n";
  const auto refusal = import(desk_, text, false);
  EXPECT_EQ(refusal.code(), Code::kRefused) << refusal.status().text();
  const auto done = import(desk_, text);
  ASSERT_TRUE(done.ok()) << done.status().text();
  const std::string exported = desk_.exported_jsonl();
  EXPECT_NE(exported.find(kRuleLine), std::string::npos) << exported;
  ExchangeDesk copy(judge);
  copy.schemas() = desk_.schemas();
  copy.schemas().add(desk_.store().snapshot()->schema());
  ASSERT_TRUE(import(copy, exported).ok());
  EXPECT_EQ(copy.exported_jsonl(), exported);
  EXPECT_FALSE(import(copy, exported)->receipt.written);
  ASSERT_TRUE(import(copy, R"({"retract":{"rule":"few"}})").ok());
  EXPECT_EQ(copy.exported_jsonl().find("\"rule\""), std::string::npos);
}

TEST_F(RulesExchanged, ALineThatIsNoRuleIsRefusedWhereItIsWrong) {
  for (const auto& [line, told] : std::map<std::string, std::string>{
           {R"({"rule":"few","mode":"forbid","lua":"x"})", "1:22: a rule's mode is refuse or annotate"},
           {R"({"rule":"few","lua":"x"})", "a rule needs \"mode\" and \"lua\""},
           {R"({"rule":"few","mode":"refuse","lua":"x","label":"l"})", "\"label\" can't stand beside \"rule\""},
           {R"({"rule":"Few","mode":"refuse","lua":"x"})", "can't name a rule"},
           {R"({"rule":"few","mode":"refuse","lua":"x","arguments":{"a":1}})", "an argument, in a string"},
           {R"({"node":"dataset:a","lua":"x"})", "\"lua\" can't stand beside \"node\""},
           {R"({"retract":{"rule":"few","node":"dataset:a"}})", "a retraction names"},
           {R"({"retract":{"rule":"few"}})", "the register has no rule \"few\""}}) {
    const auto done = import(desk_, line);
    ASSERT_FALSE(done.ok()) << line;
    EXPECT_NE(done.status().text().find(told), std::string::npos) << done.status().text();
  }
}

TEST_F(RulesExchanged, AHistoryBringsRulesAndWhatWasOverridden) {
  Store& store = desk_.store();
  const auto commit = [&](Change change, std::vector<std::string> overrides = {}) {
    Transaction transaction{{std::move(change)}, "ana", "why", {}, "", std::move(overrides), ""};
    const auto done = store.commit(transaction);
    ASSERT_TRUE(done.ok()) << done.status().text();
  };
  commit(PutRule{limit("few", 5)});
  commit(PutRule{limit("note", 3, RuleMode::kAnnotate)});
  commit(dataset("a", 4));
  commit(dataset("b", 9), {"few"});
  commit(RemoveRule{"few"});
  commit(dataset("c", 9));
  const std::string history = desk_.exported_history();
  EXPECT_NE(
      history.find(R"("rules":[{"rule":"few","mode":"refuse","overridden":true,"violations":1,"nodes":["dataset:b"]})"),
      std::string::npos)
      << history;
  ExchangeDesk copy(judge);
  copy.schemas() = desk_.schemas();
  copy.schemas().add(store.snapshot()->schema());
  const auto done = import(copy, history);
  ASSERT_TRUE(done.ok()) << done.status().text();
  EXPECT_EQ(copy.exported_jsonl(), desk_.exported_jsonl());
  const auto entries = copy.store().log(1, 100);
  const auto originals = store.log(1, 100);
  for (const TxEntry& entry : *entries) {
    if (!entry.source.original_number) continue;
    const TxEntry& original = originals->at(*entry.source.original_number - 1);
    ASSERT_EQ(entry.findings.size(), original.findings.size()) << entry.number;
    for (std::size_t i = 0; i < entry.findings.size(); ++i) {
      EXPECT_EQ(entry.findings[i].rule, original.findings[i].rule);
      EXPECT_EQ(entry.findings[i].overridden, original.findings[i].overridden);
      EXPECT_EQ(entry.findings[i].nodes, original.findings[i].nodes);
    }
  }
}

// The rules of a register are overridden by who imports, and not by what is imported.
TEST_F(RulesExchanged, AFileOverridesNoRulesOfItself) {
  Transaction rule{{PutRule{limit("few", 5)}}, "ana", "why", {}, "", {}, ""};
  ASSERT_TRUE(desk_.store().commit(rule).ok());
  const auto history = [](std::string_view overridden) {
    return fmt::format(
        R"({{"tx":{{"number":1,"time":"2020-01-01T00:00:00Z","author":"x","reason":"y","rules":[{{"rule":"{}","overridden":true}}]}}}})"
        "\n"
        R"({{"node":"dataset:a","props":{{"n":9}}}})"
        "\n",
        overridden);
  };
  EXPECT_EQ(import(desk_, history("few"), false).code(), Code::kRefused);
  EXPECT_EQ(import(desk_, history("all"), false).code(), Code::kRefused);
  EXPECT_EQ(import(desk_, history("all")).code(), Code::kRefused);
}

}  // namespace
}  // namespace amont
