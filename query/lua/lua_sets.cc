// Sets in scripts: a & b, a | b, a - b, #a, a:only("dataset"), a:where{...}, for item in a do.

#include <fmt/format.h>

#include <algorithm>

#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

const char kMethods = 0;  // its address: where the registry keeps the methods of sets

Slot<AnswerSet>* slot_of(lua_State* L, int index) {
  Slot<AnswerSet>* const set = to_slot<AnswerSet>(L, index);
  if (!set || !set->value) check_slot<AnswerSet>(L, index);  // raises
  return set;
}

// Pushes the node at a position of the set, which must be in it. Raises.
int push_at(lua_State* L, HostContext* context, Slot<AnswerSet>* set, std::size_t position) {
  NodeItem* item = push_item(L);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(item->page, set->value->page_at(*set->budget, position));
    AMONT_LET(const std::span<const Reached> order, set->value->in_order(*set->budget));  // is there by now
    item->at = &set->value->at();
    item->index = position % AnswerSet::kPageNodes;
    item->position = position;
    item->is_answer = set->value->is_answer();
    item->reached = order[position];
    return {};
  });
  return ok ? 1 : raise_status(L, context->status);
}

int length(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_slot<AnswerSet>(L, 1).nodes().size()));
  return 1;
}

// set[3], and the methods.
int index(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  Slot<AnswerSet>* set = slot_of(L, 1);
  if (lua_isinteger(L, 2)) {
    const lua_Integer position = lua_tointeger(L, 2);
    if (position >= 1 && static_cast<std::uint64_t>(position) <= set->value->size())
      return push_at(L, context, set, static_cast<std::size_t>(position - 1));
    lua_pushnil(L);
    return 1;
  }
  std::size_t length = 0;
  const char* name = luaL_checklstring(L, 2, &length);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kMethods);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, -2) != LUA_TNIL) return 1;
  run_work(L, context, [&]() -> Status {
    static constexpr std::string_view kNames[] = {"only", "where", "has", "refs", "incoming", "outgoing"};
    const std::string_view wanted(name, length);
    return invalid(fmt::format(
        "a set has no \"{}\"; what its nodes have is asked of each: for item in set do ... item.{} ... end{}", wanted,
        wanted, did_you_mean(wanted, kNames)));
  });
  return raise_status(L, context->status);
}

// for item in set do: Lua calls the set with the item before, or nil.
int next_in_loop(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  Slot<AnswerSet>* set = slot_of(L, 1);
  const std::size_t position = lua_isnoneornil(L, 3) ? 0 : check_slot<NodeItem>(L, 3).position + 1;
  charge(L, 5);
  if (position < set->value->size()) return push_at(L, context, set, position);
  lua_pushnil(L);
  return 1;
}

enum class Operator { kAnd, kOr, kMinus };

template <Operator op>
int combine(lua_State* L) {
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    const Slot<AnswerSet>* a = to_slot<AnswerSet>(L, 1);
    const Slot<AnswerSet>* b = to_slot<AnswerSet>(L, 2);
    const AtView* at = &(a ? a : b)->value->at();
    if (!slot->budget->charge(((a ? a->value->nodes().size() : 1) + (b ? b->value->nodes().size() : 1)) / 16))
      return slot->budget->reason();
    AMONT_LET(NodeSet left, nodes_meant(L, 1, *at, *slot->budget));
    AMONT_LET(NodeSet right, nodes_meant(L, 2, *at, *slot->budget));
    const AnswerSet first = a ? *a->value : AnswerSet(at, left);
    if constexpr (op == Operator::kAnd) return first.narrowed(left & right);
    if constexpr (op == Operator::kMinus) return first.narrowed(left - right);
    return first.united(b ? *b->value : AnswerSet(at, right));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int equal(lua_State* L) {
  const Slot<AnswerSet>* a = to_slot<AnswerSet>(L, 1);
  const Slot<AnswerSet>* b = to_slot<AnswerSet>(L, 2);
  charge(L, a && a->value ? a->value->nodes().size() / 16 : 1);
  lua_pushboolean(L, a && b && a->value && b->value && a->value->nodes() == b->value->nodes());
  return 1;
}

int to_text(lua_State* L) {
  const std::uint64_t size = check_slot<AnswerSet>(L, 1).nodes().size();
  lua_pushfstring(L, "set of %I node%s", static_cast<LUAI_UACINT>(size), size == 1 ? "" : "s");
  return 1;
}

// set{"dataset:a", item, other_set}
int make_set(lua_State* L) {
  const AtView& now = context_of<ScriptContext>(L)->now();
  const bool given = !lua_isnoneornil(L, 1);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    if (!given) return AnswerSet(&now, NodeSet());
    AMONT_LET(NodeSet nodes, nodes_meant(L, 1, now, *slot->budget));
    return AnswerSet(&now, std::move(nodes));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int only(lua_State* L) {
  const AnswerSet& set = check_slot<AnswerSet>(L, 1);
  const int last = lua_gettop(L);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    AMONT_LET(const std::vector<std::string> kinds, names_given(L, 2, last));
    if (kinds.empty()) return invalid("only() needs the kinds to keep, such as only(\"dataset\", \"output\")");
    AMONT_LET(NodeSet kept, of_kinds(set.at(), *slot->budget, set.nodes(), kinds));
    return set.narrowed(std::move(kept));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int has(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  const AnswerSet& set = check_slot<AnswerSet>(L, 1);
  luaL_checkany(L, 2);
  bool found = false;
  const bool ok = run_work(L, context, [&]() -> Status {
    Result<NodeSet> meant = nodes_meant(L, 2, set.at(), budget_of(L));
    if (meant.code() == Code::kNotFound) return {};  // what the register never knew is in no set
    if (!meant.ok()) return std::move(meant).status();
    found = !meant->empty() && (*meant - set.nodes()).empty();
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  lua_pushboolean(L, found);
  return 1;
}

// All refs, in order, as a list of text.
int refs(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  Slot<AnswerSet>* set = slot_of(L, 1);
  const std::uint64_t size = set->value->nodes().size();
  luaL_argcheck(L, size <= 10'000'000, 1, "the set is too large for a list");
  lua_createtable(L, static_cast<int>(size), 0);
  const NodesRead* page = nullptr;  // the set keeps the page that it gave last
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t in_page = i % AnswerSet::kPageNodes;
    if (in_page == 0) {
      const bool ok = run_work(L, context, [&]() -> Status {
        AMONT_LET(const std::shared_ptr<const NodesRead> read, set->value->page_at(*set->budget, i));
        page = read.get();
        return page->refs ? Status() : page->read(*set->budget);
      });
      if (!ok) return raise_status(L, context->status);
    }
    charge(L, 5);
    if (const auto ref = page->ref(in_page)) {
      push_text(L, *ref);
    } else {
      push_text(L, page->nodes[in_page].ref.kind);
      lua_pushliteral(L, ":");
      push_text(L, page->nodes[in_page].ref.key);
      lua_concat(L, 3);
    }
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

// What a:where{...} asks of a node: each named field is one of the values.
struct Wanted {
  std::string name;
  std::vector<Cell> any_of;
};

Result<std::vector<Wanted>> read_wanted(lua_State* L, int index) {
  AMONT_LET(const ScriptValue table, read_value(L, index));
  std::vector<Wanted> wanted;
  if (!table.list.empty() || table.fields.empty())
    return invalid(
        "where{} needs what to keep, such as where{status = \"released\"}; several values: where{type = {\"base\", "
        "\"table\"}}");
  for (const auto& [name, value] : table.fields) {
    Wanted& one = wanted.emplace_back(Wanted{name, {}});
    const bool is_list = value.what == ScriptValue::What::kTable;
    for (const ScriptValue& choice : is_list ? std::span(value.list) : std::span(&value, 1)) {
      using What = ScriptValue::What;
      if (choice.what == What::kText)
        one.any_of.emplace_back(choice.text);
      else if (choice.what == What::kInteger)
        one.any_of.emplace_back(static_cast<std::int64_t>(choice.integer));
      else if (choice.what == What::kReal)
        one.any_of.emplace_back(static_cast<double>(choice.real));
      else if (choice.what == What::kBoolean)
        one.any_of.emplace_back(choice.boolean);
      else if (const auto* time = plain_in<Timestamp>(choice))
        one.any_of.emplace_back(*time);
      else
        return invalid(fmt::format(
            "where{{{} = ...}}: a value is text, a number, true or false, a time, or a list of these", name));
    }
  }
  return wanted;
}

// Equal as a script would say: numbers by value, a time with a date's text too.
bool same(const Cell& value, const Cell& wanted) {
  if (value == wanted) return true;
  const auto number = [](const Cell& cell) -> std::optional<double> {
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&cell)) return *real;
    return std::nullopt;
  };
  if (value.index() != wanted.index() && number(value) && number(value) == number(wanted)) return true;
  const auto* time = std::get_if<Timestamp>(&value);
  const auto* text = std::get_if<std::string>(&wanted);
  if (!time || !text) return false;
  const Result<Timestamp> meant = Timestamp::parse_date_or_time(*text);
  return meant.ok() && *meant == *time;
}

bool holds(const Node& node, bool is_answer, const Reached& reached, const Wanted& wanted) {
  const auto any = [&](const Cell& value) {
    return std::any_of(wanted.any_of.begin(), wanted.any_of.end(), [&](const Cell& one) { return same(value, one); });
  };
  Cell cell;
  if (field_cell(node, is_answer, reached, wanted.name, &cell)) return any(cell);
  const Value* value = find_property(node.props, wanted.name);
  if (!value) return false;
  const List* list = std::get_if<List>(value);
  if (!list) return any(cell_of(*value));
  return std::any_of(list->begin(), list->end(), [&](const Scalar& item) {
    return any(std::visit([](const auto& scalar) { return Cell(scalar); }, item));
  });
}

int where_table(lua_State* L) {
  AnswerSet& set = check_slot<AnswerSet>(L, 1);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    Budget& budget = *slot->budget;
    AMONT_LET(const std::vector<Wanted> wanted, read_wanted(L, 2));
    AMONT_LET(const std::span<const Reached> order, set.in_order(budget));
    std::vector<NodeId> kept;
    for (std::size_t i = 0; i < order.size(); ++i) {
      AMONT_LET(const auto page, set.page_at(budget, i));
      AMONT_TRY(page->read(budget));
      const Node& node = page->nodes[i % AnswerSet::kPageNodes];
      if (!budget.charge(5 * wanted.size())) return budget.reason();
      const bool keep = std::all_of(wanted.begin(), wanted.end(),
                                    [&](const Wanted& one) { return holds(node, set.is_answer(), order[i], one); });
      if (keep) kept.push_back(node.id);
      for (const Wanted& one : wanted) {
        if (!page->alive[i % AnswerSet::kPageNodes] || find_property(node.props, one.name)) continue;
        const NodeRow& row = set.at().view.schema().node(node.kind);
        AMONT_TRY(check_field(row.props, row.name, one.name));
      }
    }
    std::sort(kept.begin(), kept.end());
    return set.narrowed(NodeSet(kept));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int where_function(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  const std::uint64_t size = check_slot<AnswerSet>(L, 1).nodes().size();
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  Slot<AnswerSet>* from = slot_of(L, 1);
  const AnswerSet& set = *from->value;
  run_into(slot, [&]() -> Result<AnswerSet> { return set.narrowed(NodeSet()); });
  if (!slot->value) return raise_status(L, slot->status);
  const int result = lua_gettop(L);
  for (std::size_t i = 0; i < size; ++i) {
    lua_pushvalue(L, 2);
    push_at(L, context, from, i);
    const NodeId id = check_slot<NodeItem>(L, -1).id();
    lua_call(L, 1, 1);
    stop_if_ended(L);
    const bool keep = lua_toboolean(L, -1);
    lua_settop(L, result);
    if (!keep) continue;
    const bool ok = run_work(L, context, [&]() -> Status {
      NodeSet more = slot->value->nodes();
      slot->value.emplace(set.narrowed(NodeSet()));  // so that the bitmap is not shared, and grows in place
      more.add(id);
      slot->value.emplace(set.narrowed(std::move(more)));
      return {};
    });
    if (!ok) return raise_status(L, context->status);
  }
  account(slot);
  return slot->value ? 1 : raise_status(L, slot->status);
}

int where(lua_State* L) {
  check_slot<AnswerSet>(L, 1);
  lua_settop(L, 2);
  if (lua_isfunction(L, 2)) return where_function(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  return where_table(L);
}

template <Direction direction>
int set_far_ends(lua_State* L) {
  const AnswerSet& set = check_slot<AnswerSet>(L, 1);
  const int last = lua_gettop(L);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    AMONT_LET(const std::vector<std::string> kinds, names_given(L, 2, last));
    AMONT_LET(NodeSet far, far_ends(set.at(), *slot->budget, set.nodes(), direction, kinds));
    return AnswerSet(&set.at(), std::move(far));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

}  // namespace

void install_sets(lua_State* L, ScriptContext* context) {
  static constexpr HostFunction kSet[] = {{"only", only},
                                          {"where", where},
                                          {"has", has},
                                          {"refs", refs},
                                          {"incoming", set_far_ends<Direction::kDownstream>},
                                          {"outgoing", set_far_ends<Direction::kUpstream>}};
  static constexpr HostFunction kMeta[] = {{"__len", length},
                                           {"__index", index},
                                           {"__call", next_in_loop},
                                           {"__band", combine<Operator::kAnd>},
                                           {"__bor", combine<Operator::kOr>},
                                           {"__sub", combine<Operator::kMinus>},
                                           {"__eq", equal},
                                           {"__tostring", to_text},
                                           {"__concat", concat_texts}};
  static constexpr HostFunction kGlobals[] = {{"set", make_set}};
  lua_createtable(L, 0, static_cast<int>(std::size(kSet)));
  set_functions(L, kSet, context);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kMethods);
  define_slot_type<AnswerSet>(L, {"set", {}, kMeta}, context);
  set_globals(L, kGlobals, context);
}

}  // namespace amont
