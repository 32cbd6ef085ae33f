// The functions of stock Lua, for those that are safe as they are or after a check of their arguments. Their addresses
// are read once per process from a scratch state, so that opening a sandbox need not open libraries that it then takes
// apart.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include <lua.hpp>

#include "query/lua/guard.h"

namespace amont {

class StockLibrary {
 public:
  // `open` is luaopen_string and so on. A library that could not be opened, for want of memory, has no functions.
  explicit StockLibrary(lua_CFunction open);

  // nullptr when there is none. Only for functions without upvalues of their own.
  lua_CFunction operator[](const char* name) const;
  // Appends the functions of these names to a list.
  void give(std::initializer_list<const char*> names, std::vector<HostFunction>* functions) const;
  // The functions of the metatable of strings, for the string library: arithmetic on text that is a number.
  const std::map<std::string, lua_CFunction>& text_metamethods() const { return text_metamethods_; }

 private:
  std::map<std::string, lua_CFunction> functions_;
  std::map<std::string, lua_CFunction> text_metamethods_;
};

// Sets functions that need no context as fields of the table on top of the stack; cheaper than set_functions(). Raises.
void set_plain_functions(lua_State* L, const std::vector<HostFunction>& functions);

}  // namespace amont
