// Coverage on small random hubs, against the plain model of the rules (model_coverage.h): at random past transactions, with and
// without as_of.
//
// AMONT_SEED sets the seed, AMONT_HUBS how many hubs; both are printed.
#include <map>

#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "tests/query/coverage/coverage_text.h"
#include "tests/query/coverage/model_coverage.h"
#include "tests/query/coverage/random_hub.h"
#include "tests/support/modelled_register.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

// The register, to look into when the two disagree.
std::string told(const ModelState& state) {
  const auto record = [](const ModelRecord& one) {
    std::string out;
    if (one.valid.from) out += " from " + one.valid.from->text();
    if (one.valid.to) out += " to " + one.valid.to->text();
    for (const auto& [name, value] : one.props) {
      out += " " + name + "=";
      append_json(out, value);
    }
    return out + "\n";
  };
  std::string out;
  for (const auto& [ref, one] : state.nodes) out += ref.text() + record(one);
  for (const auto& [key, one] : state.edges) out += key.text() + record(one);
  return out;
}

constexpr Timestamp kOrigin{1'700'000'000'000'000};  // when the registers of the tests begin

TEST(CoverageModel, EverySecondOfEveryUseIsJudgedAsTheRulesSay) {
  const std::uint64_t seed = seed_of_this_run();
  const std::uint64_t hubs = repeats("AMONT_HUBS", 500);
  fmt::print("AMONT_HUBS={}\n", hubs);
  std::uint64_t uses = 0, gaps = 0;
  std::map<std::string_view, std::uint64_t> met;
  for (std::uint64_t hub = 0; hub < hubs; ++hub) {
    SCOPED_TRACE(fmt::format("hub {} of seed {}", hub, seed));
    Dice dice(seed + hub);
    ModelledRegister both(hub_schema());
    RandomHub random(dice, kOrigin);
    for (const std::vector<Change>& changes : random.transactions()) both.land(dice, changes, 1);
    for (int i = 0; i < 2; ++i) {
      const ModelState& state =
          i == 0 ? both.model().now() : both.model().states()[dice.below(both.model().states().size())];
      ModelCoverageOptions as_model;
      CoverageOptions options;
      if (dice.coin()) options.as_of = as_model.as_of = random.any_time();
      options.gaps_only = as_model.gaps_only = dice.below(4) == 0;
      const Snapshot view = *both.store().snapshot_at(state.tx);
      const Result<Coverage> answer = coverage(view, {}, options);
      ASSERT_EQ(text_of(view, answer), state.tx == 0 ? "" : model_coverage(both.model(), state, as_model))
          << "at transaction " << state.tx << " as of " << (options.as_of ? options.as_of->text() : "nothing") << "\n"
          << told(state);
      uses += answer->checked;
      gaps += answer->uncovered;
      for (const UseCoverage& one : answer->uses) {
        for (const CoverageGap& gap : one.gaps) ++met[name_of(gap.reason)];
        for (const CoveringApproval& cover : one.by) ++met[cover.recorded_late ? "recorded late" : "recorded in time"];
      }
    }
  }
  fmt::print("{} uses, {} of them with gaps\n", uses, gaps);
  for (const auto& [what, count] : met) fmt::print("  {} {}\n", count, what);
  EXPECT_GE(met.size(), 22u);  // all reasons, and both of the others
  EXPECT_GT(uses, 4 * hubs);   // or too little was tested
  EXPECT_LT(gaps, uses - uses / 20);
}

}  // namespace
}  // namespace amont
