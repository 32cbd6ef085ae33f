// Commits that share a sync go into the index together: it must say the same as if they had come one by one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "amont/store.h"
#include "core/index/index.h"
#include "core/index/rocks_table.h"
#include "core/log/log.h"
#include "core/store/directory.h"
#include "core/store/index_home.h"
#include "tests/support/crash_files.h"
#include "tests/support/random_register.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

// Changes of all kinds, and between them transactions that only add.
void write_history(const std::string& path, std::uint64_t seed) {
  RandomRegister random(seed, {});
  const auto store = Store::create(path, small_schema());
  ASSERT_TRUE(store.ok()) << store.status().text();
  ModelState model;
  ASSERT_TRUE(apply_all(model, {GrowSchema{small_schema()}}, 1).ok());
  for (TxNumber n = 2; n < 300; ++n) {
    Transaction transaction;
    if (random.one_in(3)) {
      transaction.changes = random.changes(model);
    } else {
      const Ref from{"dataset", fmt::format("new {}", n)}, to{"dataset", fmt::format("newer {}", n)};
      transaction.changes = {PutNode{from, {}, {}, {}}, PutNode{to, {}, {}, {}},
                             PutEdge{"derived_from", from, to, "", {}, {}, {}}};
      transaction.idempotency_key = fmt::format("key {}", n);
    }
    const auto receipt = (*store)->commit(transaction);
    ASSERT_EQ(receipt.code(), apply_all(model, transaction.changes, n).code());
  }
}

class Applied {
 public:
  explicit Applied(const RegisterId& register_id) {
    auto table = open_rocks_table(disk_, "/index", {});
    EXPECT_TRUE(table.ok()) << table.status().text();
    auto index = Index::open(*std::move(table), MemoryPlan(1 << 20), register_id);
    EXPECT_TRUE(index.ok()) << index.status().text();
    index_ = *std::move(index);
  }

  Index& index() { return *index_; }
  std::map<std::pair<Space, std::string>, std::string> contents() {
    std::map<std::pair<Space, std::string>, std::string> out;
    const Status scanned = index_->table().scan([&](Space space, std::string_view key, std::string_view value) {
      out[{space, std::string(key)}] = value;
      return Status();
    });
    EXPECT_TRUE(scanned.ok()) << scanned.text();
    return out;
  }

 private:
  CrashFiles disk_;
  std::unique_ptr<Index> index_;
};

TEST(IndexGroups, SayTheSameAsTheirTransactionsOneByOneHoweverTheyArePrepared) {
  const std::uint64_t seed = seed_of_this_run();
  SCOPED_TRACE(fmt::format("AMONT_SEED={}", seed));
  const TempDir temp;
  const std::string path = temp / "hub";
  ASSERT_NO_FATAL_FAILURE(write_history(path, seed));
  const auto file = read_register_file(posix_files(), path);
  ASSERT_TRUE(file.ok()) << file.status().text();
  const auto log = open_log(posix_files(), log_directory(path), {file->id, 64 << 20, false});
  ASSERT_TRUE(log.ok()) << log.status().text();
  std::vector<SplitRecord> records;
  ASSERT_TRUE(read_split_records(**log, 1, (*log)->head().number, [&](const SplitRecord& record) {
                records.push_back(record);
                return Status();
              }).ok());
  ASSERT_GT(records.size(), 100U);

  const ReadRecords no_batches = [](TxNumber, TxNumber, const auto&) { return Status(Code::kInvalid, "no batch"); };
  Applied alone(file->id), together(file->id);
  Dice dice(seed);
  for (std::size_t begin = 0; begin < records.size();) {
    const std::size_t count = std::min<std::size_t>(1 + dice.below(9), records.size() - begin);
    const auto group = std::span<const SplitRecord>(records).subspan(begin, count);
    for (const SplitRecord& record : group) ASSERT_TRUE(alone.index().apply(record, no_batches).ok());
    // Some as a commit is: prepared, let go of when the log did not take it, prepared again and applied.
    std::shared_ptr<Index::Prepared> prepared;
    for (std::size_t times = dice.below(3); times > 0; --times) {
      auto made = together.index().prepare(group);
      ASSERT_TRUE(made.ok()) << made.status().text();
      prepared = *std::move(made);
      ASSERT_EQ(together.index().visible(), begin);
    }
    const Status applied = together.index().apply(group, no_batches, prepared.get());
    ASSERT_TRUE(applied.ok()) << applied.text();
    begin += count;
    ASSERT_EQ(together.index().visible(), begin);
    ASSERT_EQ(together.index().last_seen(), begin);
  }
  EXPECT_EQ(together.contents(), alone.contents());
}

}  // namespace
}  // namespace amont
