// Values on their way between C++ and Lua.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

// What is read natively is not counted against the script's memory, so there is less of it than a script may hold.
constexpr ReadLimits kListLimits{.depth_max = 4, .values_max = 200'000};
constexpr ReadLimits kSmallLimits{.depth_max = 4, .values_max = 20'000};
constexpr std::size_t kJoinedMax = 1000;  // members of a list or set shown in one cell

struct PushScalar {
  lua_State* L;
  void operator()(const std::string& text) const { push_text(L, text); }
  void operator()(std::int64_t integer) const { lua_pushinteger(L, integer); }
  void operator()(double real) const { lua_pushnumber(L, real); }
  void operator()(bool boolean) const { lua_pushboolean(L, boolean); }
  void operator()(Timestamp time) const { push_time(L, time); }
  void operator()(const List& list) const {
    lua_createtable(L, static_cast<int>(list.size()), 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::visit(PushScalar{L}, list[i]);
      lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
    }
  }
};

std::string text_of(const Scalar& scalar) {
  struct Text {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t integer) const { return fmt::format("{}", integer); }
    std::string operator()(double real) const { return fmt::format("{}", real); }
    std::string operator()(bool boolean) const { return boolean ? "true" : "false"; }
    std::string operator()(Timestamp time) const { return time.text(); }
  };
  return std::visit(Text{}, scalar);
}

class Joined {
 public:
  void add(std::string_view text) {
    if (++count_ > kJoinedMax) return;
    if (count_ > 1) text_ += ", ";
    text_ += text;
  }
  std::string text() const {
    return count_ <= kJoinedMax ? text_ : fmt::format("{} and {} more", text_, count_ - kJoinedMax);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

Result<std::string> refs_text(AnswerSet& set, Budget& budget) {
  AMONT_LET(const std::span<const Reached> order, set.in_order(budget));
  std::vector<NodeId> shown;
  for (const Reached& reached : order.first(std::min(order.size(), kJoinedMax))) shown.push_back(reached.id);
  AMONT_LET(const std::vector<Ref> refs, set.at().view.refs(shown));
  Joined joined;
  for (const Ref& ref : refs) joined.add(ref.text());
  for (std::size_t i = shown.size(); i < order.size(); ++i) joined.add({});
  return joined.text();
}

Result<Cell> cell_from(const ScriptValue& value, Budget& budget) {
  using What = ScriptValue::What;
  switch (value.what) {
    case What::kNil: return Cell();
    case What::kBoolean: return Cell(value.boolean);
    case What::kInteger: return Cell(static_cast<std::int64_t>(value.integer));
    // The share of an empty set, 0/0, is no number, and no format has a word for it.
    case What::kReal: return std::isfinite(value.real) ? Cell(static_cast<double>(value.real)) : Cell();
    case What::kText: return Cell(value.text);
    case What::kFunction: break;
    case What::kTable: {
      if (!value.fields.empty())
        return invalid("a cell can't show a table with named fields; give text, a number, a time or a list");
      Joined joined;
      for (const ScriptValue& member : value.list) {
        AMONT_LET(const Cell cell, cell_from(member, budget));
        if (const auto* text = std::get_if<std::string>(&cell))
          joined.add(*text);
        else if (const auto* integer = std::get_if<std::int64_t>(&cell))
          joined.add(text_of(*integer));
        else if (const auto* real = std::get_if<double>(&cell))
          joined.add(text_of(*real));
        else if (const auto* boolean = std::get_if<bool>(&cell))
          joined.add(text_of(*boolean));
        else if (const auto* time = std::get_if<Timestamp>(&cell))
          joined.add(text_of(*time));
      }
      return Cell(joined.text());
    }
    case What::kHandle: {
      if (const auto* time = plain_in<Timestamp>(value)) return Cell(*time);
      if (const auto* item = slot_in<NodeItem>(value); item && item->value) {
        AMONT_TRY(item->value->read(budget));
        return Cell(item->value->node().ref.text());
      }
      if (auto* set = slot_in<AnswerSet>(value); set && set->value) {
        AMONT_LET(std::string text, refs_text(*set->value, budget));
        return Cell(std::move(text));
      }
    }
  }
  return invalid("a cell shows text, a number, yes or no, a time, a node, a set or a list of these");
}

// The words every node has, as scripts see them.
constexpr std::string_view kNodeWords[] = {"ref",      "kind", "key",   "depth",    "precision", "direct", "valid_from",
                                           "valid_to", "tx",   "edges", "incoming", "outgoing",  "get",    "alive"};

}  // namespace

void set_globals(lua_State* L, std::span<const HostFunction> functions, void* context) {
  lua_pushglobaltable(L);
  set_functions(L, functions, context);
  lua_pop(L, 1);
}

int concat_texts(lua_State* L) {
  push_text_of(L, 1);
  push_text_of(L, 2);
  lua_concat(L, 2);
  return 1;
}

std::optional<Direction> direction_named(std::string_view name) {
  if (name == "up" || name == "upstream") return Direction::kUpstream;
  if (name == "down" || name == "downstream") return Direction::kDownstream;
  return std::nullopt;
}

void push_text(lua_State* L, std::string_view text) { lua_pushlstring(L, text.data(), text.size()); }

void push_time(lua_State* L, Timestamp time) { push_plain(L, time); }

void push_time(lua_State* L, const std::optional<Timestamp>& time) {
  if (time)
    push_time(L, *time);
  else
    lua_pushnil(L);
}

void push_value(lua_State* L, const Value& value) {
  luaL_checkstack(L, 4, "too much on the stack");
  std::visit(PushScalar{L}, value);
}

void push_script_value(lua_State* L, const ScriptValue& value) {
  using What = ScriptValue::What;
  luaL_checkstack(L, 4, "a value is nested too deep");
  switch (value.what) {
    case What::kBoolean: lua_pushboolean(L, value.boolean); return;
    case What::kInteger: lua_pushinteger(L, value.integer); return;
    case What::kReal: lua_pushnumber(L, value.real); return;
    case What::kText: push_text(L, value.text); return;
    case What::kTable: break;
    default: lua_pushnil(L); return;
  }
  lua_createtable(L, static_cast<int>(value.list.size()), static_cast<int>(value.fields.size()));
  for (std::size_t i = 0; i < value.list.size(); ++i) {
    push_script_value(L, value.list[i]);
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  for (const auto& field : value.fields) {
    push_text(L, field.first);
    push_script_value(L, field.second);
    lua_rawset(L, -3);
  }
}

NodeItem* push_item(lua_State* L) {
  Slot<NodeItem>* slot = push_slot<NodeItem>(L);
  return &slot->value.emplace();
}

const NodeItem& check_node(lua_State* L, int index, HostContext* context) {
  const NodeItem& item = check_slot<NodeItem>(L, index);
  read_item(L, item, context);
  return item;
}

void read_item(lua_State* L, const NodeItem& item, HostContext* context) {
  if (!item.page->is_read() && !run_work(L, context, [&] { return item.read(budget_of(L)); }))
    raise_status(L, context->status);
}

std::optional<Timestamp> time_at(lua_State* L, int index) {
  const Timestamp* time = to_plain<Timestamp>(L, index);
  return time ? std::optional(*time) : std::nullopt;
}

Result<Timestamp> time_in(const ScriptValue& value, std::string_view what) {
  if (const auto* time = plain_in<Timestamp>(value)) return *time;
  if (value.what == ScriptValue::What::kText) return Timestamp::parse_date_or_time(value.text).while_doing(what);
  return invalid(fmt::format("{} must be a date such as \"2026-01-31\", or a time", what));
}

Result<NodeSet> nodes_meant(lua_State* L, int index, const AtView& at, Budget& budget) {
  if (const auto* set = to_slot<AnswerSet>(L, index); set && set->value) return set->value->nodes();
  AMONT_LET(const ScriptValue value, read_value(L, index, kListLimits));
  std::vector<NodeId> ids;
  NodeSet others;
  const auto take = [&](const ScriptValue& one) -> Status {
    if (one.what == ScriptValue::What::kText) {
      AMONT_LET(const NodeId id, find_id(at, one.text));
      ids.push_back(id);
      return {};
    }
    if (const auto* item = slot_in<NodeItem>(one); item && item->value) {
      ids.push_back(item->value->id());
      return {};
    }
    if (const auto* set = slot_in<AnswerSet>(one); set && set->value) {
      others = others | set->value->nodes();
      return {};
    }
    return invalid("expected a ref such as \"dataset:snds/dcir\", a node, a set, or a list of these");
  };
  if (value.what == ScriptValue::What::kTable) {
    if (!value.fields.empty())
      return invalid(
          fmt::format("expected a list of refs, nodes or sets; it has a field \"{}\"", value.fields[0].first));
    if (!budget.charge(value.list.size() * 50)) return budget.reason();
    for (const ScriptValue& one : value.list) AMONT_TRY(take(one));
  } else {
    AMONT_TRY(take(value));
  }
  std::sort(ids.begin(), ids.end());
  return others.empty() ? NodeSet(ids) : NodeSet(ids) | others;
}

Result<std::vector<std::string>> names_given(lua_State* L, int first, int last) {
  std::vector<std::string> names;
  for (int i = first; i <= last; ++i) {
    if (lua_isnil(L, i)) continue;
    AMONT_LET(const ScriptValue value, read_value(L, i, kSmallLimits));
    const bool is_list = value.what == ScriptValue::What::kTable;
    for (const ScriptValue& one : is_list ? std::span(value.list) : std::span(&value, 1)) {
      if (one.what != ScriptValue::What::kText) return invalid("expected the name of a kind");
      names.push_back(one.text);
    }
    if (!value.fields.empty()) return invalid("expected the name of a kind, or a list of names");
  }
  return names;
}

Cell cell_of(const Value& value) {
  struct ToCell {
    Cell operator()(const std::string& text) const { return text; }
    Cell operator()(std::int64_t integer) const { return integer; }
    Cell operator()(double real) const { return real; }
    Cell operator()(bool boolean) const { return boolean; }
    Cell operator()(Timestamp time) const { return time; }
    Cell operator()(const List& list) const {
      Joined joined;
      for (const Scalar& item : list) joined.add(text_of(item));
      return joined.text();
    }
  };
  return std::visit(ToCell{}, value);
}

Result<Cell> cell_at(lua_State* L, int index, Budget& budget) {
  AMONT_LET(const ScriptValue value, read_value(L, index, kSmallLimits));
  return cell_from(value, budget);
}

Result<Cell> cell_in(const ScriptValue& value, Budget& budget) { return cell_from(value, budget); }

bool field_cell(const Node& node, bool is_answer, const Reached& reached, std::string_view name, Cell* cell) {
  const auto put_time = [&](const std::optional<Timestamp>& time) {
    if (time) *cell = *time;
  };
  *cell = Cell();
  if (name == "ref") {
    *cell = node.ref.text();
  } else if (name == "kind") {
    *cell = node.ref.kind;
  } else if (name == "key") {
    *cell = node.ref.key;
  } else if (name == "depth") {
    if (is_answer && reached.depth) *cell = static_cast<std::int64_t>(*reached.depth);
  } else if (name == "precision") {
    if (is_answer) *cell = std::string(reached.precision == Precision::kExact ? "exact" : "possible");
  } else if (name == "direct") {
    if (is_answer) *cell = reached.direct;
  } else if (name == "valid_from") {
    put_time(node.valid.from);
  } else if (name == "valid_to") {
    put_time(node.valid.to);
  } else if (name == "tx") {
    if (node.tx) *cell = static_cast<std::int64_t>(node.tx);
  } else {
    return false;
  }
  return true;
}

Status check_field(const std::vector<PropertyRow>& declared, std::string_view kind, std::string_view name) {
  if (find_row(declared, name)) return {};
  std::vector<std::string_view> known(std::begin(kNodeWords), std::end(kNodeWords));
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  for (const PropertyRow& row : declared) known.push_back(row.name);
  const std::string_view meant = nearest(name, known);
  if (meant.empty()) return {};
  return invalid(
      fmt::format("no \"{}\" is declared for a {}; did you mean \"{}\"? (to read a property of that name all the same: "
                  ":get(\"{}\"))",
                  name, kind, meant, name));
}

}  // namespace amont
