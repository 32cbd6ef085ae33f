// reaches(a, b): is a in upstream(b)? What is known of the whole graph says so, or one search until a is met.
#include "query/completeness.h"

namespace amont {
namespace {

void start_making_index(const std::shared_ptr<const IndexView>& view) {
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
  if (plain && view.view().whole->spend(walk.found().tail, ReachIndex::cost_of_making(view.view())))
    start_making_index(view.shared_view());
  if (!answer.yes) AMONT_TRY(add_reasons(walk, answer.completeness));
  return answer;
}

Result<bool> prepare_reaches(const Snapshot& view) {
  start_making_index(view.shared_view());
  view.view().whole->wait();
  return static_cast<bool>(ReachGuide(view.view()));
}

}  // namespace amont
