// Bundles of coverage: what they tell of uses is held against what they prove, by both verifiers.
#include <functional>

#include <fmt/format.h>

#include "amont/schema_script.h"
#include "core/evidence/bundle_file.h"
#include "tests/query/bundle/bundle_register.h"
#include "tests/query/bundle/json_edit.h"
#include "tests/query/bundle/second_verifier.h"
#include "tests/query/coverage/random_hub.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

constexpr Timestamp kOrigin{1'700'000'000'000'000};

// A run that used restricted claims, approved in the first half of the year, and open data.
class CoverageBundle : public testing::Test {
 protected:
  CoverageBundle() : hub_(hub_schema()) {
    const auto date = [](const char* text) { return *Timestamp::parse_date_or_time(text); };
    const auto put = [](const char* ref, std::vector<PropertyChange> props) {
      return Change(PutNode{*Ref::parse(ref), std::move(props), {}, {}});
    };
    const auto text = [](const char* value) { return Value(std::string(value)); };
    using R = BundleRegister;
    Change approval = put("approval:a", {{"decision", text("granted")}, {"type", text("permit")}});
    std::get<PutNode>(approval).valid_from = std::optional(date("2026-01-01"));
    std::get<PutNode>(approval).valid_to = std::optional(date("2026-07-01"));
    EXPECT_TRUE(hub_.commit({put("dataset:claims", {{"restricted", Value(true)}}),
                             put("dataset:open", {{"restricted", Value(false)}}), put("project:p", {}), approval,
                             R::edge("for_project", "approval:a", "project:p"),
                             R::edge("covers", "approval:a", "dataset:claims")}));
    EXPECT_TRUE(
        hub_.commit({put("run:r", {{"started_at", Value(date("2026-03-01"))}, {"ended_at", Value(date("2026-09-01"))}}),
                     put("output:o", {}), R::edge("performed_for", "run:r", "project:p"),
                     R::edge("used", "run:r", "dataset:claims"), R::edge("used", "run:r", "dataset:open"),
                     R::edge("generated_by", "output:o", "run:r")}));
    const auto made = hub_.bundle("coverage", {"output:o"});
    EXPECT_TRUE(made.ok()) << made.status().text();
    honest_ = *read_bundle(*made, nullptr);
  }

  BundleRegister hub_;
  BundleContent honest_;
};

TEST_F(CoverageBundle, TellsWhichUsesTheRegisterHeldToNeedNoApproval) {
  const auto told = hub_.verify(*hub_.bundle("coverage", {"output:o"}));
  ASSERT_TRUE(told.ok()) << told.status().text();
  ASSERT_EQ(told->uses.size(), 1u);
  EXPECT_EQ(told->uses[0].by[0].approval, "approval:a");
  EXPECT_EQ(told->uses[0].gaps[0].reason, "expired");
  ASSERT_EQ(told->unlisted.size(), 1u);
  EXPECT_EQ(told->nodes[told->edges[told->unlisted[0]].to].ref.text(), "dataset:open");
}

// By who has the key; each is refused by both. What only leaves a use out is taken, and the use is told to be left out.
TEST_F(CoverageBundle, IsRefusedWhenItsUsesContradictWhatItProves) {
  using Edit = std::function<void(Json & answer, Json & use)>;
  const auto options = [](Json& answer) -> Json& { return member(member(answer, "question"), "options"); };
  const std::pair<const char*, Edit> edits[] = {
      {"a use twice", [](Json& answer, Json& use) { array(answer, "uses").push_back(Json(use)); }},
      {"an approval that is none", [](Json&, Json& use) { set_member(array(use, "by")[0], "approval", "project:p"); }},
      {"an approval that is not there",
       [](Json&, Json& use) { set_member(array(use, "by")[0], "approval", "approval:b"); }},
      {"a nearest approval that is none",
       [](Json&, Json& use) { set_member(array(use, "gaps")[0], "nearest", "run:r"); }},
      {"a project that is none", [](Json&, Json& use) { set_member(use, "project", "run:r"); }},
      {"a project without a name", [](Json&, Json& use) { set_member(use, "project", ""); }},
      {"a use that nothing proves", [](Json&, Json& use) { set_member(use, "used", "output:o"); }},
      {"a use under another label", [](Json&, Json& use) { set_member(use, "label", "again"); }},
      {"a time that is none", [](Json&, Json& use) { set_member(use, "from", "in March"); }},
      {"a day that is none", [](Json&, Json& use) { set_member(use, "from", "2026-02-30T00:00:00Z"); }},
      {"a time written otherwise", [](Json&, Json& use) { set_member(use, "from", "2026-03-01T00:00:00+00:00"); }},
      {"a use that ends before it begins", [](Json&, Json& use) { set_member(use, "to", "2026-02-01T00:00:00Z"); }},
      {"a cover whose time is none", [](Json&, Json& use) { set_member(array(use, "by")[0], "to", "later"); }},
      {"a cover that ends first",
       [](Json&, Json& use) { set_member(array(use, "by")[0], "to", "2025-01-01T00:00:00Z"); }},
      {"a gap whose time is none", [](Json&, Json& use) { set_member(array(use, "gaps")[0], "from", "1"); }},
      {"a use without approval or gap",
       [](Json&, Json& use) { set_member(use, "by", Json::Array()), set_member(use, "gaps", Json::Array()); }},
      {"another project asked about",
       [&](Json& answer, Json&) { set_member(options(answer), "project", Json::Array{Json("approval:a")}); }},
      {"gaps asked about, and a use without",
       [&](Json& answer, Json& use) {
         set_member(options(answer), "gaps", true), set_member(use, "gaps", Json::Array());
       }},
      {"an as_of that is no time", [&](Json& answer, Json&) { set_member(options(answer), "as_of", "2026-06-01"); }},
      {"a valid_at asked for, and none told",
       [&](Json& answer, Json&) { set_member(options(answer), "valid_at", "2026-06-01T00:00:00Z"); }},
      {"a valid_at told, and none asked for",
       [](Json& answer, Json&) { set_member(answer, "valid_at", "2026-06-01T00:00:00Z"); }},
      {"a valid_at that is no time",
       [&](Json& answer, Json&) {
         set_member(options(answer), "valid_at", "now"), set_member(answer, "valid_at", "now");
       }},
      {"an earlier transaction asked about",
       [&](Json& answer, Json&) { set_member(options(answer), "known_at", "1"); }},
      {"an earlier time asked about",
       [&](Json& answer, Json&) { set_member(options(answer), "known_at", "2020-01-01"); }},
      {"a known_at that is no time",
       [&](Json& answer, Json&) { set_member(options(answer), "known_at", "yesterday"); }},
      {"a known_at that is a number",
       [&](Json& answer, Json&) { set_member(options(answer), "known_at", std::int64_t{9}); }},
      {"a start twice",
       [](Json& answer, Json&) {
         auto& start = array(member(answer, "question"), "start");
         start.push_back(Json(start[0]));
       }},
  };
  SecondVerifier python(hub_.keys().verifier);
  const SignerKey key = *parse_signer_key(hub_.keys().signer);
  for (const auto& [what, edit] : edits) {
    BundleContent content = honest_;
    edit(content.answer, array(content.answer, "uses")[0]);
    const std::string file = *write_bundle(content, key);
    const auto told = hub_.verify(file);
    EXPECT_EQ(told.code(), Code::kRefused) << what;
    python.hold(file, told, true);
  }
  BundleContent without = honest_;
  array(without.answer, "uses").clear();
  const std::string file = *write_bundle(without, key);
  const auto told = hub_.verify(file);
  ASSERT_TRUE(told.ok()) << told.status().text();
  EXPECT_EQ(told->unlisted.size(), 2u);
  python.hold(file, told, true);
  EXPECT_TRUE(python.agrees());
}

// AMONT_HUBS sets of how many hubs.
TEST(CoverageBundles, NoHonestOneIsRefused) {
  const std::uint64_t hubs = repeats("AMONT_HUBS", 12);
  const std::uint64_t seed = seed_of_this_run();
  std::size_t uses = 0;
  for (std::uint64_t i = 0; i < hubs; ++i) {
    SCOPED_TRACE(fmt::format("hub {} of seed {}", i, seed));
    Dice dice(seed + i);
    BundleRegister hub(hub_schema());
    SecondVerifier python(hub.keys().verifier);
    RandomHub random(dice, kOrigin);
    for (std::vector<Change>& changes : random.transactions()) hub.commit(std::move(changes));
    const Snapshot view = *hub.store().snapshot();
    std::vector<NodeId> starts;
    for (const char* const kind : {"run", "output", "project"})
      for (const NodeId id : nodes_of_kind(view, kind)->ids()) starts.push_back(id);
    for (int n = 0; n < 6 && !starts.empty(); ++n) {
      BundleRequest request;
      request.verb = "coverage";
      if (n > 0) request.starts = {starts[dice.below(starts.size())], starts[dice.below(starts.size())]};
      if (dice.coin()) request.options.as_of = random.any_time();
      request.options.gaps_only = dice.below(4) == 0;
      if (dice.below(4) == 0) request.options.ask.valid_at = random.any_time();
      if (dice.below(4) == 0) request.options.ask.limit = 2;
      const auto bundle = hub.bundle(request);
      ASSERT_TRUE(bundle.ok()) << bundle.status().text();
      const auto told = hub.verify(*bundle);
      ASSERT_TRUE(told.ok()) << told.status().text();
      uses += told->uses.size();
      python.hold(*bundle, told, true);
    }
    ASSERT_TRUE(python.agrees());
  }
  EXPECT_GT(uses, hubs);
}

}  // namespace
}  // namespace amont
