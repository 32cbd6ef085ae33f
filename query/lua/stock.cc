#include "query/lua/stock.h"

namespace amont {
namespace {

int open_library(lua_State* L) {
  lua_pushvalue(L, 1);
  lua_call(L, 0, 1);
  return 1;
}

// The C functions of the table on top of the stack.
std::map<std::string, lua_CFunction> functions_of(lua_State* L) {
  std::map<std::string, lua_CFunction> functions;
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_iscfunction(L, -1))
      functions[lua_tostring(L, -2)] = lua_tocfunction(L, -1);
  }
  return functions;
}

}  // namespace

StockLibrary::StockLibrary(lua_CFunction open) {
  lua_State* L = luaL_newstate();
  if (!L) return;
  lua_pushcfunction(L, open_library);
  lua_pushcfunction(L, open);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_type(L, -1) == LUA_TTABLE) {
    functions_ = functions_of(L);
    lua_pushliteral(L, "");
    if (lua_getmetatable(L, -1)) text_metamethods_ = functions_of(L);
  }
  lua_close(L);
}

lua_CFunction StockLibrary::operator[](const char* name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second;
}

void StockLibrary::give(std::initializer_list<const char*> names, std::vector<HostFunction>* functions) const {
  for (const char* name : names) {
    if (const lua_CFunction run = (*this)[name]) functions->push_back({name, run});
  }
}

void set_plain_functions(lua_State* L, const std::vector<HostFunction>& functions) {
  for (const HostFunction& function : functions) {
    lua_pushcfunction(L, function.run);
    lua_setfield(L, -2, function.name);
  }
}

}  // namespace amont
