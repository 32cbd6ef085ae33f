// Patterns against those of stock Lua, in the same process, over patterns and subjects small enough that stock Lua
// can't blow up.
#include "query/lua/pattern.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "query/lua/sandbox.h"
#include "query/lua/value_reader.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

// Everything that the four functions make of a subject, a pattern, a replacement and a start, as one text.
constexpr char kDescribe[] = R"(
  local subject, pattern, replacement, start = ...
  local out = {}
  local function note(...)
    for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end
    out[#out + 1] = ";"
  end
  local function attempt(f, ...)
    local results = table.pack(pcall(f, ...))
    if results[1] then note(table.unpack(results, 2, results.n)) else note("error") end
  end
  attempt(string.find, subject, pattern, start)
  attempt(string.find, subject, pattern, start, true)
  attempt(string.match, subject, pattern, start)
  attempt(function()
    local rounds = 0
    for a, b, c in string.gmatch(subject, pattern, start) do
      note(a, b, c)
      rounds = rounds + 1
      if rounds > 50 then break end
    end
  end)
  attempt(string.gsub, subject, pattern, replacement)
  attempt(string.gsub, subject, pattern, replacement, 2)
  attempt(string.gsub, subject, pattern, function(a, b) note(a, b) return b end)
  attempt(string.gsub, subject, pattern, {a = "<a>", ab = false, [1] = "one"})
  return table.concat(out, ",")
)";

struct Case {
  std::string subject, pattern, replacement;
  int start = 1;
};

int push_case(lua_State* L) {
  const auto* c = static_cast<const Case*>(lua_touserdata(L, 1));
  lua_pushlstring(L, c->subject.data(), c->subject.size());
  lua_pushlstring(L, c->pattern.data(), c->pattern.size());
  lua_pushlstring(L, c->replacement.data(), c->replacement.size());
  lua_pushinteger(L, c->start);
  return 4;
}

class Stock {
 public:
  Stock() : L_(luaL_newstate()) {
    luaL_openlibs(L_);
    EXPECT_EQ(luaL_loadstring(L_, kDescribe), LUA_OK);
  }
  ~Stock() { lua_close(L_); }

  std::string describe(const Case& c) {
    lua_settop(L_, 1);
    lua_pushvalue(L_, 1);
    lua_pushcfunction(L_, push_case);
    lua_pushlightuserdata(L_, const_cast<Case*>(&c));
    lua_call(L_, 1, 4);
    if (lua_pcall(L_, 4, 1, 0) != LUA_OK) return std::string("failed: ") + lua_tostring(L_, -1);
    std::size_t length = 0;
    const char* text = lua_tolstring(L_, -1, &length);
    return {text, length};
  }

 private:
  lua_State* L_;
};

class Ours {
 public:
  Ours() {
    auto made = Sandbox::create({.steps_max = 1ull << 60, .time_ms = 3'600'000});
    EXPECT_TRUE(made.ok());
    sandbox_ = *std::move(made);
    EXPECT_TRUE(sandbox_->load("describe", kDescribe).ok());
  }

  std::string describe(const Case& c) {
    std::string text;
    const Status status = sandbox_->run(
        [&](lua_State* L, int first, int) {
          std::string_view read;
          read_text(L, first, &read);
          text = read;
          return Status();
        },
        push_case, const_cast<Case*>(&c));
    return status.ok() ? text : "failed: " + status.text();
  }

 private:
  std::unique_ptr<Sandbox> sandbox_;
};

std::string shown(const Case& c) {
  std::string text;
  for (const std::string& part : {c.subject, c.pattern, c.replacement}) {
    text += "\"";
    for (const char byte : part) {
      const bool printable = byte >= 32 && byte < 127;
      text += printable ? std::string(1, byte) : fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
    text += "\" ";
  }
  return text + std::to_string(c.start);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
  template <class T>
  const T& one_of(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }
  std::string text(int length_max, const std::string& alphabet) {
    std::string text;
    for (int n = below(length_max + 1); n > 0; --n)
      text += alphabet[static_cast<std::size_t>(below(static_cast<int>(alphabet.size())))];
    return text;
  }
  // A well-formed pattern.
  std::string pattern() {
    static const std::vector<std::string> singles = {
        "a",    "b",    "c",    ".",     "%a",     "%d",  "%s",   "%w",          "%p",   "%A",
        "%.",   "[ab]", "[^a]", "[a-c]", "[%d-z]", "[]]", "[^]]", "[a-]",        "[-a]", "%%",
        "[%]]", "%l",   "%U",   "%x",    "%g",     "%c",  "\xc3", "[\x80-\xff]", "[.-]", "[+--]"};
    static const std::vector<std::string> repeats = {"", "", "", "*", "+", "-", "?"};
    std::string text;
    if (below(6) == 0) text += "^";
    int closed = 0, opened = 0;
    std::vector<int> open;
    for (int n = below(6); n >= 0; --n) {
      switch (below(12)) {
        case 0:
          text += "(";
          open.push_back(++opened);
          break;
        case 1:
          if (!open.empty()) {
            text += ")";
            open.pop_back();
            closed = opened;
          }
          break;
        case 2:
          text += "()";
          ++opened;
          break;
        case 3: text += one_of<std::string>({"%b()", "%bab", "%baa"}); break;
        case 4: text += one_of<std::string>({"%f[a]", "%f[%w]", "%f[^%w]", "%f[%z\1-\xff]"}); break;
        case 5:
          if (closed > 0 && open.empty()) {
            text += fmt::format("%{}", 1 + below(opened));
            break;
          }
          [[fallthrough]];
        default: text += one_of(singles) + one_of(repeats);
      }
    }
    for (std::size_t i = 0; i < open.size(); ++i) text += ")";
    if (below(6) == 0) text += "$";
    if (below(20) == 0) text += "$a";
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

constexpr char kAlphabet[] = "aaabbc1 .()-]%$^\xc3\xa9";

TEST(Pattern, MatchesAsStockLuaDoes) {
  Random random(seed_of_this_run());
  Stock stock;
  Ours ours;
  for (int round = 0; round < 8'000; ++round) {
    Case c{random.text(14, kAlphabet), random.pattern(),
           random.one_of<std::string>({"", "x", "<%0>", "%1%1", "%2", "%%", "-%0-%1"})};
    c.start = random.below(10) - 3;
    const std::string expected = stock.describe(c);
    ASSERT_EQ(ours.describe(c), expected) << shown(c);
  }
}

// Over any bytes: what stock Lua refuses is refused; what both take means the same. (Ours refuses a malformed pattern
// even where stock Lua does not get as far as its fault.)
TEST(Pattern, RefusesWhatStockLuaRefuses) {
  Random random(seed_of_this_run());
  Stock stock;
  Ours ours;
  int refused = 0;
  for (int round = 0; round < 8'000; ++round) {
    const Case c{random.text(10, kAlphabet), random.text(7, "ab.%%%[]()^$*+-?1bf\xc3"), random.text(3, "a%01"), 1};
    const std::string expected = stock.describe(c);
    const std::string given = ours.describe(c);
    if (given.starts_with("error") && !expected.starts_with("error")) continue;
    if (given.find("error") != std::string::npos && given != expected) {
      ++refused;
      continue;
    }
    ASSERT_EQ(given, expected) << shown(c);
  }
  EXPECT_LT(refused, 8'000);
}

TEST(Pattern, RefusesMalformedPatternsBeforeMatching) {
  alignas(PatternItem) char room[Pattern::room_for(64)];
  Pattern pattern;
  for (const auto& [text, wrong] : std::vector<std::pair<const char*, const char*>>{
           {"a%", "malformed pattern (ends with '%')"},
           {"[a", "malformed pattern (missing ']')"},
           {"[%", "malformed pattern (missing ']')"},
           {"[]", "malformed pattern (missing ']')"},
           {"[^]", "malformed pattern (missing ']')"},
           {"(a", "unfinished capture"},
           {"a)", "invalid pattern capture"},
           {"%1", "invalid capture index in the pattern"},
           {"(%1)", "invalid capture index in the pattern"},
           {"%b(", "malformed pattern (missing arguments to '%b')"},
           {"%fa", "malformed pattern (missing '[' after '%f')"},
       }) {
    EXPECT_STREQ(pattern.compile(text, true, room), wrong) << text;
  }
  std::string many;
  for (int i = 0; i < kCapturesMax; ++i) many += "()";
  std::vector<std::max_align_t> large_room(Pattern::room_for(many.size() + 2) / sizeof(std::max_align_t) + 1);
  EXPECT_EQ(pattern.compile(many, true, large_room.data()), nullptr);
  EXPECT_STREQ(pattern.compile(many + "()", true, large_room.data()), "too many captures");
}

TEST(Pattern, EndsWithTheBudget) {
  alignas(PatternItem) char room[Pattern::room_for(64)];
  Pattern pattern;
  PatternMatch match;
  ASSERT_EQ(pattern.compile("a-a-a-a-a-a-b", true, room), nullptr);
  const std::string subject(400, 'a');
  Budget budget({.steps_max = 100'000}, nullptr);
  EXPECT_EQ(pattern.find_from(subject, subject.data(), budget, &match), Pattern::Found::kEnded);
  EXPECT_LT(budget.steps_used(), 110'000u);
}

TEST(Pattern, FindsPlainText) {
  EXPECT_EQ(find_plain("abcabc", "ca", 0), 2u);
  EXPECT_EQ(find_plain("abcabc", "abc", 1), 3u);
  EXPECT_EQ(find_plain("abc", "", 3), 3u);
  EXPECT_EQ(find_plain("abc", "d", 0), std::string_view::npos);
  EXPECT_EQ(find_plain("abc", "a", 4), std::string_view::npos);
}

}  // namespace
}  // namespace amont
