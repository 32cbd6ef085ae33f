#include "core/check/values.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "core/text/timestamp.h"

namespace amont {
namespace {

const std::vector<PropertyRow> kRows = {{"ratio", ValueType::kReal, false, false},
                                        {"ratios", ValueType::kReal, true, false},
                                        {"title", ValueType::kText, false, false}};

Result<std::vector<PropertyChange>> check(std::vector<PropertyChange> props) {
  AMONT_TRY(check_properties(props, kRows, [] { return std::string("node \"a\""); }));
  return props;
}

std::vector<std::string> names(const std::vector<PropertyChange>& changes) {
  std::vector<std::string> out;
  for (const PropertyChange& change : changes) out.push_back(change.name);
  return out;
}

TEST(CheckProperties, SortsByName) {
  const auto checked = check({{"title", Value(std::string("t"))}, {"", {}}, {"a", Value(true)}});
  EXPECT_EQ(checked.code(), Code::kInvalid);
  const auto sorted = check({{"title", Value(std::string("t"))}, {"b", {}}, {"a", Value(true)}, {"B", Value(false)}});
  ASSERT_TRUE(sorted.ok());
  EXPECT_EQ(names(*sorted), (std::vector<std::string>{"B", "a", "b", "title"}));
  EXPECT_EQ((*sorted)[2].value, std::nullopt);
}

TEST(CheckProperties, AnIntegerBecomesAReal) {
  const auto checked = check({{"ratio", Value(std::int64_t{2})},
                              {"ratios", Value(List{std::int64_t{1}, 0.5})},
                              {"free", Value(std::int64_t{3})}});
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ((*checked)[0].value, Value(std::int64_t{3}));
  EXPECT_EQ((*checked)[1].value, Value(2.0));
  EXPECT_EQ((*checked)[2].value, Value(List{1.0, 0.5}));
}

TEST(CheckProperties, UndeclaredPropertiesTakeAnyType) {
  EXPECT_TRUE(check({{"free", Value(List{true, std::string("mixed"), 1.5})}}).ok());
}

TEST(CheckProperties, ANameGivenTwiceIsInvalid) {
  const auto twice = check({{"a", Value(true)}, {"b", Value(true)}, {"a", {}}});
  EXPECT_EQ(twice.code(), Code::kInvalid);
  EXPECT_EQ(twice.status().text(), "the property a is given twice");
}

TEST(CheckProperties, AMisfitIsRefusedWithTheRow) {
  const auto misfit = check({{"title", Value(std::int64_t{7})}});
  EXPECT_EQ(misfit.code(), Code::kRefused);
  EXPECT_EQ(misfit.status().text(), "title must be text: the schema says node \"a\" { title = \"text\" }");
  EXPECT_TRUE(check({{"title", {}}}).ok());  // removing has no type
}

TEST(CheckProperties, ABadValueIsNamed) {
  const auto bad = check({{"title", Value(std::string("a\0", 2))}});
  EXPECT_EQ(bad.code(), Code::kInvalid);
  EXPECT_EQ(bad.status().text(),
            "title: \"a\\u{0}\" can't be a value: it holds the control character U+0000 at byte offset 1");
  EXPECT_EQ(check({{"ratio", Value(std::numeric_limits<double>::quiet_NaN())}}).code(), Code::kInvalid);
}

TEST(Merge, PutsMergeAndNullsRemove) {
  Properties props = {{"a", std::int64_t{1}}, {"c", std::int64_t{3}}};
  std::vector<PropertyChange> changes = {{"a", {}}, {"b", Value(std::int64_t{2})}, {"c", Value(std::int64_t{4})}};
  merge_and_trim(props, changes);
  EXPECT_EQ(props, (Properties{{"b", std::int64_t{2}}, {"c", std::int64_t{4}}}));
  EXPECT_EQ(names(changes), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Merge, OnlyWhatChangesSomethingIsKept) {
  Properties props = {{"a", std::int64_t{1}}, {"c", std::string("x")}};
  std::vector<PropertyChange> changes = {{"a", Value(std::int64_t{1})}, {"b", {}}, {"c", Value(std::string("x"))}};
  merge_and_trim(props, changes);
  EXPECT_EQ(props, (Properties{{"a", std::int64_t{1}}, {"c", std::string("x")}}));
  EXPECT_TRUE(changes.empty());
}

TEST(Merge, AnotherTypeIsAnotherValue) {
  Properties props = {{"a", std::int64_t{1}}};
  std::vector<PropertyChange> changes = {{"a", Value(1.0)}};
  merge_and_trim(props, changes);
  EXPECT_EQ(props, (Properties{{"a", 1.0}}));
  EXPECT_EQ(changes.size(), 1u);
}

TEST(Merge, IntoNothingTakesAllButRemovals) {
  Properties props;
  std::vector<PropertyChange> changes = {{"a", Value(true)}, {"b", {}}};
  merge_and_trim(props, changes);
  EXPECT_EQ(props, (Properties{{"a", true}}));
  EXPECT_EQ(names(changes), (std::vector<std::string>{"a"}));
}

TEST(Merge, TimesAreKeptClearedOrSet) {
  Interval valid{Timestamp{1}, Timestamp{9}};
  TimeChange from, to = std::optional<Timestamp>();
  merge_and_trim(valid, from, to);
  EXPECT_EQ(valid, (Interval{Timestamp{1}, std::nullopt}));
  EXPECT_FALSE(from);
  ASSERT_TRUE(to);
  EXPECT_FALSE(*to);

  from = std::optional(Timestamp{2});
  to = std::optional<Timestamp>();
  merge_and_trim(valid, from, to);
  EXPECT_EQ(valid, (Interval{Timestamp{2}, std::nullopt}));
  EXPECT_TRUE(from);
  EXPECT_FALSE(to) << "clearing what is clear changes nothing";

  from = std::optional(Timestamp{2});
  merge_and_trim(valid, from, to);
  EXPECT_FALSE(from) << "setting what is set changes nothing";
}

TEST(CheckInterval, FromIsBeforeTo) {
  EXPECT_TRUE(check_interval({}).ok());
  EXPECT_TRUE(check_interval({Timestamp{5}, {}}).ok());
  EXPECT_TRUE(check_interval({{}, Timestamp{5}}).ok());
  EXPECT_TRUE(check_interval({Timestamp{5}, Timestamp{6}}).ok());
  const Status empty = check_interval({Timestamp{5'000'000}, Timestamp{5'000'000}});
  EXPECT_EQ(empty.code(), Code::kInvalid);
  EXPECT_EQ(empty.text(), "valid_from 1970-01-01T00:00:05Z is not before valid_to 1970-01-01T00:00:05Z");
  EXPECT_EQ(check_interval({Timestamp{6}, Timestamp{5}}).code(), Code::kInvalid);
}

TEST(CheckInterval, BothEndsLieInTheYears1To9999) {
  EXPECT_TRUE(check_interval({kEarliest, kLatest}).ok());
  EXPECT_EQ(check_interval({Timestamp{kEarliest.micros - 1}, {}}).code(), Code::kInvalid);
  EXPECT_EQ(check_interval({{}, Timestamp{kLatest.micros + 1}}).code(), Code::kInvalid);
}

}  // namespace
}  // namespace amont
