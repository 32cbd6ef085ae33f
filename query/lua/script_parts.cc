#include "query/lua/script_parts.h"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "query/lua/embedded_scripts.h"
#include "query/lua/nearest.h"
#include "query/lua/reading.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

const EmbeddedScript* find_part(std::string_view path) {
  if (!path.starts_with(kPartsFolder)) return nullptr;
  for (const EmbeddedScript& script : std::span(kEmbeddedScripts, kEmbeddedScriptCount))
    if (script.name == path) return &script;
  return nullptr;
}

std::vector<std::string_view> paths_of_parts() {
  std::vector<std::string_view> paths;
  for (const EmbeddedScript& script : std::span(kEmbeddedScripts, kEmbeddedScriptCount))
    if (script.name.starts_with(kPartsFolder)) paths.push_back(script.name);
  return paths;
}

struct Part {
  const char* chunk_name;  // as Lua wants it: "=formats/lib/records"
  std::string_view text;
  std::string_view global;
};

int load_part(lua_State* L) {
  const auto* part = static_cast<const Part*>(lua_touserdata(L, 1));
  lua_pushglobaltable(L);
  push_text(L, part->global);
  if (lua_rawget(L, -2) != LUA_TNIL) return luaL_error(L, "the name is taken");
  lua_pop(L, 1);
  push_text(L, part->global);
  if (const int status = load_text(L, part->text, part->chunk_name); status != LUA_OK) {
    pass_on_the_end(L, status);
    return lua_error(L);
  }
  lua_call(L, 0, 1);
  if (lua_type(L, -1) != LUA_TTABLE) return luaL_error(L, "a part returns a table of what it offers");
  lua_rawset(L, -3);
  return 0;
}

}  // namespace

Status load_parts(Sandbox& sandbox, const ScriptHeader& header) {
  for (const std::string& path : header.uses) {
    const EmbeddedScript* const found = find_part(path);
    if (!found)
      return {Code::kScript, fmt::format("{}: --- @uses {}: Amont ships no such part{}", header.name, path,
                                         did_you_mean(path, paths_of_parts()))};
    const std::string chunk_name = "=" + path;
    Part part{chunk_name.c_str(), found->text, found->name.substr(kPartsFolder.size())};
    AMONT_TRY(sandbox.install(load_part, &part).while_doing(fmt::format("{}: --- @uses {}", header.name, path)));
  }
  return {};
}

}  // namespace amont
