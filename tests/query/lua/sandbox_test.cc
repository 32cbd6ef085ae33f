#include "query/lua/sandbox.h"

#include <gtest/gtest.h>
#include <locale.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "query/lua/slot.h"
#include "query/lua/value_reader.h"

namespace amont {
namespace {

struct Outcome {
  Status status;
  std::vector<std::string> results;  // text as it is, all else as its type
  std::string printed;
};

Sandbox::ReadResults into(std::vector<std::string>* results) {
  return [results](lua_State* L, int first, int count) {
    for (int i = first; i < first + count; ++i) {
      std::string_view text;
      if (read_text(L, i, &text))
        results->emplace_back(text);
      else if (lua_isinteger(L, i))
        results->push_back(std::to_string(lua_tointeger(L, i)));
      else if (lua_type(L, i) == LUA_TBOOLEAN)
        results->push_back(lua_toboolean(L, i) ? "true" : "false");
      else
        results->push_back(lua_typename(L, lua_type(L, i)));
    }
    return Status();
  };
}

Outcome run(std::string_view source, const ScriptRunLimits& limits = {}) {
  Outcome outcome;
  auto sandbox = Sandbox::create(limits);
  if (!sandbox.ok()) return {std::move(sandbox).status(), {}, {}};
  outcome.status = (*sandbox)->load("test", source);
  if (outcome.status.ok()) outcome.status = (*sandbox)->run(into(&outcome.results));
  outcome.printed = (*sandbox)->printed();
  return outcome;
}

using Texts = std::vector<std::string>;

// The single text a script returns, or why there is none.
std::string result_of(std::string_view source) {
  const Outcome outcome = run(source);
  if (!outcome.status.ok()) return "failed: " + outcome.status.text();
  return outcome.results.size() == 1 ? outcome.results[0] : std::to_string(outcome.results.size()) + " results";
}

std::string error_of(std::string_view source) {
  const Outcome outcome = run(source);
  return outcome.status.code() == Code::kScript ? outcome.status.text()
                                                : "no error of the script: " + outcome.status.text();
}

constexpr ScriptRunLimits kShort{.steps_max = 1'000'000'000'000, .time_ms = 50};

TEST(Sandbox, GivesBackWhatTheScriptReturns) {
  const Outcome outcome = run("print('a', 1, nil, true) print(2.5) return 'x', 7, {}, nil, false");
  EXPECT_TRUE(outcome.status.ok()) << outcome.status.text();
  EXPECT_EQ(outcome.results, (Texts{"x", "7", "table", "nil", "false"}));
  EXPECT_EQ(outcome.printed, "a\t1\tnil\ttrue\n2.5\n");
}

TEST(Sandbox, SaysWhereAScriptFailed) {
  EXPECT_EQ(error_of("local a = 1\nerror('no such thing')"), "test:2: no such thing");
  EXPECT_EQ(error_of("\n\nlocal t = nil\nreturn t.x"), "test:4: attempt to index a nil value (local 't')");
  EXPECT_EQ(error_of("x = = 1"), "test:1: unexpected symbol near '='");
  EXPECT_EQ(error_of("\nerror('plain', 0)"), "test:2: plain");
  EXPECT_EQ(error_of("\nerror({})"), "test:2: the error is not text but a table");
  EXPECT_EQ(error_of("\nerror()"), "test:2: the error is not text but a nil");
  EXPECT_EQ(error_of("\nerror(12)"), "test:2: 12");
}

TEST(Sandbox, NeverRunsAnErrorValue) {
  EXPECT_EQ(error_of("error(setmetatable({}, {__tostring = function() while true do end end}))"),
            "test:1: the error is not text but a table");
}

TEST(Sandbox, CutsALongErrorMessageBetweenCharacters) {
  const std::string text = error_of("error('é' .. ('é'):rep(100000), 0)");
  EXPECT_LT(text.size(), 5000u);
  EXPECT_TRUE(text.ends_with("é ..."));
}

TEST(Sandbox, RefusesBytecodeAndLongText) {
  auto sandbox = Sandbox::create({});
  ASSERT_TRUE(sandbox.ok());
  EXPECT_EQ((*sandbox)->load("test", "\x1bLua\x54").code(), Code::kScript);
  EXPECT_EQ((*sandbox)->load("test", std::string((4 << 20) + 1, ' ')).code(), Code::kLimit);
  EXPECT_TRUE((*sandbox)->load("test", std::string(4 << 20, ' ')).ok());
}

TEST(Sandbox, RunsNothingWithoutALoadedScript) {
  auto sandbox = Sandbox::create({});
  ASSERT_TRUE(sandbox.ok());
  EXPECT_EQ((*sandbox)->run().code(), Code::kNotFound);
}

TEST(Sandbox, CallsFunctionsOfTheScriptAgainAndAgain) {
  auto made = Sandbox::create({});
  ASSERT_TRUE(made.ok());
  Sandbox& sandbox = **made;
  ASSERT_TRUE(sandbox.load("test", "n = 0  function add(by) n = n + by  return n end  word = 'add'").ok());
  ASSERT_TRUE(sandbox.run().ok());
  EXPECT_TRUE(sandbox.has_function("add"));
  EXPECT_FALSE(sandbox.has_function("word"));
  EXPECT_FALSE(sandbox.has_function("missing"));
  int by = 5;
  const auto push_by = [](lua_State* L) {
    lua_pushinteger(L, *static_cast<int*>(lua_touserdata(L, 1)));
    return 1;
  };
  Texts results;
  EXPECT_TRUE(sandbox.call("add", push_by, &by, into(&results)).ok());
  EXPECT_EQ(sandbox.call("add", nullptr, nullptr).code(), Code::kScript);  // 0 + nil
  EXPECT_TRUE(sandbox.call("add", push_by, &by, into(&results)).ok());
  EXPECT_EQ(results, (Texts{"5", "10"}));
  EXPECT_EQ(sandbox.call("missing", nullptr, nullptr).code(), Code::kNotFound);
  EXPECT_EQ(sandbox.call("word", nullptr, nullptr).code(), Code::kNotFound);
}

TEST(Sandbox, GivesTheStatusOfTheReaderBack) {
  auto sandbox = Sandbox::create({});
  ASSERT_TRUE(sandbox.ok());
  ASSERT_TRUE((*sandbox)->load("test", "return 1").ok());
  EXPECT_EQ((*sandbox)->run([](lua_State*, int, int) { return damaged("page 7"); }).text(), "page 7");
}

TEST(Sandbox, PassesStatusesOfTheHostThrough) {
  auto made = Sandbox::create({});
  ASSERT_TRUE(made.ok());
  const auto install = [](lua_State* L) {
    lua_pushcfunction(L, [](lua_State* S) {
      static const Status missing = not_found("no dataset X");
      return raise_status(S, missing);
    });
    lua_setglobal(L, "mendable");
    lua_pushcfunction(L, [](lua_State* S) {
      static const Status broken = damaged("page 7");
      return raise_status(S, broken);
    });
    lua_setglobal(L, "final");
    return 0;
  };
  ASSERT_TRUE((*made)->install(install, nullptr).ok());
  ASSERT_TRUE((*made)
                  ->load("test", "local ok, e = pcall(mendable) local seen = pcall(mendable)\nreturn e .. pcall(final)")
                  .ok());
  const Status status = (*made)->run();
  EXPECT_EQ(status.code(), Code::kDamaged);
  EXPECT_EQ(status.text(), "test:2: page 7");
  EXPECT_EQ((*made)->run().code(), Code::kDamaged);  // it stays ended
}

TEST(Sandbox, EndsAtItsStepsMemoryOutputAndTime) {
  EXPECT_EQ(run("while true do end", {.steps_max = 10'000}).status.code(), Code::kLimit);
  EXPECT_EQ(run("while true do end", kShort).status.code(), Code::kTimeout);
  EXPECT_EQ(run("local t = {} while true do t[#t + 1] = {} end", {.memory_bytes = 1 << 20}).status.code(),
            Code::kLimit);
  const Outcome printed = run("while true do print('0123456789') end", {.output_bytes_max = 1000});
  EXPECT_EQ(printed.status.text(), "test:1: the script wrote more than 1000 bytes; print less, or allow more output");
  EXPECT_LE(printed.printed.size(), 1000u);
  EXPECT_EQ(run("return 1", {.memory_bytes = 1000}).status.code(), Code::kLimit);
}

TEST(Sandbox, EndsWhenTheCallerCancels) {
  std::atomic<bool> cancel = false;
  auto sandbox = Sandbox::create({}, &cancel);
  ASSERT_TRUE(sandbox.ok());
  ASSERT_TRUE((*sandbox)->load("test", "while true do end").ok());
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    cancel = true;
  });
  const Status status = (*sandbox)->run();
  other.join();
  EXPECT_EQ(status.code(), Code::kTimeout);
  EXPECT_EQ(status.text(), "test:1: the script was cancelled");
}

TEST(Sandbox, LetsNoScriptCatchItsEnd) {
  for (const char* source : {
           "while true do pcall(function() while true do end end) end",
           "while true do xpcall(function() while true do end end, function() while true do end end) end",
           "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
           "while true do pcall(coroutine.wrap(function() while true do end end)) end",
           "local co = coroutine.wrap(function() pcall(function() while true do end end) coroutine.yield() end) while "
           "true do co() end",
           "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end",
           "while true do pcall(string.gsub, ('x'):rep(99), 'x', function() while true do end end) end",
           "while true do pcall(table.sort, {3, 2, 1}, function() while true do end end) end",
           "local t = setmetatable({}, {__index = function() while true do end end}) while true do pcall(function() "
           "return t.x end) end",
           "for k in setmetatable({}, {__call = function() return 1 end}) do end",
           "while true do local co = coroutine.wrap(function() coroutine.yield() end) co() co() end",
           "local function f() return pcall(f) end while true do f() end",
       }) {
    const Outcome outcome = run(source, kShort);
    EXPECT_EQ(outcome.status.code(), Code::kTimeout) << source << "\n" << outcome.status.text();
  }
}

TEST(Sandbox, LetsNoScriptCatchALackOfMemory) {
  const Outcome outcome =
      run("local ok, e = pcall(function() local t = {} while true do t[#t + 1] = {} end end) return 'caught'",
          {.memory_bytes = 1 << 20});
  EXPECT_EQ(outcome.status.code(), Code::kLimit);
  EXPECT_EQ(outcome.results, Texts{});
}

TEST(Sandbox, StopsInsideFunctionsThatNoHookReaches) {
  for (const char* source : {
           "return (('a'):rep(400)):find(('a-'):rep(12) .. 'b')",
           "return (('('):rep(200000)):find('%b()')",
           "local t = {} for i = 1, 200000 do t[i] = 'k' .. i end while true do table.sort(t) t[1], t[9] = t[9], t[1] "
           "end",
           "local t = {} for i = 1, 100000 do t['k' .. i] = i end while true do pairs(t) end",
           "local s = ('x'):rep(1 << 20) while true do s:upper() end",
           "local s = ('g'):rep(1 << 20) while true do load(s) end",
           "local t = {} for i = 1, 100000 do t[i] = 'x' end while true do table.concat(t, ',') end",
           "local t = {} for i = 1, 100000 do t[i] = 'x' end while true do table.insert(t, 1, 1) table.remove(t, 1) "
           "end",
           "while true do local a = table.pack(table.unpack({}, 1, 200000)) end",
       }) {
    const Outcome outcome = run(source, kShort);
    EXPECT_EQ(outcome.status.code(), Code::kTimeout) << source << "\n" << outcome.status.text();
  }
}

// The number keys are spread in a part of 2^17 places and all fall together in the next larger one.
TEST(Sandbox, IsNotStalledByKeysChosenToCollide) {
  const Outcome outcome =
      run("local t = {} for i = 1, 1 << 17 do t[i * ((1 << 18) - 1)] = true end t.x = 1 return 'grown'");
  EXPECT_EQ(outcome.status.code(), Code::kLimit);
  EXPECT_NE(outcome.status.text().find("all fall on the same places"), std::string::npos) << outcome.status.text();
}

TEST(Sandbox, LetsLargeTablesWithOrdinaryKeysGrow) {
  EXPECT_EQ(result_of("local t, n = {}, 0 for i = 1, 100000 do t[i * 1000] = i t['k' .. i] = i t[i + 0.5] = i end "
                      "for k, v in pairs(t) do n = n + 1 end return n"),
            "300000");
}

// With weak keys one collection of this table would take 18 seconds.
TEST(Sandbox, HasNoWeakTables) {
  EXPECT_EQ(error_of("setmetatable({}, {__mode = 'k'})"), "test:1: a script may not set '__mode'");
  EXPECT_EQ(error_of("setmetatable({}, {__gc = true})"), "test:1: a script may not set '__gc'");
  EXPECT_EQ(result_of("local mt = {} local t = setmetatable({}, mt) mt['__mo' .. 'de'] = 'kv' t[1] = {} "
                      "for i = 1, 300000 do local x = {i} end return type(t[1]) .. mt.__mode"),
            "tablekv");
}

// Lua would go from the object to its __call, itself, for minutes.
TEST(Sandbox, IsNotStalledByObjectsThatCallEachOther) {
  for (const char* source :
       {"local t = setmetatable({}, {}) getmetatable(t).__call = t return t()",
        "local mt = {} local t = setmetatable({}, mt) mt.__call = t setmetatable(t, mt) return t()",
        "local mt = {__call = print} local t = setmetatable({}, mt) mt.__call = t return t()",
        "local t = setmetatable({}, {__call = setmetatable({}, {__call = print})}) return t()"}) {
    EXPECT_NE(error_of(source).find("attempt to call a table value"), std::string::npos) << error_of(source);
  }
}

TEST(Sandbox, CallsObjectsByTheirMetatable) {
  EXPECT_EQ(result_of(R"(
    local mt = {__call = function(self, a, b) return self.n + a + (b or 0), "second" end, x = 1}
    local object = setmetatable({n = 10}, mt)
    local sum, more = object(1, 2)
    assert(sum == 13 and more == "second")
    mt.__call = function() return "changed" end
    assert(object() == "changed")
    local seen = {}
    for k in pairs(mt) do seen[#seen + 1] = k end
    for k in next, mt do seen[#seen + 1] = k end
    assert(table.concat(seen, " ") == "__call x __call x")                 -- no other key shows
    local co = coroutine.wrap(function(...)
      return setmetatable({}, {__call = function(_, ...) return coroutine.yield(...) end})(...)
    end)
    assert(co(1) == 1 and co("back") == "back")                             -- yields through the call
    for word in setmetatable({left = 2}, {__call = function(s) s.left = s.left - 1 return s.left >= 0 and "w" or nil end}) do
      seen = word
    end
    return seen)"),
            "w");
}

TEST(Sandbox, HasOnlyTheSafeLibraries) {
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

TEST(Sandbox, ShowsNoAddresses) {
  EXPECT_EQ(
      result_of("return tostring({}) .. tostring(print) .. tostring(coroutine.create(print)) .. ('%s'):format({})"),
      "tablefunctionthreadtable");
  EXPECT_EQ(error_of("return ('%p'):format({})"),
            "test:1: invalid conversion '%p' to 'format': scripts see no addresses");
  EXPECT_EQ(error_of("return ('%-20p'):format({})"),
            "test:1: invalid conversion '%p' to 'format': scripts see no addresses");
}

TEST(Sandbox, GoesThroughKeysInOrder) {
  EXPECT_EQ(result_of(R"(
    local t = {[3] = 1, [true] = 1, b = 1, [-1] = 1, [2.5] = 1, a = 1, [false] = 1, [1] = 1, [1e300] = 1, ["a\0b"] = 1, [2] = 1,
               [math.mininteger] = 1, [-math.huge] = 1}
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = tostring(k):gsub("\0", "0") end
    return table.concat(keys, " "))"),
            "false true -inf -9223372036854775808 -1 1 2 2.5 3 1e+300 a a0b b");
}

TEST(Sandbox, GoesThroughNextAsThroughPairs) {
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

TEST(Sandbox, SkipsWhatALoopRemovesAndDoesNotSeeWhatItAdds) {
  EXPECT_EQ(result_of(R"(
    local t, seen = {a = 1, b = 2, c = 3}, ""
    for k, v in pairs(t) do seen = seen .. k .. v; t.b = nil; t.d = 4 end
    local list = {1, 2, 3}
    for i, v in pairs(list) do seen = seen .. i; list[2] = nil; list[#list + 1] = 9 end
    return seen)"),
            "a1c313");
}

TEST(Sandbox, RefusesToGoThroughKeysWithoutAnOrder) {
  const std::string expected =
      "test:1: a table with a key that is a table can't be gone through: such keys have no order; keep them in a list";
  EXPECT_EQ(error_of("for k in pairs({[{}] = 1}) do end"), expected);
  EXPECT_EQ(error_of("return next({[{}] = 1})"), expected);
}

TEST(Sandbox, HonoursPairsOfAMetatable) {
  EXPECT_EQ(result_of("local t = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, "
                      "2 end end, t end}) "
                      "local s = '' for k, v in pairs(t) do s = s .. k .. v end return s"),
            "12");
}

TEST(Sandbox, GivesTheSameRandomNumbersInEveryRun) {
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

TEST(Sandbox, KeepsTheLocaleOfTheHostOut) {
  const char* names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "fr_FR.utf8"};
  const std::string before = setlocale(LC_ALL, nullptr);
  for (const char* name : names) {
    if (setlocale(LC_ALL, name)) break;
  }
  EXPECT_EQ(result_of("return 1.5 .. ' ' .. tonumber('2.5') .. ' ' .. ('%.2f'):format(0.25) .. tostring('Z' < 'a')"),
            "1.5 2.5 0.25true");
  setlocale(LC_ALL, before.c_str());
}

TEST(Sandbox, RunsTheHandlerAfterTheStackHasUnwound) {
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

TEST(Sandbox, YieldsAcrossProtectedCalls) {
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

TEST(Sandbox, HasCoroutinesThatBehave) {
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

TEST(Sandbox, LoadsTextOnly) {
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

TEST(Sandbox, CapsTheTextsThatFunctionsMake) {
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

TEST(Sandbox, CapsTheRangesOfTables) {
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

TEST(Sandbox, HasATableLibraryThatBehaves) {
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

TEST(Sandbox, SortsStably) {
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

TEST(Sandbox, HasAStringLibraryThatBehaves) {
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

TEST(Sandbox, ResumesAreCharged) {
  const Outcome outcome =
      run("local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
          {.steps_max = 1'000'000});
  EXPECT_EQ(outcome.status.code(), Code::kLimit) << outcome.status.text();
}

TEST(Sandbox, CountsTheSameStepsInEveryRun) {
  const auto steps_of = [] {
    auto sandbox = Sandbox::create({});
    EXPECT_TRUE(
        (*sandbox)->load("test", "local t = {} for i = 1, 1000 do t['k' .. i] = i end for k in pairs(t) do end").ok());
    EXPECT_TRUE((*sandbox)->run().ok());
    return (*sandbox)->budget().steps_used();
  };
  EXPECT_EQ(steps_of(), steps_of());
}

// A slot type for the tests: a number that counts how many of its kind are alive.
struct Counted {
  static int alive;
  int number;
  explicit Counted(int n) : number(n) { ++alive; }
  Counted(const Counted& other) : number(other.number) { ++alive; }
  Counted(Counted&& other) noexcept : number(other.number) { ++alive; }
  ~Counted() { --alive; }
};
int Counted::alive = 0;
std::uint64_t bytes_held(const Counted&) noexcept { return 1 << 20; }

int make_counted(lua_State* L) {
  const auto number = static_cast<int>(luaL_checkinteger(L, 1));
  Slot<Counted>* slot = push_slot<Counted>(L);
  run_into(slot, [&]() -> Result<Counted> {
    if (number < 0) return invalid("a count is not negative");
    return Counted(number);
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int number_of(lua_State* L) {
  lua_pushinteger(L, check_slot<Counted>(L, 1).number);
  return 1;
}

int install_counted(lua_State* L) {
  constexpr HostFunction kMethods[] = {{"number", number_of}};
  define_slot_type<Counted>(L, {"count", kMethods, {}});
  lua_pushcfunction(L, make_counted);
  lua_setglobal(L, "counted");
  return 0;
}

Status run_counted(std::string_view source, std::uint64_t fail_at = 0) {
  auto sandbox = Sandbox::create({});
  AMONT_TRY(sandbox.ok() ? Status() : std::move(sandbox).status());
  if (fail_at > 0) (*sandbox)->budget().fail_allocation(fail_at, 1);
  AMONT_TRY((*sandbox)->install(install_counted, nullptr));
  AMONT_TRY((*sandbox)->load("test", source));
  return (*sandbox)->run();
}

TEST(Slots, FreeWhatTheyHoldWhateverHappens) {
  EXPECT_TRUE(run_counted("for i = 1, 1000 do assert(counted(i):number() == i) end").ok());
  EXPECT_EQ(run_counted("local a = counted(1) counted(-1)").text(), "test:1: a count is not negative");
  EXPECT_EQ(run_counted("counted(1).number(7)").text(),
            "test:1: bad argument #1 to 'number' (count expected, got number)");
  EXPECT_EQ(run_counted("local t = {} for i = 1, 100 do t[i] = counted(i) end").code(), Code::kLimit);
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Slots, ShowScriptsNothingButTheirMethods) {
  EXPECT_TRUE(
      run_counted(
          "local c = counted(1) assert(tostring(c) == 'count' and getmetatable(c) == false and c.x == nil) "
          "assert(not pcall(setmetatable, c, {}) and not pcall(function() c.x = 1 end) and not pcall(rawset, c, 1, 1))")
          .ok());
}

// Every allocation in turn fails, twice over so that the collection Lua then tries is of no help. What the script was
// doing is lost, nothing else: the run ends with kLimit, until it needs no more allocations than it gets.
TEST(Sandbox, SurvivesTheFailureOfEveryAllocation) {
  for (const char* source : {
           "local t = {} for i = 1, 20 do t['k' .. i] = {i} end for k, v in pairs(t) do next(t, k) end return #t",
           "local s = ('ab'):rep(40, ',') for w in s:gmatch('%a+') do w:upper() end s:gsub('(a)(b)', '%2%1') "
           "s:gsub('b', print)",
           "for i = 1, 5 do pcall(error, {}) xpcall(error, function(e) return e .. 'x' end, 'm') end return "
           "('%s-%q'):format({}, 'x')",
           "local co = coroutine.wrap(function(a) for i = 1, 9 do coroutine.yield({i}) end end) for i = 1, 9 do co() "
           "end",
           "local f = load('local a = ... return function() return a end') f(1)() table.sort({3, 1, 2}, function(a, b) "
           "return a < b end)",
           "local t = {} for i = 1, 300 do t[i] = 'x' .. i end table.sort(t) table.concat(t, ',') table.unpack(t) "
           "print(#t)",
           "local a, b = counted(1), counted(2) a:number() pcall(counted, -1) pcall(b.number, 7) local x <close> = nil",
       }) {
    std::uint64_t n = 1;
    for (Status status; !(status = run_counted(source, n)).ok(); ++n) {
      ASSERT_EQ(status.code(), Code::kLimit) << source << "\nallocation " << n << ": " << status.text();
      ASSERT_LT(n, 10'000u);
    }
    EXPECT_GT(n, 20u) << source;
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST(Sandbox, SurvivesEveryMemoryLimit) {
  bool ran = false;
  for (std::uint64_t bytes = 0; bytes < 100'000; bytes += 500) {
    const Outcome outcome =
        run("local t = {} for i = 1, 100 do t[i] = 'k' .. i end return table.concat(t)", {.memory_bytes = bytes});
    ASSERT_TRUE(outcome.status.ok() || outcome.status.code() == Code::kLimit) << bytes << ": " << outcome.status.text();
    ran = outcome.status.ok();
  }
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace amont
