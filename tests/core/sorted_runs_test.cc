// SortedRuns against a map: whatever was added last is found, before and after runs become one, with filters and without.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/io/sorted_runs.h"
#include "tests/support/crash_disk.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

using Key = std::tuple<std::uint32_t, std::uint8_t, std::string>;
using Contents = std::map<Key, std::string>;

SortedRuns::Entry entry_of(const Contents::value_type& one) {
  const auto& [tag, space, key] = one.first;
  return {tag, space, key, one.second};
}

Status add(SortedRuns& runs, const Contents& contents) {
  auto next = contents.begin();
  return runs.add(contents.size(), [&](SortedRuns::Entry& entry) -> Result<bool> {
    if (next == contents.end()) return false;
    entry = entry_of(*next++);
    return true;
  });
}

// Few tags, so that many keys share one.
Contents some(Dice& dice, std::uint64_t count) {
  Contents out;
  for (; count > 0; --count) {
    const auto tag = static_cast<std::uint32_t>(dice.below(400) * 10'000'019);
    std::string key = "key " + std::to_string(dice.below(40));
    if (dice.below(50) == 0) key.append(dice.below(9000), 'x');
    out[{tag, static_cast<std::uint8_t>(dice.below(2)), key}] =
        std::string(dice.below(30), 'v') + std::to_string(dice.below(100));
  }
  return out;
}

TEST(SortedRuns, WhatWasAddedLastIsFound) {
  const std::uint64_t seed = seed_of_this_run();
  for (const std::uint64_t filter_bytes : {0, 1 << 10, 1 << 20}) {
    SCOPED_TRACE(filter_bytes);
    Dice dice(seed + filter_bytes);
    SortedRuns runs(filter_bytes);
    EXPECT_TRUE(runs.empty());
    Contents all;
    for (int round = 0; round < 40; ++round) {
      const Contents more = some(dice, dice.below(10) == 0 ? dice.below(4) : dice.below(600));
      ASSERT_TRUE(add(runs, more).ok());
      for (const auto& [key, value] : more) all[key] = value;
      if (round % 7 != 6) continue;
      std::string value;
      for (const auto& one : all) {
        const SortedRuns::Entry wanted = entry_of(one);
        const auto found = runs.find(wanted.tag, wanted.space, wanted.key, value);
        ASSERT_TRUE(found.ok()) << found.status().text();
        ASSERT_TRUE(*found);
        ASSERT_EQ(value, one.second);
      }
      for (const auto& [key, ignored] : some(dice, 500)) {
        const auto found = runs.find(std::get<0>(key), std::get<1>(key), std::get<2>(key), value);
        ASSERT_TRUE(found.ok());
        ASSERT_EQ(*found, all.contains(key));
      }
    }
    auto next = all.begin();
    ASSERT_TRUE(runs.each([&](const SortedRuns::Entry& entry) -> Status {
                      EXPECT_NE(next, all.end());
                      EXPECT_TRUE(entry.has_key_of(entry_of(*next)));
                      EXPECT_EQ(entry.value, next->second);
                      ++next;
                      return {};
                    })
                    .ok());
    EXPECT_EQ(next, all.end());
  }
}

TEST(SortedRuns, TakeLittleMemoryForWhatTheyHold) {
  constexpr std::uint64_t kFilterBytes = 64 << 10;
  SortedRuns runs(kFilterBytes);
  std::uint64_t number = 0;
  for (int round = 0; round < 30; ++round) {
    Contents more;
    for (int i = 0; i < 2000; ++i, ++number)
      more[{static_cast<std::uint32_t>(number * 2'654'435'761u), 0, "name " + std::to_string(number)}] = "value";
    ASSERT_TRUE(add(runs, more).ok());
  }
  EXPECT_LE(runs.memory_bytes(), kFilterBytes + 12 * (number * 30 / (4 << 10) + 30));
}

}  // namespace
}  // namespace amont
