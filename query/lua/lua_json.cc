#include "query/lua/lua_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text/utf8.h"
#include "query/lua/json_writer.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

struct Null {};
const char kNull = 0;    // its address: where the registry keeps the one null
const char kTables = 0;  // ... the tables of objects that are shared, by their numbers

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

// An object or array that is open. Its table is made when it is known how large it should be: what is read lies on Lua's stack first, in
// an object each value behind its name, above an empty place for the table.
struct Level {
  bool is_object = false;
  int place = 0;                             // of the table
  lua_Integer count = 0;                     // of values that were read
  int waiting = 0;                           // of these on the stack
  int height = 1;                            // how deep it is nested
  const SharedJson::Object* kept = nullptr;  // it, when it is to be kept
};

constexpr int kWaitingMax = 16;

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
    return in.null() || in.expected("a value");
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

// Puts what waits on the stack into the table. `names_at` has the offsets of the names. False for a field that is there already.
bool store(lua_State* L, HostContext* context, JsonReading* reading, Level& level, const std::size_t* names_at) {
  if (!lua_istable(L, level.place)) {
    lua_createtable(L, level.is_object ? 0 : level.waiting, level.is_object ? level.waiting : 0);
    lua_replace(L, level.place);
  }
  const int first = level.place + 1;
  if (!level.is_object) {
    for (int i = level.waiting; i > 0; --i) lua_rawseti(L, level.place, level.count - level.waiting + i);
    level.waiting = 0;
    return true;
  }
  for (int i = 0; i < level.waiting; ++i) {
    const int name = first + 2 * i;
    lua_pushvalue(L, name);
    if (lua_rawget(L, level.place) != LUA_TNIL) {
      run_work(L, context, [&]() -> Status {
        std::string_view text;
        read_text(L, name, &text);
        return invalid(fmt::format("the field {} is there twice", in_quotes(text)));
      });
      reading->failed_at = names_at[i];
      return false;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, name);
    lua_pushvalue(L, name + 1);
    lua_rawset(L, level.place);
  }
  lua_settop(L, level.place);
  level.waiting = 0;
  return true;
}

// Pushes the table of an object that is known, whose text the cursor stands before, and moves behind it. False, and nothing pushed, when it
// has to be read; then `kept` is the object if it should be kept. `height` is set with the table.
bool push_known(lua_State* L, JsonReading* reading, SharedJson* shared, int depth, const SharedJson::Object** kept,
                int* height) noexcept {
  const std::size_t at = reading->cursor.offset();
  const SharedJson::Object* object = shared->object_at(at);
  if (!object) return false;
  const SharedJson::Known* known = shared->find(*object);
  if (known && depth + known->height <= kJsonDepthMax) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kTables);
    lua_rawgeti(L, -1, known->number);
    lua_remove(L, -2);
    reading->cursor.go_to(at + object->size);
    *height = known->height;
    return true;
  }
  if (!known && shared->is_worth_keeping(*object)) *kept = object;
  return false;
}

// Keeps the table on top of the stack for the next time. Raises.
void keep_table(lua_State* L, HostContext* context, SharedJson* shared, const Level& level) {
  std::int64_t number = 0;
  bool forgot = false;
  const bool ok = run_work(L, context, [&]() -> Status {
    number = shared->keep(*level.kept, level.height, &forgot);
    return {};
  });
  if (!ok) raise_end(L);
  if (forgot || lua_rawgetp(L, LUA_REGISTRYINDEX, &kTables) == LUA_TNIL) {
    if (!forgot) lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kTables);
  }
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, number);
  lua_pop(L, 1);
}

int null_text(lua_State* L) {
  lua_pushliteral(L, "null");
  return 1;
}

// Pushes the value at the cursor; `shared` may be absent.
bool push_value_at(lua_State* L, HostContext* context, JsonReading* reading, SharedJson* shared) {
  luaL_checkstack(L, kJsonDepthMax + 10, "JSON");
  Level levels[kJsonDepthMax];
  std::size_t names_at[kJsonDepthMax][kWaitingMax];
  int depth = 0;  // of the innermost open level; 0: none
  while (true) {
    charge(L, 5);
    const SharedJson::Object* kept = nullptr;
    int height = 0;
    bool complete = shared && reading->cursor.peek() == '{' && push_known(L, reading, shared, depth, &kept, &height);
    if (!complete) {
      const Token token = read_value_token(L, context, reading);
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
          luaL_checkstack(L, 2 * kWaitingMax + 10, "JSON");
          lua_pushnil(L);
          levels[depth++] = {token.what == Token::What::kOpenObject, lua_gettop(L), 0, 0, 1, kept};
          break;
        default: push_scalar(L, token); complete = true;
      }
    } else if (depth > 0) {
      levels[depth - 1].height = std::max(levels[depth - 1].height, 1 + height);
    }
    // Count what is complete, and close what ends with it.
    while (true) {
      if (complete) {
        if (depth == 0) return true;
        Level& level = levels[depth - 1];
        ++level.count;
        if (++level.waiting == kWaitingMax && !store(L, context, reading, level, names_at[depth - 1])) return false;
      }
      Level& level = levels[depth - 1];
      const Token between = read_between(L, context, reading, level);
      if (between.what == Token::What::kFailed) return false;
      if (between.what != Token::What::kClose) {
        names_at[depth - 1][level.waiting] = between.at;
        if (level.is_object) push_text(L, between.text);
        break;
      }
      if (!store(L, context, reading, level, names_at[depth - 1])) return false;
      if (!level.is_object && level.count == 0) mark_as_list(L);
      if (level.kept) keep_table(L, context, shared, level);
      if (--depth > 0) levels[depth - 1].height = std::max(levels[depth - 1].height, 1 + level.height);
      complete = true;
    }
  }
}

bool push_whole_text(lua_State* L, HostContext* context, JsonReading* reading, SharedJson* shared) {
  if (reading->misfit != reading->text.size()) {
    run_work(L, context, [&] { return invalid(misfit_text(reading->text, reading->misfit)); });
    reading->failed_at = reading->misfit;
    return false;
  }
  if (!push_value_at(L, context, reading, shared)) return false;
  const bool ended =
      run_work(L, context, [&] { return reading->cursor.expect_end() ? Status() : reading->cursor.status(); });
  reading->failed_at = reading->cursor.failed_at();
  return ended;
}

}  // namespace

bool push_json(lua_State* L, HostContext* context, JsonReading* reading) {
  return push_whole_text(L, context, reading, nullptr);
}

bool push_shared_json(lua_State* L, HostContext* context, JsonReading* reading, SharedJson* shared) {
  return push_whole_text(L, context, reading, shared);
}

bool push_json_value(lua_State* L, HostContext* context, JsonReading* reading) {
  return push_value_at(L, context, reading, nullptr);
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
