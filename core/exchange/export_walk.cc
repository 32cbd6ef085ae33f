#include "core/exchange/export_walk.h"
#include "amont/bundle.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::size_t kIdsAtOnce = 512;

// The ids of nodes alive among the next ones.
Result<std::vector<NodeId>> alive_from(const Snapshot& view, std::uint64_t first, std::size_t count) {
  AMONT_LET(const auto briefs, view.briefs(NodeId(first), count));
  std::vector<NodeId> ids;
  for (std::size_t i = 0; i < briefs.size(); ++i)
    if (briefs[i].alive) ids.push_back(NodeId(first + i));
  return ids;
}

Status each_block(const Snapshot& view, const Progress& progress, std::string_view doing,
                  const std::function<Status(const std::vector<NodeId>&)>& block) {
  const std::uint64_t end = view.id_count();
  for (std::uint64_t first = 0; first < end; first += kIdsAtOnce) {
    const std::size_t count = std::min<std::uint64_t>(kIdsAtOnce, end - first);
    AMONT_LET(const auto ids, alive_from(view, first, count));
    if (!ids.empty()) AMONT_TRY(block(ids));
    if (progress && !progress(doing, first + count, end)) return Status(Code::kTimeout, "the export was cancelled");
  }
  return {};
}

// Refs of a block's nodes and of all that their edges lead to.
class Refs {
 public:
  Refs(const Snapshot& view, const std::vector<std::vector<Edge>>& edges) : view_(view) {
    for (const auto& some : edges) {
      for (const Edge& edge : some) {
        ids_.push_back(edge.from);
        ids_.push_back(edge.to);
      }
    }
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  }
  Status load() {
    AMONT_LET(refs_, view_.refs(ids_));
    return {};
  }
  const Ref& of(NodeId id) const {
    return refs_[static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin())];
  }

 private:
  const Snapshot& view_;
  std::vector<NodeId> ids_;
  std::vector<Ref> refs_;
};

}  // namespace

Status each_node(const Snapshot& view, const Progress& progress, std::string_view doing,
                 const std::function<Status(const Node&)>& node) {
  return each_block(view, progress, doing, [&](const std::vector<NodeId>& ids) -> Status {
    AMONT_LET(const auto nodes, view.nodes(ids));
    for (const std::optional<Node>& one : nodes)
      if (one) AMONT_TRY(node(*one));
    return {};
  });
}

Status each_edge(const Snapshot& view, const Progress& progress, std::string_view doing,
                 const std::function<Status(const Edge&, const Ref& from, const Ref& to)>& edge) {
  return each_block(view, progress, doing, [&](const std::vector<NodeId>& ids) -> Status {
    std::vector<std::vector<Edge>> edges;
    for (const NodeId id : ids) {
      AMONT_LET(auto some, view.edges(id, Direction::kUpstream));
      if (!some.empty()) edges.push_back(std::move(some));
    }
    Refs refs(view, edges);
    AMONT_TRY(refs.load());
    for (const auto& some : edges)
      for (const Edge& one : some) AMONT_TRY(edge(one, refs.of(one.from), refs.of(one.to)));
    return {};
  });
}

std::string sort_key(const Node& node) { return node.ref.text(); }

std::string sort_key(const Edge& edge, const Ref& from, const Ref& to) {
  // No ref or label holds U+0000, so it sorts a shorter text first.
  std::string key = edge.kind_name;
  for (const std::string& part : {from.text(), to.text(), edge.label}) {
    key.push_back('\0');
    key += part;
  }
  return key;
}

Status whole(const Snapshot& view) {
  if (view.damage().empty() || is_of_bundle(view.damage())) return {};
  return damaged(fmt::format("the export holds only the good prefix of the register, up to transaction {}: {}",
                             view.tx(), view.damage()));
}

}  // namespace amont
