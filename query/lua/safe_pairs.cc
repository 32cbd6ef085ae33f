// pairs and next, in an order that is the same in every run: false, true, numbers, text. The order in which Lua keeps
// its keys depends on addresses and the clock.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "query/lua/guard.h"
#include "query/lua/hidden_events.h"
#include "query/lua/merge_sort.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

constexpr std::size_t kCommonBytesMax = 64;
constexpr std::size_t kFewKeys = 32;  // that a walk keeps in its function, without a table of them

// A key as it is compared. Text stays good while its table holds the key.
struct OrderedKey {
  enum class Rank : std::uint8_t { kFalse, kTrue, kInteger, kReal, kText };

  Rank rank = Rank::kFalse;
  union {
    lua_Integer integer;
    lua_Number real;
    const char* text;
  };
  std::size_t length = 0;
  std::size_t position = 0;    // in Lua's own order
  std::uint64_t distinct = 0;  // kText: see note_distinct_bytes()
};

// Which of an integer and a number with a fraction (or beyond all integers) comes first. No key is both, and none is
// NaN.
bool integer_before(lua_Integer integer, lua_Number real) {
  if (real >= 0x1p63) return true;
  if (real < -0x1p63) return false;
  return integer <= static_cast<lua_Integer>(std::floor(real));
}

bool before(const OrderedKey& a, const OrderedKey& b) {
  using Rank = OrderedKey::Rank;
  if (a.rank == Rank::kInteger && b.rank == Rank::kReal) return integer_before(a.integer, b.real);
  if (a.rank == Rank::kReal && b.rank == Rank::kInteger) return !integer_before(b.integer, a.real);
  if (a.rank != b.rank) return a.rank < b.rank;
  switch (a.rank) {
    case Rank::kInteger: return a.integer < b.integer;
    case Rank::kReal: return a.real < b.real;
    case Rank::kText: {
      if (a.distinct != b.distinct) return a.distinct < b.distinct;
      const int compared = std::memcmp(a.text, b.text, a.length < b.length ? a.length : b.length);
      return compared != 0 ? compared < 0 : a.length < b.length;
    }
    default: return false;
  }
}

// The key at a stack index. Raises when it has no order.
OrderedKey key_at(lua_State* L, int index) {
  OrderedKey key;
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN: key.rank = lua_toboolean(L, index) ? OrderedKey::Rank::kTrue : OrderedKey::Rank::kFalse; break;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        key.rank = OrderedKey::Rank::kInteger;
        key.integer = lua_tointeger(L, index);
      } else {
        key.rank = OrderedKey::Rank::kReal;
        key.real = lua_tonumber(L, index);
      }
      break;
    case LUA_TSTRING:
      key.rank = OrderedKey::Rank::kText;
      key.text = lua_tolstring(L, index, &key.length);
      break;
    default:
      luaL_error(L,
                 "a table with a key that is a %s can't be gone through: such keys have no order; keep them in a list",
                 luaL_typename(L, index));
  }
  return key;
}

// Texts lie all over the memory, and to compare two of them is to wait for both. So each key gets the eight bytes after
// those that all texts begin with, as a number in the order of bytes; mostly those decide. Zeros stand for bytes past
// the end.
void note_distinct_bytes(OrderedKey* keys, std::size_t count) {
  const auto is_text = [](const OrderedKey& key) { return key.rank == OrderedKey::Rank::kText; };
  const OrderedKey* first = std::find_if(keys, keys + count, is_text);
  if (first == keys + count) return;
  std::size_t common = std::min(first->length, kCommonBytesMax);
  for (const OrderedKey* key = first; key != keys + count; ++key) {
    if (!is_text(*key)) continue;
    common = std::min(common, key->length);
    common = static_cast<std::size_t>(std::mismatch(key->text, key->text + common, first->text).first - key->text);
  }
  for (OrderedKey* key = keys; key != keys + count; ++key) {
    if (!is_text(*key)) continue;
    for (std::size_t i = 0; i < 8; ++i) {
      const std::size_t at = common + i;
      key->distinct = key->distinct << 8 | (at < key->length ? static_cast<unsigned char>(key->text[at]) : 0);
    }
  }
}

// How many keys a table has; `is_list` when Lua goes through them as 1, 2, ... n.
std::size_t count_keys(lua_State* L, int table, bool* is_list) {
  std::size_t count = 0;
  *is_list = true;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    if (is_hidden_key(L, -2)) continue;
    ++count;
    *is_list = *is_list && lua_isinteger(L, -2) && lua_tointeger(L, -2) == static_cast<lua_Integer>(count);
    if (count % 64 == 0) charge(L, 128);
  }
  return count;
}

// Pushes what to go through: nil for a list, else a table of the keys in order. How many there are. Raises.
lua_Integer push_keys(lua_State* L, int table) {
  bool is_list = true;
  const std::size_t count = count_keys(L, table, &is_list);
  if (is_list) {
    lua_pushnil(L);
    return static_cast<lua_Integer>(count);
  }
  if (count > INT32_MAX) luaL_error(L, "too many keys to go through");
  auto* keys = static_cast<OrderedKey*>(lua_newuserdatauv(L, 2 * count * sizeof(OrderedKey), 0));
  const int room = lua_gettop(L);
  lua_createtable(L, static_cast<int>(count), 0);  // the keys in Lua's order
  std::size_t at = 0;
  for (lua_pushnil(L); lua_next(L, table) != 0 && at < count;) {
    lua_pop(L, 1);
    if (is_hidden_key(L, -1)) continue;
    keys[at] = key_at(L, -1);
    keys[at].position = at + 1;
    lua_pushvalue(L, -1);
    lua_rawseti(L, room + 1, static_cast<lua_Integer>(++at));
    if (at % 64 == 0) charge(L, 256);
  }
  lua_settop(L, room + 1);
  note_distinct_bytes(keys, count);
  Budget& budget = budget_of(L);
  const OrderedKey* ordered = merge_sort(keys, keys + count, count, before, [&] { return budget.charge(512); });
  if (!ordered) raise_end(L);
  lua_createtable(L, static_cast<int>(count), 0);
  for (std::size_t i = 0; i < count; ++i) {
    lua_rawgeti(L, room + 1, static_cast<lua_Integer>(ordered[i].position));
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  charge(L, count);
  lua_replace(L, room);
  lua_settop(L, room);
  return static_cast<lua_Integer>(count);
}

// One walk through a table: the upvalues of the function that pairs() gives, and of next().
enum Walk { kTable = 1, kKeys, kCount, kAt, kWalkFields = kAt };

// The next key after the walk's position that still has a value, and the value; or nil. push_key(at) pushes the key there.
template <class PushKey>
int step_by(lua_State* L, const PushKey& push_key) {
  const lua_Integer count = lua_tointeger(L, lua_upvalueindex(kCount));
  for (lua_Integer at = lua_tointeger(L, lua_upvalueindex(kAt)) + 1; at <= count; ++at) {
    push_key(at);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, lua_upvalueindex(kTable)) != LUA_TNIL) {
      lua_pushinteger(L, at);
      lua_replace(L, lua_upvalueindex(kAt));
      return 2;
    }
    lua_pop(L, 2);
    if (at % 64 == 0) charge(L, 64);
  }
  lua_pushinteger(L, count);
  lua_replace(L, lua_upvalueindex(kAt));
  lua_pushnil(L);
  return 1;
}

int step(lua_State* L) {
  const bool is_list = lua_isnil(L, lua_upvalueindex(kKeys));
  return step_by(L, [=](lua_Integer at) {
    if (is_list)
      lua_pushinteger(L, at);
    else
      lua_rawgeti(L, lua_upvalueindex(kKeys), at);
  });
}

// Of a walk that keeps its keys behind its other upvalues.
int step_few(lua_State* L) {
  return step_by(L, [L](lua_Integer at) { lua_pushvalue(L, lua_upvalueindex(kWalkFields + static_cast<int>(at))); });
}

// Pushes the function that goes through the table at index 1, if that has few keys; most tables do. False, and nothing pushed, when there
// are more, or when they are a list. Raises.
bool push_few(lua_State* L) {
  if (!lua_checkstack(L, 2 * static_cast<int>(kFewKeys) + 10)) return false;
  OrderedKey keys[kFewKeys];
  std::size_t count = 0;
  const int before_keys = lua_gettop(L);
  bool is_list = true;
  for (lua_pushnil(L); lua_next(L, 1) != 0;) {
    lua_pop(L, 1);
    if (is_hidden_key(L, -1)) continue;
    if (count == kFewKeys) {
      lua_settop(L, before_keys);
      return false;
    }
    keys[count] = key_at(L, -1);
    ++count;
    keys[count - 1].position = count;
    is_list = is_list && lua_isinteger(L, -1) && lua_tointeger(L, -1) == static_cast<lua_Integer>(count);
    lua_pushvalue(L, -1);
  }
  if (is_list) {
    lua_settop(L, before_keys);
    return false;
  }
  note_distinct_bytes(keys, count);
  std::sort(keys, keys + count, before);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  lua_pushinteger(L, static_cast<lua_Integer>(count));
  lua_pushinteger(L, 0);
  for (std::size_t i = 0; i < count; ++i) lua_pushvalue(L, before_keys + static_cast<int>(keys[i].position));
  lua_pushcclosure(L, step_few, kWalkFields + static_cast<int>(count));
  lua_replace(L, before_keys + 1);
  lua_settop(L, before_keys + 1);
  charge(L, 2 * count);
  return true;
}

int pairs(lua_State* L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  if (!push_few(L)) {
    lua_pushvalue(L, 1);
    const lua_Integer count = push_keys(L, 1);
    lua_pushinteger(L, count);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, kWalkFields);
  }
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

void keep(lua_State* L, Walk field) { lua_replace(L, lua_upvalueindex(field)); }

// The first key and its value, without keeping a walk: what next(t) asks is mostly whether there is any.
int first_of(lua_State* L) {
  std::size_t seen = 0;
  OrderedKey first;
  lua_settop(L, 1);
  lua_pushnil(L);  // at 2: the first key so far
  for (lua_pushnil(L); lua_next(L, 1) != 0;) {
    lua_pop(L, 1);
    if (is_hidden_key(L, -1)) continue;
    const OrderedKey key = key_at(L, -1);
    if (seen == 0 || before(key, first)) {
      first = key;
      lua_pushvalue(L, -1);
      lua_replace(L, 2);
    }
    if (++seen % 64 == 0) charge(L, 128);
  }
  if (seen == 0) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, 1);
  return 2;
}

// Whether the walk kept by next() stands at this key of this table.
bool stands_at(lua_State* L) {
  if (!lua_rawequal(L, lua_upvalueindex(kTable), 1)) return false;
  const lua_Integer at = lua_tointeger(L, lua_upvalueindex(kAt));
  if (lua_isnil(L, lua_upvalueindex(kKeys))) {
    return at >= 1 && lua_isinteger(L, 2) && lua_tointeger(L, 2) == at;
  }
  lua_rawgeti(L, lua_upvalueindex(kKeys), at);
  const bool here = lua_rawequal(L, -1, 2);
  lua_pop(L, 1);
  return here;
}

// Starts a walk of the table at index 1 that stands at the key at index 2, or where that key was before it was removed.
void walk_from(lua_State* L) {
  const OrderedKey sought = key_at(L, 2);
  const lua_Integer count = push_keys(L, 1);
  const bool is_list = lua_isnil(L, -1);
  lua_Integer at = 0;
  while (at < count) {
    OrderedKey key;
    if (is_list) {
      key.rank = OrderedKey::Rank::kInteger;
      key.integer = at + 1;
    } else {
      lua_rawgeti(L, -1, at + 1);
      key = key_at(L, -1);
      lua_pop(L, 1);
    }
    if (before(sought, key)) break;
    if (++at % 64 == 0) charge(L, 64);
  }
  keep(L, kKeys);
  lua_pushvalue(L, 1);
  keep(L, kTable);
  lua_pushinteger(L, count);
  keep(L, kCount);
  lua_pushinteger(L, at);
  keep(L, kAt);
}

int next(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (lua_isnil(L, 2)) return first_of(L);
  if (!stands_at(L)) walk_from(L);
  return step(L);
}

}  // namespace

void open_safe_pairs(lua_State* L) {
  lua_pushcfunction(L, pairs);
  lua_setfield(L, -2, "pairs");
  for (int i = 0; i < kWalkFields; ++i) lua_pushnil(L);
  lua_pushcclosure(L, next, kWalkFields);
  lua_setfield(L, -2, "next");
}

}  // namespace amont
