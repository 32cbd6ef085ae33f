// What the shipped scripts answer on the example hub: tests/query/lua/answers.txt has a line for each run and the rows that must come,
// checked by hand against the chapters. To look at a change: AMONT_SHOW=1 prints what came instead.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/query/lua/example_hub.h"

namespace amont {
namespace {

const std::string kSource = AMONT_SOURCE_DIR;

std::string text_of_file(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class Questions : public testing::Test {
 protected:
  static void SetUpTestSuite() { hub_ = new ExampleHub; }
  static void TearDownTestSuite() {
    delete hub_;
    hub_ = nullptr;
  }

  // "approvals-ending today=2024-06-01": the script and its arguments.
  static std::string run(const std::string& line) {
    std::istringstream words(line);
    std::string name, word;
    words >> name;
    ScriptArguments arguments;
    while (words >> word) {
      const std::size_t equals = word.find('=');
      arguments.named.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    const ShippedScript* script = find_shipped_script(name);
    if (!script) return "there is no script " + name;
    Result<Report> report = run_script(hub_->snapshot(), &hub_->store(), name, script->source, arguments);
    // The book has the rows; a graph shows them again.
    if (report.ok())
      std::erase_if(report->blocks, [](const ReportBlock& block) { return block.what == ReportBlock::What::kGraph; });
    return report.ok() ? text_of(*report) : report.status().text() + "\n";
  }

  static ExampleHub* hub_;
};
ExampleHub* Questions::hub_ = nullptr;

TEST_F(Questions, AnswersEachQuestionWithTheRowsOfTheBook) {
  std::istringstream book(text_of_file(kSource + "/tests/query/lua/answers.txt"));
  std::string line, question, expected;
  std::size_t asked = 0;
  const auto check = [&] {
    if (question.empty()) return;
    const std::string came = run(question);
    if (std::getenv("AMONT_SHOW")) std::printf("$ %s\n%s\n", question.c_str(), came.c_str());
    EXPECT_EQ(came + "\n", expected) << "$ " << question;
    ++asked;
  };
  while (std::getline(book, line)) {
    if (line.starts_with("$ ")) {
      check();
      question = line.substr(2);
      expected.clear();
    } else if (!question.empty()) {
      expected += line + "\n";
    }
  }
  check();
  EXPECT_GT(asked, 20u);
}

// "Each a few readable lines": at most twelve on average, header and blank lines left out.
TEST(ShippedQuestions, AreShort) {
  std::size_t scripts = 0, lines = 0;
  for (const ShippedScript& script : shipped_scripts()) {
    if (script.name.find('/') != std::string::npos) continue;  // formats and rules
    std::istringstream text(script.source);
    std::size_t body = 0;
    for (std::string line; std::getline(text, line);)
      if (line.find_first_not_of(' ') != std::string::npos && !line.starts_with("--")) ++body;
    ++scripts;
    lines += body;
  }
  const double average = static_cast<double>(lines) / static_cast<double>(scripts);
  std::printf("%.1f lines on average\n", average);
  EXPECT_LE(average, 12);
}

}  // namespace
}  // namespace amont
