// Programs made from a grammar of Lua (tests/query/lua/grammar), each in a sandbox of its own over the example hub: none may crash, get
// out, change what is the host's, or go on for long when its time is up.
//
// AMONT_PROGRAMS says how many, AMONT_SEED which. A program that went wrong is printed. A million, with sanitizers: `./run long scripts`.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <locale.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cfenv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "core/merkle/sha256.h"
#include "query/lua/script_sandbox.h"
#include "query/lua/script_types.h"
#include "tests/query/lua/example_hub.h"
#include "tests/query/lua/grammar/intact_host.h"
#include "tests/query/lua/grammar/lua_grammar.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

constexpr double kOvershootMsMax = 250;

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What a process has that no script may touch.
std::string process_state() {
  std::ptrdiff_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) ++files;
  return fmt::format("locale {}, rounding {}, {} files, in {}", fmt::ptr(uselocale(nullptr)), std::fegetround(), files,
                     std::filesystem::current_path().string());
}

class GrammarScripts : public testing::Test {
 protected:
  // Steps end a program that goes on too long; an endless one, its time.
  static ScriptRunLimits limits_for(Dice& dice, bool endless) {
    ScriptRunLimits limits;
    limits.memory_bytes = 2 << 20 << dice.below(4);
    limits.output_bytes_max = 1 << 20;
    limits.rows_max = 10'000;
    limits.steps_max = endless ? 1'000'000'000'000 : 200'000;
    limits.time_ms = endless ? 5 + dice.below(20) : 2'000;
    return limits;
  }

  struct Outcome {
    Status status;
    double late_ms = 0, late_on_the_wall_ms = 0;
    std::string wrong;  // with the host
  };
  Outcome run(const std::string& program, const ScriptRunLimits& limits) {
    ScriptContext context(view_, &hub_.store());
    const CheckedArguments none;
    Outcome outcome;
    auto sandbox = open_script_sandbox(context, none, limits, nullptr);
    if (!sandbox.ok()) return {sandbox.status(), 0, 0, "no sandbox"};
    IntactHost host(**sandbox);
    (*sandbox)->revive();  // the time begins here
    const double cpu = cpu_ms(), wall = wall_ms();
    outcome.status = (*sandbox)->load("program", program);
    if (outcome.status.ok()) {
      Report report;
      outcome.status = (*sandbox)->run([&](lua_State* L, int first, int count) {
        return read_report(L, first, count, (*sandbox)->budget(), &report);
      });
    } else {
      compiled_ = false;
    }
    outcome.late_ms = cpu_ms() - cpu - static_cast<double>(limits.time_ms);
    outcome.late_on_the_wall_ms = wall_ms() - wall - static_cast<double>(limits.time_ms);
    outcome.wrong = host.what_is_wrong(**sandbox);
    return outcome;
  }

  ExampleHub hub_;
  Snapshot view_ = hub_.snapshot();
  bool compiled_ = true;
};

TEST_F(GrammarScripts, NeitherEscapeNorCrashNorOverstayTheirTime) {
  static constexpr std::string_view kNextScript =
      "return #nodes(), upstream('output:heart-failure/table-1'), ('x'):rep(3), math.random(), tostring(nil), 1 / 3";
  const std::uint64_t seed = seed_of_this_run();
  const std::uint64_t programs = repeats("AMONT_PROGRAMS", 4'000);
  const TxNumber head = view_.tx();
  const std::string next = hub_.answer(std::string(kNextScript));
  hub_.answer("return transaction(1)");  // opens what the store reads them from
  const std::string process = process_state();
  std::map<std::string, std::uint64_t> ends;
  double latest = 0, latest_on_the_wall = 0;
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < programs; ++i) {
    Dice dice(seed * 1'000'003 + i);  // each by itself, so that one can be run again: AMONT_SEED and its number
    LuaGrammar grammar(dice);
    const bool endless = i % 200 == 199;
    const ScriptRunLimits limits = limits_for(dice, endless);
    const std::string program = endless ? grammar.endless_program() : grammar.program();
    const auto which = [&] { return fmt::format("program {} of seed {}:\n{}", i, seed, program.substr(0, 8'000)); };
    bytes += program.size();
    compiled_ = true;
    const Outcome outcome = run(program, limits);
    ASSERT_EQ(outcome.wrong, "") << which();
    ASSERT_LE(outcome.late_ms, kOvershootMsMax) << which();
    latest = std::max(latest, outcome.late_ms);
    latest_on_the_wall = std::max(latest_on_the_wall, outcome.late_on_the_wall_ms);
    ++ends[outcome.status.ok() ? "answered"
           : !compiled_        ? "did not compile"
                               : std::string(name_of(outcome.status.code()))];
    static constexpr std::array kFine = {Code::kOk,      Code::kScript,  Code::kLimit,
                                         Code::kTimeout, Code::kInvalid, Code::kNotFound};
    ASSERT_TRUE(std::ranges::find(kFine, outcome.status.code()) != kFine.end()) << outcome.status.text() << which();
    if (i % 64 == 0) {
      ASSERT_EQ(hub_.answer(std::string(kNextScript)), next) << which();
      ASSERT_EQ(process_state(), process) << which();
      ASSERT_EQ(hub_.snapshot().tx(), head) << which();
    }
    if (i % 100'000 == 99'999) fmt::print("{} programs\n", i + 1), std::fflush(stdout);
  }
  fmt::print("{} programs of {} bytes on average; at most {:.0f} ms late ({:.0f} on the wall)\n", programs,
             bytes / std::max<std::uint64_t>(programs, 1), latest, latest_on_the_wall);
  for (const auto& [how, count] : ends) fmt::print("  {} {}\n", count, how);
  EXPECT_GT(ends["answered"], programs / 4);
  EXPECT_LT(ends["did not compile"], programs / 8);
}

TEST_F(GrammarScripts, AreSeenWhenTheyChangeWhatIsTheHosts) {
  ScriptContext context(view_, &hub_.store());
  const CheckedArguments none;
  auto sandbox = *open_script_sandbox(context, none, ScriptRunLimits(), nullptr);
  IntactHost host(*sandbox);
  EXPECT_EQ(host.what_is_wrong(*sandbox), "");
  const auto give_away = [](lua_State* L) {
    lua_pushcfunction(L, luaopen_os);
    lua_call(L, 0, 1);
    lua_newtable(L);
    lua_getfield(L, -2, "getenv");
    lua_setfield(L, -2, "deep");
    lua_setglobal(L, "kept");
    return 0;
  };
  ASSERT_TRUE(sandbox->install(give_away, nullptr).ok());
  EXPECT_EQ(host.what_is_wrong(*sandbox), "a script can have os.getenv");
  const auto change_text = [](lua_State* L) {
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushnil(L);
    lua_setfield(L, -2, "__metatable");
    return 0;
  };
  auto other = *open_script_sandbox(context, none, ScriptRunLimits(), nullptr);
  IntactHost other_host(*other);
  ASSERT_TRUE(other->install(change_text, nullptr).ok());
  EXPECT_EQ(other_host.what_is_wrong(*other), "a metatable of a basic type of the host is not as it was");
}

}  // namespace
}  // namespace amont
