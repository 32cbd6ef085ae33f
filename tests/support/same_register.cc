#include "tests/support/same_register.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <type_traits>
#include <vector>

#include "amont/surroundings.h"

namespace amont {
namespace {

std::string text_of(const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) return "\"" + *text + "\"";
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&scalar)) return fmt::format("real {}", *real);
  if (const auto* flag = std::get_if<bool>(&scalar)) return *flag ? "true" : "false";
  return std::get<Timestamp>(scalar).text();
}

std::string text_of(const Value& value) {
  if (const auto* list = std::get_if<List>(&value)) {
    std::string text = "[";
    for (const Scalar& item : *list) text += text_of(item) + ", ";
    return text + "]";
  }
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, List>)
          return "";
        else
          return text_of(Scalar(one));
      },
      value);
}

std::string text_of(const std::optional<Timestamp>& time) { return time ? time->text() : "-"; }

// An integer put where the schema says real reads as the same number, whatever it is kept as.
bool same_value(const Value& a, const Value& b) {
  const auto number = [](const Value& value) -> std::optional<double> {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::nullopt;
  };
  if (a == b) return true;
  return a.index() != b.index() && number(a) && number(a) == number(b);
}

std::string difference(const Interval& valid, const Properties& props, TxNumber tx, const ModelRecord& model) {
  if (valid != model.valid) {
    return fmt::format("valid {}..{}, expected {}..{}", text_of(valid.from), text_of(valid.to),
                       text_of(model.valid.from), text_of(model.valid.to));
  }
  if (tx < model.tx_first || tx > model.tx)
    return fmt::format("made by {}, expected {}..{}", tx, model.tx_first, model.tx);
  if (!std::ranges::is_sorted(props, {}, &Property::name)) return "properties out of order";
  for (const Property& property : props) {
    const auto expected = model.props.find(property.name);
    if (expected == model.props.end()) return "has unexpected property " + property.name;
    if (!same_value(property.value, expected->second)) {
      return fmt::format("{} is {}, expected {}", property.name, text_of(property.value), text_of(expected->second));
    }
  }
  if (props.size() != model.props.size())
    return fmt::format("{} properties, expected {}", props.size(), model.props.size());
  return "";
}

class Comparing {
 public:
  Comparing(const Snapshot& view, const ModelState& model, bool thorough)
      : view_(view), model_(model), thorough_(thorough) {}

  Comparison run() {
    std::string wrong = compare_schema();
    for (const auto& [ref, record] : model_.nodes) {
      if (wrong.empty()) wrong = compare_node(ref, record);
    }
    if (wrong.empty()) wrong = compare_edges();
    if (wrong.empty() && thorough_) wrong = compare_each_edge();
    if (wrong.empty() && thorough_) wrong = compare_gone();
    if (wrong.empty() && thorough_) wrong = compare_ids();
    if (!status_.ok()) return {std::move(status_), ""};
    if (!wrong.empty()) wrong = fmt::format("at {} (shown as {}): {}", model_.tx, view_.tx(), wrong);
    return {Status(), std::move(wrong)};
  }

 private:
  // Remembers why the register could not answer, and ends the comparison with any text.
  std::string failed(const std::string& asked, Status status) {
    status_ = std::move(status).while_doing(asked);
    return "no answer";
  }

  std::string compare_schema() const {
    const Schema& schema = view_.schema();
    if (schema.nodes().size() != model_.schema.nodes().size()) return "another number of node kinds";
    if (schema.edges().size() != model_.schema.edges().size()) return "another number of edge kinds";
    for (const NodeRow& row : schema.nodes()) {
      const NodeRow& expected = model_.schema.node(row.kind);
      if (row.text() != expected.text()) return row.text() + ", expected " + expected.text();
    }
    for (const EdgeRow& row : schema.edges()) {
      const EdgeRow& expected = model_.schema.edge(row.kind);
      if (row.text() != expected.text()) return row.text() + ", expected " + expected.text();
    }
    return "";
  }

  std::string compare_node(const Ref& ref, const ModelRecord& record) {
    const auto id = view_.find(ref);
    if (!id.ok()) return failed(ref.text(), id.status());
    if (!id->has_value()) return ref.text() + " is not found";
    ids_[ref] = **id;
    const auto node = view_.node(**id);
    if (!node.ok()) return failed(ref.text(), node.status());
    if (!node->has_value()) return ref.text() + " is absent";
    if ((*node)->ref != ref) return ref.text() + " reads as " + (*node)->ref.text();
    if ((*node)->id != **id) return ref.text() + " has another id than its ref is bound to";
    if (view_.schema().node((*node)->kind).name != ref.kind) return ref.text() + " has another kind";
    const std::string wrong = difference((*node)->valid, (*node)->props, (*node)->tx, record);
    return wrong.empty() ? "" : ref.text() + ": " + wrong;
  }

  std::string compare_edges() {
    std::map<Ref, std::vector<const ModelEdgeKey*>> leaving;
    std::map<Ref, std::vector<const ModelEdgeKey*>> entering;
    for (const auto& [key, record] : model_.edges) {
      leaving[key.from].push_back(&key);
      entering[key.to].push_back(&key);
    }
    for (const auto& [ref, record] : model_.nodes) {
      std::string wrong = compare_edges_of(ref, Direction::kUpstream, leaving[ref]);
      if (wrong.empty() && thorough_) wrong = compare_edges_of(ref, Direction::kDownstream, entering[ref]);
      if (wrong.empty() && thorough_) wrong = compare_surroundings(ref);
      if (!wrong.empty()) return ref.text() + ": " + wrong;
    }
    return "";
  }

  // They are what the calls for each of their parts give.
  std::string compare_surroundings(const Ref& ref) {
    const auto all = surroundings(view_, ref);
    if (!all.ok()) return failed("surroundings", all.status());
    if (!all->has_value()) return "has no surroundings";
    const Node& node = (*all)->node;
    const auto expected = view_.node(ids_.at(ref));
    if (!expected.ok()) return failed("node", expected.status());
    if (node.id != (*expected)->id || node.kind != (*expected)->kind || node.ref != ref)
      return "another node stands in its surroundings";
    if (node.valid != (*expected)->valid || node.props != (*expected)->props || node.tx != (*expected)->tx)
      return "has other properties in its surroundings";
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      const auto neighbours = view_.neighbours(node.id, direction);
      if (!neighbours.ok()) return failed("neighbours", neighbours.status());
      const auto& named = direction == Direction::kUpstream ? (*all)->upstream : (*all)->downstream;
      if (named.size() != neighbours->size()) return "has other neighbours in its surroundings";
      for (std::size_t i = 0; i < named.size(); ++i) {
        const auto far = view_.ref(named[i].node);
        if (!far.ok()) return failed("ref", far.status());
        if (named[i] != NamedNeighbour{(*neighbours)[i].kind, (*neighbours)[i].node, *far})
          return fmt::format("has {} in its surroundings, where {} belongs", named[i].ref.text(), far->text());
      }
    }
    return "";
  }

  std::string compare_edges_of(const Ref& ref, Direction direction, std::vector<const ModelEdgeKey*> expected) {
    const bool up = direction == Direction::kUpstream;
    const auto order = [&](EdgeKind kind, NodeId far, std::string_view label) {
      return std::tuple(number_of(kind), number_of(far), std::string(label));
    };
    std::ranges::sort(expected, {}, [&](const ModelEdgeKey* key) {
      return order(model_.schema.edge(key->kind)->kind, ids_.at(up ? key->to : key->from), key->label);
    });
    const auto edges = view_.edges(ids_.at(ref), direction);
    const std::string where = up ? "upstream" : "downstream";
    if (!edges.ok()) return failed(where, edges.status());
    std::vector<Neighbour> far;
    for (const Edge& edge : *edges) far.push_back({edge.kind, up ? edge.to : edge.from});
    const auto neighbours = view_.neighbours(ids_.at(ref), direction);
    if (!neighbours.ok()) return failed(where, neighbours.status());
    if (*neighbours != far) return fmt::format("{}: neighbours are not the far nodes of the edges", where);
    for (std::size_t i = 0; i < std::min(edges->size(), expected.size()); ++i) {
      const Edge& edge = (*edges)[i];
      const ModelEdgeKey& key = *expected[i];
      if (edge.kind_name != key.kind || edge.label != key.label || edge.from != ids_.at(key.from) ||
          edge.to != ids_.at(key.to)) {
        return fmt::format("{}: edge {} is {} {}->{} \"{}\", expected {}", where, i, edge.kind_name,
                           number_of(edge.from), number_of(edge.to), edge.label, key.text());
      }
      const std::string wrong = difference(edge.valid, edge.props, edge.tx, model_.edges.at(key));
      if (!wrong.empty()) return fmt::format("{}: {}: {}", where, key.text(), wrong);
    }
    if (edges->size() != expected.size())
      return fmt::format("{}: {} edges, expected {}", where, edges->size(), expected.size());
    return "";
  }

  std::string compare_each_edge() {
    for (const ModelEdgeKey& key : model_.edges_known) {
      const auto record = model_.edges.find(key);
      const auto from = view_.find(key.from);
      const auto to = view_.find(key.to);
      if (!from.ok()) return failed(key.text(), from.status());
      if (!to.ok()) return failed(key.text(), to.status());
      if (!*from || !*to) return key.text() + ": an end was once known and is not found";
      const auto edge = view_.edge(model_.schema.edge(key.kind)->kind, **from, **to, key.label);
      if (!edge.ok()) return failed(key.text(), edge.status());
      if (edge->has_value() != (record != model_.edges.end())) {
        return key.text() + (edge->has_value() ? " is there and should not be" : " is not there");
      }
      if (!edge->has_value()) continue;
      const std::string wrong = difference((*edge)->valid, (*edge)->props, (*edge)->tx, record->second);
      if (!wrong.empty()) return key.text() + ": " + wrong;
    }
    return "";
  }

  std::string compare_gone() {
    for (const Ref& ref : model_.nodes_known) {
      if (model_.nodes.contains(ref)) continue;
      const auto node = view_.node(ref);
      if (!node.ok()) return failed(ref.text(), node.status());
      if (node->has_value()) return ref.text() + " is there and should be gone";
      const auto id = view_.find(ref);
      if (!id.ok()) return failed(ref.text(), id.status());
      if (!id->has_value()) return ref.text() + " has lost its id";
      const auto around = surroundings(view_, **id);
      if (!around.ok()) return failed(ref.text(), around.status());
      if (around->has_value()) return ref.text() + " is gone and still has surroundings";
      for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
        const auto edges = view_.edges(**id, direction);
        if (!edges.ok()) return failed(ref.text(), edges.status());
        if (!edges->empty()) return ref.text() + " is gone and still has edges";
      }
    }
    return "";
  }

  // Every id has a ref that leads back to it; briefs and nodes() say the same as node().
  std::string compare_ids() {
    const std::uint64_t count = view_.id_count();
    const auto briefs = view_.briefs(NodeId{0}, count);
    if (!briefs.ok()) return failed("briefs", briefs.status());
    if (briefs->size() != count) return "briefs of another number of ids";
    std::vector<NodeId> ids;
    for (std::uint64_t i = 0; i < count; ++i) ids.push_back(NodeId{i});
    const auto nodes = view_.nodes(ids);
    if (!nodes.ok()) return failed("nodes", nodes.status());
    const auto refs = view_.refs(ids);
    if (!refs.ok()) return failed("refs", refs.status());
    std::size_t alive = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Ref& ref = (*refs)[i];
      const auto back = view_.find(ref);
      if (!back.ok()) return failed(ref.text(), back.status());
      if (*back != std::optional(NodeId{i})) return fmt::format("id {} is {}, which leads elsewhere", i, ref.text());
      const bool expected = model_.nodes.contains(ref);
      if ((*nodes)[i].has_value() != expected) return "nodes() is wrong about " + ref.text();
      if ((*briefs)[i].alive != expected) return "briefs() is wrong about " + ref.text();
      if (expected && view_.schema().node((*briefs)[i].kind).name != ref.kind)
        return "briefs() has another kind for " + ref.text();
      alive += expected ? 1 : 0;
    }
    return alive == model_.nodes.size() ? "" : "some ids have no ref";
  }

  const Snapshot& view_;
  const ModelState& model_;
  bool thorough_;
  Status status_;
  std::map<Ref, NodeId> ids_;
};

}  // namespace

Comparison compare(const Snapshot& view, const ModelState& model, bool thorough) {
  return Comparing(view, model, thorough).run();
}

std::string difference(const Snapshot& view, const ModelState& model, bool thorough) {
  if (!view.damage().empty()) return "damaged: " + view.damage();
  Comparison compared = compare(view, model, thorough);
  return compared.status.ok() ? compared.wrong : compared.status.text();
}

}  // namespace amont
