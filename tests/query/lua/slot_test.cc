#include "query/lua/slot.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/query/lua/sandbox_run.h"

namespace amont {
namespace {

using namespace sandbox_run;

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
TEST(Slots, SurvivesTheFailureOfEveryAllocation) {
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

}  // namespace
}  // namespace amont
