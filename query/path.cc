// path(a, b): one shortest path. Among plain nodes a search from both ends finds it. Else the fast search tells whether there is
// one and of which precision; then a search that remembers where each thing was reached from finds it.
#include <algorithm>

#include "query/completeness.h"
#include "query/path_parts.h"
#include "query/walk/two_sided.h"

namespace amont {
namespace {

class Trace {
 public:
  Trace(Walk& walk, std::uint32_t target, bool exact_only) : walk_(walk), target_(target), exact_only_(exact_only) {}

  // Whether the target was met, which it is unless the walk was stopped.
  Result<bool> search() {
    AMONT_TRY(walk_.gather(walk_.starts().front(), Walk::kUser, members_));
    places_.push_back({0, static_cast<std::uint32_t>(members_.size()), 0, walk_.starts().front(), {}});
    for (std::uint32_t here = 0; here < places_.size(); ++here) {
      if (walk_.clock().stops()) return false;
      walk_.pause();
      const std::vector<std::uint32_t> thing(members_.begin() + places_[here].begin,
                                             members_.begin() + places_[here].end);
      AMONT_TRY(
          walk_.for_each_step(thing, !exact_only_, /*once=*/true, [&](const Step& step) { return take(step, here); }));
      if (walk_.marks().has(target_, Walk::kUser)) return true;
    }
    return false;
  }

  Status tell(PathAnswer& answer) const {
    std::uint32_t at = place_of_target();
    for (; at != 0; at = places_[at].from) {
      answer.edges.push_back(places_[at].edge);
      const Place& place = places_[at];
      const auto thing = std::span(members_).subspan(place.begin, place.end - place.begin);
      AMONT_LET(const std::uint32_t shown, shown_member(walk_, thing, place.met));
      answer.nodes.push_back(NodeId{shown});
    }
    answer.nodes.front() = NodeId{target_};
    answer.nodes.push_back(NodeId{walk_.starts().front()});
    std::ranges::reverse(answer.nodes);
    std::ranges::reverse(answer.edges);
    return {};
  }

 private:
  struct Place {
    std::uint32_t begin = 0, end = 0;  // of members_
    std::uint32_t from = 0;            // the place before
    std::uint32_t met = 0;             // the member that the step led to
    FollowedEdge edge;                 // the step
  };

  Status take(const Step& step, std::uint32_t from) {
    if (!step.counts || (exact_only_ && !step.exact)) return {};
    const auto begin = static_cast<std::uint32_t>(members_.size());
    AMONT_TRY(walk_.gather(step.far, Walk::kUser, members_));
    const auto end = static_cast<std::uint32_t>(members_.size());
    if (begin == end) return {};
    places_.push_back({begin, end, from, step.far, edge_of(step, walk_.direction())});
    return {};
  }

  std::uint32_t place_of_target() const {
    for (auto place = static_cast<std::uint32_t>(places_.size()); place-- > 0;)
      if (std::find(members_.begin() + places_[place].begin, members_.begin() + places_[place].end, target_) !=
          members_.begin() + places_[place].end)
        return place;
    return 0;
  }

  Walk& walk_;
  std::uint32_t target_;
  bool exact_only_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> members_;
};

// Is the question one that both ends can be searched for? There no step depends on depth, dates or variables.
bool is_two_sided(const AskOptions& options) {
  return options.depth == kAnyDepth && !options.valid_at && options.granularity == Granularity::kDataset;
}

// The first exact edge that stands for each step of the path.
Status tell_plain(Walk& walk, std::span<const std::uint32_t> nodes, PathAnswer& answer) {
  answer.direction = walk.direction();
  for (const std::uint32_t node : nodes) answer.nodes.push_back(NodeId{node});
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
    walk.pause();
    std::optional<FollowedEdge> edge;
    AMONT_TRY(walk.for_each_step(nodes.subspan(i, 1), /*with_possible=*/false, /*once=*/false, [&](const Step& step) {
      if (!edge && step.exact && step.far == nodes[i + 1]) edge = edge_of(step, walk.direction());
      return Status();
    }));
    if (!edge) return damaged("the two directions of the index differ; run `amont rebuild`");
    answer.edges.push_back(*std::move(edge));
  }
  return {};
}

// Tries the search from both ends. False: the one from `a` alone has to tell: whether there is a path of possible steps, if
// `no_exact`; or what was left out, when only exact ones were asked for.
Result<bool> find_two_sided(const Snapshot& view, Walk& walk, NodeId a, NodeId b, const AskOptions& options,
                            bool& no_exact, PathAnswer& answer) {
  const bool up = walk.direction() == Direction::kUpstream;
  const ScratchLease scratch;
  Walk back(view.view(), options, up ? Direction::kDownstream : Direction::kUpstream, *scratch);
  AMONT_TRY(back.begin({&b, 1}));
  AMONT_LET(const TwoSided met, search_two_sided(walk, static_cast<std::uint32_t>(number_of(a)), back,
                                                 static_cast<std::uint32_t>(number_of(b))));
  if (met.found == TwoSided::Found::kPath) {
    AMONT_TRY(tell_plain(walk, met.nodes, answer));
    return true;
  }
  no_exact = met.found == TwoSided::Found::kNoExactPath && !options.exact;
  return met.found == TwoSided::Found::kNoPath && !options.exact;
}

// The path in one direction, if there is one.
Status find_path(const Snapshot& view, NodeId a, NodeId b, Direction direction, const AskOptions& options,
                 PathAnswer& answer) {
  const ScratchLease scratch;
  Walk walk(view.view(), options, direction, *scratch);
  AMONT_TRY(walk.begin(std::span(&a, 1)));
  AMONT_LET(const std::uint32_t target, walk.known(b));
  if (walk.is_own(target)) return {};
  AMONT_LET(const bool counts, walk.counts(target));
  const std::uint32_t sought = counts ? target : kNoNode;
  const ReachGuide any_guide =
      is_plain_question(options) && direction == Direction::kUpstream ? ReachGuide(view.view()) : ReachGuide();
  const ReachGuide* const guide = any_guide ? &any_guide : nullptr;
  bool no_exact = false;
  if (is_two_sided(options)) {
    AMONT_LET(const bool told, find_two_sided(view, walk, a, b, options, no_exact, answer));
    if (told) return {};
  }
  bool exact_only = !no_exact;
  AMONT_TRY(walk.search(exact_only, sought, guide));
  if (exact_only && !options.exact && walk.found().possible_left && !walk.found().stopped &&
      !(counts && walk.settled(target))) {
    exact_only = false;
    AMONT_TRY(walk.search(false, sought, guide));
  }
  if (!counts || !walk.settled(target)) return add_reasons(walk, answer.completeness);

  AMONT_TRY(walk.begin(std::span(&a, 1)));
  Trace trace(walk, target, exact_only);
  AMONT_LET(const bool met, trace.search());
  if (!met) {
    add_reason(answer.completeness, "timeout", 1, true);
    return {};
  }
  answer.direction = direction;
  answer.precision = exact_only ? Precision::kExact : Precision::kPossible;
  return trace.tell(answer);
}

}  // namespace

Result<PathAnswer> path(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options) {
  AskOptions all_kinds = options;
  all_kinds.kinds.clear();
  PathAnswer answer;
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    AMONT_TRY(find_path(view, a, b, direction, all_kinds, answer));
    if (!answer.nodes.empty()) {
      if (answer.completeness.out_of_time()) break;  // the other direction might have had one
      answer.completeness = {};
      break;
    }
  }
  return answer;
}

}  // namespace amont
