#include "query/lua/plain_changes.h"

#include <algorithm>

#include "query/lua/hidden_events.h"
#include "query/lua/lua_json.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::size_t kTextMax = 64 << 10;
constexpr std::size_t kPropsMax = 100;
constexpr std::size_t kItemsMax = 200;

// The value at an index, if it is a scalar or null, and nothing to complain of. Never raises.
bool read_plain_scalar(lua_State* L, int index, std::optional<Scalar>* scalar) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING: {
      std::string_view text;
      read_text(L, index, &text);
      budget_of(L).charge(text.size() / 64);
      scalar->emplace(std::string(text));
      return text.size() <= kTextMax;
    }
    case LUA_TNUMBER:
      if (lua_isinteger(L, index))
        scalar->emplace(static_cast<std::int64_t>(lua_tointeger(L, index)));
      else
        scalar->emplace(static_cast<double>(lua_tonumber(L, index)));
      return true;
    case LUA_TBOOLEAN: scalar->emplace(static_cast<bool>(lua_toboolean(L, index))); return true;
    case LUA_TUSERDATA:
      if (const auto* time = to_plain<Timestamp>(L, index)) return scalar->emplace(*time), true;
      return is_null(L, index);
    default: return false;
  }
}

// A list of scalars. Never raises.
bool read_plain_list(lua_State* L, int index, List* list) {
  const lua_Unsigned size = lua_rawlen(L, index);
  if (size == 0 || size > kItemsMax || !lua_checkstack(L, 8)) return false;
  lua_Unsigned keys = 0;
  for (lua_pushnil(L); lua_next(L, index) != 0; ++keys) {
    lua_pop(L, 1);
    if (lua_isinteger(L, -1)) continue;
    lua_pop(L, 1);
    return false;
  }
  if (keys != size) return false;
  list->reserve(size);
  for (lua_Unsigned i = 1; i <= size; ++i) {
    std::optional<Scalar> item;
    lua_rawgeti(L, index, static_cast<lua_Integer>(i));
    const bool is_plain = read_plain_scalar(L, -1, &item) && item;
    lua_pop(L, 1);
    if (!is_plain) return false;
    list->push_back(*std::move(item));
  }
  return true;
}

bool read_plain_value(lua_State* L, int index, std::optional<Value>* value) {
  if (lua_type(L, index) == LUA_TTABLE)
    return read_plain_list(L, lua_absindex(L, index), &std::get<List>(value->emplace(List())));
  std::optional<Scalar> scalar;
  if (!read_plain_scalar(L, index, &scalar)) return false;
  if (scalar) *value = std::visit([](auto&& one) { return Value(std::move(one)); }, *std::move(scalar));
  return true;
}

}  // namespace

bool read_plain_props(lua_State* L, int index, std::vector<PropertyChange>* props) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 8)) return false;
  bool in_order = true;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    PropertyChange change;
    std::string_view name;
    if (props->size() == kPropsMax || !read_text(L, -2, &name) || is_hidden_key(L, -2) ||
        !read_plain_value(L, -1, &change.value)) {
      lua_pop(L, 2);
      props->clear();
      return false;
    }
    change.name = name;
    in_order = in_order && (props->empty() || props->back().name < change.name);
    props->push_back(std::move(change));
  }
  if (!in_order) std::ranges::sort(*props, {}, &PropertyChange::name);
  return true;
}

bool read_plain_details(lua_State* L, int index, PutEdge* put) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 8)) return false;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    std::string_view name, label;
    const bool is_named = read_text(L, -2, &name);
    if (is_named && name == "label" && read_text(L, -1, &label)) {
      put->label = label;
    } else if (!is_named || name != "props" || !read_plain_props(L, -1, &put->props)) {
      lua_pop(L, 2);
      put->label.clear();
      put->props.clear();
      return false;
    }
  }
  return true;
}

}  // namespace amont
