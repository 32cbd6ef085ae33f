// diff_coverage() on small random hubs, against the plain model of the rules at two transactions, and at those that it names.
//
// AMONT_SEED sets the seed, AMONT_HUBS how many hubs.
#include <map>
#include <set>
#include <sstream>

#include "amont/diff.h"
#include "amont/schema_script.h"
#include "tests/query/coverage/coverage_text.h"
#include "tests/query/coverage/model_coverage.h"
#include "tests/query/coverage/random_hub.h"
#include "tests/support/modelled_register.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

constexpr Timestamp kOrigin{1'700'000'000'000'000};  // when the registers of the tests begin

// What the model says of each use, by its first words "run:r for project:p used dataset:d label": its gaps' times and reasons.
std::map<std::string, std::string> gaps_of_model(const std::string& text) {
  std::map<std::string, std::string> gaps;
  std::istringstream lines(text);
  std::string use;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ")) {
      use = line.substr(0, line.rfind(" ["));
      gaps[use];
    } else if (line.starts_with("  gap ")) {
      std::istringstream words(line.substr(6));
      std::string from, to, reason;
      words >> from >> to >> reason;
      gaps[use] += from + to + reason + ";";
    }
  }
  return gaps;
}

std::string name_of(const CoverageDiff::UseDiff& use) {
  return use.user.text() + " for " + (use.project ? use.project->text() : "nothing") + " used " + use.used.text() +
         (use.label.empty() ? "" : " " + use.label);
}

TEST(CoverageDiffModel, NamesTheUsesThatDifferAndATransactionThatMadeEachSo) {
  const std::uint64_t seed = seed_of_this_run();
  const std::uint64_t hubs = repeats("AMONT_HUBS", 300);
  std::uint64_t differences = 0;
  for (std::uint64_t hub = 0; hub < hubs; ++hub) {
    SCOPED_TRACE(fmt::format("hub {} of seed {}", hub, seed));
    Dice dice(seed + hub);
    ModelledRegister both(hub_schema());
    RandomHub random(dice, kOrigin);
    for (const std::vector<Change>& changes : random.transactions()) both.land(dice, changes, 1);
    const auto& states = both.model().states();
    std::size_t first = dice.below(states.size()), last = dice.below(states.size());
    if (first > last) std::swap(first, last);
    ModelCoverageOptions as_model;
    CoverageOptions options;
    if (dice.coin()) options.as_of = as_model.as_of = random.any_time();
    const auto gaps_at = [&](TxNumber tx) {
      const ModelState* state = nullptr;
      for (const ModelState& one : states)
        if (one.tx <= tx) state = &one;
      return state && state->tx > 0 ? gaps_of_model(model_coverage(both.model(), *state, as_model))
                                    : std::map<std::string, std::string>();
    };
    const auto was = gaps_at(states[first].tx), is = gaps_at(states[last].tx);
    std::set<std::string> expected;
    for (const auto& [use, gaps] : was)
      if (!is.contains(use) || is.at(use) != gaps) expected.insert(use);
    for (const auto& [use, gaps] : is)
      if (!was.contains(use)) expected.insert(use);
    const Result<CoverageDiff> diff = diff_coverage(both.store(), *both.store().snapshot_at(states[first].tx),
                                                    *both.store().snapshot_at(states[last].tx), {}, options);
    ASSERT_TRUE(diff.ok()) << diff.status().text();
    std::set<std::string> named;
    for (const CoverageDiff::UseDiff& use : diff->uses) {
      const std::string name = name_of(use);
      named.insert(name);
      const auto find = [&](const std::map<std::string, std::string>& in) {
        const auto found = in.find(name);
        return found == in.end() ? "absent" : found->second;
      };
      ASSERT_GT(use.tx, states[first].tx);
      ASSERT_LE(use.tx, states[last].tx);
      EXPECT_EQ(find(gaps_at(use.tx)), find(is)) << name << " after transaction " << use.tx;
      EXPECT_NE(find(gaps_at(use.tx - 1)), find(is)) << name << " before transaction " << use.tx;
      EXPECT_EQ(use.before.has_value(), was.contains(name));
      EXPECT_EQ(use.after && use.after->covered(), is.contains(name) && is.at(name).empty());
    }
    ASSERT_EQ(named, expected);
    differences += named.size();
  }
  fmt::print("{} differences\n", differences);
  EXPECT_GT(differences, hubs);
}

}  // namespace
}  // namespace amont
