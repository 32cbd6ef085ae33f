// reaches(a, b): is a in upstream(b)? What is known of the whole graph says so, or one search until a is met.
#include "query/completeness.h"

namespace amont {
namespace {

// Has `view` as the newest one, and walks have cost enough that it pays to know the whole graph: makes what they need on a thread.
void make_index_when_due(const std::shared_ptr<const IndexView>& view, std::uint64_t visited) {
  if (!view->whole || !view->whole->spend(visited, ReachIndex::cost_of_making(*view))) return;
  view->whole->start(view->tx, [view](const std::atomic<bool>& stop) { return ReachIndex::make(view, stop); });
}

}  // namespace

Result<Reaches> reaches(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options) {
  const bool plain = is_plain_question(options);
  const ReachGuide guide = plain ? ReachGuide(view.view()) : ReachGuide();
  if (guide && !guide.older_view()) {
    const auto known = guide.verdict_of(b, a);
    if (known != ReachGuide::Verdict::kMaybe) return Reaches{known == ReachGuide::Verdict::kYes, {}};
  }
  const ScratchLease scratch;
  Walk walk(view.view(), options, Direction::kUpstream, *scratch);
  AMONT_TRY(walk.begin(std::span(&b, 1)));
  AMONT_LET(const std::uint32_t target, walk.known(a));
  Reaches answer;
  if (walk.is_own(target)) return answer;  // b's own thing, which no walk from b lists
  AMONT_LET(const bool counts, walk.counts(target));
  AMONT_TRY(walk.search(options.exact, counts ? target : kNoNode, guide ? &guide : nullptr));
  answer.yes = counts && walk.settled(target);
  if (plain) make_index_when_due(view.shared_view(), walk.found().tail);
  if (!answer.yes) AMONT_TRY(add_reasons(walk, answer.completeness));
  return answer;
}

Result<bool> prepare_reaches(const Snapshot& view) {
  const std::shared_ptr<const IndexView> whole_view = view.shared_view();
  if (!whole_view->whole) return false;
  whole_view->whole->start(whole_view->tx,
                           [whole_view](const std::atomic<bool>& stop) { return ReachIndex::make(whole_view, stop); });
  whole_view->whole->wait();
  return static_cast<bool>(ReachGuide(*whole_view));
}

}  // namespace amont
