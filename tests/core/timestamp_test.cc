#include "core/text/timestamp.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ctime>
#include <random>
#include <string>

#include "tests/support/seed.h"

namespace amont {
namespace {

// The micros of a text that must be a time.
std::int64_t micros(std::string_view text) {
  const auto time = Timestamp::parse(text);
  EXPECT_TRUE(time.ok()) << text << ": " << time.status().text();
  return time.ok() ? time->micros : -1;
}

std::string refusal(std::string_view text) {
  const auto time = Timestamp::parse(text);
  EXPECT_FALSE(time.ok()) << text << " was taken for " << (time.ok() ? time->text() : "");
  EXPECT_EQ(time.code(), Code::kInvalid);
  return time.status().text();
}

TEST(Timestamp, ReadsRfc3339) {
  EXPECT_EQ(micros("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(micros("1970-01-01T00:00:01Z"), 1'000'000);
  EXPECT_EQ(micros("1969-12-31T23:59:59.999999Z"), -1);
  EXPECT_EQ(micros("2026-01-01T00:00:00Z"), 1'767'225'600'000'000);
  EXPECT_EQ(micros("2000-02-29T12:34:56.7Z"), 951'827'696'700'000);
  EXPECT_EQ(micros("2000-02-29T12:34:56.700000Z"), 951'827'696'700'000);
  EXPECT_EQ(micros("2026-01-01t00:00:00z"), micros("2026-01-01T00:00:00Z"));
}

TEST(Timestamp, OffsetsGiveTheSameInstantInUtc) {
  EXPECT_EQ(micros("2026-01-01T01:00:00+01:00"), micros("2026-01-01T00:00:00Z"));
  EXPECT_EQ(micros("2025-12-31T18:30:00-05:30"), micros("2026-01-01T00:00:00Z"));
  EXPECT_EQ(micros("2026-01-01T00:00:00-00:00"), micros("2026-01-01T00:00:00Z"));
  EXPECT_EQ(micros("2026-01-01T23:59:00+23:59"), micros("2026-01-01T00:00:00Z"));
}

TEST(Timestamp, TheBoundsAreTheYears1And9999InUtc) {
  EXPECT_EQ(micros("0001-01-01T00:00:00Z"), kEarliest.micros);
  EXPECT_EQ(micros("9999-12-31T23:59:59.999999Z"), kLatest.micros);
  EXPECT_EQ(micros("0001-01-01T01:00:00+01:00"), kEarliest.micros);
  EXPECT_NE(refusal("0001-01-01T00:59:59+01:00").find("0001 to 9999"), std::string::npos);
  EXPECT_NE(refusal("9999-12-31T23:59:59-00:01").find("0001 to 9999"), std::string::npos);
  EXPECT_NE(refusal("0000-12-31T00:00:00Z").find("the year must be 0001 to 9999 at byte offset 0"), std::string::npos);
  EXPECT_TRUE(check_timestamp(kEarliest).ok());
  EXPECT_TRUE(check_timestamp(kLatest).ok());
  EXPECT_EQ(check_timestamp({kEarliest.micros - 1}).code(), Code::kInvalid);
  EXPECT_EQ(check_timestamp({kLatest.micros + 1}).code(), Code::kInvalid);
  EXPECT_EQ(check_timestamp({INT64_MIN}).code(), Code::kInvalid);
}

TEST(Timestamp, RefusesWhatIsNoTimeAndSaysWhere) {
  EXPECT_EQ(refusal("2026-02-30T00:00:00Z"),
            "\"2026-02-30T00:00:00Z\" is no time: the month has no such day at byte offset 8; write it as in "
            "2026-01-31T13:45:00Z or 2026-01-31T13:45:00.5+01:00");
  struct Case {
    const char* text;
    const char* wrong;
  };
  const Case cases[] = {
      {"", "the year needs 4 digits at byte offset 0"},
      {"2026", "- must follow at byte offset 4"},
      {"26-01-01T00:00:00Z", "the year needs 4 digits at byte offset 2"},
      {"2026-01-01", "T and a time must follow at byte offset 10"},
      {"2026-01-01 00:00:00Z", "T and a time must follow at byte offset 10"},
      {"2026-01-01T00:00:00", "a zone (Z, or an offset such as +01:00) must follow at byte offset 19"},
      {"2026-01-01T00:00Z", ": must follow at byte offset 16"},
      {"2026-1-01T00:00:00Z", "the month needs 2 digits at byte offset 6"},
      {"2026-00-01T00:00:00Z", "the month must be 01 to 12 at byte offset 5"},
      {"2026-13-01T00:00:00Z", "the month must be 01 to 12 at byte offset 5"},
      {"2026-01-00T00:00:00Z", "the day must be 01 to 31 at byte offset 8"},
      {"2026-04-31T00:00:00Z", "the month has no such day at byte offset 8"},
      {"2025-02-29T00:00:00Z", "the month has no such day at byte offset 8"},
      {"1900-02-29T00:00:00Z", "the month has no such day at byte offset 8"},
      {"2026-01-01T24:00:00Z", "the hour must be 00 to 23 at byte offset 11"},
      {"2026-01-01T00:60:00Z", "the minute must be 00 to 59 at byte offset 14"},
      {"2016-12-31T23:59:60Z", "leap seconds are refused"},
      {"2016-12-31T23:59:60.5Z", "leap seconds are refused"},
      {"2026-01-01T00:00:61Z", "the second must be 00 to 60 at byte offset 17"},
      {"2026-01-01T00:00:00.Z", "a digit must follow the point at byte offset 20"},
      {"2026-01-01T00:00:00.1234567Z", "a second has at most 6 fraction digits at byte offset 26"},
      {"2026-01-01T00:00:00,5Z", "a zone (Z, or an offset such as +01:00) must follow at byte offset 19"},
      {"2026-01-01T00:00:00+01", ": must follow at byte offset 22"},
      {"2026-01-01T00:00:00+0100", ": must follow at byte offset 22"},
      {"2026-01-01T00:00:00+24:00", "the zone's hour must be 00 to 23 at byte offset 20"},
      {"2026-01-01T00:00:00+01:60", "the zone's minute must be 00 to 59 at byte offset 23"},
      {"2026-01-01T00:00:00Z ", "nothing may follow at byte offset 20"},
      {" 2026-01-01T00:00:00Z", "the year needs 4 digits at byte offset 0"},
      {"+2026-01-01T00:00:00Z", "the year needs 4 digits at byte offset 0"},
      {"-001-01-01T00:00:00Z", "the year needs 4 digits at byte offset 0"},
      {"2026-01-01T00:00:00.\xd9\xa1Z", "a digit must follow the point at byte offset 20"},
  };
  for (const Case& one : cases)
    EXPECT_NE(refusal(one.text).find(one.wrong), std::string::npos) << one.text << ": " << refusal(one.text);
  EXPECT_NE(refusal(std::string_view("2026-01-01T00:00:00Z\0", 21)).find("byte offset 20"), std::string::npos);
}

TEST(Timestamp, ABareDateIsItsFirstInstantInUtc) {
  EXPECT_EQ(Timestamp::parse_date_or_time("2026-01-01")->text(), "2026-01-01T00:00:00Z");
  EXPECT_EQ(Timestamp::parse_date_or_time("2026-01-01T12:00:00+02:00")->text(), "2026-01-01T10:00:00Z");
  EXPECT_EQ(Timestamp::parse_date_or_time("0001-01-01")->micros, kEarliest.micros);
  for (const char* bad : {"2026-01", "2026-02-30", "2026-01-01Z", "2026-01-01T", "20260101", "2026-01-01T00:00:00"})
    EXPECT_FALSE(Timestamp::parse_date_or_time(bad).ok()) << bad;
}

TEST(Timestamp, PrintsAsManyFractionDigitsAsNeeded) {
  EXPECT_EQ(Timestamp{0}.text(), "1970-01-01T00:00:00Z");
  EXPECT_EQ(Timestamp{500'000}.text(), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(Timestamp{120}.text(), "1970-01-01T00:00:00.00012Z");
  EXPECT_EQ(Timestamp{-1}.text(), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(Timestamp{-86'400'000'000}.text(), "1969-12-31T00:00:00Z");
  EXPECT_EQ(kEarliest.text(), "0001-01-01T00:00:00Z");
  EXPECT_EQ(kLatest.text(), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(Timestamp{INT64_MIN}.text(), "(-9223372036854775808 microseconds since 1970)");
}

TEST(Timestamp, WhatIsPrintedIsReadBack) {
  std::mt19937_64 random(seed_of_this_run());
  std::uniform_int_distribution<std::int64_t> any(kEarliest.micros, kLatest.micros);
  for (int i = 0; i < 20'000; ++i) {
    std::int64_t value = any(random);
    if (i % 3 == 0) value -= value % 1'000'000;
    const Timestamp time{value};
    const auto again = Timestamp::parse(time.text());
    ASSERT_TRUE(again.ok()) << time.text();
    ASSERT_EQ(again->micros, value) << time.text();
  }
}

TEST(Timestamp, AgreesWithTheSystemsCalendar) {
  for (std::int64_t day = -719'162; day <= 2'932'896; day += 97) {
    const std::time_t seconds = day * 86'400;
    std::tm parts{};
    ASSERT_NE(gmtime_r(&seconds, &parts), nullptr);
    const std::string expected =
        fmt::format("{:04}-{:02}-{:02}T00:00:00Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
    ASSERT_EQ(Timestamp{seconds * 1'000'000}.text(), expected);
  }
}

TEST(Interval, IsClosedOpen) {
  const Interval valid{Timestamp{10}, Timestamp{20}};
  EXPECT_FALSE(valid.contains({9}));
  EXPECT_TRUE(valid.contains({10}));
  EXPECT_TRUE(valid.contains({19}));
  EXPECT_FALSE(valid.contains({20}));
  EXPECT_TRUE(Interval{}.contains({0}));
  EXPECT_FALSE(Interval{}.bounded());
  EXPECT_TRUE((Interval{Timestamp{1}, {}}.bounded()));
}

TEST(Interval, OverlapsWhatSharesAnInstant) {
  const Interval valid{Timestamp{10}, Timestamp{20}};
  EXPECT_FALSE(valid.overlaps({0}, {10}));
  EXPECT_TRUE(valid.overlaps({0}, {11}));
  EXPECT_TRUE(valid.overlaps({19}, {30}));
  EXPECT_FALSE(valid.overlaps({20}, {30}));
  EXPECT_TRUE(valid.overlaps({10}, {10}));
  EXPECT_TRUE(valid.overlaps({15}, {15}));
  EXPECT_FALSE(valid.overlaps({20}, {20}));
  EXPECT_FALSE(valid.overlaps({9}, {9}));
  EXPECT_TRUE((Interval{{}, Timestamp{20}}.overlaps({0}, {1})));
  EXPECT_TRUE((Interval{Timestamp{10}, {}}.overlaps({50}, {60})));
}

}  // namespace
}  // namespace amont
