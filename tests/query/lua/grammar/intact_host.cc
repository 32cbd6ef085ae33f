#include "tests/query/lua/grammar/intact_host.h"

#include <fmt/format.h>

#include <bit>

namespace amont {
namespace {

constexpr int kDepthMax = 40;
constexpr std::size_t kValuesMax = 20'000;

// The functions of stock Lua that no script may get hold of, by their address.
const std::map<lua_CFunction, std::string>& functions_that_reach_out() {
  static const std::map<lua_CFunction, std::string> all = [] {
    std::map<lua_CFunction, std::string> functions;
    lua_State* L = luaL_newstate();
    luaL_openlibs(L);
    const auto add = [&](const std::string& name) {
      if (lua_iscfunction(L, -1)) functions.emplace(lua_tocfunction(L, -1), name);
    };
    for (const char* library : {"io", "os", "debug", "package"}) {
      lua_getglobal(L, library);
      for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) add(std::string(library) + "." + lua_tostring(L, -2));
    }
    for (const char* name :
         {"dofile", "loadfile", "load", "require", "collectgarbage", "warn", "pcall", "xpcall", "setmetatable"}) {
      lua_getglobal(L, name);
      add(name);
    }
    for (const auto& [library, name] : {std::pair("string", "dump"),
                                        {"string", "rep"},
                                        {"math", "randomseed"},
                                        {"coroutine", "close"},
                                        {"coroutine", "running"}}) {
      lua_getglobal(L, library);
      lua_getfield(L, -1, name);
      add(std::string(library) + "." + name);
    }
    lua_close(L);
    return functions;
  }();
  return all;
}

}  // namespace

IntactHost::IntactHost(Sandbox& sandbox) {
  functions_that_reach_out();
  Job job{&before_, nullptr, nullptr};
  if (!sandbox.install(note, &job).ok()) before_.clear();
}

std::string IntactHost::what_is_wrong(Sandbox& sandbox) {
  sandbox.revive();
  Tables after;
  std::string found;
  seen_.clear();
  Job job{&after, &seen_, &found};
  if (before_.empty()) return "nothing was noted before";
  if (const Status noted = sandbox.install(note, &job); !noted.ok()) return "can't look: " + noted.text();
  for (const auto& [key, fields] : before_)
    if (const auto now = after.find(key); now == after.end() || now->second != fields)
      return fmt::format("a {} of the host is not as it was", key.first < 0 ? "table" : "metatable of a basic type");
  if (const Status searched = sandbox.install(search, &job); !searched.ok()) return "can't search: " + searched.text();
  return found;
}

// What follows raises nothing: no value is made, and nothing of the script runs.

IntactHost::Mark IntactHost::mark(lua_State* L, int index) {
  const int type = lua_type(L, index);
  if (type == LUA_TBOOLEAN) return {type, static_cast<std::uint64_t>(lua_toboolean(L, index))};
  if (type == LUA_TNUMBER) return {type, std::bit_cast<std::uint64_t>(lua_tonumber(L, index))};
  return {type, reinterpret_cast<std::uint64_t>(lua_topointer(L, index))};
}

IntactHost::Fields IntactHost::fields_of(lua_State* L, int index) {
  index = lua_absindex(L, index);
  Fields fields;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) fields.emplace_back(mark(L, -2), mark(L, -1));
  return fields;
}

int IntactHost::note(lua_State* L) {
  Tables& tables = *static_cast<Job*>(lua_touserdata(L, 1))->tables;
  for (lua_pushnil(L); lua_next(L, LUA_REGISTRYINDEX) != 0; lua_pop(L, 1))
    if (lua_type(L, -1) == LUA_TTABLE && lua_type(L, -2) != LUA_TNUMBER)
      tables[{-1, mark(L, -2).what}] = fields_of(L, -1);
  lua_settop(L, 0);
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  lua_pushinteger(L, 1);
  lua_pushliteral(L, "");
  lua_pushcfunction(L, note);
  lua_pushthread(L);
  for (int i = 1; i <= 6; ++i) {
    tables[{i, 0}] = lua_getmetatable(L, i) ? fields_of(L, -1) : Fields();
    lua_settop(L, 6);
  }
  return 0;
}

int IntactHost::search(lua_State* L) {
  const Job job = *static_cast<Job*>(lua_touserdata(L, 1));
  lua_pushglobaltable(L);
  look_at(L, lua_gettop(L), 0, job);
  lua_settop(L, 0);
  for (lua_pushnil(L); lua_next(L, LUA_REGISTRYINDEX) != 0; lua_pop(L, 1)) look_at(L, lua_gettop(L), 0, job);
  return 0;
}

// Everything that is reachable from a value.
void IntactHost::look_at(lua_State* L, int index, int depth, const Job& job) {
  std::unordered_set<const void*>& seen = *job.seen;
  const int type = lua_type(L, index);
  if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TUSERDATA) return;
  if (depth > kDepthMax || seen.size() > kValuesMax || !lua_checkstack(L, 6)) return;
  if (lua_iscfunction(L, index)) {
    const auto bad = functions_that_reach_out().find(lua_tocfunction(L, index));
    if (bad != functions_that_reach_out().end()) *job.found = "a script can have " + bad->second;
  }
  if (!seen.insert(lua_topointer(L, index)).second) return;
  if (type == LUA_TTABLE) {
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
      look_at(L, lua_gettop(L), depth + 1, job);
      look_at(L, lua_gettop(L) - 1, depth + 1, job);
    }
  }
  if (type == LUA_TFUNCTION) {
    for (int i = 1; lua_getupvalue(L, index, i); ++i) {
      look_at(L, lua_gettop(L), depth + 1, job);
      lua_pop(L, 1);
    }
  }
  if (lua_getmetatable(L, index)) {
    look_at(L, lua_gettop(L), depth + 1, job);
    lua_pop(L, 1);
  }
}

}  // namespace amont
