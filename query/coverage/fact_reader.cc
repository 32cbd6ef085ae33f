#include "query/coverage/fact_reader.h"

namespace amont::approvals {
namespace {

constexpr std::size_t kNodesAtOnce = 2048;
constexpr Direction kDirections[] = {Direction::kUpstream, Direction::kDownstream};

}  // namespace

WantedEdges& WantedEdges::want(std::string_view kind, Direction direction, Take take) {
  const EdgeRow* row = schema_.edge(kind);
  if (!row) return *this;
  const auto towards = static_cast<std::size_t>(direction);
  takes_[towards][number_of(row->kind)] = take;
  pages_[static_cast<std::size_t>(row->edge_class)][towards] = true;
  return *this;
}

Result<const Page*> FactReader::page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
  Held& held = held_[static_cast<std::size_t>(edge_class)][static_cast<std::size_t>(direction)];
  if (!held.page || held.number != number) {
    AMONT_LET(held.page, view_.graph->page(edge_class, direction, number));
    held.number = number;
  }
  return held.page.get();
}

Result<PageNode> FactReader::brief(NodeId id) {
  if (number_of(id) >= view_.graph->id_count()) return PageNode();
  AMONT_LET(const Page* found, page(EdgeClass::kStructure, Direction::kUpstream, page_of(id)));
  return found->nodes[slot_of(id)];
}

Result<FactReader::Ends> FactReader::ends(NodeId id, EdgeClass edge_class, Direction direction) {
  AMONT_LET(const Page* found, page(edge_class, direction, page_of(id)));
  const std::uint32_t begin = found->nodes[slot_of(id)].begin, end = found->nodes[slot_of(id) + 1].begin;
  return Ends{std::span(found->targets).subspan(begin, end - begin),
              std::span(found->kinds).subspan(begin, end - begin)};
}

Status FactReader::take_edges(std::size_t at, EdgeClass edge_class, Direction direction, const WantedEdges& wanted) {
  NodeFacts& facts = batch_[at];
  AMONT_LET(const Page* found, page(edge_class, direction, page_of(facts.id)));
  const bool up = direction == Direction::kUpstream;
  std::vector<EdgeFacts>& edges = up ? facts.out : facts.in;
  const std::vector<WantedEdges::Take>& takes = wanted.takes_[static_cast<std::size_t>(direction)];
  const std::uint32_t end = found->nodes[slot_of(facts.id) + 1].begin;
  for (std::uint32_t i = found->nodes[slot_of(facts.id)].begin; i < end; ++i) {
    const WantedEdges::Take take = takes[found->kinds[i]];
    if (take == WantedEdges::kLeave) continue;
    const TxNumber begin = found->edge_tx[i];
    EdgeFacts edge{
        EdgeKind{found->kinds[i]}, NodeId{found->targets[i]}, begin, begin, std::string(found->label(i)), {}, {}};
    if (take == WantedEdges::kWhole && (found->edge_flags[i] & kEdgeDetailed)) {
      details_.push_back({at, edges.size(), direction});
      identities_.push_back({edge.kind, up ? facts.id : edge.far, up ? edge.far : facts.id, edge.label});
    }
    edges.push_back(std::move(edge));
  }
  return {};
}

Status FactReader::fill_details(EdgeClass edge_class) {
  AMONT_LET(auto versions, view_.reader->edge_versions(edge_class, identities_, view_.tx));
  for (std::size_t i = 0; i < details_.size(); ++i) {
    if (!versions[i]) continue;
    NodeFacts& facts = batch_[details_[i].node];
    EdgeFacts& edge = (details_[i].direction == Direction::kUpstream ? facts.out : facts.in)[details_[i].edge];
    edge.version = versions[i]->tx;
    edge.valid = versions[i]->valid;
    edge.props = std::move(versions[i]->props);
  }
  details_.clear();
  identities_.clear();
  return {};
}

Status FactReader::read(std::span<const NodeId> ids, const WantedEdges& wanted, const See& see) {
  for (std::size_t first = 0; first < ids.size() && !clock_.stops_now(); first += kNodesAtOnce) {
    const auto some = ids.subspan(first, std::min(kNodesAtOnce, ids.size() - first));
    AMONT_LET(auto records, view_.reader->nodes(some, view_.tx));
    batch_.clear();
    for (std::size_t i = 0; i < some.size(); ++i)
      if (records[i] && records[i]->alive) batch_.push_back({some[i], *std::move(records[i]), {}, {}});
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      const auto edge_class = static_cast<EdgeClass>(c);
      for (const Direction direction : kDirections) {
        if (!wanted.pages_[c][static_cast<std::size_t>(direction)]) continue;
        for (std::size_t at = 0; at < batch_.size(); ++at) AMONT_TRY(take_edges(at, edge_class, direction, wanted));
      }
      if (!details_.empty()) AMONT_TRY(fill_details(edge_class));
    }
    std::vector<NodeFacts> batch = std::move(batch_);  // see() may read others
    for (NodeFacts& facts : batch) AMONT_TRY(see(facts));
    batch_ = std::move(batch);
  }
  return {};
}

Result<std::vector<EdgeVersion>> FactReader::past_of(NodeId node, const EdgeFacts& edge, Direction direction) const {
  std::vector<EdgeVersion> past;
  const bool up = direction == Direction::kUpstream;
  const EdgeIdentity identity{edge.kind, up ? node : edge.far, up ? edge.far : node, edge.label};
  for (TxNumber at = edge.version; at > edge.begin;) {
    AMONT_LET(auto older, view_.reader->edge_version(schema().edge(edge.kind).edge_class, identity, at - 1));
    if (!older) older.emplace().tx = edge.begin;  // it had nothing to tell
    at = older->tx;
    past.push_back(*std::move(older));
  }
  return past;
}

}  // namespace amont::approvals
