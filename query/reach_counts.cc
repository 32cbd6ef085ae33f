// reach_counts(): how much each of many nodes reaches, by searches that share their work.
#include <algorithm>
#include <unordered_map>

#include "query/completeness.h"
#include "query/walk/batch_search.h"

namespace amont {
namespace {

// Closures of less than a 16th of the register cost less one by one: there a batch, which has more to note of each node, does not meet
// the same nodes often enough.
constexpr std::uint64_t kLargePart = 16;

// A counter for each start, as planes of bits: one more for many of them at once costs about two operations.
class LaneCounters {
 public:
  void add(BatchSearch::Lanes lanes) {
    for (std::size_t plane = 0; lanes != 0; ++plane) {
      if (plane == planes_.size()) planes_.push_back(0);
      lanes = std::exchange(planes_[plane], planes_[plane] ^ lanes) & lanes;
    }
  }
  std::uint64_t of(std::size_t lane) const {
    std::uint64_t count = 0;
    for (std::size_t plane = 0; plane < planes_.size(); ++plane) count |= (planes_[plane] >> lane & 1) << plane;
    return count;
  }

 private:
  std::vector<BatchSearch::Lanes> planes_;
};

class Counting {
 public:
  Counting(const Snapshot& view, std::span<const NodeId> starts, Direction direction, const AskOptions& options)
      : view_(view), starts_(starts), direction_(direction), options_(options) {
    options_.limit = 0;
    answer_.counts.resize(starts.size());
  }

  Result<ReachCounts> run() {
    const bool shares = options_.depth == kAnyDepth && !options_.valid_at &&
                        options_.granularity == Granularity::kDataset && starts_.size() > 1;
    if (shares) AMONT_TRY(learn_things());
    std::vector<std::size_t> together;
    bool all_small = true;
    for (std::size_t i = 0; i < starts_.size() && !stopped_; ++i) {
      if (shares && !all_small && !things_[thing_of_[i]].project) {
        together.push_back(i);
        continue;
      }
      AMONT_TRY(count_alone(i));
      const std::uint64_t reached = answer_.counts[i].exact + answer_.counts[i].possible;
      all_small = all_small && reached * kLargePart < view_.view().graph->id_count();
    }
    for (std::size_t at = 0; at < together.size() && !stopped_; at += BatchSearch::kStartsMax)
      AMONT_TRY(
          count_together(std::span(together).subspan(at, std::min(BatchSearch::kStartsMax, together.size() - at))));
    if (stopped_) {
      answer_.counts.clear();
      answer_.completeness.reasons.clear();
      add_reason(answer_.completeness, "timeout", starts_.size(), true);
    }
    return std::move(answer_);
  }

 private:
  // What is to know of a start's thing; many starts may be of one.
  struct Thing {
    bool project = false;      // steps that leave it are exact for the walk that starts there only
    std::uint64_t listed = 0;  // of its own nodes, which are reached and not counted
  };

  Status learn_things() {
    const ScratchLease scratch;
    Walk walk(view_.view(), options_, direction_, *scratch);
    AMONT_TRY(walk.begin(starts_));
    std::unordered_map<std::uint32_t, std::size_t> known;  // by each member
    std::vector<std::uint32_t> members, listed;
    for (const NodeId start : starts_) {
      if (walk.clock().stops()) stopped_ = true;
      if (stopped_) return {};
      const auto id = static_cast<std::uint32_t>(number_of(start));
      if (const auto found = known.find(id); found != known.end()) {
        thing_of_.push_back(found->second);
        continue;
      }
      members.clear();
      listed.clear();
      walk.pause();
      AMONT_TRY(walk.gather_once(id, members));
      AMONT_TRY(walk.listed(members, listed));
      bool project = false;
      for (const std::uint32_t member : members) {
        AMONT_LET(const PageNode found, walk.node(member));
        project = project || walk.plan().role(found) == Role::kProject;
      }
      for (const std::uint32_t member : members) known[member] = things_.size();
      thing_of_.push_back(things_.size());
      things_.push_back({project, listed.size()});
    }
    return {};
  }

  Status count_alone(std::size_t i) {
    AMONT_LET(const Closure found, closure(view_, starts_.subspan(i, 1), direction_, options_));
    answer_.counts[i] = {found.exact.size(), found.possible.size()};
    stopped_ = found.completeness.out_of_time();
    for (const PartialReason& reason : found.completeness.reasons) take(reason);
    return {};
  }

  Status count_each_alone(std::span<const std::size_t> places) {
    for (const std::size_t place : places)
      if (!stopped_) AMONT_TRY(count_alone(place));
    return {};
  }

  void take(const PartialReason& reason) {
    std::vector<PartialReason>& reasons = answer_.completeness.reasons;
    const auto known = std::ranges::find(reasons, reason.reason, &PartialReason::reason);
    if (known == reasons.end())
      reasons.push_back({reason.reason, reason.count, reason.at_least || starts_.size() > 1});
    else
      known->count = std::max(known->count, reason.count);
  }

  Status count_together(std::span<const std::size_t> places) {
    std::vector<NodeId> starts;
    for (const std::size_t place : places) starts.push_back(starts_[place]);
    const ScratchLease scratch;
    Walk walk(view_.view(), options_, direction_, *scratch);
    AMONT_TRY(walk.begin(starts));
    std::vector<std::uint32_t> ids;
    for (const NodeId start : starts) ids.push_back(static_cast<std::uint32_t>(number_of(start)));

    const std::uint64_t nodes = view_.view().graph->id_count();
    std::vector<std::uint64_t> exact(ids.size()), all(ids.size());
    AMONT_TRY(search_.search(walk, ids, /*exact_only=*/true, nodes));
    AMONT_TRY(count(walk, exact));
    all = exact;
    if (search_.possible_left() && !search_.stopped()) {
      if (options_.exact) return count_each_alone(places);  // each has to tell how much it left out
      AMONT_TRY(search_.search(walk, ids, /*exact_only=*/false, nodes));
      AMONT_TRY(count(walk, all));
    }
    stopped_ = search_.stopped();
    for (std::size_t i = 0; i < places.size(); ++i)
      answer_.counts[places[i]] = {exact[i] - things_[thing_of_[places[i]]].listed, all[i] - exact[i]};
    return {};
  }

  Status count(Walk& walk, std::vector<std::uint64_t>& counts) {
    LaneCounters counters;
    std::vector<std::uint32_t> nodes;
    AMONT_TRY(search_.for_each_thing([&](std::span<const std::uint32_t> thing, BatchSearch::Lanes lanes) -> Status {
      if (thing.size() == 1 && options_.kinds.empty()) {  // stands for itself
        counters.add(lanes);
        return {};
      }
      nodes.clear();
      AMONT_TRY(walk.listed(thing, nodes));
      for (std::size_t i = 0; i < nodes.size(); ++i) counters.add(lanes);
      return {};
    }));
    for (std::size_t lane = 0; lane < counts.size(); ++lane) counts[lane] = counters.of(lane);
    return {};
  }

  const Snapshot& view_;
  std::span<const NodeId> starts_;
  Direction direction_;
  AskOptions options_;
  BatchSearch search_;
  std::vector<Thing> things_;
  std::vector<std::size_t> thing_of_;  // of each start
  bool stopped_ = false;
  ReachCounts answer_;
};

}  // namespace

Result<ReachCounts> reach_counts(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                                 const AskOptions& options) {
  return Counting(view, starts, direction, options).run();
}

}  // namespace amont
