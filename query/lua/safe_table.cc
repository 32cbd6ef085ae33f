// The table library, on the raw list of a table and with every loop bounded and charged.

#include <cstdint>
#include <cstring>

#include "query/lua/guard.h"
#include "query/lua/merge_sort.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

constexpr lua_Integer kChargeEvery = 64;
constexpr std::size_t kLongText = 256;  // comparing such a text costs more than the step it is counted as

const StockLibrary& stock_table() {
  static const StockLibrary library(luaopen_table);
  return library;
}

// A table whose list may be read and written raw; the length of its list.
lua_Integer check_list(lua_State* L, int index) {
  luaL_checktype(L, index, LUA_TTABLE);
  for (const char* event : {"__len", "__newindex"}) {
    if (luaL_getmetafield(L, index, event) != LUA_TNIL)
      luaL_argerror(L, index, "a table without __len and __newindex expected");
  }
  return static_cast<lua_Integer>(lua_rawlen(L, index));
}

// The number of elements from..to, which is at most a million. `from` and `to` may be any integers.
lua_Integer check_range(lua_State* L, lua_Integer from, lua_Integer to) {
  if (from > to) return 0;
  const std::uint64_t distance = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
  if (distance >= static_cast<std::uint64_t>(kScriptRangeMax))
    luaL_error(L, "more than %d elements at a time", static_cast<int>(kScriptRangeMax));
  return static_cast<lua_Integer>(distance) + 1;
}

void charge_loop(lua_State* L, lua_Integer round) {
  if (round % kChargeEvery == 0) charge(L, kChargeEvery);
}

int insert(lua_State* L) {
  const lua_Integer end = check_list(L, 1) + 1;
  switch (lua_gettop(L)) {
    case 2: break;
    case 3: {
      const lua_Integer position = luaL_checkinteger(L, 2);
      luaL_argcheck(L, position >= 1 && position <= end, 2, "position out of bounds");
      check_range(L, position, end - 1);
      for (lua_Integer i = end; i > position; --i) {
        lua_rawgeti(L, 1, i - 1);
        lua_rawseti(L, 1, i);
        charge_loop(L, i);
      }
      lua_rawseti(L, 1, position);
      return 0;
    }
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_rawseti(L, 1, end);
  return 0;
}

int remove(lua_State* L) {
  const lua_Integer size = check_list(L, 1);
  lua_Integer position = luaL_optinteger(L, 2, size);
  if (!lua_isnoneornil(L, 2))
    luaL_argcheck(L, position >= (size > 0) && position <= size + 1, 2, "position out of bounds");
  check_range(L, position, size - 1);
  lua_rawgeti(L, 1, position);
  for (; position < size; ++position) {
    lua_rawgeti(L, 1, position + 1);
    lua_rawseti(L, 1, position);
    charge_loop(L, position);
  }
  lua_pushnil(L);
  lua_rawseti(L, 1, position);
  return 1;
}

int move(lua_State* L) {
  const lua_Integer from = luaL_checkinteger(L, 2);
  const lua_Integer to = luaL_checkinteger(L, 3);
  const lua_Integer into = luaL_checkinteger(L, 4);
  const int target = lua_isnoneornil(L, 5) ? 1 : 5;
  check_list(L, 1);
  check_list(L, target);
  const lua_Integer count = check_range(L, from, to);
  if (count > 0) {
    luaL_argcheck(L, into <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    const bool overlaps = into > from && into <= to && lua_rawequal(L, 1, target);
    for (lua_Integer i = 0; i < count; ++i) {
      const lua_Integer offset = overlaps ? count - 1 - i : i;
      lua_rawgeti(L, 1, from + offset);
      lua_rawseti(L, target, into + offset);
      charge_loop(L, i);
    }
  }
  lua_pushvalue(L, target);
  return 1;
}

int unpack(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const lua_Integer from = luaL_optinteger(L, 2, 1);
  const lua_Integer to = lua_isnoneornil(L, 3) ? check_list(L, 1) : luaL_checkinteger(L, 3);
  const lua_Integer count = check_range(L, from, to);
  charge(L, static_cast<std::uint64_t>(count));
  if (!lua_checkstack(L, static_cast<int>(count))) return luaL_error(L, "too many results to unpack");
  for (lua_Integer i = 0; i < count; ++i) lua_rawgeti(L, 1, from + i);
  return static_cast<int>(count);
}

void take_text(lua_State* L, std::size_t length, std::uint64_t* bytes) {
  *bytes += length;
  if (*bytes > kScriptTextMax)
    luaL_error(L, "the text would be longer than %d bytes", static_cast<int>(kScriptTextMax));
}

void add_element(lua_State* L, luaL_Buffer* buffer, lua_Integer at, std::uint64_t* bytes) {
  const int type = lua_rawgeti(L, 1, at);
  if (type != LUA_TSTRING && type != LUA_TNUMBER)
    luaL_error(L, "invalid value (at index %I) in table for 'concat'", static_cast<LUAI_UACINT>(at));
  std::size_t length = 0;
  lua_tolstring(L, -1, &length);
  take_text(L, length, bytes);
  luaL_addvalue(buffer);
}

int concat(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  std::size_t separator_length = 0;
  const char* separator = luaL_optlstring(L, 2, "", &separator_length);
  const lua_Integer from = luaL_optinteger(L, 3, 1);
  const lua_Integer to = lua_isnoneornil(L, 4) ? check_list(L, 1) : luaL_checkinteger(L, 4);
  const lua_Integer count = check_range(L, from, to);
  std::uint64_t bytes = 0;
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (lua_Integer i = 0; i < count; ++i) {
    if (i > 0) {
      take_text(L, separator_length, &bytes);
      luaL_addlstring(&buffer, separator, separator_length);
    }
    add_element(L, &buffer, from + i, &bytes);
    charge_loop(L, i);
  }
  charge(L, bytes / 64);
  luaL_pushresult(&buffer);
  return 1;
}

// sort: what is sorted are the positions of the elements in a copy of the list, so neither an order function that
// changes the table nor an error in it can do harm.

// An element of a list of only texts, only integers or only other numbers, which are compared without Lua.
struct PlainElement {
  union {
    lua_Integer integer;
    lua_Number real;
    const char* text;
  };
  std::size_t length;
  std::uint32_t position;
};

enum class Elements { kOther, kText, kInteger, kReal };

// Whether one plain element comes before another. Says no to everything once the budget has ended.
struct PlainOrder {
  Elements kind;
  Budget* budget;

  bool operator()(const PlainElement& a, const PlainElement& b) const {
    if (kind == Elements::kInteger) return a.integer < b.integer;
    if (kind == Elements::kReal) return a.real < b.real;
    const std::size_t common = a.length < b.length ? a.length : b.length;
    if (common > kLongText && !budget->charge(common / 64)) return false;
    const int compared = std::memcmp(a.text, b.text, common);
    return compared != 0 ? compared < 0 : a.length < b.length;
  }
};

Elements kind_of(lua_State* L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING: return Elements::kText;
    case LUA_TNUMBER: return lua_isinteger(L, index) ? Elements::kInteger : Elements::kReal;
    default: return Elements::kOther;
  }
}

enum SortStack { kList = 1, kOrder = 2, kCopy = 3 };

// Copies the list into a new table at kCopy. What its elements have in common.
Elements copy_list(lua_State* L, lua_Integer size) {
  lua_createtable(L, static_cast<int>(size), 0);
  Elements kind = Elements::kOther;
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_rawgeti(L, kList, i);
    const Elements this_kind = kind_of(L, -1);
    kind = i == 1 || this_kind == kind ? this_kind : Elements::kOther;
    lua_rawseti(L, kCopy, i);
    charge_loop(L, i);
  }
  return kind;
}

void put_sorted(lua_State* L, lua_Integer at, std::uint32_t position) {
  lua_rawgeti(L, kCopy, position);
  lua_rawseti(L, kList, at);
  charge_loop(L, at);
}

void sort_plain(lua_State* L, std::size_t size, Elements kind) {
  auto* elements = static_cast<PlainElement*>(lua_newuserdatauv(L, 2 * size * sizeof(PlainElement), 0));
  for (std::size_t i = 0; i < size; ++i) {
    lua_rawgeti(L, kCopy, static_cast<lua_Integer>(i + 1));
    PlainElement& element = elements[i];
    element.length = 0;
    element.position = static_cast<std::uint32_t>(i + 1);
    if (kind == Elements::kText)
      element.text = lua_tolstring(L, -1, &element.length);  // the copy keeps it alive
    else if (kind == Elements::kInteger)
      element.integer = lua_tointeger(L, -1);
    else
      element.real = lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  Budget& budget = budget_of(L);
  const PlainElement* sorted =
      merge_sort(elements, elements + size, size, PlainOrder{kind, &budget}, [&] { return budget.charge(1024); });
  if (!sorted) raise_end(L);
  for (std::size_t i = 0; i < size; ++i) put_sorted(L, static_cast<lua_Integer>(i + 1), sorted[i].position);
}

// Sorts by `<` with its metamethods, or by the function at kOrder.
void sort_called(lua_State* L, std::size_t size) {
  const bool has_order = !lua_isnil(L, kOrder);
  auto* positions = static_cast<std::uint32_t*>(lua_newuserdatauv(L, 2 * size * sizeof(std::uint32_t), 0));
  for (std::size_t i = 0; i < size; ++i) positions[i] = static_cast<std::uint32_t>(i + 1);
  const auto less = [L, has_order](std::uint32_t a, std::uint32_t b) {
    if (has_order) lua_pushvalue(L, kOrder);
    const bool is_text = lua_rawgeti(L, kCopy, a) == LUA_TSTRING;
    charge(L, is_text ? 10 + lua_rawlen(L, -1) / 32 : 10);
    lua_rawgeti(L, kCopy, b);
    bool is_less = false;
    if (has_order) {
      lua_call(L, 2, 1);
      is_less = lua_toboolean(L, -1);
      lua_pop(L, 1);
    } else {
      is_less = lua_compare(L, -2, -1, LUA_OPLT);
      lua_pop(L, 2);
    }
    return is_less;
  };
  const std::uint32_t* sorted = merge_sort(positions, positions + size, size, less, [] { return true; });
  for (std::size_t i = 0; i < size; ++i) put_sorted(L, static_cast<lua_Integer>(i + 1), sorted[i]);
}

int sort(lua_State* L) {
  const lua_Integer size = check_list(L, kList);
  check_range(L, 1, size);
  if (!lua_isnoneornil(L, kOrder)) luaL_checktype(L, kOrder, LUA_TFUNCTION);
  lua_settop(L, kOrder);
  if (size < 2) return 0;
  const Elements kind = copy_list(L, size);
  if (kind == Elements::kOther || !lua_isnil(L, kOrder))
    sort_called(L, static_cast<std::size_t>(size));
  else
    sort_plain(L, static_cast<std::size_t>(size), kind);
  return 0;
}

}  // namespace

void open_safe_table(lua_State* L) {
  static const auto functions = [] {
    std::vector<HostFunction> list = {{"concat", concat}, {"insert", insert}, {"move", move},
                                      {"remove", remove}, {"sort", sort},     {"unpack", unpack}};
    stock_table().give({"pack"}, &list);
    return list;
  }();
  lua_createtable(L, 0, static_cast<int>(functions.size()));
  set_plain_functions(L, functions);
  lua_setfield(L, -2, "table");
}

}  // namespace amont
