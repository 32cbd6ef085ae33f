#include "query/lua/safe_patterns.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

#include "query/lua/guard.h"
#include "query/lua/pattern.h"
#include "query/lua/safe_libraries.h"

namespace amont {
namespace {

static_assert(std::is_trivially_destructible_v<Pattern> &&
              std::is_trivially_destructible_v<PatternMatch>);  // errors jump

constexpr std::size_t kShortPattern = 64;
constexpr std::uint64_t kStepsPerCall = 10;

// A pattern and its room: on the C stack for short ones, else a userdata that it leaves on the Lua stack.
struct Compiled {
  Pattern pattern;
  alignas(PatternItem) char room[Pattern::room_for(kShortPattern)];

  void compile(lua_State* L, std::string_view text, bool may_anchor) {
    void* at = room;
    if (text.size() > kPatternBytesMax)
      luaL_error(L, "a pattern has at most %d bytes", static_cast<int>(kPatternBytesMax));
    if (text.size() > kShortPattern) {
      charge(L, text.size());
      at = lua_newuserdatauv(L, Pattern::room_for(text.size()), 0);
    }
    if (const char* wrong = pattern.compile(text, may_anchor, at)) luaL_error(L, "%s", wrong);
  }
};

std::string_view check_text(lua_State* L, int index) {
  std::size_t length = 0;
  const char* text = luaL_checklstring(L, index, &length);
  return {text, length};
}

// Where to begin, from the optional argument `init`: negative counts from the end. Past the end of the text is its size
// + 1.
std::size_t check_start(lua_State* L, int index, std::size_t size) {
  const lua_Integer start = luaL_optinteger(L, index, 1);
  if (start > 0)
    return static_cast<std::uint64_t>(start) > size ? (start == static_cast<lua_Integer>(size) + 1 ? size : size + 1)
                                                    : static_cast<std::size_t>(start - 1);
  if (start == 0 || start < -static_cast<lua_Integer>(size)) return 0;
  return size - static_cast<std::size_t>(-start);
}

// Pushes one capture: text, or its position as a number. Capture 0 of a pattern without captures is the whole match.
void push_capture(lua_State* L, std::string_view subject, const PatternMatch& match, int index) {
  if (index >= match.count) {
    if (index != 0) luaL_error(L, "invalid capture index %%%d", index + 1);
    lua_pushlstring(L, match.begin, static_cast<std::size_t>(match.end - match.begin));
    return;
  }
  const Capture& capture = match.captures[static_cast<std::size_t>(index)];
  if (capture.length == Capture::kIsPosition)
    lua_pushinteger(L, capture.begin - subject.data() + 1);
  else
    lua_pushlstring(L, capture.begin, static_cast<std::size_t>(capture.length));
}

// Pushes all captures, or the whole match when there are none and `or_all`. How many.
int push_captures(lua_State* L, std::string_view subject, const PatternMatch& match, bool or_all) {
  const int count = match.count == 0 && or_all ? 1 : match.count;
  luaL_checkstack(L, count, "too many captures");
  for (int i = 0; i < count; ++i) push_capture(L, subject, match, i);
  return count;
}

// A match at or after `at` that isn't empty at `last`, the end of the match before it.
bool find_next(lua_State* L, Pattern& pattern, std::string_view subject, const char* at, const char* last,
               PatternMatch* match) {
  const char* const end = subject.data() + subject.size();
  while (at <= end) {
    const Pattern::Found found = pattern.find_from(subject, at, budget_of(L), match);
    if (found == Pattern::Found::kEnded) raise_end(L);
    if (found == Pattern::Found::kNo) return false;
    if (match->end != last) return true;
    if (pattern.anchored()) return false;
    at = match->begin + 1;
  }
  return false;
}

int find_or_match(lua_State* L, bool is_find) {
  const std::string_view subject = check_text(L, 1);
  const std::string_view text = check_text(L, 2);
  const std::size_t start = check_start(L, 3, subject.size());
  charge(L, kStepsPerCall);
  if (start > subject.size()) {
    luaL_pushfail(L);
    return 1;
  }
  if (is_find && (lua_toboolean(L, 4) || is_plain(text))) {
    const std::size_t found = find_plain(subject, text, start);
    charge(L, ((found == std::string_view::npos ? subject.size() : found) - start + text.size()) / 32);
    if (found == std::string_view::npos) {
      luaL_pushfail(L);
      return 1;
    }
    lua_pushinteger(L, static_cast<lua_Integer>(found + 1));
    lua_pushinteger(L, static_cast<lua_Integer>(found + text.size()));
    return 2;
  }
  Compiled compiled;
  PatternMatch match;
  compiled.compile(L, text, /*may_anchor=*/true);
  if (!find_next(L, compiled.pattern, subject, subject.data() + start, nullptr, &match)) {
    luaL_pushfail(L);
    return 1;
  }
  if (!is_find) return push_captures(L, subject, match, true);
  lua_pushinteger(L, match.begin - subject.data() + 1);
  lua_pushinteger(L, match.end - subject.data());
  return 2 + push_captures(L, subject, match, false);
}

// What gmatch keeps between its steps, in a userdata followed by the room of its pattern.
struct Scan {
  Pattern pattern;
  std::string_view subject;  // kept alive by the second upvalue
  const char* at;
  const char* last;
};

int gmatch_step(lua_State* L) {
  auto* scan = static_cast<Scan*>(lua_touserdata(L, lua_upvalueindex(1)));
  PatternMatch match;
  charge(L, kStepsPerCall);
  if (!find_next(L, scan->pattern, scan->subject, scan->at, scan->last, &match)) {
    scan->at = scan->subject.data() + scan->subject.size() + 1;
    return 0;
  }
  scan->at = scan->last = match.end;
  return push_captures(L, scan->subject, match, true);
}

// gsub: what replaces a match comes from the third argument, a text with %0 to %9, a table or a function.

constexpr int kReplacement = 3;

void check_result_length(lua_State* L, std::size_t length) {
  if (length > kScriptTextMax)
    luaL_error(L, "the text would be longer than %d bytes", static_cast<int>(kScriptTextMax));
}

void add_text(lua_State* L, luaL_Buffer* buffer, std::string_view text) {
  check_result_length(L, luaL_bufflen(buffer) + text.size());
  luaL_addlstring(buffer, text.data(), text.size());
}

void add_replacement_text(lua_State* L, luaL_Buffer* buffer, std::string_view subject, const PatternMatch& match) {
  std::size_t length = 0;
  const char* text = lua_tolstring(L, kReplacement, &length);
  charge(L, length / 16);
  std::string_view rest(text, length);
  while (true) {
    const std::size_t escape = rest.find('%');
    add_text(L, buffer, rest.substr(0, escape));
    if (escape == std::string_view::npos) return;
    const char what = escape + 1 < rest.size() ? rest[escape + 1] : '\0';
    rest.remove_prefix(std::min(escape + 2, rest.size()));
    if (what == '%') {
      add_text(L, buffer, "%");
    } else if (what == '0') {
      add_text(L, buffer, {match.begin, static_cast<std::size_t>(match.end - match.begin)});
    } else if (what >= '1' && what <= '9') {
      push_capture(L, subject, match, what - '1');
      std::size_t capture_length = 0;
      lua_tolstring(L, -1, &capture_length);
      check_result_length(L, luaL_bufflen(buffer) + capture_length);
      luaL_addvalue(buffer);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
  }
}

// Adds what replaces the match; the match itself when that is false or nil. Whether it was replaced.
bool add_replacement(lua_State* L, luaL_Buffer* buffer, std::string_view subject, const PatternMatch& match, int type) {
  const std::string_view whole(match.begin, static_cast<std::size_t>(match.end - match.begin));
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, kReplacement);
    lua_call(L, push_captures(L, subject, match, true), 1);
    stop_if_ended(L);
  } else if (type == LUA_TTABLE) {
    push_capture(L, subject, match, 0);
    lua_gettable(L, kReplacement);
  } else {
    add_replacement_text(L, buffer, subject, match);
    return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    add_text(L, buffer, whole);
    return false;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  std::size_t length = 0;
  lua_tolstring(L, -1, &length);
  check_result_length(L, luaL_bufflen(buffer) + length);
  luaL_addvalue(buffer);
  return true;
}

}  // namespace

int text_find(lua_State* L) { return find_or_match(L, true); }
int text_match(lua_State* L) { return find_or_match(L, false); }

int text_gmatch(lua_State* L) {
  const std::string_view subject = check_text(L, 1);
  const std::string_view text = check_text(L, 2);
  const std::size_t start = check_start(L, 3, subject.size());
  if (text.size() > kPatternBytesMax)
    luaL_error(L, "a pattern has at most %d bytes", static_cast<int>(kPatternBytesMax));
  charge(L, kStepsPerCall + text.size());
  lua_settop(L, 2);
  auto* scan = static_cast<Scan*>(lua_newuserdatauv(L, sizeof(Scan) + Pattern::room_for(text.size()), 0));
  new (scan) Scan{{}, subject, subject.data() + start, nullptr};
  if (const char* wrong = scan->pattern.compile(text, /*may_anchor=*/false, scan + 1)) luaL_error(L, "%s", wrong);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, gmatch_step, 2);
  return 1;
}

int text_gsub(lua_State* L) {
  const std::string_view subject = check_text(L, 1);
  const std::string_view text = check_text(L, 2);
  const int type = lua_type(L, kReplacement);
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
                   kReplacement, "string/function/table");
  const lua_Integer most = luaL_optinteger(L, 4, static_cast<lua_Integer>(subject.size()) + 1);
  charge(L, kStepsPerCall + subject.size() / 64);
  Compiled compiled;
  PatternMatch match;
  compiled.compile(L, text, /*may_anchor=*/true);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  const char* copied = subject.data();  // up to here the result stands
  const char* last = nullptr;
  lua_Integer count = 0;
  bool changed = false;
  while (count < most && find_next(L, compiled.pattern, subject, copied, last, &match)) {
    ++count;
    add_text(L, &buffer, {copied, static_cast<std::size_t>(match.begin - copied)});
    changed = add_replacement(L, &buffer, subject, match, type) || changed;
    copied = last = match.end;
    if (compiled.pattern.anchored()) break;
  }
  if (changed) {
    add_text(L, &buffer, {copied, static_cast<std::size_t>(subject.data() + subject.size() - copied)});
    luaL_pushresult(&buffer);
  } else {
    lua_pushvalue(L, 1);
  }
  lua_pushinteger(L, count);
  return 2;
}

}  // namespace amont
