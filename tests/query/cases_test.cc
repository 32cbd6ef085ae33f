// Runs tests/cases/*.case: a graph, questions, and the rows expected, for people to read.
//
//   graph    output:x derived_from dataset:a        one edge a line; a ref alone is a node
//            dataset:a part_of dataset:base
//   dated    dataset:a 2020-01-01 2021-01-01        valid_from and valid_to; "-" leaves one open
//   ask      upstream output:x depth 1 exact variable through +part_of kind dataset valid_at 2020-06-01 limit 3
//   rows     dataset:a 1, run:r 2?, project:p - direct     depth; ? is possible; "none" when there are none
//   partial  depth 1                                what `completeness` says, if it is not complete
//   unknown  output:y origin
//
// After a graph come any number of questions: upstream, downstream, sources, touches, or `path A B`, whose rows are its nodes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "amont/query.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

// What a question's answer says besides its rows.
std::string told(TextHub& hub, const Completeness& completeness) {
  std::string text;
  for (const PartialReason& reason : completeness.reasons)
    text += fmt::format("partial {} {}\n", reason.reason, reason.count);
  for (const UnknownOrigin& unknown : completeness.unknown)
    text += fmt::format("unknown {} {}\n", hub.ref(unknown.id), unknown.missing);
  return text;
}

std::string rows_of(TextHub& hub, const Answer& answer) {
  std::string rows;
  for (const Reached& node : answer.nodes) {
    rows += fmt::format("{}{} {}{}{}", rows.empty() ? "" : ", ", hub.ref(node.id),
                        node.depth ? std::to_string(*node.depth) : "-",
                        node.precision == Precision::kPossible ? "?" : "", node.direct ? " direct" : "");
  }
  return "rows " + (rows.empty() ? "none" : rows) + "\n" + told(hub, answer.completeness);
}

class CaseFile {
 public:
  explicit CaseFile(const std::filesystem::path& path) : path_(path) {}

  void run() {
    std::ifstream in(path_);
    std::string keyword;
    for (std::string line; std::getline(in, line); ++line_) {
      if (line.empty() || line.starts_with("--")) continue;
      std::istringstream words(line);
      if (line[0] != ' ') words >> keyword;
      std::string rest;
      std::getline(words >> std::ws, rest);
      take(keyword, rest);
    }
    check();
    EXPECT_GT(asked_, 0) << path_;
  }

 private:
  void take(const std::string& keyword, const std::string& rest) {
    if (keyword == "graph") return hub_.add(rest);
    if (keyword == "dated") return date(rest);
    if (keyword == "ask") {
      check();
      question_ = rest;
      question_line_ = line_;
      ++asked_;
    } else if (keyword == "rows" && expected_.starts_with("rows ")) {
      expected_.insert(expected_.size() - 1, " " + rest);  // goes on
    } else if (keyword == "rows" || keyword == "partial" || keyword == "unknown") {
      expected_ += keyword + " " + rest + "\n";
    } else {
      ADD_FAILURE() << path_ << ":" << line_ << ": what is \"" << keyword << "\"?";
    }
  }

  void date(const std::string& rest) {
    std::istringstream words(rest);
    std::string ref, from, to;
    words >> ref >> from >> to;
    hub_.put(ref, from == "-" ? "" : from, to == "-" ? "" : to);
  }

  // Answers the question read last, now that what is expected of it was read.
  void check() {
    if (question_.empty()) return;
    EXPECT_EQ(answer(), expected_) << path_ << ":" << question_line_ << ": ask " << question_;
    question_.clear();
    expected_.clear();
  }

  std::string answer() {
    std::istringstream words(question_);
    std::string verb, start, other;
    words >> verb >> start;
    if (verb == "path") words >> other;
    const AskOptions options = options_of(words);
    const std::vector<NodeId> starts = hub_.ids(start);
    if (verb == "path") {
      const auto found = path(hub_.view(), starts[0], hub_.id(other), options);
      if (!found.ok()) return found.status().text();
      std::string rows;
      for (const NodeId id : found->nodes) rows += (rows.empty() ? "" : ", ") + hub_.ref(id);
      return "rows " + (rows.empty() ? "none" : rows) + "\n" + told(hub_, found->completeness);
    }
    const auto found = verb == "upstream"     ? upstream(hub_.view(), starts, options)
                       : verb == "downstream" ? downstream(hub_.view(), starts, options)
                       : verb == "sources"    ? sources(hub_.view(), starts, options)
                       : verb == "touches"    ? touches(hub_.view(), starts, options)
                                              : Result<Answer>(invalid("no such question: " + verb));
    return found.ok() ? rows_of(hub_, *found) : found.status().text();
  }

  AskOptions options_of(std::istringstream& words) {
    AskOptions options;
    for (std::string word; words >> word;) {
      std::string value;
      if (word == "exact") {
        options.exact = true;
      } else if (word == "variable") {
        options.granularity = Granularity::kVariable;
      } else if (words >> value; word == "depth") {
        options.depth = static_cast<std::uint32_t>(std::stoul(value));
      } else if (word == "limit") {
        options.limit = std::stoul(value);
      } else if (word == "kind") {
        options.kinds.push_back(value);
      } else if (word == "through") {
        options.through_adds = value.starts_with('+');
        options.through.push_back(value.substr(options.through_adds ? 1 : 0));
      } else if (word == "valid_at") {
        options.valid_at = *Timestamp::parse_date_or_time(value);
      } else {
        ADD_FAILURE() << path_ << ":" << question_line_ << ": what is \"" << word << "\"?";
      }
    }
    return options;
  }

  std::filesystem::path path_;
  TextHub hub_;
  int line_ = 1;
  int asked_ = 0;
  int question_line_ = 0;
  std::string question_;
  std::string expected_;
};

TEST(Cases, EachQuestionIsAnsweredByTheRowsThatItsFileSays) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(AMONT_SOURCE_DIR "/tests/cases"))
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  std::ranges::sort(files);
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) CaseFile(file).run();
}

}  // namespace
}  // namespace amont
