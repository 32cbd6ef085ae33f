// Programs that nobody would write: random calls of everything that scripts have, with random arguments, on a small hub. None may
// crash, escape its limits or leave them by much. AMONT_ROUNDS says how many (400 unless told), AMONT_SEED which.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "query/lua/script_types.h"
#include "tests/query/lua/hub_register.h"
#include "tests/support/crash_disk.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

class RandomProgram {
 public:
  RandomProgram(Dice& dice, const std::vector<std::string>& names) : dice_(dice), names_(names) {}

  std::string text() {
    std::string program;
    for (std::uint64_t lines = 2 + dice_.below(10); lines > 0; --lines)
      program += "pcall(function() " + statement() + "end)\n";  // what fails does not keep the rest from running
    return program + "return select(2, pcall(function() return " + expression(3) + " end)) or 'nothing'\n";
  }

 private:
  std::string one_of(std::initializer_list<const char*> words) { return *(words.begin() + dice_.below(words.size())); }

  std::string statement() {
    switch (dice_.below(8)) {
      case 0: return fmt::format("for i = 1, {} do {} = {} end\n", dice_.below(20), variable(), expression(2));
      case 1: return fmt::format("for k, v in pairs({}) do {} = v end\n", expression(2), variable());
      case 2: return fmt::format("for item in {} do {} = item end\n", expression(2), variable());
      case 3: return fmt::format("{} = select(2, pcall({}, {}))\n", variable(), name(), arguments(2));
      case 4: return fmt::format("print({})\n", arguments(2));
      case 5: return fmt::format("if {} then {} = {} end\n", expression(1), variable(), expression(2));
      default: return fmt::format("{} = select(2, pcall(function() return {} end))\n", variable(), expression(3));
    }
  }
  std::string variable() { return fmt::format("v{}", dice_.below(5)); }
  std::string name() { return names_[dice_.below(names_.size())]; }

  std::string expression(int depth) {
    if (depth == 0) return atom();
    switch (dice_.below(10)) {
      case 0: return atom();
      case 1:
        return fmt::format("({} {} {})", expression(depth - 1),
                           one_of({"&", "|", "-", "+", "..", "==", "<", "and", "or"}), expression(depth - 1));
      case 2: return fmt::format("{}:{}({})", variable(), method(), arguments(depth - 1));
      case 3:
        return fmt::format("({}).{}", expression(depth - 1),
                           one_of({"ref", "kind", "title", "depth", "tx", "year", "items"}));
      case 4: return fmt::format("{{{}}}", arguments(depth - 1));
      case 5: return fmt::format("#({})", expression(depth - 1));
      case 6: return fmt::format("function(x) return {} end", expression(depth - 1));
      case 7: return fmt::format("at{{known_at = {}}}:{}({})", dice_.below(4), name(), arguments(depth - 1));
      default: return fmt::format("{}({})", name(), arguments(depth - 1));
    }
  }
  std::string arguments(int depth) {
    std::string text;
    for (std::uint64_t count = dice_.below(4); count > 0; --count) text += expression(depth) + (count > 1 ? ", " : "");
    if (dice_.below(3) == 0) text += (text.empty() ? "" : ", ") + options();
    return text;
  }
  std::string options() {
    return one_of({"{depth = 2}", "{exact = true}", "{kind = 'dataset'}", "{through = 'part_of'}",
                   "{through = '+covers'}", "{granularity = 'variable'}", "{limit = 1}", "{direction = 'down'}",
                   "{count = 3}", "{gaps = true}", "{descending = true}", "{title = 'x'}", "{depth = -1}",
                   "{nonsense = 1}", "{label = 'title', value = 'n'}"});
  }
  std::string method() {
    return one_of({"only", "where", "has", "refs", "incoming", "outgoing", "edges", "get", "properties", "rep", "gsub",
                   "upstream", "node"});
  }
  std::string atom() {
    return one_of({"nil",
                   "true",
                   "false",
                   "0",
                   "-1",
                   "3",
                   "1e308",
                   "0/0",
                   "math.maxinteger",
                   "''",
                   "'dataset:a'",
                   "'dataset:b'",
                   "'run:r'",
                   "'project:p'",
                   "'output:x'",
                   "'nothing:at-all'",
                   "'dataset'",
                   "'title'",
                   "'part_of'",
                   "'2024-01-31'",
                   "('x'):rep(1000)",
                   "'\\0\\255'",
                   "v0",
                   "v1",
                   "v2",
                   "v3",
                   "v4",
                   "set{'dataset:a', 'output:x'}",
                   "nodes()",
                   "edges('output:x')",
                   "time('2024-02-29')",
                   "months(13)",
                   "arg",
                   "_G"});
  }

  Dice& dice_;
  const std::vector<std::string>& names_;
};

TEST(RandomScripts, EndWithinTheirLimits) {
  HubRegister hub;
  hub.node("dataset:a", {{"title", "A"}})
      .node("dataset:b")
      .node("variable:b/v")
      .node("run:r", {{"started_at", day("2024-01-01")}});
  hub.node("project:p").node("output:x").node("approval:y", {{"decision", "granted"}});
  hub.edge("part_of", "variable:b/v", "dataset:b")
      .edge("version_of", "dataset:a", "dataset:b")
      .edge("used", "run:r", "dataset:a");
  hub.edge("generated_by", "output:x", "run:r").edge("performed_for", "run:r", "project:p");
  hub.edge("for_project", "approval:y", "project:p").edge("covers", "approval:y", "dataset:b");
  hub.commit();
  const std::vector<std::string> names = *names_in_scripts();
  Dice dice(seed_of_this_run());
  const char* const wanted = std::getenv("AMONT_ROUNDS");
  const std::uint64_t rounds = wanted ? std::strtoull(wanted, nullptr, 10) : 400;
  ScriptRunLimits limits;
  limits.steps_max = 300'000;
  limits.time_ms = 250;
  limits.memory_bytes = 8 << 20;
  limits.output_bytes_max = 1 << 20;
  std::uint64_t answered = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::string program = RandomProgram(dice, names).text();
    SCOPED_TRACE(program);
    const auto began = std::chrono::steady_clock::now();
    const Result<Report> report = hub.run(program, {}, limits);
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took, std::chrono::seconds(5));  // on a busy machine, with sanitizers
    answered += report.ok() ? 1 : 0;
    if (!report.ok()) {
      const Code code = report.code();
      ASSERT_TRUE(code == Code::kScript || code == Code::kLimit || code == Code::kTimeout || code == Code::kInvalid ||
                  code == Code::kNotFound)
          << report.status().text();
    }
    if (round % 16 == 0) {  // the same bytes again
      const Result<Report> again = hub.run(program, {}, limits);
      if (report.ok() && again.ok()) {
        ASSERT_EQ(text_of(*again), text_of(*report));
      }
    }
  }
  EXPECT_GT(answered, rounds / 20);
}

}  // namespace
}  // namespace amont
