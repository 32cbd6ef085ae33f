// tree{x, direction = "down", title = "..."}: what a walk from x follows, with the options of a walk; tree{x, function(node) ... end,
// depth = 3}: what a function says is below each node.

#include <algorithm>
#include <map>

#include "query/lua/ask_options.h"
#include "query/lua/report_drawing.h"
#include "query/lua/report_parts.h"
#include "query/lua/report_tree.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::size_t kItemsCounted = 256;  // found between two looks at how much memory they take
constexpr std::string_view kNamesOfCalled[] = {"depth", "title"};

Result<Block> tree_block(const TreeNodes& nodes, std::string title, Budget& budget, ScriptContext* context) {
  auto block = std::make_shared<ReportBlock>();
  block->what = ReportBlock::What::kTree;
  block->title = std::move(title);
  Completeness completeness;
  AMONT_LET(const std::uint64_t bytes, write_tree(nodes, budget, block->tree, completeness));
  context->take(completeness);
  return make_block(budget, std::move(block), bytes);
}

// What a drawing of a walk says, as nodes and what is below each.
TreeNodes tree_of(const Drawing& drawing, Direction direction) {
  TreeNodes nodes;
  for (const Drawing::Node& one : drawing.nodes) {
    TreeNodes::Item& item = nodes.items.emplace_back();
    item.ref = one.ref;
    item.title = one.title;
    if (one.possible) item.note = "possible";
    if (one.start) nodes.roots.push_back(nodes.items.size() - 1);
  }
  for (const Drawing::Edge& edge : drawing.edges) {
    const bool up = direction == Direction::kUpstream;
    nodes.items[up ? edge.from : edge.to].children.push_back({up ? edge.to : edge.from, edge.kind, edge.aside});
    if (edge.aside)
      nodes.items[up ? edge.to : edge.from].children.push_back({up ? edge.from : edge.to, edge.kind, true});
  }
  for (TreeNodes::Item& item : nodes.items) {
    std::ranges::stable_sort(item.children, {}, &TreeNodes::Child::place);
    std::vector<TreeNodes::Child> once;  // several kinds of edge may lead to one node
    for (TreeNodes::Child& child : item.children) {
      if (once.empty() || once.back().place != child.place)
        once.push_back(std::move(child));
      else if (once.back().through != child.through)
        once.back().through += ", " + child.through;
    }
    item.children = std::move(once);
  }
  return nodes;
}

// The tree of a walk from the value at index 2; the block's table is at index 1.
int make_walked(lua_State* L, ScriptContext* context) {
  Slot<Block>* slot = push_slot<Block>(L);
  run_into(slot, [&]() -> Result<Block> {
    Budget& budget = *slot->budget;
    AMONT_LET(ScriptValue table, read_value(L, 1));
    const AtView& at = view_of(table, context->now());
    std::string title;
    AMONT_TRY(read_label(table, "title", &title));
    std::erase_if(table.fields, [](const auto& field) { return field.first == "title"; });
    OwnOptions own;
    own.takes_direction = own.takes_reduce = true;
    AMONT_LET(AskOptions options, options_in(table, at, budget, &own));
    options.want_edges = true;
    AMONT_LET(const NodeSet starts, nodes_meant(L, 2, at, budget));
    if (starts.empty()) return tree_block({}, std::move(title), budget, context);
    const std::vector<NodeId> ids = starts.ids();
    AMONT_LET(const Answer answer,
              (own.direction == Direction::kUpstream ? upstream : downstream)(at.view, ids, options));
    context->take(answer.completeness);
    AMONT_LET(const ToDraw walked, walk_to_draw(at.view, ids, answer, budget));
    AMONT_LET(const Drawing drawing, draw_within(at, walked, budget));
    if (!budget.charge(drawing.nodes.size() + drawing.edges.size())) return budget.reason();
    return tree_block(tree_of(drawing, own.direction), std::move(title), budget, context);
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

// A tree whose nodes a function of the script finds.
struct CalledTree {
  const AtView* at = nullptr;
  std::string title;
  std::uint64_t depth_max = 0;
  TreeNodes nodes;
  std::vector<std::uint64_t> depths;  // of each item
  std::map<NodeId, std::size_t> places;
};
std::uint64_t bytes_held(const CalledTree& tree) noexcept { return amont::bytes_held(tree.nodes); }

// Adds what is not there yet of a set, sorted by ref; the places of all in it.
Result<std::vector<std::size_t>> add_items(CalledTree& tree, const NodeSet& set, std::uint64_t depth, Budget& budget) {
  const std::vector<NodeId> ids = set.ids();
  AMONT_LET(const std::shared_ptr<const NodesRead> page, read_page(*tree.at, budget, ids));
  std::vector<std::size_t> order(ids.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return page->nodes[i].ref.text(); });
  std::vector<std::size_t> places;
  for (const std::size_t i : order) {
    const auto [at, is_new] = tree.places.try_emplace(ids[i], tree.nodes.items.size());
    places.push_back(at->second);
    if (!is_new) continue;
    TreeNodes::Item& item = tree.nodes.items.emplace_back();
    const Node& node = page->nodes[i];
    item.id = ids[i];
    item.ref = node.ref.text();
    item.title = text_property(node.props, "title");
    item.page = page;
    item.index = i;
    tree.depths.push_back(depth);
  }
  return places;
}

Result<CalledTree> begin_called(lua_State* L, ScriptContext* context, Budget& budget) {
  CalledTree tree;
  AMONT_LET(const ScriptValue named, read_named(L, 1, "tree{} with a function", kNamesOfCalled));
  AMONT_TRY(read_label(named, "title", &tree.title));
  tree.depth_max = UINT64_MAX;
  if (const ScriptValue* depth = named.field("depth")) {
    if (depth->what != What::kInteger || depth->integer < 0) return invalid("depth must be a whole number, 0 or more");
    tree.depth_max = static_cast<std::uint64_t>(depth->integer);
  }
  AMONT_LET(const ScriptValue roots, read_value(L, 2));
  tree.at = &view_of(roots, context->now());
  AMONT_LET(const NodeSet starts, nodes_meant(L, 2, *tree.at, budget));
  AMONT_LET(tree.nodes.roots, add_items(tree, starts, 0, budget));
  return tree;
}

// Takes what the function gave for an item, which is on top of the stack.
Status take_children(lua_State* L, CalledTree& tree, std::size_t item, Budget& budget) {
  if (lua_isnil(L, -1)) return {};
  AMONT_LET(const NodeSet below,
            nodes_meant(L, -1, *tree.at, budget).while_doing("what is below " + tree.nodes.items[item].ref));
  AMONT_LET(const std::vector<std::size_t> places, add_items(tree, below, tree.depths[item] + 1, budget));
  for (const std::size_t place : places) tree.nodes.items[item].children.push_back({place, {}, false});
  return {};
}

// The roots are at index 2, the function is at index 3.
int make_called(lua_State* L, ScriptContext* context) {
  Slot<CalledTree>* slot = push_slot<CalledTree>(L);
  const int top = lua_gettop(L);
  run_into(slot, [&] { return begin_called(L, context, *slot->budget); });
  if (!slot->value) return raise_status(L, slot->status);
  CalledTree& tree = *slot->value;
  std::size_t counted = 0;
  for (std::size_t i = 0; i < tree.nodes.items.size(); ++i) {
    if (tree.depths[i] >= tree.depth_max) continue;
    lua_pushvalue(L, 3);
    NodeItem* node = push_item(L);
    node->at = tree.at;
    node->page = tree.nodes.items[i].page;
    node->index = tree.nodes.items[i].index;
    lua_call(L, 1, 1);
    stop_if_ended(L);
    if (!run_work(L, context, [&] { return take_children(L, tree, i, *slot->budget); }))
      return raise_status(L, context->status);
    lua_settop(L, top);
    if (tree.nodes.items.size() < 2 * counted + kItemsCounted) continue;
    counted = tree.nodes.items.size();
    account(slot);
    stop_if_ended(L);
  }
  Slot<Block>* block = push_slot<Block>(L);
  run_into(block, [&] { return tree_block(tree.nodes, std::move(tree.title), *block->budget, context); });
  return block->value ? 1 : raise_status(L, block->status);
}

}  // namespace

int make_tree(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  if (lua_rawgeti(L, 1, 1) == LUA_TNIL)
    return luaL_error(L, "tree{} begins with its root: a ref, a node, a set, or a list of these");
  const int second = lua_rawgeti(L, 1, 2);
  if (second == LUA_TFUNCTION) return make_called(L, context);
  if (second != LUA_TNIL)
    return luaL_error(L,
                      "tree{} takes a root, and a function that gives what is below a node; several roots are a list");
  return make_walked(L, context);
}

void define_tree_types(lua_State* L) { define_slot_type<CalledTree>(L, {"tree", {}, {}}); }

}  // namespace amont
