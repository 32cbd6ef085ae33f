// complete_script(): what may follow, and that nothing it gives can act on a terminal.
#include "amont/script_completion.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

using namespace std::chrono_literals;

class Completions : public testing::Test {
 protected:
  Completions() {
    hub.node("dataset:snds/dcir").node("dataset:snds/pmsi").node("dataset:linked").node("project:p");
    hub.node("dataset:evil/\u202e\u200bx", {}).node("dataset:evil/quote\"\\y");
    hub.commit();
  }
  Completion at(std::string_view text) {
    const std::vector<std::string> own = {"near", "n\033[2J"};
    return complete_script(hub.snapshot(), text, own, std::chrono::steady_clock::now() + 10s);
  }
  std::string texts(std::string_view text) { return fmt::format("{}", fmt::join(at(text).texts, " ")); }
  bool offers(std::string_view text, std::string_view what) {
    const Completion found = at(text);
    return std::ranges::find(found.texts, what) != found.texts.end();
  }
  HubRegister hub;
};

TEST_F(Completions, OfferWordsAndNamesOfTheSession) {
  EXPECT_EQ(texts("upst"), "upstream");
  EXPECT_EQ(texts("x = nea"), "near");
  EXPECT_EQ(texts("whi"), "while");
  EXPECT_EQ(texts("nodes('run'):outg"), "outgoing");
  EXPECT_EQ(texts("x:onl"), "only");
  EXPECT_EQ(texts("node('a:b').tit"), "title title_en title_fr");
  EXPECT_EQ(texts("string.fo"), "format");
  EXPECT_EQ(texts("before:upst"), "upstream");
  EXPECT_EQ(texts("f() -- upst"), "");
}

TEST_F(Completions, OfferTheOptionsOfAQuestionAndTheirValues) {
  EXPECT_EQ(texts("upstream(x, {gran"), "granularity");
  EXPECT_EQ(texts("paths(a, b, {cou"), "count");
  EXPECT_EQ(texts("upstream(x, {precision = \"e"), "exact");
  EXPECT_EQ(texts("upstream(x, {kind = {\"dataset\", \"ru"), "run");
  EXPECT_EQ(texts("upstream(x, {through = \"+part"), "+part_of");
  EXPECT_EQ(texts("graph{x, highl"), "highlight");
}

TEST_F(Completions, OfferKindsAndProperties) {
  EXPECT_EQ(texts("nodes(\"da"), "dataset");
  EXPECT_EQ(texts("x:outgoing('performed_f"), "performed_for");
  EXPECT_EQ(texts("to \"performed_f"), "performed_for");
  EXPECT_EQ(texts("rows{x, \"lay_s"), "lay_summary");
  EXPECT_EQ(texts("upstream(\"data"), "dataset:");
}

TEST_F(Completions, OfferRefsAStepAtATime) {
  EXPECT_EQ(texts("upstream(\"dataset:s"), "dataset:snds/");
  EXPECT_EQ(texts("upstream(\"dataset:snds/"), "dataset:snds/dcir dataset:snds/pmsi");
  const Completion found = at("upstream(\"dataset:snds/");
  EXPECT_EQ(found.begin, 10u);
  EXPECT_EQ(found.common("dataset:snds/"), "dataset:snds/");
  EXPECT_EQ(at("node('dataset:l").common("dataset:l"), "dataset:linked");
  EXPECT_EQ(texts("node('nothing:"), "");
}

TEST_F(Completions, SpellOutWhatATerminalMustNotGet) {
  const std::string shown = texts("node(\"dataset:evil/");
  EXPECT_EQ(shown, "dataset:evil/\\u{202e}\\u{200b}x dataset:evil/quote\\\"\\\\y");
  EXPECT_EQ(texts("node(\"dataset:evil/\\u{202e}\\u{200"), "");
  EXPECT_EQ(texts("node(\"dataset:evil/\\u{202e}"), "dataset:evil/\\u{202e}\\u{200b}x");
  EXPECT_FALSE(offers("n", "n\033[2J"));
  EXPECT_EQ(at("node(\"dataset:evil/").common("dataset:evil/"), "dataset:evil/");
}

TEST_F(Completions, StopWhenTheTimeIsUp) {
  const Completion found = complete_script(hub.snapshot(), "node('dataset:", {}, std::chrono::steady_clock::now() - 1s);
  EXPECT_TRUE(found.cut);
  EXPECT_TRUE(found.texts.empty());
}

TEST_F(Completions, GoOnWhereTheTimeWasUp) {
  const auto now = std::chrono::steady_clock::now();
  RefSearch search;
  EXPECT_TRUE(complete_script(hub.snapshot(), "node('dataset:l", {}, now - 1s, &search).cut);
  search.found = {"dataset:listed before"};
  const Completion found = complete_script(hub.snapshot(), "node('dataset:l", {}, now + 10s, &search);
  EXPECT_EQ(found.texts, (std::vector<std::string>{"dataset:linked", "dataset:listed before"}));
  EXPECT_EQ(complete_script(hub.snapshot(), "node('dataset:l", {}, now - 1s, &search).texts, found.texts);
  EXPECT_EQ(complete_script(hub.snapshot(), "node('dataset:li", {}, now + 10s, &search).texts.size(), 1u);
}

TEST_F(Completions, AreSafeForAnyText) {
  for (const char* text :
       {"", "\"", "'\\", "{{{((", "}}))", "[[", "--", "a.b.c:", "\xff\xfe", "x\\u{", "\"\\u{ffffffff", "..", "a..b"})
    EXPECT_LE(at(text).begin, std::string_view(text).size()) << text;
}

}  // namespace
}  // namespace amont
