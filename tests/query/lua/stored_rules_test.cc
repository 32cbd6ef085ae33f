// Rules in Lua that a register keeps: what they say of a transaction before it is written, and what of that may be shown.
#include <gtest/gtest.h>

#include <set>

#include "amont/rules.h"
#include "tests/query/lua/hub_register.h"
#include "tests/support/crash_files.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

Rule refusing(std::string name, std::string source, std::vector<std::pair<std::string, std::string>> arguments = {}) {
  return {std::move(name), RuleMode::kRefuse, std::move(source), std::move(arguments)};
}
Rule shipped(const std::string& name, std::vector<std::pair<std::string, std::string>> arguments = {}) {
  return refusing(name, find_shipped_script("rules/" + name)->source, std::move(arguments));
}

class StoredLuaRules : public testing::Test {
 protected:
  std::string refusal() {
    const auto done = hub.try_commit();
    EXPECT_EQ(done.code(), Code::kRefused) << done.status().text();
    return done.status().text();
  }
  static void expect_in(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  HubRegister hub;
};

TEST_F(StoredLuaRules, SeeTheGraphAsItWouldBe) {
  hub.node("purpose:promotion", {{"prohibited", true}}).node("purpose:doctors").node("project:p");
  hub.edge("part_of", "purpose:doctors", "purpose:promotion").commit();
  hub.rule(shipped("no-prohibited-purpose")).commit();
  hub.edge("for_purpose", "project:p", "purpose:doctors");
  const std::string told = refusal();
  expect_in(told, "refused by the rule \"no-prohibited-purpose\": 1 violation that was not there before: ");
  expect_in(told,
            "No approval, project or run is for a prohibited purpose. project:p, purpose: purpose:doctors, "
            "purpose:promotion");
  EXPECT_TRUE(hub.snapshot().edges(**hub.snapshot().find({"project", "p"}), Direction::kUpstream)->empty());
}

TEST_F(StoredLuaRules, ToldInTextsOfTheRuleAndNamesOfTheRegisterAlone) {
  hub.rule(refusing("texts", R"(--- Nobody names people
local list = {}
for node in nodes("dataset") do
  list[#list + 1] = { node = node, text = node.description, why = "is told", n = 3, day = time "2026-01-02" }
end
return rows { list, "node", "text", "why", "n", "day" })"))
      .commit();
  hub.node("dataset:x", {{"description", "Jean Exemple, dataset:none"}});
  expect_in(refusal(),
            "Nobody names people dataset:x, text: (a text), (a text), why: is told, n: 3, day: 2026-01-02T00:00:00Z. ");
  hub.rule(refusing(
      "texts", R"(for node in nodes("dataset") do error("no " .. node.description) end return rows { {}, "ref" })"));
  hub.commit();
  hub.node("dataset:x", {{"description", "Jean Exemple"}});
  const std::string broke = refusal();
  expect_in(broke,
            "the rule \"texts\" could not be checked, so nothing may be written: it fails in line 1; what it says is "
            "not shown");
  EXPECT_EQ(broke.find("Jean"), std::string::npos) << broke;
}

// Any short word stands somewhere in a script; only what is a text of its own in it tells nothing of the register.
TEST_F(StoredLuaRules, TellNoTextThatOnlyStandsWithinTheirs) {
  hub.rule(refusing("texts", R"(--- Nobody names people
local list = {}
for node in nodes("dataset") do list[#list + 1] = { node = node, text = node.description } end
return rows { list, "node", "text" })"))
      .commit();
  hub.node("dataset:x", {{"description", "ode"}}).node("dataset:y", {{"description", "people"}});
  expect_in(refusal(), "dataset:x, text: (a text); dataset:y, text: (a text)");
}

TEST_F(StoredLuaRules, EndWithinTheirBudget) {
  hub.rule(refusing("long", R"(while exists "dataset:x" do end return rows { {}, "ref" })")).commit();
  hub.node("dataset:x");
  expect_in(refusal(), "the rule \"long\" could not be checked, so nothing may be written: ");
  hub.node("dataset:x");
  const auto overridden = hub.try_commit({"long"});
  ASSERT_TRUE(overridden.ok()) << overridden.status().text();
  EXPECT_FALSE(hub.store().log(overridden->tx, overridden->tx)->at(0).findings.at(0).checked);
}

TEST_F(StoredLuaRules, AreRunBeforeTheyAreKept) {
  hub.rule(refusing("slip", "return rows { nodes 'dataset', }}"));
  expect_in(refusal(), "does not run on this register, so it was not put: slip:1: ");
  hub.rule(shipped("results-published"));
  expect_in(refusal(), "today is missing");
  hub.rule(shipped("small-counts", {{"most", "3"}}));
  expect_in(refusal(), "there is no argument \"most\"");
  hub.rule(refusing("five", "return 5"));
  expect_in(refusal(), "so it is no rule");
  hub.rule(refusing("past", "return rows { at{known_at = 0}:nodes 'dataset', 'ref' }"));
  expect_in(refusal(), "was not put");
}

TEST_F(StoredLuaRules, MayAskForTheTimeOfTheTransaction) {
  hub.rule(shipped("results-published", {{"today", "now"}})).commit();
  hub.node("project:p", {{"processing_completed_at", *Timestamp::parse("2025-01-01T00:00:00Z")}}).commit();
  hub.now = *Timestamp::parse("2027-01-01T00:00:00Z");
  // It is late by now, and was so before this transaction, too.
  hub.node("project:other").commit();
  hub.node("project:q", {{"processing_completed_at", *Timestamp::parse("2025-01-01T00:00:00Z")}});
  expect_in(refusal(), "project:q, due: 2026-07-01T00:00:00Z");
}

// Registers at random, with three rules: a commit is refused when, and only when, running them before and after says so.
TEST(StoredLuaRulesModel, ARuleRefusesWhatChecksBeforeAndAfterSayThatItBrings) {
  const std::vector<std::pair<std::string, std::string>> rules = {
      {"titled", R"(return rows { nodes("dataset"):where(function(one) return not one.title end), "ref" })"},
      {"sourced", R"(return rows { nodes("output"):where(lacks("derived_from")), "ref" })"},
      {"near",
       R"(return rows { map(nodes("output"), function(o) return { o = o, n = #upstream(o) } end), "o", "n" })"}};
  const std::uint64_t seed = seed_of_this_run();
  std::size_t refused = 0, written = 0;
  for (std::uint64_t round = 0; round < 4; ++round) {
    Dice dice(seed + round);
    HubRegister hub;
    for (std::size_t i = 0; i < 2; ++i) hub.rule(refusing(rules[i].first, rules[i].second));
    Rule annotating = refusing(rules[2].first, rules[2].second);
    annotating.mode = RuleMode::kAnnotate;
    hub.rule(annotating).commit();
    HubRegister free;  // the same, without rules
    for (int step = 0; step < 60; ++step) {
      const auto both = [&](auto change) {
        change(hub);
        change(free);
      };
      const auto dataset = [&] { return "dataset:" + std::to_string(dice.below(6)); };
      const auto output = [&] { return "output:" + std::to_string(dice.below(6)); };
      for (std::uint64_t n = 1 + dice.below(3); n > 0; --n) {
        const std::string a = dataset(), b = output();
        const bool titled = dice.below(3) > 0, sourced = dice.below(3) > 0, gone = dice.below(6) == 0;
        both([&](HubRegister& one) {
          if (titled)
            one.node(a, {{"title", Value("t")}});
          else
            one.node(a);
          one.node(b);
          if (sourced) one.edge("derived_from", b, a);
          if (gone) one.retract(a);
        });
      }
      const Snapshot before = free.snapshot();
      free.commit();
      const Snapshot after = free.snapshot();
      std::set<std::string> refusing_rules;
      std::size_t noted = 0;
      for (const auto& [name, source] : rules) {
        auto was = check_rule(before, nullptr, {name, source}, {});
        auto is = check_rule(after, nullptr, {name, source}, {});
        ASSERT_TRUE(was.status.ok() && is.status.ok()) << was.status.text() << is.status.text();
        for (auto* outcome : {&was, &is})
          for (Violation& one : outcome->violations)
            one.identity = one.text;  // refs and numbers, and all of them count
        const std::size_t fresh = new_violations(is.violations, was.violations).size();
        if (name == "near")
          noted = fresh;
        else if (fresh > 0)
          refusing_rules.insert(name);
      }
      auto done = hub.try_commit();
      ASSERT_EQ(done.code() == Code::kRefused, !refusing_rules.empty())
          << "seed " << seed << " " << done.status().text();
      if (refusing_rules.empty()) {
        ++written;
        if (done->written) {
          const auto findings = hub.store().log(done->tx, done->tx)->at(0).findings;
          ASSERT_EQ(findings.size(), noted > 0 ? 1U : 0U);
          if (noted > 0) {
            ASSERT_EQ(findings[0].violations, noted);
          }
        }
        continue;
      }
      ++refused;
      const auto overridden = hub.try_again({"all"});
      ASSERT_TRUE(overridden.ok()) << overridden.status().text();
      const std::vector<RuleFinding> findings = hub.store().log(overridden->tx, overridden->tx)->at(0).findings;
      for (const RuleFinding& finding : findings) {
        if (!finding.overridden) continue;
        EXPECT_EQ(refusing_rules.erase(finding.rule), 1U) << "seed " << seed << " " << finding.rule;
      }
      EXPECT_TRUE(refusing_rules.empty()) << "seed " << seed;
    }
  }
  EXPECT_GT(refused, 10U);
  EXPECT_GT(written, 10U);
}

}  // namespace
}  // namespace amont
