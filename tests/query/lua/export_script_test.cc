// Scripts that write the register in a format of their own.

#include <gtest/gtest.h>

#include "amont/script.h"
#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class ExportScript : public ::testing::Test {
 protected:
  Result<ExportReport> write(const std::string& body, const ScriptRunLimits& limits = {},
                             const ScriptArguments& arguments = {}) {
    const auto sink = [this](std::string_view bytes) {
      if (!sink_fails_with_.ok()) return sink_fails_with_;
      pieces_ += 1;
      written_ += bytes;
      return Status();
    };
    return export_with_script(*hub_.store().snapshot(), nullptr, "mine", "--- @format mine\n--- @output json\n" + body,
                              arguments, sink, limits);
  }

  ExportScript() {
    hub_.node("project:p").node("dataset:a");
    hub_.commit();
  }
  HubRegister hub_;
  std::string written_;
  int pieces_ = 0;
  Status sink_fails_with_;
};

TEST_F(ExportScript, WritesWhatItAsksOfTheRegister) {
  const auto report = write(
      "function export()\n"
      "  for node in nodes('project') do write(json{id = node.ref, none = null, of = empty_list}, '\\n') end\n"
      "  write(1, ' ', 2.5, '\\n')\n"
      "  warn('2 things left out')\n"
      "end\n");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(written_.substr(0, written_.find('\n')), R"({"id":"project:p","none":null,"of":[]})");
  EXPECT_TRUE(written_.ends_with("\n1 2.5\n")) << written_;
  EXPECT_EQ(report->notes, std::vector<std::string>{"2 things left out"});
}

TEST_F(ExportScript, GivesWhatItWritesPieceByPieceAndIsNotStoppedForSize) {
  ScriptRunLimits limits;
  limits.steps_max = 300'000;
  const auto report = write("function export() for i = 1, 200000 do write('0123456789', '\\n') end end", limits);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(written_.size(), 2'200'000u);
  EXPECT_GT(pieces_, 10);
}

TEST_F(ExportScript, IsStoppedWhenItRunsInCircles) {
  ScriptRunLimits limits;
  limits.steps_max = 300'000;
  EXPECT_EQ(write("function export() write('a') while true do end end", limits).status().code(), Code::kLimit);
}

TEST_F(ExportScript, EndsWithTheWordsOfWhatItWritesTo) {
  sink_fails_with_ = Status(Code::kIo, "no room on the disk");
  const auto report = write("function export() for i = 1, 100000 do pcall(write, 'abcdefghij') end end");
  EXPECT_EQ(report.status().code(), Code::kIo);
  EXPECT_EQ(report.status().text(), "no room on the disk");
}

TEST_F(ExportScript, WritesTextsAndNumbersOnly) {
  const auto report = write("function export() write({}) end");
  EXPECT_EQ(report.status().code(), Code::kScript);
  EXPECT_NE(report.status().text().find("json(value) makes a text"), std::string::npos) << report.status().text();
}

TEST_F(ExportScript, NeedsItsFunctionAndItsHeader) {
  EXPECT_EQ(write("local x = 1").status().text(), "mine: an export script needs a function export");
  const auto sink = [](std::string_view) { return Status(); };
  const auto none = export_with_script(*hub_.store().snapshot(), nullptr, "mine", "return 1", {}, sink);
  EXPECT_EQ(none.status().code(), Code::kInvalid);
}

}  // namespace
}  // namespace amont
