#include "query/lua/report_drawing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "query/lua/report_parts.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::uint64_t kStepsPerThing = 20;
constexpr std::uint64_t kStepsPerLook = 20'000;  // what draw() costs between two times it asks whether to go on
constexpr std::string_view kNamesOfEdge[] = {"from", "to", "kind", "label"};

class ThingReader {
 public:
  ThingReader(const AtView& at, Budget& budget, std::string_view where, bool takes_reasons, Named& out)
      : at_(at), budget_(budget), where_(where), takes_reasons_(takes_reasons), out_(out) {}

  Status read(const ScriptValue& value, const std::string& why) {
    if (!budget_.charge(kStepsPerThing)) return budget_.reason();
    if (value.what == What::kText) {
      AMONT_LET(const NodeId id, find_id(at_, value.text));
      return add_node(id, false, why);
    }
    if (const auto* node = slot_in<NodeItem>(value); node && node->value)
      return add_node(node->value->id(), is_possible(node->value->is_answer, node->value->reached), why);
    if (const auto* edge = slot_in<EdgeItem>(value); edge && edge->value) return add_edge(edge->value->row().edge, why);
    if (auto* set = slot_in<AnswerSet>(value); set && set->value) return add_set(*set->value, why);
    if (value.what == What::kTable) return read_table(value, why);
    return unexpected();
  }

 private:
  static bool is_possible(bool is_answer, const Reached& reached) {
    return is_answer && reached.precision == Precision::kPossible;
  }

  Status add_node(NodeId id, bool possible, const std::string& why) {
    ToDraw::Node& node = out_.nodes.emplace_back();
    node.id = id;
    node.possible = possible;
    node.gap = why;
    return {};
  }

  Status add_edge(const Edge& edge, const std::string& why) {
    out_.edges.push_back({edge.from, edge.to, edge.kind_name, edge.label, false, why});
    return {};
  }

  Status add_set(AnswerSet& set, const std::string& why) {
    AMONT_LET(const std::span<const Reached> order, set.in_order(budget_));
    if (!budget_.charge(order.size())) return budget_.reason();
    for (const Reached& one : order) AMONT_TRY(add_node(one.id, is_possible(set.is_answer(), one), why));
    return {};
  }

  Status read_table(const ScriptValue& table, std::string why) {
    if (takes_reasons_ && table.field("covered")) return read_use(table);
    if (table.field("from") || table.field("to")) return read_edge(table, why);
    if (const ScriptValue* given = table.field("why"); given && takes_reasons_) {
      if (given->what != What::kText) return invalid("why must be text");
      AMONT_TRY(check_label_text(given->text, "why"));
      why = given->text;
    } else if (!table.fields.empty() && !table.field("edges")) {
      return unexpected();
    }
    for (const ScriptValue& one : table.list) AMONT_TRY(read(one, why));
    if (const ScriptValue* edges = table.field("edges")) AMONT_TRY(read(*edges, why));  // of a path
    return {};
  }

  // A use as coverage() tells it: a gap, for its reasons, unless it was covered.
  Status read_use(const ScriptValue& use) {
    if (use.field("covered")->boolean) return {};
    ToDraw::Edge edge;
    AMONT_LET(edge.from, end_of(use, use.field("run") ? "run" : "project"));
    AMONT_LET(edge.to, end_of(use, "dataset"));
    edge.kind = "used";
    const ScriptValue* const gaps = use.field("gaps");
    std::set<std::string> reasons;
    for (const ScriptValue& gap : gaps ? std::span(gaps->list) : std::span<const ScriptValue>())
      if (const ScriptValue* reason = gap.field("reason")) reasons.insert(reason->text);
    edge.gap = fmt::format("{}", fmt::join(reasons, ", "));
    out_.edges.push_back(std::move(edge));
    return {};
  }

  // {from = "output:x", to = node, kind = "informs"}
  Status read_edge(const ScriptValue& table, const std::string& why) {
    AMONT_TRY(check_names(table, "an edge", kNamesOfEdge));
    ToDraw::Edge edge;
    AMONT_LET(edge.from, end_of(table, "from"));
    AMONT_LET(edge.to, end_of(table, "to"));
    AMONT_TRY(read_label(table, "kind", &edge.kind));
    AMONT_TRY(read_label(table, "label", &edge.label));
    edge.gap = why;
    out_.edges.push_back(std::move(edge));
    return {};
  }

  Result<NodeId> end_of(const ScriptValue& table, std::string_view name) {
    const ScriptValue* value = table.field(name);
    if (value && value->what == What::kText) return find_id(at_, value->text);
    if (const auto* node = value ? slot_in<NodeItem>(*value) : nullptr; node && node->value) return node->value->id();
    return invalid(fmt::format("an edge's {} must be a ref or a node", name));
  }

  Status unexpected() const {
    return invalid(fmt::format(
        "{} takes refs, nodes, sets, edges, paths, {{from = ..., to = ..., kind = ...}}, and lists of these", where_));
  }

  const AtView& at_;
  Budget& budget_;
  std::string_view where_;
  bool takes_reasons_;
  Named& out_;
};

}  // namespace

void add_edges(const Snapshot& view, std::span<const FollowedEdge> edges, ToDraw& out) {
  for (const FollowedEdge& edge : edges)
    out.edges.push_back({edge.from, edge.to, view.schema().edge(edge.kind).name, edge.label, false, {}});
}

Result<ToDraw> walk_to_draw(const Snapshot& view, std::span<const NodeId> starts, const Answer& answer,
                            Budget& budget) {
  ToDraw out;
  if (!budget.charge(answer.nodes.size() + answer.edges.size() + 1)) return budget.reason();
  for (const NodeId id : starts) out.nodes.push_back({id, true, true, false, false, {}});
  for (const Reached& one : answer.nodes)
    out.nodes.push_back({one.id, false, true, one.precision == Precision::kPossible, false, {}});
  add_edges(view, answer.edges, out);
  return out;
}

Result<Drawing> draw_within(const AtView& at, const ToDraw& what, Budget& budget) {
  // As they came, by id in maps, and as they are drawn.
  constexpr std::uint64_t kTimes = 4;
  const Held held(budget,
                  kTimes * (what.nodes.size() * sizeof(ToDraw::Node) + what.edges.size() * sizeof(ToDraw::Edge)));
  if (budget.ended()) return budget.reason();
  return draw(at.view, what, [&budget] { return budget.charge_and_look(kStepsPerLook); });
}

Status read_things(const ScriptValue& value, const AtView& at, Budget& budget, std::string_view where,
                   bool takes_reasons, Named& out) {
  return ThingReader(at, budget, where, takes_reasons, out).read(value, {});
}

}  // namespace amont
