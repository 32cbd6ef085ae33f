// The math library. Its random numbers are the same in every run.

#include <cmath>
#include <cstdint>

#include "query/lua/guard.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

const StockLibrary& stock_math() {
  static const StockLibrary library(luaopen_math);
  return library;
}

// splitmix64: every state gives the next number, and any state is a good one.
std::uint64_t next_random(std::uint64_t* state) {
  std::uint64_t x = *state += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// A number in 0 .. most, each as likely as the others: what lies past a power of two is drawn again.
std::uint64_t random_up_to(std::uint64_t* state, std::uint64_t most) {
  std::uint64_t mask = most;
  for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
  std::uint64_t drawn = next_random(state) & mask;
  while (drawn > most) drawn = next_random(state) & mask;
  return drawn;
}

int random(lua_State* L) {
  auto* state = static_cast<std::uint64_t*>(lua_touserdata(L, lua_upvalueindex(1)));
  lua_Integer low = 1;
  lua_Integer high = 0;
  switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, static_cast<double>(next_random(state) >> 11) * 0x1p-53); return 1;
    case 1:
      high = luaL_checkinteger(L, 1);
      if (high == 0) {
        lua_pushinteger(L, static_cast<lua_Integer>(next_random(state)));
        return 1;
      }
      break;
    case 2:
      low = luaL_checkinteger(L, 1);
      high = luaL_checkinteger(L, 2);
      break;
    default: return luaL_error(L, "wrong number of arguments");
  }
  luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
  const std::uint64_t offset = random_up_to(state, static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low));
  lua_pushinteger(L, static_cast<lua_Integer>(static_cast<std::uint64_t>(low) + offset));
  return 1;
}

}  // namespace

void open_safe_math(lua_State* L) {
  static const auto functions = [] {
    std::vector<HostFunction> list;
    stock_math().give({"abs", "acos", "asin", "atan", "ceil", "cos",  "deg", "exp",       "floor", "fmod", "log",
                       "max", "min",  "modf", "rad",  "sin",  "sqrt", "tan", "tointeger", "type",  "ult"},
                      &list);
    return list;
  }();
  lua_createtable(L, 0, static_cast<int>(functions.size()) + 5);
  set_plain_functions(L, functions);
  *static_cast<std::uint64_t*>(lua_newuserdatauv(L, sizeof(std::uint64_t), 0)) = 1;
  lua_pushcclosure(L, random, 1);
  lua_setfield(L, -2, "random");
  lua_pushnumber(L, 3.141592653589793);
  lua_setfield(L, -2, "pi");
  lua_pushnumber(L, static_cast<lua_Number>(HUGE_VAL));
  lua_setfield(L, -2, "huge");
  lua_pushinteger(L, LUA_MAXINTEGER);
  lua_setfield(L, -2, "maxinteger");
  lua_pushinteger(L, LUA_MININTEGER);
  lua_setfield(L, -2, "mininteger");
  lua_setfield(L, -2, "math");
}

}  // namespace amont
