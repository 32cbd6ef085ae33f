// Paths in scripts: path(a, b), paths(a, b, {count = 3}), and edges(x), which a walk follows.

#include "amont/graph_questions.h"
#include "query/lua/ask_options.h"

namespace amont {
namespace {

constexpr std::uint64_t kPathsUnlessTold = 10;
constexpr std::uint64_t kStepsPerEdge = 60;  // about what looking up an edge and two refs costs

// What a path needs while its table is made.
struct PathRead {
  std::shared_ptr<const NodesRead> page;
  std::shared_ptr<const EdgeList> edges;
  Direction direction = Direction::kUpstream;
  Precision precision = Precision::kExact;
};
using PathsRead = std::vector<PathRead>;

Result<std::shared_ptr<const EdgeList>> read_followed(const AtView& at, Budget& budget,
                                                      std::span<const FollowedEdge> followed) {
  auto edges = std::make_shared<EdgeList>();
  std::uint64_t bytes = 0;
  for (const FollowedEdge& one : followed) {
    if (!budget.charge(kStepsPerEdge)) return budget.reason();
    AMONT_LET(std::optional<Edge> edge, at.view.edge(one.kind, one.from, one.to, one.label));
    if (!edge) continue;  // retracted since: can't be, in one view
    AMONT_LET(const Ref from, at.view.ref(one.from));
    AMONT_LET(const Ref to, at.view.ref(one.to));
    bytes += sizeof(EdgeList::Row) + bytes_of(edge->props) + 2 * sizeof(Ref);
    edges->rows.push_back({*std::move(edge), from.text(), to.text()});
  }
  edges->held = std::make_unique<Held>(budget, bytes);
  return std::shared_ptr<const EdgeList>(std::move(edges));
}

Result<PathRead> read_path(const AtView& at, Budget& budget, std::span<const NodeId> nodes,
                           std::span<const FollowedEdge> edges, Direction direction, Precision precision) {
  PathRead read;
  AMONT_LET(read.page, read_page(at, budget, nodes));
  AMONT_LET(read.edges, read_followed(at, budget, edges));
  read.direction = direction;
  read.precision = precision;
  return read;
}

void push_edges(lua_State* L, const AtView& at, const std::shared_ptr<const EdgeList>& edges) {
  lua_createtable(L, static_cast<int>(edges->rows.size()), 0);
  for (std::size_t i = 0; i < edges->rows.size(); ++i) {
    push_slot<EdgeItem>(L)->value.emplace(EdgeItem{&at, edges, i});
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
}

// The nodes as a list, which has direction, precision and edges too. `read` lives in a slot.
void push_path(lua_State* L, const AtView& at, const PathRead& read) {
  luaL_checkstack(L, 8, nullptr);
  const std::size_t count = read.page->nodes.size();
  lua_createtable(L, static_cast<int>(count), 3);
  for (std::size_t i = 0; i < count; ++i) {
    NodeItem* item = push_item(L);
    item->at = &at;
    item->page = read.page;
    item->index = i;
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  if (count == 0) return;
  lua_pushstring(L, read.direction == Direction::kUpstream ? "up" : "down");
  lua_setfield(L, -2, "direction");
  lua_pushstring(L, read.precision == Precision::kExact ? "exact" : "possible");
  lua_setfield(L, -2, "precision");
  push_edges(L, at, read.edges);
  lua_setfield(L, -2, "edges");
}

// path(a, b): one shortest path; an empty list when there is none.
int ask_path(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  luaL_checkany(L, first + 1);
  lua_settop(L, first + 2);
  Slot<PathRead>* slot = push_slot<PathRead>(L);
  run_into(slot, [&]() -> Result<PathRead> {
    Budget& budget = *slot->budget;
    AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
    AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
    AMONT_LET(AskOptions options, read_options(L, first + 2, at, budget));
    options.want_edges = true;
    AMONT_LET(const PathAnswer answer, path(at.view, a, b, options));
    context->take(answer.completeness);
    return read_path(at, budget, answer.nodes, answer.edges, answer.direction, answer.precision);
  });
  if (!slot->value) return raise_status(L, slot->status);
  push_path(L, at, *slot->value);
  return 1;
}

// paths(a, b, {count = 3}): a list of paths, the shortest first, exact ones before possible ones.
int ask_paths(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  luaL_checkany(L, first + 1);
  lua_settop(L, first + 2);
  Slot<PathsRead>* slot = push_slot<PathsRead>(L);
  run_into(slot, [&]() -> Result<PathsRead> {
    Budget& budget = *slot->budget;
    OwnOptions own;
    own.takes_count = true;
    own.count = kPathsUnlessTold;
    AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
    AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
    AMONT_LET(const AskOptions options, read_options(L, first + 2, at, budget, &own));
    AMONT_LET(const Paths answer, paths(at.view, a, b, own.count, options));
    context->take(answer.completeness);
    PathsRead read;
    for (const Paths::Path& path : answer.paths) {
      AMONT_LET(PathRead one, read_path(at, budget, path.nodes, path.edges, answer.direction, path.precision));
      read.push_back(std::move(one));
    }
    return read;
  });
  if (!slot->value) return raise_status(L, slot->status);
  lua_createtable(L, static_cast<int>(slot->value->size()), 0);
  for (std::size_t i = 0; i < slot->value->size(); ++i) {
    push_path(L, at, (*slot->value)[i]);
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

using EdgesRead = std::shared_ptr<const EdgeList>;

// edges(x, {direction = "down", reduce = true}): the edges that the walk from x follows, as a list.
int ask_edges(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  lua_settop(L, first + 1);
  Slot<EdgesRead>* slot = push_slot<EdgesRead>(L);
  run_into(slot, [&]() -> Result<EdgesRead> {
    Budget& budget = *slot->budget;
    OwnOptions own;
    own.takes_direction = own.takes_reduce = true;
    AMONT_LET(const NodeSet starts, nodes_meant(L, first, at, budget));
    AMONT_LET(AskOptions options, read_options(L, first + 1, at, budget, &own));
    if (starts.empty()) return read_followed(at, budget, {});
    options.want_edges = true;
    AMONT_LET(const Answer answer,
              (own.direction == Direction::kUpstream ? upstream : downstream)(at.view, starts.ids(), options));
    context->take(answer.completeness);
    return read_followed(at, budget, answer.edges);
  });
  if (!slot->value) return raise_status(L, slot->status);
  push_edges(L, at, *slot->value);
  return 1;
}

}  // namespace

std::span<const TimedFunction> path_functions() {
  static constexpr TimedFunction kFunctions[] = {timed<ask_path>("path"), timed<ask_paths>("paths"),
                                                 timed<ask_edges>("edges")};
  return kFunctions;
}

void define_path_types(lua_State* L) {
  define_slot_type<PathRead>(L, {"path", {}, {}});
  define_slot_type<PathsRead>(L, {"paths", {}, {}});
  define_slot_type<EdgesRead>(L, {"edges", {}, {}});
}

}  // namespace amont
