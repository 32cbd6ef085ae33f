#include "tests/support/logged_sample.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "tests/support/small_schema.h"

namespace amont {
namespace {

bool same(const PropertyChange& a, const PropertyChange& b) { return a.name == b.name && a.value == b.value; }
bool same(const std::vector<PropertyChange>& a, const std::vector<PropertyChange>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return same(x, y); });
}
bool same(const LoggedNodePut& a, const LoggedNodePut& b) {
  return a.id == b.id && a.binds == b.binds && a.begins == b.begins && a.ref == b.ref && same(a.props, b.props) &&
         a.valid_from == b.valid_from && a.valid_to == b.valid_to;
}
bool same(const LoggedEdgePut& a, const LoggedEdgePut& b) {
  return a.edge == b.edge && a.begins == b.begins && same(a.props, b.props) && a.valid_from == b.valid_from &&
         a.valid_to == b.valid_to;
}
bool same(const LoggedNodeRetract& a, const LoggedNodeRetract& b) { return a.id == b.id; }
bool same(const LoggedEdgeRetract& a, const LoggedEdgeRetract& b) { return a.edge == b.edge; }
bool same(const LoggedSchema& a, const LoggedSchema& b) {
  const auto nodes_agree = [](const NodeRow& x, const NodeRow& y) {
    return x.name == y.name && x.role == y.role && x.props == y.props;
  };
  const auto edges_agree = [](const EdgeRow& x, const EdgeRow& y) {
    return x.name == y.name && x.edge_class == y.edge_class && x.weak == y.weak && x.same_kind == y.same_kind &&
           x.ends == y.ends && x.props == y.props;
  };
  const SchemaGrowth &g = a.growth, &h = b.growth;
  return g.source == h.source &&
         std::equal(g.nodes.begin(), g.nodes.end(), h.nodes.begin(), h.nodes.end(), nodes_agree) &&
         std::equal(g.edges.begin(), g.edges.end(), h.edges.begin(), h.edges.end(), edges_agree);
}

bool same(const LoggedRedaction& a, const LoggedRedaction& b) {
  return a.of == b.of && a.id == b.id && a.edge == b.edge && a.tx == b.tx && a.name == b.name && a.only == b.only &&
         a.erased == b.erased;
}
bool same(const LoggedRule& a, const LoggedRule& b) { return a.rule == b.rule; }
bool same(const LoggedRuleRemoval& a, const LoggedRuleRemoval& b) { return a.name == b.name; }

bool same(const LoggedChange& a, const LoggedChange& b) {
  if (a.index() != b.index()) return false;
  return std::visit([&](const auto& change) { return same(change, std::get<std::decay_t<decltype(change)>>(b)); }, a);
}

bool same(const LoggedFinding& a, const LoggedFinding& b) {
  return a.rule == b.rule && a.mode == b.mode && a.overridden == b.overridden && a.checked == b.checked &&
         a.violations == b.violations && a.nodes == b.nodes;
}

bool same(const LoggedHead& a, const LoggedHead& b) {
  return a.kind == b.kind && a.register_id == b.register_id && a.number == b.number && a.time == b.time &&
         a.batch == b.batch && a.next_node_id == b.next_node_id && a.schema_version == b.schema_version &&
         a.previous_root == b.previous_root;
}

}  // namespace

Schema sample_schema() {
  Schema schema;
  NodeRow codes;
  codes.name = "codes";
  codes.props = {{"unit", ValueType::kText, false, true}, {"secret", ValueType::kText, false, false}};
  SchemaGrowth more;
  more.nodes = {codes};
  if (!schema.grow(small_schema()).ok() || !schema.grow(more).ok()) std::abort();
  return schema;
}

NodeKind sample_kind(const Schema& schema, NodeId id) {
  return schema.node(number_of(id) == 1 ? "output" : number_of(id) == 3 ? "codes" : "dataset")->kind;
}

LoggedTransaction sample_transaction(const Schema& schema) {
  LoggedTransaction out;
  out.head.kind = TxKind::kBatchPart;
  for (std::uint8_t i = 0; i < 16; ++i) out.head.register_id[i] = static_cast<std::uint8_t>(0xa0 + i);
  out.head.number = 0x0102030405060708;
  out.head.time = *Timestamp::parse("2026-01-01T00:00:00.5Z");
  out.head.batch = 41;
  out.head.next_node_id = 4;
  out.head.schema_version = 2;
  out.head.previous_root = sha256("the root before");
  out.author = "M. Dupont";
  out.reason = "caf\xc3\xa9\nand more";
  out.source = {"jsonl", "hub.jsonl", "00ff", 7, Timestamp{-1}};
  out.idempotency_key = "key-1";
  out.again = "the person agreed";
  out.request = sha256("a request");

  const std::string long_text(300, 'x');
  LoggedNodePut first{
      NodeId{0}, true, true, {"dataset", "snds/dcir"}, {}, std::optional(Timestamp{1}), std::optional(Timestamp{2})};
  first.props = {{"at", Value(Timestamp{-1})},
                 {"flag", Value(false)},
                 {"free", Value(List{std::string("sealed"), true, 2.5, Timestamp{3}, std::int64_t{-4}})},
                 {"n", Value(std::numeric_limits<std::int64_t>::min())},
                 {"ratio", Value(-0.5)},
                 {"tags", Value(List{std::string("plain"), std::string("")})},
                 {"title", Value(long_text)}};
  LoggedNodePut second{NodeId{1}, true, true, {"output", "x:y"}, {}, {}, {}};
  LoggedNodePut merged{NodeId{2}, false, false, {}, {{"flag", Value(true)}, {"title", {}}, {"z", Value(List{})}},
                       {},        {}};
  merged.valid_from = std::optional<Timestamp>();
  LoggedNodePut coded{
      NodeId{3}, false, true, {}, {{"secret", Value(std::string("s"))}, {"unit", Value(std::string("kg"))}}, {}, {}};
  coded.valid_to = std::optional<Timestamp>();
  LoggedEdgePut edge{{schema.edge("derived_from")->kind, NodeId{1}, NodeId{0}, "lab\xc3\xa9l"},
                     true,
                     {},
                     std::optional(Timestamp{5}),
                     {}};
  edge.props = {{"n", Value(std::int64_t{9})}, {"title", Value(std::string("how"))}};
  LoggedEdgePut bare{{schema.edge("same_as")->kind, NodeId{0}, NodeId{300}, ""}, false, {}, {}, {}};
  SchemaGrowth growth = custom_growth();
  out.changes = {first,
                 second,
                 merged,
                 coded,
                 edge,
                 bare,
                 LoggedNodeRetract{NodeId{2}},
                 LoggedEdgeRetract{edge.edge},
                 LoggedSchema{growth},
                 LoggedRule{{"few/names", RuleMode::kAnnotate, "return rows{}", {{"least", "3"}, {"today", "now"}}}},
                 LoggedRuleRemoval{"old"}};
  out.findings = {{"old", RuleMode::kRefuse, true, true, 300, {NodeId{1}, NodeId{300}}},
                  {"slow", RuleMode::kAnnotate, false, false, 0, {}}};
  Digest commitment;
  commitment.fill(7);
  out.changes.push_back(LoggedRedaction{
      LoggedRedaction::Of::kNode, NodeId{2}, {}, 0, "title", 0, {{3, 70000, 5, commitment}, {5, 0, 0, commitment}}});
  out.changes.push_back(LoggedRedaction{LoggedRedaction::Of::kEdge, {}, edge.edge, 0, "title", 4, {}});
  out.changes.push_back(
      LoggedRedaction{LoggedRedaction::Of::kHeading, {}, {}, 6, "author", 0, {{6, 0, 0, commitment}}});
  out.changes.push_back(LoggedRedaction{LoggedRedaction::Of::kRequest, {}, {}, 6, "key-0", 0, {{6, 3, 0, commitment}}});
  return out;
}

bool same_transaction(const LoggedTransaction& a, const LoggedTransaction& b) {
  return same(a.head, b.head) && a.author == b.author && a.reason == b.reason && a.source == b.source &&
         a.idempotency_key == b.idempotency_key && a.request == b.request && a.again == b.again &&
         std::equal(a.findings.begin(), a.findings.end(), b.findings.begin(), b.findings.end(),
                    [](const auto& x, const auto& y) { return same(x, y); }) &&
         std::equal(a.changes.begin(), a.changes.end(), b.changes.begin(), b.changes.end(),
                    [](const auto& x, const auto& y) { return same(x, y); });
}

}  // namespace amont
