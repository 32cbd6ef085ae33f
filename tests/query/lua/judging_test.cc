// What a stored rule counts as brought by a transaction: rows whose nodes, numbers or own words were not there before.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class Judging : public testing::Test {
 protected:
  void rule(const std::string& source) {
    hub.rule({"small", RuleMode::kRefuse, source, {}});
    hub.commit();
  }
  Code put(std::vector<PropertyChange> props) { return hub.node("dataset:x", std::move(props)).try_commit().code(); }
  HubRegister hub;
};

constexpr char kSmall[] =
    "return rows { nodes('dataset'):where(function(n) return n.n_records and n.n_records < 10 end),"
    " 'ref', 'title', {'count', 'n_records'} }";

TEST_F(Judging, ANumberThatIsWrongInAnotherWayIsNew) {
  hub.node("dataset:x", {{"title", "A"}, {"n_records", std::int64_t{5}}}).commit();
  rule(kSmall);
  EXPECT_EQ(put({{"n_records", std::int64_t{2}}}), Code::kRefused);
  EXPECT_EQ(put({{"n_records", std::int64_t{8}}}), Code::kRefused);
  EXPECT_EQ(put({{"n_records", std::int64_t{50}}}), Code::kOk);
}

TEST_F(Judging, AnotherTitleIsNot) {
  hub.node("dataset:x", {{"title", "A"}, {"n_records", std::int64_t{5}}}).commit();
  rule(kSmall);
  EXPECT_EQ(put({{"title", "B"}}), Code::kOk);
  EXPECT_EQ(put({{"title", std::nullopt}}), Code::kOk);
}

TEST_F(Judging, ARowThatNamesNoNodeIsKnownByAllOfIt) {
  hub.node("dataset:x", {{"title", "A"}, {"n_records", std::int64_t{5}}}).commit();
  rule("return rows { nodes('dataset'), 'title' }");
  EXPECT_EQ(put({{"n_records", std::int64_t{6}}}), Code::kOk);
  EXPECT_EQ(put({{"title", "B"}}), Code::kRefused);
}

TEST_F(Judging, AnotherWordOfTheRuleIsNew) {
  hub.node("dataset:x", {{"n_records", std::int64_t{5}}}).commit();
  rule(
      "local list = {} for n in nodes('dataset') do\n"
      "  list[1] = {ref = n.ref, why = n.n_records > 5 and 'many' or 'few'} end\n"
      "return rows { list, 'ref', 'why' }");
  EXPECT_EQ(put({{"n_records", std::int64_t{4}}}), Code::kOk);
  EXPECT_EQ(put({{"n_records", std::int64_t{6}}}), Code::kRefused);
}

}  // namespace
}  // namespace amont
