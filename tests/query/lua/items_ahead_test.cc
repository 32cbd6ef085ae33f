// Values that are found ahead come in order, with their places; so do failures; and nobody waits for a reader that has stopped.
#include "query/lua/items_ahead.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/query/lua/import_desk.h"
#include "tests/support/exchange_desk.h"

namespace amont {
namespace {

// So much text that a thread reads ahead: one value a line, some of them long.
std::string many_values(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "{\"i\": " + std::to_string(i) + ", \"t\": \"" + std::string(i % 100 == 7 ? 5000 : 20, 'x') + "\"}\n";
  return text;
}

std::string place_of(const ItemsAhead& items) {
  return std::to_string(items.line()) + ":" + std::to_string(items.column());
}

TEST(ItemsAhead, AreThoseOfTheInputInOrderWithTheirPlaces) {
  const std::string text = many_values(20'000);
  for (const std::size_t piece : {777, 1 << 20}) {
    ItemsAhead ahead(source_of(text, piece), false);
    JsonItems alone(source_of(text, piece));
    std::string expected;
    int count = 0;
    for (;; ++count) {
      expected.clear();
      const Result<bool> more = alone.next(expected);
      const Result<const JsonItem*> item = ahead.next();
      ASSERT_TRUE(more.ok() && item.ok());
      ASSERT_EQ(*more, *item != nullptr);
      if (!*more) break;
      ASSERT_EQ((*item)->text, expected);
      ASSERT_EQ((*item)->misfit, expected.size());
      ASSERT_EQ(place_of(ahead), std::to_string(alone.line()) + ":" + std::to_string(alone.column()));
    }
    EXPECT_EQ(count, 20'000);
    EXPECT_EQ(ahead.bytes(), text.size());
    EXPECT_EQ(*ahead.next(), nullptr) << "again";
  }
}

TEST(ItemsAhead, HaveTheObjectsThatMayBeKept) {
  const std::string object = "{\"a name that is long enough\": \"to be kept\"}";
  const std::string text = "{\"a\": " + object + "}\n{}\n[" + object + "]\n";
  ItemsAhead items(source_of(text, 1000), true);
  std::vector<std::vector<std::uint32_t>> begins;
  while (const JsonItem* item = *items.next()) {
    begins.emplace_back();
    for (const SharedJson::Object& one : item->objects) begins.back().push_back(one.begin);
  }
  EXPECT_EQ(begins, (std::vector<std::vector<std::uint32_t>>{{0, 6}, {}, {1}}));
}

TEST(ItemsAhead, FailAfterAllThatCameBefore) {
  const int count = 10'000;
  std::string long_array = "[0";
  for (int i = 1; i < count; ++i) long_array += ",\n" + std::to_string(i) + std::string(100, ' ');
  ItemsAhead items(source_of(long_array + " ; 1]", 999), false);
  for (int i = 0; i < count; ++i) {
    const Result<const JsonItem*> item = items.next();
    ASSERT_TRUE(item.ok() && *item);
    ASSERT_EQ((*item)->text, std::to_string(i));
  }
  const Result<const JsonItem*> failed = items.next();
  EXPECT_EQ(failed.code(), Code::kInvalid);
  EXPECT_EQ(items.line(), static_cast<std::uint64_t>(count));
  EXPECT_EQ(items.next().code(), Code::kInvalid) << "again";
}

TEST(ItemsAhead, GiveWhatTheInputHadBeforeItFailed) {
  const std::string text = many_values(9000);
  auto at = std::make_shared<std::size_t>(0);
  ItemsAhead items(
      [&text, at](std::span<char> out) -> Result<std::size_t> {
        if (*at == text.size()) return Status(Code::kIo, "the disk is gone");
        const std::size_t got = text.copy(out.data(), std::min<std::size_t>(out.size(), 5000), *at);
        *at += got;
        return got;
      },
      false);
  int count = 0;
  Result<const JsonItem*> item = items.next();
  for (; item.ok() && *item; item = items.next()) ++count;
  EXPECT_EQ(count, 9000);
  EXPECT_EQ(item.status().text(), "the disk is gone");
}

TEST(ItemsAhead, ReadTheInputOnTheCallersThreadAndOnlySoFar) {
  const std::string text = many_values(1000);
  const std::thread::id here = std::this_thread::get_id();
  auto given = std::make_shared<std::size_t>(0);
  bool elsewhere = false;
  ItemsAhead items(  // one without end
      [&, given](std::span<char> out) -> Result<std::size_t> {
        elsewhere = elsewhere || std::this_thread::get_id() != here;
        const std::size_t got = text.copy(out.data(), out.size(), *given % text.size());
        *given += got;
        return got;
      },
      false);
  std::size_t taken = 0;
  for (int i = 0; i < 50'000; ++i) {
    const Result<const JsonItem*> item = items.next();
    ASSERT_TRUE(item.ok() && *item);
    taken += (*item)->text.size() + 1;
    ASSERT_LT(*given, taken + (8 << 20)) << "more is found ahead than there is room for";
  }
  EXPECT_FALSE(elsewhere);
}

TEST(ItemsAhead, MayBeLeftAtAnyTime) {
  const std::string text = many_values(30'000);
  for (const int taken : {0, 1, 5000, 12'000, 29'000}) {
    ItemsAhead items(source_of(text, 100'000), true);
    for (int i = 0; i < taken; ++i) ASSERT_TRUE(*items.next());
  }
}

// The import as a whole: one item is none, the script stumbles over another, and one is rejected.
TEST(ItemsAhead, OfAnImportAreRefusedInOrder) {
  std::string text;
  for (int i = 0; i < 12'000; ++i)
    text += i == 9000     ? std::string("{\"i\": nonsense}\n")
            : i == 10'000 ? std::string("{\"i\": \"\xff\"}\n")
                          : "{\"i\": " + std::to_string(i) + ", \"t\": \"" + std::string(40, 'x') + "\"}\n";
  const std::string source =
      "--- Test.\n--- @format test\n--- @input json items\n"
      "function convert(item)\n"
      "  if item.i == 7000 then reject('not this one') end\n"
      "  if item.i == 11000 then error('stumbled') end\n"
      "  node('dataset:d' .. item.i)\n"
      "end\n";
  ImportDesk desk;
  const auto report = desk.import("test", source, {{"x", text}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->nodes, 12'000u - 4);
  ASSERT_EQ(desk.said.size(), 4u);
  EXPECT_TRUE(desk.said[0].starts_with("rejected x:7001: not this one")) << desk.said[0];
  EXPECT_TRUE(desk.said[1].starts_with("rejected x:9001:7: ")) << desk.said[1];
  EXPECT_TRUE(desk.said[2].starts_with("rejected x:10001:8: ")) << desk.said[2];
  EXPECT_TRUE(desk.said[3].starts_with("rejected x:11001: ")) << desk.said[3];

  ImportDesk strict;
  const auto ended = strict.import("test", source, {{"x", text}});
  EXPECT_EQ(ended.status().text(), "x:7001: not this one");
}

}  // namespace
}  // namespace amont
