#include "query/lua/change_reader.h"

#include <fmt/format.h>

#include "query/lua/lua_json.h"
#include "query/lua/nearest.h"
#include "query/lua/plain_changes.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

Result<Scalar> read_scalar(const ScriptValue& value, std::string_view name) {
  switch (value.what) {
    case What::kText: return Scalar(value.text);
    case What::kInteger: return Scalar(static_cast<std::int64_t>(value.integer));
    case What::kReal: return Scalar(static_cast<double>(value.real));
    case What::kBoolean: return Scalar(value.boolean);
    default: break;
  }
  if (const auto* time = plain_in<Timestamp>(value)) return Scalar(*time);
  return invalid(
      fmt::format("{} can't be a property: it is neither text, number, boolean, time, nor a list of these", name));
}

Result<std::optional<Value>> read_property(const ScriptValue& value, std::string_view name) {
  if (is_null(value)) return std::optional<Value>();
  if (value.what != What::kTable) {
    AMONT_LET(Scalar scalar, read_scalar(value, name));
    return std::optional(std::visit([](auto&& one) { return Value(std::move(one)); }, std::move(scalar)));
  }
  if (!value.fields.empty()) return invalid(fmt::format("{} can't be a property: it is an object", name));
  List list;
  for (const ScriptValue& item : value.list) {
    AMONT_LET(Scalar scalar, read_scalar(item, name));
    list.push_back(std::move(scalar));
  }
  return std::optional<Value>(std::move(list));
}

Status read_props(const ScriptValue& table, std::vector<PropertyChange>* props) {
  if (table.what == What::kNil) return {};
  if (table.what != What::kTable || !table.list.empty()) return invalid("properties are a table: { title = \"...\" }");
  for (const auto& [name, value] : table.fields) {
    AMONT_LET(std::optional<Value> read, read_property(value, name));
    props->push_back({name, std::move(read)});
  }
  return {};
}

Status read_time_change(const ScriptValue& value, std::string_view name, TimeChange* change) {
  if (is_null(value)) {
    *change = std::optional<Timestamp>();
    return {};
  }
  AMONT_LET(const Timestamp time, time_in(value, name));
  *change = std::optional(time);
  return {};
}

// The named details of a node or an edge: valid_from and valid_to, and an edge's label and props.
template <class Put>
Status read_details(const ScriptValue& table, Put* put) {
  constexpr bool kIsEdge = std::is_same_v<Put, PutEdge>;
  if (table.what == What::kNil) return {};
  if (table.what != What::kTable || !table.list.empty())
    return invalid("details are named: { valid_from = ..., valid_to = ... }");
  for (const auto& [name, value] : table.fields) {
    if (name == "valid_from") {
      AMONT_TRY(read_time_change(value, name, &put->valid_from));
    } else if (name == "valid_to") {
      AMONT_TRY(read_time_change(value, name, &put->valid_to));
    } else {
      if constexpr (kIsEdge) {
        if (name == "label" && value.what == What::kText) {
          put->label = value.text;
          continue;
        }
        if (name == "label" && is_null(value)) continue;
        if (name == "props") {
          AMONT_TRY(read_props(value, &put->props));
          continue;
        }
      }
      static constexpr std::string_view kNames[] = {"valid_from", "valid_to", "label", "props"};
      return invalid(
          fmt::format("{} is no detail of {}{}", name, kIsEdge ? "an edge" : "a node", did_you_mean(name, kNames)));
    }
  }
  return {};
}

// The properties at an index; nil is none.
Status read_props_at(lua_State* L, int index, std::vector<PropertyChange>* props) {
  if (lua_isnoneornil(L, index) || read_plain_props(L, index, props)) return {};
  AMONT_LET(const ScriptValue value, read_value(L, index));
  return read_props(value, props);
}

}  // namespace

Result<Change> read_node(lua_State* L) {
  PutNode put;
  AMONT_LET(put.ref, Ref::parse(text_argument(L, 1)));
  AMONT_TRY(read_props_at(L, 2, &put.props));
  if (lua_isnil(L, 3)) return Change(std::move(put));
  AMONT_LET(const ScriptValue details, read_value(L, 3));
  AMONT_TRY(read_details(details, &put));
  return Change(std::move(put));
}

Result<Change> read_edge(lua_State* L) {
  PutEdge put;
  put.kind = text_argument(L, 1);
  AMONT_LET(put.from, Ref::parse(text_argument(L, 2)));
  AMONT_LET(put.to, Ref::parse(text_argument(L, 3)));
  if (lua_isnil(L, 4) || read_plain_details(L, 4, &put)) return Change(std::move(put));
  AMONT_LET(const ScriptValue details, read_value(L, 4));
  AMONT_TRY(read_details(details, &put));
  return Change(std::move(put));
}

Result<Change> read_retraction(lua_State* L, bool of_edge) {
  if (!of_edge) {
    AMONT_LET(Ref ref, Ref::parse(text_argument(L, 1)));
    return Change(RetractNode{std::move(ref)});
  }
  RetractEdge edge;
  edge.kind = text_argument(L, 1);
  AMONT_LET(edge.from, Ref::parse(text_argument(L, 2)));
  AMONT_LET(edge.to, Ref::parse(text_argument(L, 3)));
  edge.label = text_argument(L, 4);
  return Change(std::move(edge));
}

}  // namespace amont
