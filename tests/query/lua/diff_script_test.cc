// diff(since, x, options) in scripts.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class DiffInScripts : public testing::Test {
 protected:
  DiffInScripts() {
    hub.node("dataset:a", {{"title", "A"}, {"restricted", true}}).node("output:x").node("project:p");
    hub.node("run:r", {{"started_at", day("2026-01-05")}, {"ended_at", day("2026-01-10")}});
    hub.edge("used", "run:r", "dataset:a").edge("generated_by", "output:x", "run:r");
    hub.edge("performed_for", "run:r", "project:p");
    first = hub.commit();
    hub.node("approval:y", {{"type", "authorisation"}, {"decision", "granted"}},
             {day("2025-01-01"), day("2027-01-01")});
    hub.edge("for_project", "approval:y", "project:p").edge("covers", "approval:y", "dataset:a");
    approved = hub.commit();
    hub.node("dataset:a", {{"title", "B"}}).node("dataset:b").edge("derived_from", "dataset:a", "dataset:b");
    derived = hub.commit();
  }
  std::string ask(const std::string& call) {
    return hub.answer(fmt::format(
        "return join(map(diff({}), function(one)\n"
        "  return join({{one.what, one.ref or one.from or one.run, one.kind or '', one.to or one.dataset or '', "
        "one.tx}}, ' ') end), '; ')",
        call));
  }
  HubRegister hub;
  TxNumber first = 0, approved = 0, derived = 0;
};

TEST_F(DiffInScripts, ListRecordsWithTheTransactionThatChangedThem) {
  EXPECT_EQ(ask(std::to_string(approved)), fmt::format("changed dataset:a   {0}; added dataset:b   {0}; "
                                                       "added dataset:a derived_from dataset:b {0}\n",
                                                       derived));
  EXPECT_EQ(hub.answer(fmt::format("return join(diff({})[1].names)", approved)), "title\n");
  EXPECT_EQ(ask(std::to_string(derived)), "\n");
}

TEST_F(DiffInScripts, TellWhereLineageDiffers) {
  EXPECT_EQ(ask(fmt::format("{}, 'output:x'", approved)),
            fmt::format("added dataset:a derived_from dataset:b {}\n", derived));
  EXPECT_EQ(hub.answer(fmt::format("return diff({}, 'output:x').nodes[1].ref", approved)), "dataset:b\n");
  EXPECT_EQ(ask(fmt::format("{}, 'dataset:b', {{direction = 'down', depth = 1}}", approved)),
            fmt::format("added dataset:a derived_from dataset:b {}\n", derived));
}

TEST_F(DiffInScripts, TellWhichUsesBecameCovered) {
  for (const char* of : {"nil", "'output:x'", "'project:p'"}) {
    EXPECT_EQ(ask(fmt::format("{}, {}, {{coverage = true}}", first, of)),
              fmt::format("changed run:r  dataset:a {}\n", approved));
  }
  EXPECT_EQ(hub.answer(fmt::format("local one = diff({}, nil, {{coverage = true}})[1]\n"
                                   "return one.was_covered, one.covered, join(one.before), one.project",
                                   first)),
            "false\ntrue\nno_approval\nproject:p\n");
  EXPECT_EQ(hub.answer(fmt::format("return #at{{known_at = {}}}:diff(0, nil, {{coverage = true}})", first)), "1\n");
  EXPECT_EQ(ask(fmt::format("{}, nil, {{coverage = true}}", approved)), "\n");
}

TEST_F(DiffInScripts, SayWhatIsWrongWithAQuestion) {
  const auto said = [&](const std::string& call, const std::string& part) {
    const std::string answer = hub.answer("return " + call);
    EXPECT_NE(answer.find(part), std::string::npos) << answer;
  };
  said("diff()", "bad argument #1");
  said("diff('yesterday')", "is no date or time");
  said(fmt::format("at{{known_at = {}}}:diff({})", first, derived), "must be earlier");
  said("diff(0, 'dataset:none')", "dataset:none");
  said("diff(0, nil, {gaps = true})", "there is no option \"gaps\"");
}

}  // namespace
}  // namespace amont
