// Nodes and edges in scripts: item.title, item:edges("down", "covers"), item:incoming("covers").

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

const char kNodeMethods = 0;  // its address: where the registry keeps the methods of nodes
const char kEdgeMethods = 0;

std::string_view name_argument(lua_State* L, int index) {
  std::size_t length = 0;
  const char* name = luaL_checklstring(L, index, &length);
  return {name, length};
}

// Pushes the method `name` of the table kept under `key`; false and nothing pushed when there is none.
bool push_method(lua_State* L, const char* key, int name) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, key);
  lua_pushvalue(L, name);
  if (lua_rawget(L, -2) != LUA_TNIL) return true;
  lua_pop(L, 2);
  return false;
}

// The words of field_cell(), pushed without an object that a raise would leave behind. False when `name` is none.
bool push_word(lua_State* L, const NodeItem& item, std::string_view name) {
  const Node& node = item.node();
  if (name == "ref") {
    push_text(L, node.ref.kind);
    lua_pushliteral(L, ":");
    push_text(L, node.ref.key);
    lua_concat(L, 3);
  } else if (name == "kind") {
    push_text(L, node.ref.kind);
  } else if (name == "key") {
    push_text(L, node.ref.key);
  } else if (name == "depth") {
    if (item.is_answer && item.reached.depth)
      lua_pushinteger(L, *item.reached.depth);
    else
      lua_pushnil(L);
  } else if (name == "precision") {
    if (item.is_answer)
      lua_pushstring(L, item.reached.precision == Precision::kExact ? "exact" : "possible");
    else
      lua_pushnil(L);
  } else if (name == "direct") {
    if (item.is_answer)
      lua_pushboolean(L, item.reached.direct);
    else
      lua_pushnil(L);
  } else if (name == "valid_from") {
    push_time(L, node.valid.from);
  } else if (name == "valid_to") {
    push_time(L, node.valid.to);
  } else if (name == "tx") {
    lua_pushinteger(L, static_cast<lua_Integer>(node.tx));
  } else if (name == "alive") {
    lua_pushboolean(L, item.alive());
  } else {
    return false;
  }
  return true;
}

// Pushes the ref, the kind or the key of a node that need not be read for it; false when it must, or `name` is none of these.
bool push_known_ref(lua_State* L, const NodeItem& item, std::string_view name) {
  if (name != "ref" && name != "kind" && name != "key") return false;
  const std::optional<std::string_view> ref = item.page->ref(item.index);
  if (!ref) return false;
  const std::size_t colon = ref->find(':');
  push_text(L, name == "ref" ? *ref : name == "kind" ? ref->substr(0, colon) : ref->substr(colon + 1));
  return true;
}

int node_index(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  const NodeItem& item = check_slot<NodeItem>(L, 1);
  const std::string_view name = name_argument(L, 2);
  if (push_known_ref(L, item, name)) return 1;
  read_item(L, item, context);
  if (push_word(L, item, name) || push_method(L, &kNodeMethods, 2)) return 1;
  if (const Value* value = find_property(item.node().props, name)) {
    push_value(L, *value);
    return 1;
  }
  if (item.alive()) {
    const NodeRow& row = item.at->view.schema().node(item.node().kind);
    if (!run_work(L, context, [&] { return check_field(row.props, row.name, name); }))
      return raise_status(L, context->status);
  }
  lua_pushnil(L);
  return 1;
}

int node_get(lua_State* L) {
  const NodeItem& item = check_node(L, 1, context_of<ScriptContext>(L));
  const Value* value = find_property(item.node().props, name_argument(L, 2));
  if (value)
    push_value(L, *value);
  else
    lua_pushnil(L);
  return 1;
}

// A table of all properties by name.
int push_properties(lua_State* L, const Properties& props) {
  charge(L, props.size());
  lua_createtable(L, 0, static_cast<int>(props.size()));
  for (const Property& property : props) {
    push_text(L, property.name);
    push_value(L, property.value);
    lua_rawset(L, -3);
  }
  return 1;
}
int node_properties(lua_State* L) {
  return push_properties(L, check_node(L, 1, context_of<ScriptContext>(L)).node().props);
}
int edge_properties(lua_State* L) { return push_properties(L, check_slot<EdgeItem>(L, 1).row().edge.props); }

int node_text(lua_State* L) {
  const NodeItem& item = check_slot<NodeItem>(L, 1);
  if (push_known_ref(L, item, "ref")) return 1;
  read_item(L, item, context_of<ScriptContext>(L));
  push_word(L, item, "ref");
  return 1;
}

int node_equal(lua_State* L) {
  const Slot<NodeItem>* a = to_slot<NodeItem>(L, 1);
  const Slot<NodeItem>* b = to_slot<NodeItem>(L, 2);
  lua_pushboolean(L, a && b && a->value && b->value && a->value->id() == b->value->id());
  return 1;
}

// The edges of a node in one direction or in both, of some kinds or of all.
Result<std::shared_ptr<const EdgeList>> read_edges(const NodeItem& item, Budget& budget, std::optional<Direction> only,
                                                   std::span<const std::string> kinds) {
  const AtView& at = *item.at;
  const Schema& schema = at.view.schema();
  for (const std::string& kind : kinds) AMONT_TRY(check_edge_kind(schema, kind));
  AMONT_TRY(item.read(budget));
  auto list = std::make_shared<EdgeList>();
  std::uint64_t bytes = 0;
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    if (only && *only != direction) continue;
    AMONT_LET(std::vector<Edge> edges, at.view.edges(item.id(), direction));
    if (!budget.charge(20 * (edges.size() + 1))) return budget.reason();
    std::erase_if(edges, [&](const Edge& edge) {
      return !at.counts(edge.valid) ||
             (!kinds.empty() && std::find(kinds.begin(), kinds.end(), edge.kind_name) == kinds.end());
    });
    std::vector<NodeId> far;
    for (const Edge& edge : edges) far.push_back(direction == Direction::kUpstream ? edge.to : edge.from);
    AMONT_LET(const std::shared_ptr<const NodesRead> page, read_page(at, budget, far));
    const std::string own = item.node().ref.text();
    const bool up = direction == Direction::kUpstream;
    const std::size_t first = list->rows.size();
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (at.valid_at && !(page->alive[i] && at.counts(page->nodes[i].valid))) continue;
      std::string other = page->nodes[i].ref.text();
      bytes += sizeof(EdgeList::Row) + own.size() + other.size() + edges[i].label.size() + bytes_of(edges[i].props);
      list->rows.push_back({std::move(edges[i]), up ? own : other, up ? std::move(other) : own});
    }
    // By kind already; within it by ref, which a reader can follow, rather than by number.
    std::stable_sort(list->rows.begin() + static_cast<std::ptrdiff_t>(first), list->rows.end(),
                     [&](const auto& a, const auto& b) {
                       if (a.edge.kind != b.edge.kind) return a.edge.kind < b.edge.kind;
                       return up ? a.to < b.to : a.from < b.from;
                     });
  }
  list->held = std::make_unique<Held>(budget, bytes);
  if (budget.ended()) return budget.reason();
  return std::shared_ptr<const EdgeList>(std::move(list));
}

// item:edges(direction, kind, ...): a list of edges. Without direction both ways; without kind all kinds.
int node_edges(lua_State* L) {
  const NodeItem& item = check_slot<NodeItem>(L, 1);
  const int last = lua_gettop(L);
  std::optional<Direction> direction;
  if (!lua_isnoneornil(L, 2)) {
    direction = direction_named(name_argument(L, 2));
    if (!direction) return luaL_argerror(L, 2, "expected \"up\" or \"down\", then kinds of edge");
  }
  Slot<EdgeItem>* all = push_slot<EdgeItem>(L);  // keeps the list alive while its rows are pushed
  const int all_index = lua_gettop(L);
  run_into(all, [&]() -> Result<EdgeItem> {
    AMONT_LET(std::vector<std::string> kinds, names_given(L, 3, last));
    AMONT_LET(auto list, read_edges(item, *all->budget, direction, kinds));
    return EdgeItem{item.at, std::move(list), 0};
  });
  if (!all->value) return raise_status(L, all->status);
  const std::size_t count = all->value->list->rows.size();
  lua_createtable(L, static_cast<int>(count), 0);
  for (std::size_t i = 0; i < count; ++i) {
    push_slot<EdgeItem>(L)->value.emplace(EdgeItem{item.at, all->value->list, i});
    lua_rawseti(L, all_index + 1, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

template <Direction direction>
int node_far_ends(lua_State* L) {
  const NodeItem& item = check_slot<NodeItem>(L, 1);
  const int last = lua_gettop(L);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    AMONT_LET(const std::vector<std::string> kinds, names_given(L, 2, last));
    const NodeId id = item.id();
    AMONT_LET(NodeSet far, far_ends(*item.at, *slot->budget, NodeSet(std::span(&id, 1)), direction, kinds));
    return AnswerSet(item.at, std::move(far));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int edge_index(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  const EdgeItem& item = check_slot<EdgeItem>(L, 1);
  const EdgeList::Row& row = item.row();
  const std::string_view name = name_argument(L, 2);
  if (name == "kind")
    push_text(L, row.edge.kind_name);
  else if (name == "from")
    push_text(L, row.from);
  else if (name == "to")
    push_text(L, row.to);
  else if (name == "label")
    push_text(L, row.edge.label);
  else if (name == "valid_from")
    push_time(L, row.edge.valid.from);
  else if (name == "valid_to")
    push_time(L, row.edge.valid.to);
  else if (name == "tx")
    lua_pushinteger(L, static_cast<lua_Integer>(row.edge.tx));
  else if (push_method(L, &kEdgeMethods, 2))
    return 1;
  else if (const Value* value = find_property(row.edge.props, name))
    push_value(L, *value);
  else {
    const EdgeRow& declared = item.at->view.schema().edge(row.edge.kind);
    const bool ok = run_work(L, context, [&]() -> Status {
      if (find_row(declared.props, name)) return {};
      std::vector<std::string_view> known = {"kind", "from", "to", "label", "valid_from", "valid_to", "tx", "get"};
      for (const PropertyRow& property : declared.props) known.push_back(property.name);
      const std::string_view meant = nearest(name, known);
      if (meant.empty()) return {};
      return invalid(
          fmt::format("no \"{}\" is declared for {} edges; did you mean \"{}\"?", name, declared.name, meant));
    });
    if (!ok) return raise_status(L, context->status);
    lua_pushnil(L);
  }
  return 1;
}

int edge_get(lua_State* L) {
  const EdgeItem& item = check_slot<EdgeItem>(L, 1);
  const Value* value = find_property(item.row().edge.props, name_argument(L, 2));
  if (value)
    push_value(L, *value);
  else
    lua_pushnil(L);
  return 1;
}

int edge_text(lua_State* L) {
  const EdgeList::Row& row = check_slot<EdgeItem>(L, 1).row();
  push_text(L, row.from);
  lua_pushliteral(L, " -");
  push_text(L, row.edge.kind_name);
  lua_pushliteral(L, "-> ");
  push_text(L, row.to);
  lua_concat(L, 5);
  return 1;
}

void keep_methods(lua_State* L, const char* key, std::span<const HostFunction> methods, void* context) {
  lua_createtable(L, 0, static_cast<int>(methods.size()));
  set_functions(L, methods, context);
  lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

}  // namespace

void install_items(lua_State* L, ScriptContext* context) {
  static constexpr HostFunction kNode[] = {{"edges", node_edges},
                                           {"incoming", node_far_ends<Direction::kDownstream>},
                                           {"outgoing", node_far_ends<Direction::kUpstream>},
                                           {"get", node_get},
                                           {"properties", node_properties}};
  static constexpr HostFunction kNodeMeta[] = {
      {"__index", node_index}, {"__tostring", node_text}, {"__concat", concat_texts}, {"__eq", node_equal}};
  static constexpr HostFunction kEdge[] = {{"get", edge_get}, {"properties", edge_properties}};
  static constexpr HostFunction kEdgeMeta[] = {
      {"__index", edge_index}, {"__tostring", edge_text}, {"__concat", concat_texts}};
  keep_methods(L, &kNodeMethods, kNode, context);
  keep_methods(L, &kEdgeMethods, kEdge, context);
  define_slot_type<NodeItem>(L, {"node", {}, kNodeMeta}, context);
  define_slot_type<EdgeItem>(L, {"edge", {}, kEdgeMeta}, context);
}

}  // namespace amont
