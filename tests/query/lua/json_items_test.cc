#include "query/lua/json_items.h"

#include <gtest/gtest.h>

#include "tests/support/exchange_desk.h"

namespace amont {
namespace {

// Each value with the place where it begins, and how it ended.
std::vector<std::string> items_of(const std::string& text, std::size_t piece) {
  JsonItems items(source_of(text, piece));
  std::vector<std::string> all;
  while (true) {
    std::string text_of_item;
    const Result<bool> more = items.next(text_of_item);
    const std::string place = std::to_string(items.line()) + ":" + std::to_string(items.column());
    if (!more.ok()) {
      all.push_back("failed at " + place + ": " + more.status().text());
      return all;
    }
    if (!*more) return all;
    all.push_back(place + " " + text_of_item);
  }
}

TEST(JsonItems, AreThoseOfAnArrayElseTheValuesOfASequence) {
  using List = std::vector<std::string>;
  for (const std::size_t piece : {1, 2, 7, 1000}) {
    EXPECT_EQ(items_of(R"([{"a": [1, "]"]},)"
                       "\n  2, \"x\\\"}\" ]\n",
                       piece),
              (List{R"(1:2 {"a": [1, "]"]})", "2:3 2", R"(2:6 "x\"}")"}));
    EXPECT_EQ(items_of("{\"a\": 1}\n{\"b\": {\"c\": 2}}\n\n3 4", piece),
              (List{"1:1 {\"a\": 1}", "2:1 {\"b\": {\"c\": 2}}", "4:1 3", "4:3 4"}));
    EXPECT_EQ(items_of("  {}", piece), (List{"1:3 {}"}));
    EXPECT_EQ(items_of("", piece), List());
    EXPECT_EQ(items_of(" [ ] ", piece), List());
  }
}

TEST(JsonItems, SayWhereAnArrayIsNone) {
  using List = std::vector<std::string>;
  EXPECT_EQ(items_of("[1\n2]", 3),
            (List{"1:2 1", "failed at 2:1: expected a comma or ] after an item of the array at column 1"}));
  EXPECT_EQ(items_of("[1,", 3).back(), "failed at 1:4: the array that the input begins with has no end at column 4");
  EXPECT_EQ(items_of("[1, ]", 3).back(), "failed at 1:5: an item is missing after the comma, at column 5");
  EXPECT_EQ(items_of("[1] 2", 3).back(),
            "failed at 1:5: something follows the array that the input begins with, at column 5");
  EXPECT_EQ(items_of("[1", 3).back(), "failed at 1:3: the array that the input begins with has no end at column 3");
}

TEST(JsonItems, ThatAreCutAreGivenAsTheyAre) {
  EXPECT_EQ(items_of("{\"a\": ", 3), std::vector<std::string>{"1:1 {\"a\": "});
  EXPECT_EQ(items_of("}}", 3), (std::vector<std::string>{"1:1 }", "1:2 }"}));
}

}  // namespace
}  // namespace amont
