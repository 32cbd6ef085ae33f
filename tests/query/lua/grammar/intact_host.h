// What a script must leave as it found it, looked at from outside: the metatables and tables of the host in its own Lua state, and
// that nothing which reaches out of the sandbox can be had there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "query/lua/sandbox.h"

namespace amont {

class IntactHost {
 public:
  // Notes the state of a sandbox in which nothing ran yet.
  explicit IntactHost(Sandbox& sandbox);

  // What is no longer as it was, or has got in; empty when all is well. The sandbox may have ended and is revived.
  std::string what_is_wrong(Sandbox& sandbox);

 private:
  // A value as it can be compared: its type, and its address or what it is.
  struct Mark {
    int type = 0;
    std::uint64_t what = 0;
    bool operator==(const Mark&) const = default;
  };
  // The fields of one table, in the order in which Lua goes through them.
  using Fields = std::vector<std::pair<Mark, Mark>>;
  // The tables of the host by their keys in the registry; and the metatables of basic types, by type.
  using Tables = std::map<std::pair<int, std::uint64_t>, Fields>;
  struct Job {
    Tables* tables;
    std::unordered_set<const void*>* seen;
    std::string* found;
  };
  static Mark mark(lua_State* L, int index);
  static Fields fields_of(lua_State* L, int index);
  static int note(lua_State* L);
  static int search(lua_State* L);
  static void look_at(lua_State* L, int index, int depth, const Job& job);

  Tables before_;
  std::unordered_set<const void*> seen_;
};

}  // namespace amont
