// reaches(a, b): is a in upstream(b)? One search, until a is met.
#include "query/completeness.h"

namespace amont {

Result<Reaches> reaches(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options) {
  const ScratchLease scratch;
  Walk walk(view.view(), options, Direction::kUpstream, *scratch);
  AMONT_TRY(walk.begin(std::span(&b, 1)));
  AMONT_LET(const std::uint32_t target, walk.known(a));
  Reaches answer;
  if (walk.is_own(target)) return answer;  // b's own thing, which no walk from b lists
  AMONT_LET(const bool counts, walk.counts(target));
  AMONT_TRY(walk.search(options.exact, counts ? target : kNoNode));
  answer.yes = counts && walk.settled(target);
  if (!answer.yes) AMONT_TRY(add_reasons(walk, answer.completeness));
  return answer;
}

}  // namespace amont
