#include "query/lua/safe_libraries.h"

#include <gtest/gtest.h>
#include <locale.h>

#include <string>

#include "tests/query/lua/sandbox_run.h"

namespace amont {
namespace {

using namespace sandbox_run;

TEST(SafeLibraries, HasOnlyTheSafeLibraries) {
  EXPECT_EQ(
      result_of(R"(
    local names = {}
    for library, value in pairs(_G) do
      if type(value) == "table" and library ~= "_G" then
        for name in pairs(value) do names[#names + 1] = library .. "." .. name end
      else
        names[#names + 1] = library
      end
    end
    return table.concat(names, " "))"),
      "_G _VERSION assert coroutine.create coroutine.isyieldable coroutine.resume coroutine.status coroutine.wrap "
      "coroutine.yield error getmetatable ipairs load math.abs math.acos math.asin math.atan math.ceil math.cos "
      "math.deg "
      "math.exp math.floor math.fmod math.huge math.log math.max math.maxinteger math.min math.mininteger math.modf "
      "math.pi "
      "math.rad math.random math.sin math.sqrt math.tan math.tointeger math.type math.ult next pairs pcall print "
      "rawequal "
      "rawget rawlen rawset select setmetatable string.byte string.char string.find string.format string.gmatch "
      "string.gsub "
      "string.len string.lower string.match string.pack string.packsize string.rep string.reverse string.sub "
      "string.unpack "
      "string.upper table.concat table.insert table.move table.pack table.remove table.sort table.unpack tonumber "
      "tostring "
      "type utf8.char utf8.charpattern utf8.codepoint utf8.codes utf8.len utf8.offset xpcall");
}

TEST(SafeLibraries, ShowsNoAddresses) {
  EXPECT_EQ(
      result_of("return tostring({}) .. tostring(print) .. tostring(coroutine.create(print)) .. ('%s'):format({})"),
      "tablefunctionthreadtable");
  EXPECT_EQ(error_of("return ('%p'):format({})"),
            "test:1: invalid conversion '%p' to 'format': scripts see no addresses");
  EXPECT_EQ(error_of("return ('%-20p'):format({})"),
            "test:1: invalid conversion '%p' to 'format': scripts see no addresses");
}

TEST(SafeLibraries, GoesThroughKeysInOrder) {
  EXPECT_EQ(result_of(R"(
    local t = {[3] = 1, [true] = 1, b = 1, [-1] = 1, [2.5] = 1, a = 1, [false] = 1, [1] = 1, [1e300] = 1, ["a\0b"] = 1, [2] = 1,
               [math.mininteger] = 1, [-math.huge] = 1}
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = tostring(k):gsub("\0", "0") end
    return table.concat(keys, " "))"),
            "false true -inf -9223372036854775808 -1 1 2 2.5 3 1e+300 a a0b b");
}

TEST(SafeLibraries, GoesThroughNextAsThroughPairs) {
  EXPECT_EQ(result_of(R"(
    local t, by_next, by_pairs = {}, {}, {}
    for i = 1, 30 do t["k" .. (i * 7) % 31] = i; t[i * 3] = i end
    for k, v in next, t do by_next[#by_next + 1] = k .. v end
    for k, v in pairs(t) do by_pairs[#by_pairs + 1] = k .. v end
    assert(#by_next == 60 and table.concat(by_next, " ") == table.concat(by_pairs, " "))
    assert(next({}) == nil and next({}, nil) == nil and next({5}, 1) == nil)
    for outer in next, t do for inner in next, by_next do end end           -- each loses the other's place
    local list = {10, 20, 30}
    assert(next(list) == 1 and next(list, 2) == 3 and select(2, next(list, 2)) == 30)
    for k in next, t do t[k] = nil end                                      -- removing on the way
    assert(next(t) == nil)
    return "done")"),
            "done");
}

TEST(SafeLibraries, SkipsWhatALoopRemovesAndDoesNotSeeWhatItAdds) {
  EXPECT_EQ(result_of(R"(
    local t, seen = {a = 1, b = 2, c = 3}, ""
    for k, v in pairs(t) do seen = seen .. k .. v; t.b = nil; t.d = 4 end
    local list = {1, 2, 3}
    for i, v in pairs(list) do seen = seen .. i; list[2] = nil; list[#list + 1] = 9 end
    return seen)"),
            "a1c313");
}

TEST(SafeLibraries, RefusesToGoThroughKeysWithoutAnOrder) {
  const std::string expected =
      "test:1: a table with a key that is a table can't be gone through: such keys have no order; keep them in a list";
  EXPECT_EQ(error_of("for k in pairs({[{}] = 1}) do end"), expected);
  EXPECT_EQ(error_of("return next({[{}] = 1})"), expected);
}

TEST(SafeLibraries, HonoursPairsOfAMetatable) {
  EXPECT_EQ(result_of("local t = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, "
                      "2 end end, t end}) "
                      "local s = '' for k, v in pairs(t) do s = s .. k .. v end return s"),
            "12");
}

TEST(SafeLibraries, GivesTheSameRandomNumbersInEveryRun) {
  const char* source = "local t = {} for i = 1, 5 do t[i] = math.random(100) end return table.concat(t, ' ')";
  EXPECT_EQ(result_of(source), result_of(source));
  EXPECT_EQ(result_of(R"(
    for i = 1, 1000 do
      local a, b, c = math.random(), math.random(7), math.random(-3, 3)
      assert(a >= 0 and a < 1 and b >= 1 and b <= 7 and c >= -3 and c <= 3 and math.type(b) == "integer")
      assert(math.type(math.random(math.mininteger, math.maxinteger)) == "integer" and math.random(5, 5) == 5)
    end
    assert(not pcall(math.random, 0, -1) and not pcall(math.random, 1, 2, 3) and math.type(math.random(0)) == "integer")
    return "done")"),
            "done");
}

TEST(SafeLibraries, KeepsTheLocaleOfTheHostOut) {
  const char* names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "fr_FR.utf8"};
  const std::string before = setlocale(LC_ALL, nullptr);
  for (const char* name : names) {
    if (setlocale(LC_ALL, name)) break;
  }
  EXPECT_EQ(result_of("return 1.5 .. ' ' .. tonumber('2.5') .. ' ' .. ('%.2f'):format(0.25) .. tostring('Z' < 'a')"),
            "1.5 2.5 0.25true");
  setlocale(LC_ALL, before.c_str());
}

TEST(SafeLibraries, RunsTheHandlerAfterTheStackHasUnwound) {
  EXPECT_EQ(result_of(R"(
    local closed = false
    local function fail() local x <close> = setmetatable({}, {__close = function() closed = true end}); error("e", 0) end
    local ok, was_closed = xpcall(fail, function(e) return closed and e == "e" end)
    assert(ok == false and was_closed == true)
    local good, a, b = xpcall(function(...) return ... end, print, 1, 2)
    assert(good and a == 1 and b == 2)
    local bad, message = xpcall(error, function() error("in handler", 0) end)
    assert(bad == false and message == "in handler")
    assert(select("#", pcall(error)) == 2 and select("#", xpcall(error, function() end)) == 2)
    return "done")"),
            "done");
}

TEST(SafeLibraries, YieldsAcrossProtectedCalls) {
  EXPECT_EQ(result_of(R"(
    local co = coroutine.wrap(function(a)
      local ok, b = pcall(function() return coroutine.yield(a + 1) end)
      local ok2, e = xpcall(function() coroutine.yield(b + 1); error("late", 0) end, function(m) return m .. coroutine.yield("h") end)
      return tostring(ok) .. tostring(ok2) .. e
    end)
    assert(co(1) == 2 and co(10) == 11 and co() == "h")
    return co("r"))"),
            "truefalselater");
}

TEST(SafeLibraries, HasCoroutinesThatBehave) {
  EXPECT_EQ(result_of(R"(
    local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b); error({c}) end)
    assert(coroutine.status(co) == "suspended")
    local ok, sum = coroutine.resume(co, 1, 2)
    assert(ok and sum == 3)
    local failed, e = coroutine.resume(co, 7)
    assert(not failed and e[1] == 7 and coroutine.status(co) == "dead")
    local dead, why = coroutine.resume(co)
    assert(not dead and why == "cannot resume dead coroutine")
    local words = {}
    for w in coroutine.wrap(function() for _, w in ipairs{"a", "b"} do coroutine.yield(w) end end) do words[#words + 1] = w end
    local ok2, text = pcall(coroutine.wrap(function() error("inside") end))
    assert(not ok2 and text:find("inside", 1, true))
    assert(not coroutine.isyieldable())
    return table.concat(words))"),
            "ab");
}

TEST(SafeLibraries, LoadsTextOnly) {
  EXPECT_EQ(result_of(R"(
    assert(load("return 1 + 1")() == 2)
    local f, e = load("return +")
    assert(f == nil and e:find("unexpected symbol", 1, true))
    assert(load("x = 5; return x", "c", "t", {})() == 5 and x == nil)
    assert(not pcall(load, print) and not pcall(load, (" "):rep((1 << 20) + 1)))
    assert(load("\27Lua") == nil and load("\27Lua", "n", "b") == nil and load("return 1", "n", "b") == nil)
    assert(load("return ...", "n")(9) == 9)
    local _, message = load("x =", "=place")
    assert(message:find("place:1:", 1, true))
    assert(pcall(load("return a.b", "n", "t", nil)) == false)
    return "done")"),
            "done");
}

TEST(SafeLibraries, CapsTheTextsThatFunctionsMake) {
  for (const char* source :
       {"('x'):rep(8 * 1024 * 1024 + 1)", "('x'):rep(1 << 62)", "('xy'):rep(1 << 61, 'z')", "('%s%s'):format(s, s)",
        "('%q'):format(s)", "table.concat({s, s})", "table.concat({'', ''}, s .. s)", "s:gsub('x', 'xxxxx')",
        "s:gsub('x', {x = 'xyxyx'})", "s:gsub('x', function() return s end)"}) {
    const std::string script = "local s = ('x'):rep(5 * 1024 * 1024) return #(" + std::string(source) + ")";
    EXPECT_TRUE(error_of(script).ends_with("the text would be longer than 8388608 bytes"))
        << source << ": " << error_of(script);
  }
  EXPECT_EQ(
      result_of(
          "return #('x'):rep(8 * 1024 * 1024) .. ('ab'):rep(3, '-') .. #(''):rep(1 << 60) .. ('a'):rep(1, 'b') .. "
          "('a'):rep(-1) .. ('abc'):rep(5)"),
      "8388608ab-ab-ab0aabcabcabcabcabc");
}

TEST(SafeLibraries, CapsTheRangesOfTables) {
  for (const char* source :
       {"table.move({}, 1, 1 << 40, 2)", "table.unpack({}, 1, 1 << 40)", "table.concat({}, '', 1, 1 << 40)",
        "table.unpack({}, math.mininteger, math.maxinteger)"}) {
    EXPECT_EQ(error_of("return " + std::string(source)), "test:1: more than 1000000 elements at a time");
  }
  for (const char* source : {"table.insert(t, 1)", "table.insert(t, 1, 1)", "table.remove(t)", "table.sort(t)",
                             "table.concat(t)", "table.unpack(t)", "table.move({}, 1, 1, 1, t)"}) {
    const std::string script =
        "local t = setmetatable({}, {__len = function() return 1 << 50 end}) return " + std::string(source);
    EXPECT_TRUE(error_of(script).ends_with("(a table without __len and __newindex expected)")) << error_of(script);
  }
}

TEST(SafeLibraries, HasATableLibraryThatBehaves) {
  EXPECT_EQ(result_of(R"(
    local t = {1, 2, 3}
    table.insert(t, 4); table.insert(t, 1, 0); table.insert(t, 6, 5)
    assert(table.concat(t, ",") == "0,1,2,3,4,5" and table.concat(t, "-", 2, 3) == "1-2" and table.concat({}, ",") == "")
    assert(table.remove(t) == 5 and table.remove(t, 1) == 0 and table.remove(t, 5) == nil and table.remove({}) == nil)
    assert(table.concat(t, ",") == "1,2,3,4")
    assert(not pcall(table.insert, t, 6, 1) and not pcall(table.insert, t, 0, 1) and not pcall(table.insert, t, 1, 2, 3))
    assert(not pcall(table.remove, t, 7) and not pcall(table.remove, t, 0) and pcall(table.remove, {}, 0))
    assert(not pcall(table.concat, {1, {}, 3}))
    assert(table.concat(table.move({1, 2, 3}, 1, 3, 2), ",") == "1,1,2,3")
    assert(table.concat(table.move({1, 2, 3}, 2, 3, 1), ",") == "2,3,3")
    assert(table.concat(table.move({1, 2}, 1, 2, 1, {}), ",") == "1,2")
    assert(select("#", table.unpack({}, 1, 3)) == 3 and select(2, table.unpack({1, 2})) == 2)
    assert(table.pack(1, nil).n == 2)
    return "done")"),
            "done");
}

TEST(SafeLibraries, SortsStably) {
  EXPECT_EQ(result_of(R"(
    local function sorted(t, order) table.sort(t, order); return table.concat(t, " ") end
    assert(sorted({3, 1, 2}) == "1 2 3" and sorted({"b", "a", "", "ab"}) == " a ab b" and sorted({}) == "" and sorted({1}) == "1")
    assert(sorted({2.5, 1, 3}) == "1 2.5 3" and sorted({2.5, -0.5}) == "-0.5 2.5")
    assert(sorted({1, 3, 2}, function(a, b) return a > b end) == "3 2 1")
    assert(sorted({"b1", "a1", "b2", "a2"}, function(a, b) return a:sub(1, 1) < b:sub(1, 1) end) == "a1 a2 b1 b2")
    assert(not pcall(table.sort, {1, "x"}) and not pcall(table.sort, {{}, {}}))
    assert(pcall(table.sort, {3, 2, 1, 5, 4}, function() return true end))
    local many, n = {}, 0
    for i = 1, 5000 do many[i] = (i * 7919) % 5003 end
    table.sort(many)
    for i = 2, #many do assert(many[i - 1] <= many[i]) end
    local words = {}
    for i = 1, 5000 do words[i] = "w" .. (i * 7919) % 5003 end
    table.sort(words)
    for i = 2, #words do assert(words[i - 1] < words[i]) end
    local t = {5, 4, 3, 2, 1}
    table.sort(t, function(a, b) t[1] = nil; return a < b end)       -- the order function meddles
    return table.concat(t, ""))"),
            "12345");
}

TEST(SafeLibraries, HasAStringLibraryThatBehaves) {
  EXPECT_EQ(result_of(R"(
    assert(("%d %s %5.1f %q %%"):format(1, "a", 2.25, "x\n") == "1 a   2.2 \"x\\\n\" %")
    assert(("%s %s"):format(nil, true) == "nil true" and ("%10s|%-4s|"):format("ab", 1) == "        ab|1   |")
    assert(("%s"):format(setmetatable({}, {__tostring = function() return "mine" end})) == "mine")
    assert(not pcall(string.format, "%s") and not pcall(string.format, "%y", 1) and not pcall(string.format, "%d", "x"))
    assert(("abc"):byte(2) == 98 and string.char(97, 98) == "ab" and ("abc"):sub(-2) == "bc" and #("abc"):reverse() == 3)
    assert(("aBc"):upper() == "ABC" and ("aBc"):lower() == "abc" and "10" + 5 == 15 and -"2" == -2)
    assert(string.unpack("<i4", string.pack("<i4", 7)) == 7)
    assert(utf8.len("é") == 1 and utf8.char(233) == "é" and utf8.codepoint("é") == 233 and utf8.offset("aé", 3) == 4)
    local codes = {}
    for _, c in utf8.codes("aé") do codes[#codes + 1] = c end
    assert(#codes == 2 and codes[2] == 233)
    local parts = {}
    for part in ("a,b,,c"):gmatch("[^,]*") do parts[#parts + 1] = part end
    assert(table.concat(parts, "|") == "a|b||c")
    assert(getmetatable("") == false)
    return "done")"),
            "done");
}

}  // namespace
}  // namespace amont
