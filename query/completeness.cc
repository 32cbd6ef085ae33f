#include "query/completeness.h"
#include "amont/bundle.h"

#include <algorithm>

namespace amont {
namespace {

// Counts the things that steps not taken lead to, each once for each reason.
class Missed {
 public:
  explicit Missed(Walk& walk) : walk_(walk) {}

  Status see(const Step& step) {
    if (walk_.settled(step.far)) return {};
    if (!step.counts) return count(step.far, Walk::kMissedByTime, by_time_);
    if (walk_.plan().exact_only && !step.exact) return count(step.far, Walk::kMissedByExact, by_exact_);
    return count(step.far, Walk::kMissedByDepth, by_depth_);
  }

  // What only a possible step leads to.
  Status see_possible(std::uint32_t far) {
    return walk_.settled(far) ? Status() : count(far, Walk::kMissedByExact, by_exact_);
  }

  void tell(Completeness& completeness, bool at_least) const {
    if (by_depth_ > 0) add_reason(completeness, "depth", by_depth_, at_least);
    if (by_exact_ > 0) add_reason(completeness, "exact", by_exact_, at_least);
    if (by_time_ > 0) add_reason(completeness, "valid_at", by_time_, at_least);
  }

 private:
  Status count(std::uint32_t far, Walk::Bit bit, std::uint64_t& number) {
    AMONT_LET(const bool is_new, walk_.mark_thing(far, bit));
    number += is_new;
    return {};
  }

  Walk& walk_;
  std::uint64_t by_depth_ = 0, by_exact_ = 0, by_time_ = 0;
};

// What an exact search took note of when it left it, until the clock stops.
Status see_left(Walk& walk, Missed& missed) {
  const Search& found = walk.found();
  const auto see_step = [&](const Step& step) { return missed.see(step); };
  const auto see_steps = [&](const std::vector<Contributor>& whose) -> Status {
    for (const Contributor& contributor : whose) {
      if (walk.clock().stops()) return {};
      walk.pause();
      AMONT_TRY(walk.steps_of(contributor, see_step));
    }
    return {};
  };
  AMONT_TRY(see_steps(found.left));
  std::vector<Contributor> whose;
  AMONT_TRY(walk.contributors_left(found, whose));
  AMONT_TRY(see_steps(whose));
  std::vector<std::uint32_t> variables;
  AMONT_TRY(walk.variables_left(found, variables));
  for (const std::uint32_t variable : variables) {
    if (walk.clock().stops()) return {};
    AMONT_TRY(missed.see_possible(variable));
  }
  return {};
}

// Has it lineage of its own, or a variable of it, at whatever time it was valid?
Result<bool> thing_has_lineage(Walk& walk, std::span<const std::uint32_t> thing, Direction direction) {
  for (const std::uint32_t member : thing) {
    AMONT_LET(const bool has, walk.has_lineage(member, direction));
    if (has) return true;
  }
  std::vector<std::uint32_t> variables, members;
  AMONT_TRY(walk.variables_of(thing, variables));
  for (const std::uint32_t variable : variables) AMONT_TRY(walk.gather_once(variable, members));
  for (const std::uint32_t member : members) {
    AMONT_LET(const bool has, walk.has_lineage(member, direction));
    if (has) return true;
  }
  return false;
}

bool may_stop_short(Role role) {
  return role == Role::kOutput || role == Role::kPublication || role == Role::kRun || role == Role::kProject;
}

}  // namespace

void add_reason(Completeness& completeness, std::string_view reason, std::uint64_t count, bool at_least) {
  for (PartialReason& known : completeness.reasons) {
    if (known.reason != reason) continue;
    known.count += count;
    known.at_least = known.at_least || at_least;
    return;
  }
  completeness.reasons.push_back({std::string(reason), count, at_least});
}

bool Completeness::out_of_time() const {
  return std::ranges::any_of(reasons, [](const PartialReason& reason) { return reason.reason == "timeout"; });
}

Status add_reasons(Walk& walk, Completeness& completeness) {
  if (!walk.view().damage.empty()) add_reason(completeness, reason_of(walk.view().damage), 0, true);
  const Search& found = walk.found();
  if (found.stopped) {
    add_reason(completeness, "timeout", std::max<std::uint64_t>(found.unvisited, 1), true);
    return {};
  }
  const Plan& plan = walk.plan();
  const bool cut = plan.depth != kAnyDepth && found.levels.size() > plan.depth;
  if (!cut && !plan.dated && !plan.exact_only) return {};
  Missed missed(walk);
  bool stopped = false;
  const auto see_step = [&](const Step& step) { return missed.see(step); };
  // What lies at the depth where the search ended was not gone on from; of all else, only some steps were not taken.
  if (cut) {
    AMONT_TRY(walk.for_each_thing(found, [&](std::span<const std::uint32_t> thing, std::uint32_t depth) -> Status {
      if (depth < plan.depth || (stopped = stopped || walk.clock().stops())) return {};
      return walk.for_each_step(thing, /*with_possible=*/true, /*once=*/false, see_step);
    }));
  }
  if (plan.exact_only && !plan.dated) {
    if (!stopped) AMONT_TRY(see_left(walk, missed));
    stopped = walk.clock().stopped();
  } else if (plan.dated) {
    AMONT_TRY(walk.for_each_thing(found, [&](std::span<const std::uint32_t> thing, std::uint32_t depth) -> Status {
      if (depth >= plan.depth || (stopped = stopped || walk.clock().stops())) return {};
      return walk.for_each_step(thing, /*with_possible=*/true, /*once=*/true, see_step);
    }));
  }
  missed.tell(completeness, stopped);
  if (stopped) add_reason(completeness, "timeout", 0, true);
  return {};
}

Status add_unknown(Walk& walk, std::span<const std::uint32_t> thing, Completeness& completeness) {
  bool looked = false;
  for (const std::uint32_t member : thing) {
    AMONT_LET(const PageNode found, walk.node(member));
    const Role role = walk.plan().role(found);
    if (!may_stop_short(role)) continue;
    if (!looked) {
      AMONT_LET(const bool has_origin, thing_has_lineage(walk, thing, Direction::kUpstream));
      if (has_origin) return {};
      looked = true;
    }
    if (role == Role::kProject) {
      AMONT_LET(const bool made_something, thing_has_lineage(walk, thing, Direction::kDownstream));
      if (!made_something) continue;
    }
    const bool made = role == Role::kOutput || role == Role::kPublication;
    completeness.unknown.push_back({NodeId{member}, made ? "origin" : "inputs"});
  }
  return {};
}

Status add_unknown(Walk& walk, Completeness& completeness) {
  return walk.for_each_thing(walk.found(), [&](std::span<const std::uint32_t> thing, std::uint32_t) {
    return add_unknown(walk, thing, completeness);
  });
}

}  // namespace amont
