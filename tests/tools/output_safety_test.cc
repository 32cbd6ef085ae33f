// What comes from a register may hold anything; what reaches a terminal or a spreadsheet may not.

#include <gtest/gtest.h>

#include "tests/tools/command.h"
#include "tools/progress.h"
#include "tools/render/escape.h"

namespace amont {
namespace {

using tool::csv_cell;
using tool::cut_to_width;
using tool::display_width;
using tool::for_terminal;

TEST(ForTerminal, ControlAndInvisibleCharactersAreShown) {
  EXPECT_EQ(for_terminal("plain é 汉字"), "plain é 汉字");
  EXPECT_EQ(for_terminal("\x1b[2J\r\n\t\x7f"), "\\u{1b}[2J\\u{d}\\u{a}\\u{9}\\u{7f}");
  EXPECT_EQ(for_terminal("\u009b31m"), "\\u{9b}31m");
  EXPECT_EQ(for_terminal("a\u202eb\u2066c\u200bd\ufeffe\u00adf"), "a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}e\\u{ad}f");
  EXPECT_EQ(for_terminal("\u2028\u034f\u3164\ufe0f"), "\\u{2028}\\u{34f}\\u{3164}\\u{fe0f}");
  EXPECT_EQ(for_terminal(std::string_view("\0", 1)), "\\u{0}");
}

TEST(ForTerminal, BytesThatAreNoUtf8AreShown) {
  EXPECT_EQ(for_terminal("a\xff"), "a\\x{ff}");
  EXPECT_EQ(for_terminal("\xc3"), "\\x{c3}");
  EXPECT_EQ(for_terminal("\xc0\x9b"), "\\x{c0}\\x{9b}");             // an overlong form of a control character
  EXPECT_EQ(for_terminal("\xed\xa0\x80"), "\\x{ed}\\x{a0}\\x{80}");  // half of a surrogate pair
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("汉字"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // a letter and a combining accent
  EXPECT_EQ(display_width("\U0001f600"), 2u);
  EXPECT_EQ(display_width(for_terminal("\u200b")), 8u);
}

TEST(CutToWidth, NeverSplitsACharacter) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to_width("汉字汉字", 4), "汉…");
  EXPECT_EQ(cut_to_width("汉字汉字", 5), "汉字…");
}

TEST(CsvCell, IsQuotedAndNoFormula) {
  EXPECT_EQ(csv_cell("plain", false), "plain");
  EXPECT_EQ(csv_cell("a,b", false), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"x\"\n", false), "\"say \"\"x\"\"\n\"");
  for (const std::string start : {"=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"})
    EXPECT_EQ(csv_cell(start + "1", false), "'" + start + "1");
  EXPECT_EQ(csv_cell("\r1", false), "\"'\r1\"");
  EXPECT_EQ(csv_cell("\n=1", false), "\"'\n=1\"");
  EXPECT_EQ(csv_cell("=HYPERLINK(\"http://e\")", true), "\"=HYPERLINK(\"\"http://e\"\")\"");
}

TEST(ProgressText, TellsShareRateAndTimeLeft) {
  EXPECT_EQ(tool::progress_text("importing", 45, 100, 40, 20),
            "importing   45% [#########-----------]  2/s  28 s left");
  EXPECT_EQ(tool::progress_text("importing", 2'400'000, 0, 2'400'000, 2), "importing  2.4 M  1.2 M/s");
  EXPECT_EQ(tool::progress_text("importing", 0, 100, 0, 0), "importing    0% [--------------------]");
}

constexpr std::string_view kHostile =
    R"({"node": "dataset:evil", "props": {"title": "ok\u001b[2K\rFAKE VERIFIED\u001b]52;c;eA==\u0007\u202e\u009b31m", "name\u200b": "=1+1", "n_records": -5}})";

bool has_controls(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return true;
  }
  return text.find("\u009b") != std::string::npos || text.find("\u202e") != std::string::npos;
}

class HostileNames : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(place_.run({"init", "hub"}).code, 0);
    const Outcome imported = place_.run({"-s", "hub", "import", "-", "--format", "jsonl"}, kHostile);
    ASSERT_EQ(imported.code, 0) << imported.err;
    EXPECT_FALSE(has_controls(imported.err)) << imported.err;
  }
  Outcome run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words);
  }
  Workplace place_;
};

TEST_F(HostileNames, NoTableLetsAControlCharacterThrough) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"get", "dataset:evil"}, {"find", "evil"}, {"log", "dataset:evil"}, {"log", "2"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_NE(outcome.out.find("ok\\u{1b}[2K\\u{d}FAKE VERIFIED\\u{1b}]52;c;eA==\\u{7}\\u{202e}\\u{9b}31m"),
              std::string::npos)
        << outcome.out;
    EXPECT_FALSE(has_controls(outcome.out));
  }
}

TEST_F(HostileNames, ErrorsEscapeWhatWasTyped) {
  const Outcome outcome = run({"get", "dataset:\x1b[2J"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_FALSE(has_controls(outcome.err)) << outcome.err;
  EXPECT_FALSE(has_controls(run({"\x1b[2J"}).err));
}

TEST_F(HostileNames, JsonStaysJsonAndCsvNoFormula) {
  const Outcome json = run({"get", "dataset:evil", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find("\\u001b[2K"), std::string::npos) << json.out;
  EXPECT_TRUE(is_ndjson(run({"find", "evil", "--format", "ndjson"}).out));
  const std::string csv = run({"find", "evil", "--format", "csv"}).out;
  EXPECT_NE(csv.find(",'=1+1,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",-5,"), std::string::npos) << csv;
  EXPECT_EQ(run({"find", "evil", "--format", "csv", "--raw"}).out.find("'=1+1"), std::string::npos);
}

class OnATerminal : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    make_hub(*place_);
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }
  static std::string text(const std::vector<std::string>& words, unsigned short columns,
                          const std::vector<std::string>& environment) {
    return place_->run_on_terminal(words, columns, environment).out;
  }
  static inline Workplace* place_ = nullptr;
};

TEST_F(OnATerminal, ColourIsOnUnlessSomebodySaysNo) {
  const std::vector<std::string> words = {"-s", "hub", "upstream", "output:x"};
  EXPECT_NE(text(words, 100, {"TERM=xterm"}).find("\033[33mpossible\033[0m"), std::string::npos)
      << text(words, 100, {"TERM=xterm"});
  EXPECT_EQ(text(words, 100, {"TERM=xterm", "NO_COLOR=1"}).find('\033'), std::string::npos);
  EXPECT_EQ(text(words, 100, {"TERM=dumb"}).find('\033'), std::string::npos);
  EXPECT_NE(text(words, 100, {"TERM=xterm", "NO_COLOR="}).find('\033'), std::string::npos);  // empty is as if absent
  EXPECT_EQ(place_->run(words, "", {"TERM=xterm"}).out.find('\033'), std::string::npos);
  EXPECT_NE(place_->run({"-s", "hub", "--color", "always", "upstream", "output:x"}).out.find('\033'),
            std::string::npos);
  EXPECT_EQ(text({"-s", "hub", "--color=never", "upstream", "output:x"}, 100, {"TERM=xterm"}).find('\033'),
            std::string::npos);
}

TEST_F(OnATerminal, TitlesAreCutToFit) {
  const std::string wide = text({"-s", "hub", "find", "hosp"}, 80, {"NO_COLOR=1"});
  EXPECT_NE(wide.find("dataset:hospital  Hospital stays\r\n"), std::string::npos) << wide;
  const std::string narrow = text({"-s", "hub", "find", "hosp"}, 31, {"NO_COLOR=1"});
  EXPECT_NE(narrow.find("dataset:hospital  Hospital sta…\r\n"), std::string::npos) << narrow;
}

}  // namespace
}  // namespace amont
