// Pictures as SVG: drawn by Graphviz, where it is; passive, whatever names say; and what is told where it is not.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/tools/command.h"

namespace amont {
namespace {

constexpr const char* kUsual = "/usr/local/bin:/usr/bin:/bin";

// The command inherits PATH.
Outcome run_in(const Workplace& place, const std::string& path, const std::vector<std::string>& words) {
  const char* const before = std::getenv("PATH");
  const std::string kept = before ? before : "";
  ::setenv("PATH", path.c_str(), 1);
  Outcome outcome = place.run(words);
  ::setenv("PATH", kept.c_str(), 1);
  return outcome;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

bool graphviz_is_here() {
  return std::filesystem::exists("/usr/bin/dot") || std::filesystem::exists("/usr/local/bin/dot");
}

// A `dot` of the test's own, first in PATH.
std::string with_dot(const Workplace& place, std::string_view script) {
  std::filesystem::create_directories(place.path("bin"));
  place.write("bin/dot", std::string("#!/bin/sh\n") + std::string(script));
  ::chmod(place.path("bin/dot").c_str(), 0755);
  return place.path("bin") + ":/usr/bin:/bin";
}

TEST(Pictures, AreOneSvgThatHoldsTheGraphOfAnAnswer) {
  if (!graphviz_is_here()) GTEST_SKIP() << "no dot here";
  Workplace place;
  make_hub(place);
  const Outcome outcome = run_in(place, kUsual, {"-s", "hub", "upstream", "output:x", "--format", "svg"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out.find("<svg"), 0u);
  EXPECT_TRUE(outcome.out.ends_with("</svg>\n"));
  EXPECT_TRUE(has(outcome.out, "project:p"));
  EXPECT_EQ(outcome.out, run_in(place, kUsual, {"-s", "hub", "upstream", "output:x", "--format", "svg"}).out);
}

TEST(Pictures, OfSeveralGraphsStandOneBelowTheOther) {
  if (!graphviz_is_here()) GTEST_SKIP() << "no dot here";
  Workplace place;
  make_hub(place);
  place.write(
      "two.lua",
      "--- Two.\nreturn report { graph { 'output:x', title = 'First' }, graph { 'output:x', title = 'Second' } }\n");
  const Outcome outcome = run_in(place, kUsual, {"-s", "hub", "run", "two.lua", "--format", "svg"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(times(outcome.out, "<svg"), 3u);
  EXPECT_EQ(times(outcome.out, "</svg>"), 3u);
  EXPECT_TRUE(has(outcome.out, "First") && has(outcome.out, "Second"));
}

TEST(Pictures, HaveNothingActiveWhateverNamesSay) {
  if (!graphviz_is_here()) GTEST_SKIP() << "no dot here";
  Workplace place;
  ASSERT_EQ(place.run({"init", "hub"}).code, 0);
  const std::string title =
      R"(<script>alert(1)</script><img src=x onerror=alert(1)>\"]; n1 [URL=\"javascript:alert(1)\"]; </text></svg> & \\N \u001b[2J)";
  ASSERT_EQ(place
                .run({"-s", "hub", "import", "-", "--format", "jsonl"},
                     "{\"node\": \"dataset:<a href='x'>\", \"props\": {\"title\": \"" + title + "\"}}\n")
                .code,
            0);
  const Outcome outcome = run_in(place, kUsual, {"-s", "hub", "get", "dataset:<a href='x'>", "--format", "svg"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const char* active : {"<script", "<img", "<a ", "<image", "\x1b"})
    EXPECT_FALSE(has(outcome.out, active)) << active << outcome.out;
  EXPECT_EQ(times(outcome.out, "</svg>"), 1u);
  EXPECT_TRUE(has(outcome.out, "&lt;script&gt;"));
}

TEST(Pictures, WithoutGraphvizSayWhatToInstall) {
  Workplace place;
  make_hub(place);
  const Outcome outcome =
      run_in(place, place.path("none") + ":.", {"-s", "hub", "upstream", "output:x", "--format", "svg"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(has(outcome.err, "apt install graphviz")) << outcome.err;
}

TEST(Pictures, TellWhatGraphvizSaidWhenItFailed) {
  Workplace place;
  make_hub(place);
  const auto drawn_by = [&](std::string_view script) {
    const Outcome outcome =
        run_in(place, with_dot(place, script), {"-s", "hub", "upstream", "output:x", "--format", "svg"});
    EXPECT_NE(outcome.code, 0);
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_TRUE(
      has(drawn_by("echo 'syntax error in line 3' >&2\nexit 1\n"), "could not draw this: syntax error in line 3"));
  EXPECT_TRUE(has(drawn_by("echo '<svg><script>x</script></svg>'\n"), "Graphviz wrote <script"));
  EXPECT_TRUE(has(drawn_by("kill -9 $$\n"), "ended by signal 9"));
  EXPECT_TRUE(has(drawn_by("exit 0\n"), "could not draw this"));
}

TEST(Pictures, NeedAGraph) {
  Workplace place;
  make_hub(place);
  place.write("text.lua", "--- Text.\nreturn text 'nothing to draw'\n");
  const Outcome outcome = run_in(place, kUsual, {"-s", "hub", "run", "text.lua", "--format", "svg"});
  EXPECT_TRUE(has(outcome.err, "there is no graph in this answer, and svg holds graphs only")) << outcome.err;
}

}  // namespace
}  // namespace amont
