// The table behind the index: written at once or in bulk, in RocksDB or in memory, it says the same; and the tails of its files.
#include "core/index/table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/index/edge_pages.h"
#include "core/index/memory_table.h"
#include "core/index/rocks_table.h"
#include "core/index/table_tail.h"
#include "tests/support/crash_files.h"
#include "tests/support/seed.h"
#include "tests/support/table_contents.h"

namespace amont {
namespace {

class RandomOps {
 public:
  explicit RandomOps(std::uint64_t seed) : dice_(seed) {}

  TableBatch batch() {
    TableBatch batch;
    for (std::uint64_t n = dice_.below(60); n > 0; --n) add_one(batch);
    return batch;
  }
  std::vector<TableBatch> batches() {
    std::vector<TableBatch> batches;
    for (std::uint64_t n = 1 + dice_.below(5); n > 0; --n) batches.push_back(batch());
    return batches;
  }

 private:
  void add_one(TableBatch& batch) {
    const std::string key = fmt::format("key {}", dice_.below(40));
    switch (dice_.below(4)) {
      case 0: return batch.put(Space::kRefs, key, fmt::format("value {}", dice_.below(1000)));
      case 1: return batch.erase(Space::kRefs, key);
      case 2: return batch.merge(Space::kPageHistory, key, fmt::format("<{}>", dice_.below(1000)));
      default: break;
    }
    const PageEntry edge{static_cast<std::uint32_t>(dice_.below(8)), dice_.below(30), 1, 0, 5, {}};
    std::string delta;
    if (dice_.below(3) == 0)
      append_edge_removal(delta, 6, edge);
    else
      append_edge_put(delta, 5, edge);
    batch.merge(Space::kPages, key, delta);
  }

  Dice dice_;
};

std::unique_ptr<Table> open(CrashFiles& disk) {
  auto table = open_rocks_table(disk, "/index", {});
  EXPECT_TRUE(table.ok()) << table.status().text();
  return table ? *std::move(table) : nullptr;
}

TEST(IndexTable, VisitsKeysInOrderHoweverLongTheyAgree) {
  Dice dice(seed_of_this_run());
  // Long common beginnings, keys that end in them, and zeros, which stand for no byte beyond the end.
  const std::string beginnings[] = {"",
                                    "k",
                                    std::string(15, 'k'),
                                    std::string(16, 'k'),
                                    std::string(40, 'k'),
                                    std::string(17, '\0'),
                                    std::string(16, 'k') + std::string(20, '\0')};
  for (int round = 0; round < 50; ++round) {
    TableBatch batch;
    std::map<std::string, std::string> last;
    for (int n = 0; n < 200; ++n) {
      std::string key = beginnings[dice.below(std::size(beginnings))];
      for (std::uint64_t more = dice.below(20); more > 0; --more) key.push_back(static_cast<char>(dice.below(3)));
      const std::string value = std::to_string(n);
      batch.put(Space::kRefs, key, value);
      last[key] = value;
    }
    std::vector<std::pair<std::string, std::string>> visited;
    ASSERT_TRUE(visit_keys(std::span(&batch, 1), [&](const TableOp& op) {
                  visited.emplace_back(op.key, op.value);
                  return Status();
                }).ok());
    EXPECT_EQ(visited, (std::vector<std::pair<std::string, std::string>>(last.begin(), last.end())));
  }
}

TEST(IndexTable, SaysTheSameHoweverItIsWritten) {
  const std::uint64_t seed = seed_of_this_run();
  for (std::uint64_t round = 0; round < 20; ++round) {
    SCOPED_TRACE(fmt::format("AMONT_SEED={}", seed + round));
    RandomOps random(seed + round);
    CrashFiles disk;
    auto rocks = open(disk);
    ASSERT_TRUE(rocks);
    MemoryTable memory;
    for (int step = 0; step < 12; ++step) {
      const std::vector<TableBatch> batches = random.batches();
      for (const TableBatch& batch : batches) ASSERT_TRUE(memory.write(batch).ok());
      if (step % 4 == 2) {
        for (const TableBatch& batch : batches) ASSERT_TRUE(rocks->write(batch).ok());
      } else if (step % 4 == 3) {
        ASSERT_TRUE(rocks->write(batches).ok());
      } else {
        const Status written = rocks->write_bulk(batches);
        ASSERT_TRUE(written.ok()) << written.text();
      }
      ASSERT_EQ(contents(*rocks), contents(memory)) << "step " << step;
    }
    ASSERT_TRUE(rocks->flush().ok());
    rocks.reset();
    rocks = open(disk);
    ASSERT_TRUE(rocks);
    EXPECT_EQ(contents(*rocks), contents(memory)) << "opened again";
  }
}

TEST(IndexTable, ABulkWriteIsWholeOrAbsentAfterACrashAnywhere) {
  const std::uint64_t seed = seed_of_this_run();
  RandomOps random(seed);
  const std::vector<TableBatch> batches = random.batches();
  MemoryTable memory;
  ASSERT_TRUE(memory.write_bulk(batches).ok());
  std::uint64_t first = 0;
  {
    CrashFiles disk;
    ASSERT_TRUE(open(disk) && disk.sync_directory("/").ok());
    first = disk.mutations();
  }
  for (std::uint64_t at = first;; ++at) {
    CrashFiles disk;
    auto table = open(disk);
    ASSERT_TRUE(table && disk.sync_directory("/").ok());
    disk.crash_at(at);
    const bool written = table->write_bulk(batches).ok();
    table.reset();
    if (!disk.crashed()) break;
    for (const DamageModel model : kDamageModels) {
      const auto left = disk.after_crash(model, at);
      auto again = open(*left);
      ASSERT_TRUE(again) << "crash at " << at;
      const auto found = contents(*again);
      ASSERT_TRUE(found == contents(memory) || (!written && found.empty()))
          << "crash at " << at << ", " << disk.struck() << ": " << found.size() << " entries, written: " << written;
      EXPECT_EQ(left->stat("/index/bulk.sst").code(), Code::kNotFound);
    }
  }
}

class TableTailTest : public testing::Test {
 protected:
  void write(const std::string& content) {
    TableTail tail;
    for (std::size_t at = 0; at < content.size(); at += 1000) tail.append(std::string_view(content).substr(at, 1000));
    bytes_ = content + tail.trailer();
  }
  Result<std::uint64_t> check(const std::string& bytes) {
    const auto file = disk_.open_for_writing("/a.sst", OpenMode::kTruncate);
    EXPECT_TRUE(file.ok() && (*file)->write(0, bytes).ok());
    const auto reader = disk_.open_for_reading("/a.sst");
    return check_table_tail(**reader, "/a.sst");
  }

  CrashFiles disk_;
  std::string bytes_;
};

TEST_F(TableTailTest, TellsTheSizeOfTheContent) {
  for (const std::size_t size : {0, 1, 999, 16 << 10, (16 << 10) + 1, 300'000}) {
    write(std::string(size, 'x'));
    const auto content = check(bytes_);
    ASSERT_TRUE(content.ok()) << content.status().text();
    EXPECT_EQ(*content, size);
    EXPECT_EQ(table_content_bytes(bytes_.size()), size);
  }
}

TEST_F(TableTailTest, AChangeInTheTailIsDamage) {
  write(std::string(20'000, 'x'));
  for (std::size_t at = 20'000 - (16 << 10); at < bytes_.size(); at += 7) {
    std::string changed = bytes_;
    changed[at] ^= 4;
    EXPECT_EQ(check(changed).code(), Code::kDamaged) << "byte " << at;
  }
  EXPECT_EQ(check(bytes_.substr(1)).code(), Code::kDamaged);
  EXPECT_EQ(check(bytes_.substr(0, bytes_.size() - 1)).code(), Code::kDamaged);
  EXPECT_EQ(check("short").code(), Code::kDamaged);
}

}  // namespace
}  // namespace amont
