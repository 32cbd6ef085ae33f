#include "query/lua/sandbox.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/query/lua/sandbox_run.h"

namespace amont {
namespace {

using namespace sandbox_run;

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
