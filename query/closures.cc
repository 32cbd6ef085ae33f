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

// Whether what was found only by possible steps stands apart. A limit cuts what is deepest, so it needs depths.
Result<bool> search(Walk& walk, const AskOptions& options) {
  if (options.limit == 0) return walk.search_all_without_depths();
  AMONT_TRY(walk.search_all());
  return false;
}

// What one search settled, but for the starts and what is one with them: those in the queue stand before `from`.
Status list(Walk& walk, const Search& search, std::size_t from, std::vector<NodeId>& out) {
  AMONT_TRY(walk.list_plain(std::span(search.queue).subspan(from, search.tail - from), out));
  return walk.list_things(search, out);
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
  AMONT_LET(const bool is_apart, search(walk, options));
  Closure found;
  if (is_apart) {
    const Search& exact = walk.exact_search();
    const std::size_t begin = exact.levels.size() < 2 ? exact.tail : exact.levels[1];  // past the starts
    AMONT_TRY(list(walk, exact, begin, found.exact));
    if (walk.searched_any()) AMONT_TRY(list(walk, walk.found(), 0, found.possible));
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
