// The shape of lineage in scripts: order(x), cycles(), components(), chokepoints(x), reach_counts(x).

#include <algorithm>

#include "amont/graph_questions.h"
#include "query/lua/ask_options.h"

namespace amont {
namespace {

OwnOptions with_direction() {
  OwnOptions own;
  own.takes_direction = true;
  return own;
}

// order(x, {direction = "down"}): x and its upstream as a set, in the order of `depth`: causes before effects.
int ask_order(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  lua_settop(L, first + 1);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    Budget& budget = *slot->budget;
    OwnOptions own = with_direction();
    std::vector<NodeId> starts;
    AMONT_LET(const bool any, read_starts(L, first, at, budget, starts));
    AMONT_LET(const AskOptions options, read_options(L, first + 1, at, budget, &own));
    if (!any) return AnswerSet(&at, budget, {});
    AMONT_LET(Answer answer, order(at.view, starts, own.direction, options));
    if (!budget.charge(answer.nodes.size() + 1)) return budget.reason();
    context->take(answer.completeness);
    return AnswerSet(&at, budget, std::move(answer.nodes));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

using AskGroups = Result<Groups> (*)(const Snapshot&, std::span<const NodeId>, Direction, const AskOptions&);
struct GroupsRead {
  std::vector<AnswerSet> sets;
};
std::uint64_t bytes_held(const GroupsRead& groups) noexcept {
  std::uint64_t bytes = 0;
  for (const AnswerSet& group : groups.sets) bytes += sizeof(AnswerSet) + bytes_held(group);
  return bytes;
}

// cycles(x, options), components(x, options): a list of sets, the largest first; of all without x.
template <AskGroups ask>
int ask_groups(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  lua_settop(L, first + 1);
  Slot<GroupsRead>* slot = push_slot<GroupsRead>(L);
  run_into(slot, [&]() -> Result<GroupsRead> {
    Budget& budget = *slot->budget;
    OwnOptions own = with_direction();
    std::vector<NodeId> starts;
    AMONT_LET(const bool any, read_starts(L, first, at, budget, starts));
    AMONT_LET(const AskOptions options, read_options(L, first + 1, at, budget, &own));
    GroupsRead read;
    if (!any) return read;
    AMONT_LET(const Groups answer, ask(at.view, starts, own.direction, options));
    context->take(answer.completeness);
    for (const std::vector<NodeId>& group : answer.groups) {
      if (!budget.charge(group.size() + 1)) return budget.reason();
      read.sets.emplace_back(&at, NodeSet(group));
    }
    return read;
  });
  if (!slot->value) return raise_status(L, slot->status);
  const std::vector<AnswerSet>& sets = slot->value->sets;
  lua_createtable(L, static_cast<int>(sets.size()), 0);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    Slot<AnswerSet>* const set = push_slot<AnswerSet>(L);
    run_into(set, [&]() -> Result<AnswerSet> { return sets[i]; });
    if (!set->value) return raise_status(L, set->status);
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

struct ChokepointsRead {
  std::shared_ptr<const NodesRead> page;
  std::vector<Chokepoint> nodes;
};
std::uint64_t bytes_held(const ChokepointsRead& read) noexcept { return read.nodes.size() * sizeof(Chokepoint); }

// chokepoints(x, options): what is on every way from x to others; chokepoints(a, b, options): on every way from a to b. A list of
// tables with `node` and `behind`.
int ask_chokepoints(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  lua_settop(L, first + 2);
  const bool between = !lua_isnil(L, first + 1) && (!lua_istable(L, first + 1) || !lua_isnil(L, first + 2));
  Slot<ChokepointsRead>* slot = push_slot<ChokepointsRead>(L);
  run_into(slot, [&]() -> Result<ChokepointsRead> {
    Budget& budget = *slot->budget;
    ChokepointsRead read;
    Chokepoints answer;
    if (between) {
      AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
      AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
      AMONT_LET(const AskOptions options, read_options(L, first + 2, at, budget));
      AMONT_LET(answer, chokepoints_between(at.view, a, b, options));
    } else {
      OwnOptions own = with_direction();
      AMONT_LET(const NodeSet starts, nodes_meant(L, first, at, budget));
      AMONT_LET(const AskOptions options, read_options(L, first + 1, at, budget, &own));
      if (!starts.empty()) {
        AMONT_LET(answer, chokepoints(at.view, starts.ids(), own.direction, options));
      }
    }
    context->take(answer.completeness);
    std::vector<NodeId> ids;
    for (const Chokepoint& one : answer.nodes) ids.push_back(one.node.id);
    AMONT_LET(read.page, read_page(at, budget, ids));
    read.nodes = std::move(answer.nodes);
    return read;
  });
  if (!slot->value) return raise_status(L, slot->status);
  const ChokepointsRead& read = *slot->value;
  lua_createtable(L, static_cast<int>(read.nodes.size()), 0);
  for (std::size_t i = 0; i < read.nodes.size(); ++i) {
    lua_createtable(L, 0, 2);
    NodeItem* item = push_item(L);
    item->at = &at;
    item->page = read.page;
    item->index = i;
    item->is_answer = true;
    item->reached = read.nodes[i].node;
    lua_setfield(L, -2, "node");
    lua_pushinteger(L, static_cast<lua_Integer>(read.nodes[i].behind));
    lua_setfield(L, -2, "behind");
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

struct CountsRead {
  std::shared_ptr<const NodesRead> page;
  std::vector<std::pair<std::size_t, ReachCount>> counts;  // with the node's place in the page; most first
};
std::uint64_t bytes_held(const CountsRead& read) noexcept { return read.counts.size() * sizeof read.counts[0]; }

// reach_counts(x, options): how many nodes each of x reaches by itself. A list of tables with `node`, `exact` and `possible`.
int ask_reach_counts(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  lua_settop(L, first + 1);
  Slot<CountsRead>* slot = push_slot<CountsRead>(L);
  run_into(slot, [&]() -> Result<CountsRead> {
    Budget& budget = *slot->budget;
    OwnOptions own = with_direction();
    AMONT_LET(const NodeSet starts, nodes_meant(L, first, at, budget));
    AMONT_LET(const AskOptions options, read_options(L, first + 1, at, budget, &own));
    const std::vector<NodeId> ids = starts.ids();
    AMONT_LET(const ReachCounts answer, reach_counts(at.view, ids, own.direction, options));
    context->take(answer.completeness);
    CountsRead read;
    AMONT_LET(read.page, read_page(at, budget, ids));
    for (std::size_t i = 0; i < answer.counts.size(); ++i) read.counts.emplace_back(i, answer.counts[i]);
    const std::vector<Node>& nodes = read.page->nodes;
    std::ranges::sort(read.counts, [&](const auto& a, const auto& b) {
      const std::uint64_t many = a.second.exact + a.second.possible, few = b.second.exact + b.second.possible;
      return many != few ? many > few : nodes[a.first].ref.text() < nodes[b.first].ref.text();
    });
    return read;
  });
  if (!slot->value) return raise_status(L, slot->status);
  const CountsRead& read = *slot->value;
  lua_createtable(L, static_cast<int>(read.counts.size()), 0);
  for (std::size_t i = 0; i < read.counts.size(); ++i) {
    const auto& [place, count] = read.counts[i];
    lua_createtable(L, 0, 3);
    NodeItem* item = push_item(L);
    item->at = &at;
    item->page = read.page;
    item->index = place;
    lua_setfield(L, -2, "node");
    lua_pushinteger(L, static_cast<lua_Integer>(count.exact));
    lua_setfield(L, -2, "exact");
    lua_pushinteger(L, static_cast<lua_Integer>(count.possible));
    lua_setfield(L, -2, "possible");
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

}  // namespace

std::span<const TimedFunction> graph_functions() {
  static constexpr TimedFunction kFunctions[] = {
      timed<ask_order>("order"), timed<ask_groups<cycles>>("cycles"), timed<ask_groups<components>>("components"),
      timed<ask_chokepoints>("chokepoints"), timed<ask_reach_counts>("reach_counts")};
  return kFunctions;
}

void define_graph_types(lua_State* L) {
  define_slot_type<GroupsRead>(L, {"groups", {}, {}});
  define_slot_type<ChokepointsRead>(L, {"chokepoints", {}, {}});
  define_slot_type<CountsRead>(L, {"reach counts", {}, {}});
}

}  // namespace amont
