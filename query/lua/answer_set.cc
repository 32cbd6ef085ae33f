#include "query/lua/answer_set.h"

#include <algorithm>
#include <utility>

namespace amont {
namespace {

constexpr std::uint64_t kStepsPerNode = 20;
constexpr std::size_t kRefsKept = 1'000'000;      // nodes of a set
constexpr std::size_t kRefBytesKept = 32u << 20;  // all their texts together

std::uint64_t bytes_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->size();
  const auto* list = std::get_if<List>(&value);
  if (!list) return 0;
  std::uint64_t bytes = list->size() * sizeof(Scalar);
  for (const Scalar& item : *list)
    if (const auto* text = std::get_if<std::string>(&item)) bytes += text->size();
  return bytes;
}

// Which nodes of `ids` count in a view that looks at one time only.
Result<NodeSet> that_count(const AtView& at, Budget& budget, const NodeSet& set) {
  if (!at.valid_at) return set;
  NodeSet counting;
  const std::vector<NodeId> ids = set.ids();
  for (std::size_t first = 0; first < ids.size(); first += AnswerSet::kPageNodes) {
    const auto some = std::span(ids).subspan(first, std::min(AnswerSet::kPageNodes, ids.size() - first));
    if (!budget.charge(some.size() * kStepsPerNode)) return budget.reason();
    AMONT_LET(const auto nodes, at.view.nodes(some));
    for (const std::optional<Node>& node : nodes)
      if (node && at.counts(node->valid)) counting.add(node->id);
  }
  return counting;
}

}  // namespace

std::uint64_t bytes_of(const Properties& props) {
  std::uint64_t bytes = props.size() * sizeof(Property);
  for (const Property& property : props) bytes += property.name.size() + bytes_of(property.value);
  return bytes;
}

std::uint64_t bytes_of(const Node& node) {
  return sizeof(Node) + node.ref.kind.size() + node.ref.key.size() + bytes_of(node.props);
}

void OrderedRefs::add(const Ref& ref) {
  texts.append(ref.kind).append(1, ':').append(ref.key);
  ends.push_back(static_cast<std::uint32_t>(texts.size()));
}

Status NodesRead::read(Budget& budget) const {
  if (is_read()) return {};
  if (!budget.charge(ids.size() * kStepsPerNode)) return budget.reason();
  AMONT_LET(auto found, at->view.nodes(ids));
  std::vector<Node> all;
  std::vector<bool> living;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    living.push_back(found[i].has_value());
    if (found[i]) {
      all.push_back(*std::move(found[i]));
    } else {
      Node gone;
      gone.id = ids[i];
      AMONT_LET(gone.ref, at->view.ref(ids[i]));
      all.push_back(std::move(gone));
    }
    bytes += bytes_of(all.back());
  }
  held = std::make_unique<Held>(budget, bytes);
  if (budget.ended()) return budget.reason();
  nodes = std::move(all);
  alive = std::move(living);
  return {};
}

Result<std::shared_ptr<const NodesRead>> read_page(const AtView& at, Budget& budget, std::span<const NodeId> ids) {
  auto page = std::make_shared<NodesRead>();
  page->at = &at;
  page->ids.assign(ids.begin(), ids.end());
  AMONT_TRY(page->read(budget));
  return std::shared_ptr<const NodesRead>(std::move(page));
}

std::shared_ptr<const AnswerSet::Order> AnswerSet::order_of(Budget& budget, std::vector<Reached> nodes,
                                                            std::shared_ptr<const OrderedRefs> refs) {
  auto order = std::make_shared<Order>();
  order->held = std::make_unique<Held>(budget, nodes.size() * sizeof(Reached) + (refs ? refs->bytes() : 0));
  order->nodes = std::move(nodes);
  order->refs = std::move(refs);
  return order;
}

AnswerSet::AnswerSet(const AtView* at, Budget& budget, std::vector<Reached> answer) : at_(at) {
  std::vector<NodeId> ids;
  ids.reserve(answer.size());
  for (const Reached& reached : answer) ids.push_back(reached.id);
  std::sort(ids.begin(), ids.end());
  nodes_ = NodeSet(ids);
  answer_ = order_ = order_of(budget, std::move(answer));
}

AnswerSet AnswerSet::narrowed(NodeSet nodes) const {
  AnswerSet fewer(at_, std::move(nodes));
  fewer.answer_ = answer_;
  return fewer;
}

AnswerSet AnswerSet::united(const AnswerSet& other) const {
  const AtView* later = other.at_->view.tx() > at_->view.tx() ? other.at_ : at_;
  AnswerSet both(later, nodes_ | other.nodes_);
  if (answer_ == other.answer_) both.answer_ = answer_;
  return both;
}

Result<std::span<const Reached>> AnswerSet::in_order(Budget& budget) {
  if (!order_) {
    std::vector<Reached> sorted;
    std::shared_ptr<OrderedRefs> texts;
    sorted.reserve(nodes_.size());
    if (!budget.charge((answer_ ? answer_->nodes.size() : nodes_.size() * kStepsPerNode) + 1)) return budget.reason();
    if (answer_) {
      for (const Reached& reached : answer_->nodes)
        if (nodes_.contains(reached.id)) sorted.push_back(reached);
    } else {
      const std::vector<NodeId> ids = nodes_.ids();
      const Held refs_held(budget, ids.size() * 64);
      if (budget.ended()) return budget.reason();
      AMONT_LET(std::vector<Ref> refs, at_->view.refs(ids));
      std::vector<std::pair<Ref, NodeId>> by_ref;
      by_ref.reserve(ids.size());
      for (std::size_t i = 0; i < ids.size(); ++i) by_ref.emplace_back(std::move(refs[i]), ids[i]);
      std::sort(by_ref.begin(), by_ref.end(), [](const auto& a, const auto& b) {
        if (a.first.kind == b.first.kind) return a.first.key < b.first.key;
        return a.first.text() < b.first.text();  // a kind may begin another: "run:" comes after "run2:"
      });
      if (by_ref.size() <= kRefsKept) texts = std::make_shared<OrderedRefs>();
      for (const auto& [ref, id] : by_ref) {
        sorted.push_back({id, {}, Precision::kExact, false});
        if (texts) texts->add(ref);
        if (texts && texts->texts.size() > kRefBytesKept) texts.reset();
      }
    }
    order_ = order_of(budget, std::move(sorted), std::move(texts));
  }
  if (budget.ended()) return budget.reason();
  return std::span<const Reached>(order_->nodes);
}

Result<std::shared_ptr<const NodesRead>> AnswerSet::page_at(Budget& budget, std::size_t position) {
  AMONT_LET(const std::span<const Reached> order, in_order(budget));
  const std::size_t first = position / kPageNodes * kPageNodes;
  if (page_ && page_first_ == first) return page_;
  auto page = std::make_shared<NodesRead>();
  page->at = at_;
  for (const Reached& reached : order.subspan(first, std::min(kPageNodes, order.size() - first)))
    page->ids.push_back(reached.id);
  page->refs = order_->refs;
  page->first_ref = first;
  page_ = std::move(page);
  page_first_ = first;
  return page_;
}

Result<NodeSet> of_kinds(const AtView& at, Budget& budget, const NodeSet& set, std::span<const std::string> kinds) {
  const Schema& schema = at.view.schema();
  std::vector<bool> wanted(schema.nodes().size());
  for (const std::string& kind : kinds) {
    AMONT_TRY(check_node_kind(schema, kind));
    wanted[number_of(schema.node(kind)->kind)] = true;
  }
  const std::vector<NodeId> ids = set.ids();
  std::vector<NodeId> kept;
  // Briefs are read in runs: as long as the next id is near, one call serves it too.
  for (std::size_t i = 0; i < ids.size();) {
    const std::uint64_t first = number_of(ids[i]);
    std::size_t end = i + 1;
    while (end < ids.size() && number_of(ids[end]) - number_of(ids[end - 1]) <= 8 && number_of(ids[end]) - first < 4096)
      ++end;
    const std::uint64_t count = number_of(ids[end - 1]) - first + 1;
    if (!budget.charge(count)) return budget.reason();
    AMONT_LET(const std::vector<NodeBrief> briefs, at.view.briefs(ids[i], count));
    for (; i < end; ++i) {
      const NodeBrief& brief = briefs[number_of(ids[i]) - first];
      if (brief.alive && wanted[number_of(brief.kind)]) kept.push_back(ids[i]);
    }
  }
  return NodeSet(kept);
}

Result<NodeSet> all_of_kind(const AtView& at, Budget& budget, std::string_view kind) {
  if (at.view.schema().nodes().empty()) return NodeSet();  // before the first transaction there are no kinds
  if (!kind.empty()) AMONT_TRY(check_node_kind(at.view.schema(), kind));
  if (!budget.charge(at.view.id_count() + 1)) return budget.reason();
  AMONT_LET(const NodeSet all, nodes_of_kind(at.view, kind));
  return that_count(at, budget, all);
}

Result<NodeSet> far_ends(const AtView& at, Budget& budget, const NodeSet& set, Direction direction,
                         std::span<const std::string> edge_kinds) {
  const Schema& schema = at.view.schema();
  std::vector<bool> wanted(schema.edges().size(), edge_kinds.empty());
  for (const std::string& kind : edge_kinds) {
    AMONT_TRY(check_edge_kind(schema, kind));
    wanted[number_of(schema.edge(kind)->kind)] = true;
  }
  std::vector<NodeId> far;
  for (const NodeId id : set.ids()) {
    if (!at.valid_at) {  // edges count whatever their records say
      AMONT_LET(const std::vector<Neighbour> neighbours, at.view.neighbours(id, direction));
      if (!budget.charge(kStepsPerNode * (neighbours.size() + 1))) return budget.reason();
      for (const Neighbour& neighbour : neighbours)
        if (wanted[number_of(neighbour.kind)]) far.push_back(neighbour.node);
      continue;
    }
    AMONT_LET(const std::vector<Edge> edges, at.view.edges(id, direction));
    if (!budget.charge(kStepsPerNode * (edges.size() + 1))) return budget.reason();
    for (const Edge& edge : edges)
      if (wanted[number_of(edge.kind)] && at.counts(edge.valid))
        far.push_back(direction == Direction::kUpstream ? edge.to : edge.from);
  }
  std::sort(far.begin(), far.end());
  far.erase(std::unique(far.begin(), far.end()), far.end());
  return that_count(at, budget, NodeSet(far));
}

}  // namespace amont
