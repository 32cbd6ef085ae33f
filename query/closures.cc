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

Status list_rest(Walk& walk, std::vector<NodeId>& out) {
  const Search& rest = walk.found();
  AMONT_TRY(walk.list_plain(std::span(rest.queue).first(rest.tail), out));
  std::vector<std::uint32_t> nodes;
  for (const ThingMembers& thing : rest.things) {
    nodes.clear();
    AMONT_TRY(walk.listed(std::span(rest.members).subspan(thing.begin, thing.end - thing.begin), nodes));
    for (const std::uint32_t node : nodes) out.push_back(NodeId{node});
  }
  return {};
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
    AMONT_TRY(walk.list_plain(std::span(exact.queue).subspan(begin, exact.tail - begin), found.exact));
    if (walk.searched_any()) AMONT_TRY(list_rest(walk, found.possible));
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
