// upstream, downstream, and the bare closure under them.
#include "query/answer.h"

namespace amont {
namespace {

Result<Answer> ask(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                   const AskOptions& options) {
  const ScratchLease scratch;
  Walk walk(view.view(), options, direction, *scratch);
  AMONT_TRY(walk.begin(starts));
  AMONT_TRY(walk.search_all());
  std::vector<Reached> nodes;
  AMONT_TRY(list_reached(walk, nodes));
  return finish(view, walk, options, std::move(nodes));
}

}  // namespace

Result<Answer> upstream(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options) {
  return ask(view, starts, Direction::kUpstream, options);
}

Result<Answer> downstream(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options) {
  return ask(view, starts, Direction::kDownstream, options);
}

Result<Closure> closure(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                        const AskOptions& options) {
  const ScratchLease scratch;
  Walk walk(view.view(), options, direction, *scratch);
  AMONT_TRY(walk.begin(starts));
  AMONT_TRY(walk.search_all());
  Closure found;
  const Search& exact = walk.exact_search();
  if (options.kinds.empty() && exact.things.empty() && !walk.searched_any()) {
    // Plain nodes only: the queue past the starts is the answer.
    const std::size_t begin = exact.levels.size() < 2 ? exact.tail : exact.levels[1];
    found.exact.reserve(exact.tail - begin);
    for (std::size_t i = begin; i < exact.tail; ++i) found.exact.push_back(NodeId{exact.queue[i]});
  } else {
    std::vector<Reached> nodes;
    AMONT_TRY(list_reached(walk, nodes));
    for (const Reached& node : nodes)
      (node.precision == Precision::kExact ? found.exact : found.possible).push_back(node.id);
  }
  AMONT_TRY(add_reasons(walk, found.completeness));
  if (options.limit > 0) {
    const std::uint64_t count = found.exact.size() + found.possible.size();
    if (found.exact.size() > options.limit) found.exact.resize(options.limit);
    const std::uint64_t left = options.limit - found.exact.size();
    if (found.possible.size() > left) found.possible.resize(left);
    if (count > options.limit) add_reason(found.completeness, "limit", count - options.limit, false);
  }
  return found;
}

}  // namespace amont
