#include "query/lua/reading.h"

#include <algorithm>

#include "query/lua/guard.h"

namespace amont {
namespace {

// The compiler can need time that grows with the square of the text (gotos and labels), and no hook reaches it. It gets
// its text in pieces so small that the time for each is bounded.
constexpr std::size_t kPiece = 256;

struct Pieces {
  std::string_view rest;
  Budget* budget;
};

const char* next_piece(lua_State*, void* data, std::size_t* size) {
  auto* pieces = static_cast<Pieces*>(data);
  const std::string_view piece = pieces->rest.substr(0, kPiece);
  *size = pieces->budget->charge_and_look(piece.size()) ? piece.size() : 0;
  pieces->rest.remove_prefix(piece.size());
  return *size == 0 ? nullptr : piece.data();
}

}  // namespace

int load_text(lua_State* L, std::string_view text, const char* chunk_name) noexcept {
  Pieces pieces{text, &budget_of(L)};
  const int status = lua_load(L, next_piece, &pieces, chunk_name, "t");
  if (status != LUA_OK || !budget_of(L).ended()) return status;
  // The text was cut where the budget ended, and its beginning happens to be a program too.
  lua_pop(L, 1);
  lua_pushnil(L);
  return LUA_ERRSYNTAX;
}

void pass_on_the_end(lua_State* L, int status) {
  Budget& budget = budget_of(L);
  if (status == LUA_ERRMEM) budget.end_for_memory();
  if (budget.ended()) raise_end(L);
}

}  // namespace amont
