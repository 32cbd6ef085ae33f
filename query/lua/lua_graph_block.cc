// graph{set, edges(x), highlight = path(a, b), gaps = {...}, fold = "project"}: boxes and arrows; graph{x, direction = "down"}: what a
// walk from x follows, with the options of a walk; upstream unless told.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "query/lua/ask_options.h"
#include "query/lua/nearest.h"
#include "query/lua/report_drawing.h"
#include "query/lua/report_parts.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::string_view kGap = "gap";
constexpr std::string_view kOwnNames[] = {"title", "highlight", "gaps", "fold", "legend"};
constexpr std::string_view kAllNames[] = {"title", "highlight", "gaps",      "fold",        "legend",
                                          "depth", "kind",      "direction", "granularity", "through",
                                          "exact", "precision", "limit",     "reduce"};

Status read_fold(const ScriptValue& table, ToDraw& out) {
  const ScriptValue* fold = table.field("fold");
  if (!fold) return {};
  out.fold = Drawing::Fold::kAlways;
  if (fold->what == What::kBoolean) {
    if (!fold->boolean) out.fold = Drawing::Fold::kNever;
  } else if (fold->what == What::kText && fold->text == "project") {
    out.fold_by = FoldBy::kProject;
  } else if (fold->what == What::kText && fold->text == "base") {
    out.fold_by = FoldBy::kBase;
  } else {
    static constexpr std::string_view kWords[] = {"project", "base"};
    return invalid(fmt::format("fold must be \"project\", \"base\", true (both) or false{}",
                               fold->what == What::kText ? did_you_mean(fold->text, kWords) : ""));
  }
  return {};
}

using EdgeKey = std::tuple<NodeId, NodeId, std::string, std::string>;
EdgeKey key_of(const ToDraw::Edge& edge) { return {edge.from, edge.to, edge.kind, edge.label}; }

// Marks edges that are drawn already, and draws those that are not. One without a label means all of its kind between its ends.
void mark_edges(const std::vector<ToDraw::Edge>& marked, ToDraw& out, void (*mark)(ToDraw::Edge&, const std::string&)) {
  std::map<EdgeKey, std::size_t> places;
  for (std::size_t i = 0; i < out.edges.size(); ++i) places.emplace(key_of(out.edges[i]), i);
  for (const ToDraw::Edge& edge : marked) {
    const auto same = [&](const ToDraw::Edge& drawn) {
      return drawn.from == edge.from && drawn.to == edge.to && drawn.kind == edge.kind &&
             (edge.label.empty() || drawn.label == edge.label);
    };
    auto at = places.lower_bound(key_of(edge));
    if (at == places.end() || !same(out.edges[at->second])) {
      at = places.emplace(key_of(edge), out.edges.size()).first;
      out.edges.push_back(edge);
    }
    for (; at != places.end() && same(out.edges[at->second]); ++at) mark(out.edges[at->second], edge.gap);
  }
}

// A set lights up its nodes and what joins them; a path or edges light up their own way only.
Status read_highlight(const ScriptValue& table, const AtView& at, Budget& budget, ToDraw& out) {
  const ScriptValue* value = table.field("highlight");
  if (!value) return {};
  Named named;
  AMONT_TRY(read_things(*value, at, budget, "highlight", false, named));
  const auto light = [](ToDraw::Edge& edge, const std::string&) { edge.highlighted = true; };
  std::vector<NodeId> lit;
  for (ToDraw::Node& node : named.nodes) {
    lit.push_back(node.id);
    node.highlighted = true;
    node.possible = false;
    out.nodes.push_back(node);
  }
  if (named.edges.empty()) {
    std::sort(lit.begin(), lit.end());
    const NodeSet all{std::span<const NodeId>(lit)};
    for (ToDraw::Edge& edge : out.edges) edge.highlighted = all.contains(edge.from) && all.contains(edge.to);
  }
  mark_edges(named.edges, out, light);
  return {};
}

Status read_gaps(const ScriptValue& table, const AtView& at, Budget& budget, ToDraw& out) {
  const ScriptValue* value = table.field("gaps");
  if (!value) return {};
  Named named;
  AMONT_TRY(read_things(*value, at, budget, "gaps", true, named));
  for (ToDraw::Node& node : named.nodes) {
    if (node.gap.empty()) node.gap = kGap;
    node.possible = false;
    out.nodes.push_back(node);
  }
  mark_edges(named.edges, out,
             [](ToDraw::Edge& edge, const std::string& why) { edge.gap = why.empty() ? std::string(kGap) : why; });
  return {};
}

// A walk from what is named: drawn whole.
Result<ToDraw> read_walk(ScriptValue table, const AtView& at, ScriptContext* context, Budget& budget) {
  Named named;
  for (const ScriptValue& one : table.list) AMONT_TRY(read_things(one, at, budget, "graph{}", false, named));
  if (!named.edges.empty())
    return invalid("a walk begins at nodes; leave out direction and the like to draw these edges as they are");
  std::vector<NodeId> starts;
  for (const ToDraw::Node& node : named.nodes) starts.push_back(node.id);
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::erase_if(table.fields, [](const auto& field) {
    return std::find(std::begin(kOwnNames), std::end(kOwnNames), field.first) != std::end(kOwnNames);
  });
  OwnOptions own;
  own.takes_direction = own.takes_reduce = true;
  AMONT_LET(AskOptions options, options_in(table, at, budget, &own));
  options.want_edges = true;
  if (starts.empty()) return ToDraw();
  AMONT_LET(const Answer answer,
            (own.direction == Direction::kUpstream ? upstream : downstream)(at.view, starts, options));
  context->take(answer.completeness);
  return walk_to_draw(at.view, starts, answer, budget);
}

// What is named as it is; lineage between the nodes where no edges are named.
Result<ToDraw> read_named_things(const ScriptValue& table, const AtView& at, Budget& budget) {
  Named named;
  for (const ScriptValue& one : table.list) AMONT_TRY(read_things(one, at, budget, "graph{}", false, named));
  ToDraw out;
  out.nodes = std::move(named.nodes);
  out.edges = std::move(named.edges);
  if (out.nodes.empty()) {  // then the ends of the edges are what was asked for
    for (const ToDraw::Edge& edge : out.edges)
      for (const NodeId end : {edge.from, edge.to}) out.nodes.push_back({end, false, true, false, false, {}});
  }
  if (!out.edges.empty()) return out;
  std::vector<NodeId> ids;
  for (const ToDraw::Node& node : out.nodes) ids.push_back(node.id);
  AMONT_LET(const AskOptions options, options_in({}, at, budget));
  AMONT_LET(const std::vector<FollowedEdge> between, edges_between(at.view, ids, options));
  if (!budget.charge(between.size() + 1)) return budget.reason();
  add_edges(at.view, between, out);
  return out;
}

// Options of a walk ask for one, and so does one ref or node alone: its own picture would say nothing.
bool asks_for_a_walk(const ScriptValue& table) {
  const bool is_one = table.list.size() == 1 && (table.list[0].what == What::kText || slot_in<NodeItem>(table.list[0]));
  return is_one || std::any_of(table.fields.begin(), table.fields.end(), [](const auto& field) {
           return std::find(std::begin(kOwnNames), std::end(kOwnNames), field.first) == std::end(kOwnNames);
         });
}

std::uint64_t bytes_of(const Drawing& drawing) {
  std::uint64_t bytes = 0;
  for (const Drawing::Node& node : drawing.nodes)
    bytes += sizeof node + node.ref.size() + node.title.size() + node.gap.size();
  for (const Drawing::Edge& edge : drawing.edges)
    bytes += sizeof edge + edge.kind.size() + edge.label.size() + edge.gap.size();
  for (const Drawing::Group& group : drawing.groups) bytes += sizeof group + group.ref.size() + group.title.size();
  return bytes;
}

Result<Block> graph_block(const ScriptValue& table, ScriptContext* context, Budget& budget) {
  AMONT_TRY(check_names(table, "graph{}", kAllNames));
  auto block = std::make_shared<ReportBlock>();
  block->what = ReportBlock::What::kGraph;
  AMONT_TRY(read_label(table, "title", &block->title));
  const AtView& at = view_of(table, context->now());
  AMONT_LET(ToDraw what,
            asks_for_a_walk(table) ? read_walk(table, at, context, budget) : read_named_things(table, at, budget));
  AMONT_TRY(read_highlight(table, at, budget, what));
  AMONT_TRY(read_gaps(table, at, budget, what));
  AMONT_TRY(read_fold(table, what));
  AMONT_LET(block->graph, draw_within(at, what, budget));
  AMONT_LET(block->graph.legend, read_flag(table, "legend", true));
  const std::uint64_t bytes = bytes_of(block->graph);
  if (!budget.take_rows(block->graph.nodes.size() + block->graph.edges.size()) || !budget.take_output(bytes))
    return budget.reason();
  return make_block(budget, std::move(block), bytes);
}

}  // namespace

int make_graph(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  Slot<Block>* slot = push_slot<Block>(L);
  run_into(slot, [&]() -> Result<Block> {
    AMONT_LET(const ScriptValue table, read_value(L, 1));
    if (table.list.empty()) return invalid("graph{} begins with what to draw: a set, edges, a path, or lists of these");
    return graph_block(table, context, *slot->budget);
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

}  // namespace amont
