#include "query/lua/lua_json.h"

#include <fmt/format.h>

#include "core/text/utf8.h"
#include "query/lua/json_writer.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

struct Null {};
const char kNull = 0;  // its address: where the registry keeps the one null

// What comes next in a text. Plain values only, so that it may be held while Lua raises; text is in the reading.
struct Token {
  enum class What { kText, kInteger, kReal, kBoolean, kNothing, kOpenObject, kOpenArray, kClose, kFailed };
  What what = What::kFailed;
  std::string_view text;
  std::int64_t integer = 0;
  double real = 0;
  bool boolean = false;
  std::size_t at = 0;  // of a field's name
};

// An object or array that is open. Its table is on Lua's stack, and so is, in an object, the name of the field being
// read.
struct Level {
  bool is_object = false;
  lua_Integer count = 0;
};

bool fail(HostContext* context, JsonReading* reading, Status why, std::size_t at) {
  context->status = std::move(why);
  reading->failed_at = at;
  return false;
}

bool read_scalar(JsonCursor& in, std::string& scratch, char first, Token* token) {
  if (first == '"') {
    token->what = Token::What::kText;
    return in.string(token->text, scratch, "a value");
  }
  if (first == 't' || first == 'f') {
    token->what = Token::What::kBoolean;
    return in.boolean(token->boolean);
  }
  if (first == 'n') {
    token->what = Token::What::kNothing;
    return in.null();
  }
  if (!in.next_is_number()) return in.expected("a value");
  Scalar number;
  if (!in.number(number)) return false;
  if (const auto* integer = std::get_if<std::int64_t>(&number)) {
    token->what = Token::What::kInteger;
    token->integer = *integer;
  } else {
    token->what = Token::What::kReal;
    token->real = std::get<double>(number);
  }
  return true;
}

// Reads a value, or the beginning of one.
Token read_value_token(lua_State* L, HostContext* context, JsonReading* reading) noexcept {
  Token token;
  try {
    JsonCursor& in = reading->cursor;
    const char first = in.peek();
    if (first == '{' || first == '[') {
      in.take(first);
      token.what = first == '{' ? Token::What::kOpenObject : Token::What::kOpenArray;
      return token;
    }
    if (read_scalar(in, reading->scratch, first, &token)) return token;
    fail(context, reading, in.status(), in.failed_at());
  } catch (...) {
    budget_of(L).end_for_memory();
    context->status = Status();
  }
  token.what = Token::What::kFailed;
  return token;
}

// In an open object or array: reads up to the next value, whose name in an object is in `token->text`; or the end of
// it.
Token read_between(lua_State* L, HostContext* context, JsonReading* reading, const Level& level) noexcept {
  Token token;
  try {
    JsonCursor& in = reading->cursor;
    token.what = Token::What::kClose;
    if (in.take(level.is_object ? '}' : ']')) return token;
    token.what = Token::What::kText;
    bool ok = level.count == 0 || in.expect(',', level.is_object ? "a field" : "an item");
    token.at = in.offset();
    ok = ok && (!level.is_object || (in.string(token.text, reading->scratch, "a field's name in double quotes") &&
                                     in.expect(':', "a field's name")));
    if (ok) return token;
    fail(context, reading, in.status(), in.failed_at());
  } catch (...) {
    budget_of(L).end_for_memory();
    context->status = Status();
  }
  token.what = Token::What::kFailed;
  return token;
}

void push_scalar(lua_State* L, const Token& token) {
  switch (token.what) {
    case Token::What::kText: push_text(L, token.text); return;
    case Token::What::kInteger: lua_pushinteger(L, token.integer); return;
    case Token::What::kReal: lua_pushnumber(L, token.real); return;
    case Token::What::kBoolean: lua_pushboolean(L, token.boolean); return;
    default: lua_rawgetp(L, LUA_REGISTRYINDEX, &kNull); return;
  }
}

// Puts the value on top of the stack into the object or array below it. False for a field that is there already.
bool store(lua_State* L, HostContext* context, JsonReading* reading, Level& level, std::size_t name_at) {
  ++level.count;
  if (!level.is_object) {
    lua_rawseti(L, -2, level.count);
    return true;
  }
  lua_pushvalue(L, -2);
  if (lua_rawget(L, -4) != LUA_TNIL) {
    run_work(L, context, [&]() -> Status {
      std::string_view name;
      read_text(L, -3, &name);
      return invalid(fmt::format("the field {} is there twice", in_quotes(name)));
    });
    reading->failed_at = name_at;
    return false;
  }
  lua_pop(L, 1);
  lua_rawset(L, -3);
  return true;
}

int null_text(lua_State* L) {
  lua_pushliteral(L, "null");
  return 1;
}

}  // namespace

bool push_json(lua_State* L, HostContext* context, JsonReading* reading) {
  const std::size_t misfit = first_misfit(reading->text, TextRule::kNoNul);
  if (misfit != reading->text.size()) {
    run_work(L, context, [&] { return invalid(misfit_text(reading->text, misfit)); });
    reading->failed_at = misfit;
    return false;
  }
  if (!push_json_value(L, context, reading)) return false;
  const bool ended =
      run_work(L, context, [&] { return reading->cursor.expect_end() ? Status() : reading->cursor.status(); });
  reading->failed_at = reading->cursor.failed_at();
  return ended;
}

bool push_json_value(lua_State* L, HostContext* context, JsonReading* reading) {
  luaL_checkstack(L, 3 * kJsonDepthMax + 10, "JSON");
  Level levels[kJsonDepthMax];
  std::size_t names_at[kJsonDepthMax] = {};
  int depth = 0;  // of the innermost open level; 0: none
  while (true) {
    charge(L, 5);
    const Token token = read_value_token(L, context, reading);
    bool complete = true;
    switch (token.what) {
      case Token::What::kFailed: return false;
      case Token::What::kOpenObject:
      case Token::What::kOpenArray:
        if (depth == kJsonDepthMax) {
          run_work(L, context,
                   [&] { return limit_exceeded(fmt::format("it is nested deeper than {} levels", kJsonDepthMax)); });
          reading->failed_at = reading->cursor.offset();
          return false;
        }
        levels[depth++] = {token.what == Token::What::kOpenObject, 0};
        lua_newtable(L);
        complete = false;
        break;
      default: push_scalar(L, token);
    }
    // Store what is complete, and close what ends with it.
    while (true) {
      if (complete) {
        if (depth == 0) return true;
        if (!store(L, context, reading, levels[depth - 1], names_at[depth - 1])) return false;
      }
      const Token between = read_between(L, context, reading, levels[depth - 1]);
      if (between.what == Token::What::kFailed) return false;
      if (between.what != Token::What::kClose) {
        names_at[depth - 1] = between.at;
        if (levels[depth - 1].is_object) push_text(L, between.text);
        break;
      }
      --depth;
      if (!levels[depth].is_object && levels[depth].count == 0) mark_as_list(L);
      complete = true;
    }
  }
}

void install_null(lua_State* L) {
  static constexpr HostFunction kMeta[] = {{"__tostring", null_text}};
  define_slot_type<Null>(L, {"null", {}, kMeta});
  push_slot<Null>(L)->value.emplace();
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kNull);
  lua_setglobal(L, "null");
}

bool is_null(const ScriptValue& value) noexcept { return slot_in<Null>(value) != nullptr; }
bool is_null(lua_State* L, int index) noexcept { return to_slot<Null>(L, index) != nullptr; }

}  // namespace amont
