// Whatever allocation of a script fails, the run ends cleanly or gives the whole answer, and the next run is unharmed.
// Under ASan this also shows that nothing leaks when Lua jumps out of native functions.
#include <gtest/gtest.h>

#include "query/lua/sandbox.h"
#include "query/lua/script_types.h"
#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// Uses every function and method once.
const char* const kEverything = R"(
local up, down = upstream("output:figure", {depth = 9, through = "+part_of", precision = "possible"}), downstream("dataset:base")
local both = (up | down) & nodes("dataset", "output") - set{"dataset:t", node("output:figure")}
local chain = path("output:figure", "dataset:base")
local before = at{known_at = 1, valid_at = "2020-01-01/2021-01-01"}
local lines = {}
for item in up:where{kind = "dataset"}:where(function(d) return d.title and d.depth < 5 end) do
  lines[#lines + 1] = item .. " " .. tostring(item.depth) .. " " .. tostring(item.valid_from) .. " " .. item:get("title")
end
for _, e in ipairs(node("output:figure"):edges("up", "generated_by")) do lines[#lines + 1] = e .. e.label .. tostring(e.at) end
local t = time("2026-01-31") + 1
pcall(function() return node("output:figure").titel end)
pcall(function() return set{}:onyl() end)
pcall(upstream, "nonsense", {dept = 1})
pcall(function() return upsteam() end)
return report {
  title = "x", text { "a", t.date, tostring(t - "2026-01-01"), title = "t" },
  rows { both, "ref", {"name", "title"}, {"fed", function(i) return i:outgoing("derived_from") | i:incoming() end}, title = "r" },
  rows { chain, "ref", "kind" }, rows { schema().nodes, "name", {"n", function(k) return #k.props end} },
  tree { "output:figure", title = "t" }, tree { "dataset:base", function(n) return n:incoming("part_of") end, depth = 3 },
  graph { up, highlight = chain, gaps = { { node("run:r"), why = "w" } }, fold = true }, graph { "dataset:base", direction = "down" },
  timeline { both, kind = function(n) return n.kind end }, chart { both, label = "title", value = function() return 1 end },
  rows { touches("dataset:base"), "ref", "direct" }, rows { sources("output:figure"), "ref" },
  table.concat(lines, ";"), table.concat(up:refs(), ","), tostring(up == down), tostring(up:has("dataset:base")),
  tostring(reaches("dataset:base", "output:figure")), tostring(#before:nodes()), tostring(exists("run:none")), tostring(#find("figure")),
}
)";

int install(lua_State* L) {
  auto* context = static_cast<ScriptContext*>(lua_touserdata(L, 1));
  static constexpr std::string_view kNames[] = {"upstream"};
  static constexpr std::span<const std::string_view> kGuesses(kNames);
  install_times(L, context);
  install_items(L, context);
  install_sets(L, context);
  install_questions(L, context);
  install_report(L, context);
  install_guesses(L, kGuesses);
  return 0;
}

Result<std::string> run(HubRegister& hub, std::uint64_t failing, std::uint64_t* allocations) {
  ScriptContext context(hub.snapshot(), &hub.store());
  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, Sandbox::create({}));
  AMONT_TRY(sandbox->install(install, &context));
  AMONT_TRY(sandbox->load("test", kEverything));
  const std::uint64_t before = sandbox->budget().allocations();
  if (failing > 0) sandbox->budget().fail_allocation(failing, 1000);
  Report report;
  const Status ran = sandbox->run(
      [&](lua_State* L, int first, int count) { return read_report(L, first, count, sandbox->budget(), &report); });
  sandbox->budget().fail_allocation(std::uint64_t{1} << 60,
                                    0);  // closing needs a little memory, which a real limit leaves it
  *allocations = sandbox->budget().allocations() - before;
  AMONT_TRY(ran);
  return text_of(report);
}

TEST(ScriptFaults, AtAnyAllocationEndTheRunOrNothing) {
  HubRegister hub;
  hub.node("dataset:base", {{"title", "Base"}}, {day("2006-01-01"), {}})
      .node("dataset:t", {{"title", "T"}})
      .node("dataset:x", {{"title", "X"}});
  hub.node("run:r").node("project:p").node("output:figure", {{"title", "Figure"}});
  hub.edge("part_of", "dataset:t", "dataset:base")
      .edge("derived_from", "dataset:x", "dataset:t")
      .edge("used", "run:r", "dataset:x");
  hub.edge("performed_for", "run:r", "project:p")
      .edge("generated_by", "output:figure", "run:r", {{"at", day("2025-05-05")}});
  hub.commit();

  std::uint64_t allocations = 0;
  const Result<std::string> whole = run(hub, 0, &allocations);
  ASSERT_TRUE(whole.ok()) << whole.status().text();
  ASSERT_GT(allocations, 500u);
  EXPECT_NE(whole->find("dataset:x 2 nil X"), std::string::npos) << *whole;
  int ended = 0;
  const std::uint64_t step = std::max<std::uint64_t>(1, allocations / 400);
  for (std::uint64_t n = 1; n <= allocations; n += step) {
    std::uint64_t unused = 0;
    const Result<std::string> answer = run(hub, n, &unused);
    if (answer.ok()) {
      EXPECT_EQ(*answer, *whole) << "allocation " << n;
    } else {
      EXPECT_EQ(answer.code(), Code::kLimit) << "allocation " << n << ": " << answer.status().text();
      ++ended;
    }
  }
  EXPECT_GT(ended, 100);
  EXPECT_EQ(*run(hub, 0, &allocations), *whole);
}

struct Probe : RunValue {
  explicit Probe(int* count) : alive(count) { ++*alive; }
  ~Probe() override { --*alive; }
  int* alive;
};

TEST(ScriptFaults, ThatKeepAFinalizerFromRunningLeaveNothingAfterTheRun) {
  int alive = 0;
  {
    Budget budget({}, nullptr);
    Probe* values[] = {new Probe(&alive), new Probe(&alive), new Probe(&alive)};
    for (Probe* value : values) budget.own(value);
    delete values[1];
    EXPECT_EQ(alive, 2);
    delete values[2];
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace amont
