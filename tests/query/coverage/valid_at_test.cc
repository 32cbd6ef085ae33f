// Coverage at a time of the valid clock: what the whole answer says of that instant, or of that stretch, and no more.
//
// AMONT_SEED sets the seed, AMONT_HUBS how many hubs.
#include <set>

#include "amont/schema_script.h"
#include "tests/query/coverage/coverage_text.h"
#include "tests/query/coverage/random_hub.h"
#include "tests/support/modelled_register.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

constexpr Timestamp kOrigin{1'700'000'000'000'000};  // when the registers of the tests begin

// What of a whole answer goes on at `first`, or between it and `last`.
std::vector<UseCoverage> cut(const Coverage& whole, Timestamp first, std::optional<Timestamp> last) {
  const Timestamp end = last.value_or(Timestamp{first.micros + 1});
  const auto overlaps = [&](std::optional<Timestamp> from, std::optional<Timestamp> to) {
    return *from < end && std::max(to->micros, from->micros + 1) > first.micros;
  };
  std::vector<UseCoverage> out;
  for (UseCoverage use : whole.uses) {
    if (use.use.from && !overlaps(use.use.from, use.use.to)) continue;
    if (use.use.from) {
      std::erase_if(use.by, [&](const CoveringApproval& one) { return !overlaps(one.from, one.to); });
      std::erase_if(use.gaps, [&](const CoverageGap& one) { return !overlaps(one.from, one.to); });
    }
    // Where neither an approval nor a gap is left, the data were open at that time, and needed none.
    if (!use.by.empty() || !use.gaps.empty()) out.push_back(std::move(use));
  }
  return out;
}

// Who covers and for what reasons nobody does; stretches are cut, so that their ends are not compared.
std::string told(const Snapshot& view, const std::vector<UseCoverage>& uses) {
  std::string out;
  for (const UseCoverage& use : uses) {
    out += view.ref(use.use.user)->text() + " " + view.ref(use.use.used)->text() + " " +
           (use.use.project ? view.ref(*use.use.project)->text() : "");
    std::set<std::string> by;
    for (const CoveringApproval& one : use.by) by.insert(" by " + view.ref(one.approval)->text());
    for (const std::string& one : by) out += one;
    for (const CoverageGap& gap : use.gaps) out += std::string(" ") + std::string(name_of(gap.reason));
    out += "\n";
  }
  return out;
}

TEST(CoverageAtATime, IsWhatTheWholeAnswerSaysOfThatTime) {
  const std::uint64_t seed = seed_of_this_run();
  const std::uint64_t hubs = repeats("AMONT_HUBS", 300);
  std::uint64_t found = 0, left_out = 0;
  for (std::uint64_t hub = 0; hub < hubs; ++hub) {
    SCOPED_TRACE(fmt::format("hub {} of seed {}", hub, seed));
    Dice dice(seed + hub);
    ModelledRegister both(hub_schema());
    RandomHub random(dice, kOrigin);
    for (const std::vector<Change>& changes : random.transactions()) both.land(dice, changes, 1);
    const Snapshot view = *both.store().snapshot();
    CoverageOptions options;
    options.as_of = Timestamp{kOrigin.micros + 1'000'000'000'000'000};  // so that no use is open
    const Coverage whole = *coverage(view, {}, options);
    for (int i = 0; i < 4; ++i) {
      const Timestamp first = random.any_time();
      options.ask.valid_at = first;
      options.ask.valid_until = std::nullopt;
      if (i % 2 == 1) options.ask.valid_until = std::max(random.any_time(), Timestamp{first.micros + 1'000'000});
      const Coverage then = *coverage(view, {}, options);
      ASSERT_EQ(told(view, then.uses), told(view, cut(whole, first, options.ask.valid_until)))
          << "at " << first.text() << " until " << (options.ask.valid_until ? options.ask.valid_until->text() : "-");
      found += then.uses.size();
      left_out += whole.uses.size() - then.uses.size();
    }
  }
  EXPECT_GT(found, hubs);
  EXPECT_GT(left_out, hubs);
}

}  // namespace
}  // namespace amont
