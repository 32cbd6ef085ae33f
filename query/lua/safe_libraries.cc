#include "query/lua/safe_libraries.h"

#include "query/lua/hidden_events.h"

namespace amont {

void open_safe_libraries(lua_State* L, std::string* printed) {
  hide_events(L);
  lua_pushglobaltable(L);
  open_safe_base(L, printed);
  open_safe_pairs(L);
  open_safe_coroutine(L);
  open_safe_string(L);
  open_safe_table(L);
  open_safe_math(L);
  open_safe_utf8(L);
  lua_pop(L, 1);
}

}  // namespace amont
