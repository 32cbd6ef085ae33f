// Names that are markup elsewhere are text in every format: each is written, and read back as its readers do.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>

#include "amont/exchange.h"
#include "tests/tools/command.h"
#include "tools/render/escape.h"

namespace amont {
namespace {

using tool::for_dot;
using tool::for_html;
using tool::for_markdown;
using tool::for_markdown_line;
using tool::for_mermaid;

TEST(ForHtml, IsTextAndAnAttribute) {
  EXPECT_EQ(for_html("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
  EXPECT_EQ(for_html("a\x1b\xff\u202e"), "a\\u{1b}\\x{ff}\\u{202e}");
}

TEST(ForDot, EndsNoStringAndHasNoEntity) {
  EXPECT_EQ(for_dot("\"] -> b; \\N\\"), "\\\"] -> b; \\\\N\\\\");
  EXPECT_EQ(for_dot("&lt;b&gt;\n"), "&amp;lt;b&amp;gt;\\\\u{a}");
}

TEST(ForMermaid, HasNoMarkLeft) {
  EXPECT_EQ(for_mermaid("dataset:snds/ER_PRS_F, 2019-2020."), "dataset:snds/ER_PRS_F, 2019-2020.");
  EXPECT_EQ(for_mermaid("\"]; click n1 #quot;%%"), "#34;#93;#59; click n1 #35;quot#59;#37;#37;");
}

TEST(ForMarkdown, BeginsNoMarkup) {
  EXPECT_EQ(for_markdown("snds/ER_PRS_F (2019)"), "snds/ER_PRS_F (2019)");
  EXPECT_EQ(for_markdown("_a_ *b* `c` [d](e) |f|"), "&#95;a&#95; &#42;b&#42; &#96;c&#96; &#91;d&#93;(e) &#124;f&#124;");
  EXPECT_EQ(for_markdown("https://x www.x WWW.x a@b ${{7*7}}"),
            "https&#58;//x www&#46;x WWW&#46;x a&#64;b &#36;&#123;&#123;7&#42;7&#125;&#125;");
  EXPECT_EQ(for_markdown_line("- a"), "&#45; a");
  EXPECT_EQ(for_markdown_line("1. a"), "1&#46; a");
  EXPECT_EQ(for_markdown_line("    code"), "&nbsp;&nbsp;&nbsp;&nbsp;code");
  EXPECT_EQ(for_markdown_line("# a"), "&#35; a");
}

// Each is a title and, without what a ref refuses, a key and a label.
const std::vector<std::string> kHostile = {
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"' onmouseover=\"alert(1)` </style></title></svg></text>]]>",
    "&lt;b&gt; &amp;amp; &#60;i&#62; #quot; #35;",
    "\"]; click n1 \"javascript:alert(1)\" \"\\\" -> n2 \\N\\",
    "end",
    "%% comment %%{init: {}}%% subgraph x",
    "| a | ``` [link](http://evil.example) <http://evil.example> www.evil.example @everyone ${{7*7}} $x$",
    "=HYPERLINK(\"http://evil.example\")",
    "--- # heading *bold* _under_ ~~x~~ <!-- c",
    "\u202etxt.exe \u200b\ufeff",
};
const std::string kControls = "a\x1b[2Jb\x01\x0b\r\nc\td";

class HostileMarkup : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    std::string records = "{\"node\": \"dataset:d\", \"props\": {\"title\": " + quoted(kControls) + "}}\n";
    for (std::size_t i = 0; i < kHostile.size(); ++i) {
      const std::string ref = quoted("output:" + kHostile[i]);
      records += "{\"node\": " + ref + ", \"props\": {\"title\": " + quoted(kHostile[i]) + "}}\n";
      records += "{\"edge\": \"derived_from\", \"from\": " + ref +
                 ", \"to\": \"dataset:d\", \"label\": " + quoted(kHostile[i]) + "}\n";
    }
    ASSERT_EQ(place_->run({"init", "hub"}).code, 0);
    const Outcome imported = place_->run({"-s", "hub", "import", "-", "--format", "jsonl"}, records);
    ASSERT_EQ(imported.code, 0) << imported.err;
    place_->write(
        "all.lua",
        "--- All blocks.\n"
        "local made = nodes('output')\n"
        "local function title(node) return node.title end\n"
        "return report { title = made[1].title,\n"
        "  rows { made, 'ref', 'title', title = made[1].title },\n"
        "  tree { 'dataset:d', direction = 'down', title = made[2].title },\n"
        "  graph { 'dataset:d', direction = 'down', title = made[3].title, gaps = { {made, why = made[4].title} } },\n"
        "  timeline { made, label = 'title', from = function() return '2025-01-01' end, kind = 'title' },\n"
        "  chart { made, label = 'title', value = function() return 1 end, unit = made[5].title },\n"
        "  chart { made, label = 'title', value = function() return 1 end, shape = 'line' },\n"
        "  text { made[6].title, made[7].title, title = made[8].title } }\n");
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }

  static std::string quoted(const std::string& text) {
    std::string json;
    append_json_string(json, text);
    return json;
  }

  // The texts that a reader of the format finds.
  static std::vector<std::string> read_back(const std::string& format, const std::string& text) {
    place_->write("answer", text);
    const std::string command = fmt::format("'{}' -B '{}' {} '{}' > '{}' 2> '{}'", AMONT_PYTHON, AMONT_READ_BACK,
                                            format, place_->path("answer"), place_->path("texts"), place_->path("why"));
    EXPECT_EQ(std::system(command.c_str()), 0) << format << ": " << place_->read("why").substr(0, 500);
    simdjson::dom::parser parser;
    simdjson::dom::array array;
    std::vector<std::string> texts;
    if (parser.parse(place_->read("texts")).get(array) != simdjson::SUCCESS) return texts;
    for (const simdjson::dom::element one : array) texts.emplace_back(std::string_view(one));
    return texts;
  }

  static void expect_all(const std::vector<std::string>& words, const std::string& format) {
    std::vector<std::string> command = {"-s", "hub"};
    command.insert(command.end(), words.begin(), words.end());
    command.insert(command.end(), {"--format", format});
    const Outcome outcome = place_->run(command);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, place_->run(command).out) << "not the same twice";
    const std::vector<std::string> texts = read_back(format, outcome.out);
    for (const std::string& hostile : kHostile) {
      const std::string shown = tool::for_terminal(hostile);
      const bool found =
          std::ranges::any_of(texts, [&](const std::string& one) { return one.find(shown) != std::string::npos; });
      EXPECT_TRUE(found) << format << " has lost " << shown;
    }
  }

  static inline Workplace* place_ = nullptr;
};

TEST_F(HostileMarkup, IsTextInEachFormatOfAnAnswer) {
  for (const char* format : {"html", "md", "dot", "mermaid", "graphml"}) {
    expect_all({"downstream", "dataset:d"}, format);
    expect_all({"get", "dataset:d"}, format);
  }
}

TEST_F(HostileMarkup, IsTextInEachBlockOfAReport) {
  for (const char* format : {"html", "md", "dot", "mermaid", "graphml"}) expect_all({"run", "all.lua"}, format);
}

TEST_F(HostileMarkup, ControlCharactersAreShownAndNeverWritten) {
  for (const char* format : {"html", "md", "dot", "mermaid", "graphml", "table"}) {
    const Outcome outcome = place_->run({"-s", "hub", "downstream", "output:end", "dataset:d", "--format", format});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    for (const char c : outcome.out) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << format;
    EXPECT_EQ(outcome.out.find("\u202e"), std::string::npos) << format;
  }
  const std::vector<std::string> texts =
      read_back("graphml", place_->run({"-s", "hub", "get", "dataset:d", "--format", "graphml"}).out);
  EXPECT_NE(std::ranges::find(texts, "a\\u{1b}[2Jb\\u{1}\\u{b}\\u{d}\\u{a}c\\u{9}d"), texts.end());
}

}  // namespace
}  // namespace amont
