// sources(x): the listed nodes upstream, runs and projects excepted, "from which no exact step leaves their own cycle": those in
// strongly connected components that no exact step leaves.
#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

#include "query/answer.h"

namespace amont {
namespace {

// Tarjan's algorithm over things and their exact steps, to whatever depth, on a stack of its own.
class Components {
 public:
  explicit Components(Walk& walk) : walk_(walk) {}

  // Does an exact step leave the cycle of the thing with this member?
  Result<bool> is_left(std::uint32_t member) {
    AMONT_LET(const std::uint32_t thing, number_of_thing(member));
    if (things_[thing].order == 0) AMONT_TRY(explore(thing));
    return things_[thing].left;
  }

 private:
  struct Thing {
    std::uint32_t begin = 0, end = 0;  // of members_
    std::uint32_t order = 0;           // in which it was met, from 1
    std::uint32_t low = 0;             // the least order it is known to lead to
    bool open = false;                 // its component is not yet complete
    bool left = false;
  };
  struct Visit {
    std::uint32_t thing = 0;
    std::size_t next = 0, end = 0;  // of fars_: where its steps lead
  };

  Result<std::uint32_t> number_of_thing(std::uint32_t member) {
    const auto known = numbers_.find(member);
    if (known != numbers_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(things_.size());
    Thing thing;
    thing.begin = static_cast<std::uint32_t>(members_.size());
    AMONT_TRY(walk_.gather_once(member, members_));
    thing.end = static_cast<std::uint32_t>(members_.size());
    for (std::uint32_t i = thing.begin; i < thing.end; ++i) numbers_.emplace(members_[i], number);
    things_.push_back(thing);
    return number;
  }

  Status visit(std::uint32_t number) {
    things_[number].order = things_[number].low = ++met_;
    things_[number].open = true;
    open_.push_back(number);
    const std::vector<std::uint32_t> thing(members_.begin() + things_[number].begin,
                                           members_.begin() + things_[number].end);
    const std::size_t begin = fars_.size();
    AMONT_TRY(walk_.for_each_step(thing, /*with_possible=*/false, /*once=*/false, [&](const Step& step) -> Status {
      if (!step.exact || !step.counts) return {};
      AMONT_LET(const std::uint32_t far, number_of_thing(step.far));
      if (far != number) fars_.push_back(far);
      return {};
    }));
    visits_.push_back({number, begin, fars_.size()});
    return {};
  }

  Status explore(std::uint32_t first) {
    AMONT_TRY(visit(first));
    while (!visits_.empty()) {
      if (walk_.clock().stops()) return {};  // what is open stays "not left": the answer says that time ran out
      walk_.pause();
      Visit& here = visits_.back();
      if (here.next == here.end) {
        leave();
        continue;
      }
      const std::uint32_t far = fars_[here.next++];
      Thing& thing = things_[here.thing];
      if (things_[far].order == 0) {
        AMONT_TRY(visit(far));
      } else if (things_[far].open) {
        thing.low = std::min(thing.low, things_[far].order);
      } else {
        thing.left = true;
      }
    }
    return {};
  }

  void leave() {
    const std::uint32_t number = visits_.back().thing;
    visits_.pop_back();
    fars_.resize(visits_.empty() ? 0 : visits_.back().end);
    Thing& thing = things_[number];
    const bool completes = thing.low == thing.order;
    if (completes) {
      const auto first = std::find(open_.rbegin(), open_.rend(), number).base() - 1;
      const bool left = std::any_of(first, open_.end(), [&](std::uint32_t one) { return things_[one].left; });
      for (auto one = first; one != open_.end(); ++one) {
        things_[*one].open = false;
        things_[*one].left = left;
      }
      open_.erase(first, open_.end());
    }
    if (visits_.empty()) return;
    Thing& above = things_[visits_.back().thing];
    above.low = std::min(above.low, thing.low);
    if (completes) above.left = true;
  }

  Walk& walk_;
  std::vector<Thing> things_;
  std::vector<std::uint32_t> members_;
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> numbers_;  // of things, by member
  std::vector<std::uint32_t> open_;
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> fars_;  // of all visits under way, one after the other
  std::uint32_t met_ = 0;
};

}  // namespace

Result<Answer> sources(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options) {
  const ScratchLease scratch;
  Walk walk(view.view(), options, Direction::kUpstream, *scratch);
  AMONT_TRY(walk.begin(starts));
  AMONT_TRY(walk.search_all());
  Components components(walk);
  const auto nothing_leaves = [&](std::span<const std::uint32_t> thing) -> Result<bool> {
    if (walk.clock().stopped()) return false;
    AMONT_LET(const bool left, components.is_left(thing.front()));
    return !left && !walk.clock().stopped();
  };
  std::vector<Reached> reached, nodes;
  AMONT_TRY(list_reached(walk, nothing_leaves, reached));
  for (const Reached& node : reached) {
    AMONT_LET(const PageNode found, walk.node(static_cast<std::uint32_t>(number_of(node.id))));
    const Role role = walk.plan().role(found);
    if (role != Role::kRun && role != Role::kProject) nodes.push_back(node);
  }
  return finish(view, walk, options, std::move(nodes));
}

}  // namespace amont
