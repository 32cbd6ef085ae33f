// Random transactions against the plain model: puts, merges, nulls, links, retractions, new lives, custom kinds, batches, keys,
// things that must be refused. Every question of Snapshot is compared at every past transaction, on the store as it runs, opened
// again, and rebuilt from its log.
//
// Many short registers rather than one long one, since every past transaction is looked at again. AMONT_SEED sets the first seed,
// AMONT_OPERATIONS how many changes are offered in all; both are printed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "amont/exchange.h"
#include "amont/store.h"
#include "tests/support/model_store.h"
#include "tests/support/random_register.h"
#include "tests/support/repeats.h"
#include "tests/support/same_register.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

std::string exported(Store& store) {
  std::string out;
  const auto view = store.snapshot();
  EXPECT_TRUE(view.ok()) << view.status().text();
  const Status done = export_jsonl(*view, [&](std::string_view bytes) -> Status {
    out.append(bytes);
    return {};
  });
  EXPECT_TRUE(done.ok()) << done.text();
  return out;
}

class StoreModelTest : public testing::Test {
 protected:
  Options options(bool in_memory) {
    Options options;
    options.index_in_memory = in_memory;
    options.segment_bytes = 256 << 10;
    options.flush_log_bytes = 128 << 10;
    options.memory_bytes = memory_bytes_;
    options.batch_part_bytes = 400;  // so that batches have several parts
    options.clock = [this] { return Timestamp{clock_ += 1'000'000}; };
    return options;
  }

  // Commits, as one transaction or as a batch, and lands the same in the model when it is taken.
  void step(Store& store, RandomRegister& random) {
    std::vector<Change> changes = random.changes(model_.now());
    offered_ += changes.size();
    ModelState next = model_.now();
    const TxNumber number = store.info().head + 1;
    const Result<bool> expected = apply_all(next, changes, number);
    Transaction transaction;
    transaction.author = "model";
    transaction.changes = changes;
    if (random.one_in(4)) transaction.idempotency_key = fmt::format("key {}", random.dice().below(1'000'000'000));
    const Result<Receipt> receipt = store.commit(transaction);
    ASSERT_EQ(receipt.code(), expected.code()) << receipt.status().text() << " / model: " << expected.status().text();
    if (!receipt.ok()) return;
    ASSERT_EQ(receipt->written, *expected);
    if (!receipt->written) {
      ASSERT_EQ(receipt->tx, number - 1);
      return;
    }
    ASSERT_EQ(receipt->tx, number);
    next.tx = number;
    next.time = Timestamp{clock_};
    model_.land(std::move(next));
    if (!transaction.idempotency_key.empty()) {
      const Result<Receipt> again = store.commit(transaction);
      ASSERT_TRUE(again.ok()) << again.status().text();
      ASSERT_EQ(again->tx, number);
      ASSERT_FALSE(again->written);
    }
  }

  // The same as a batch, whose changes are taken one by one. No retractions: whether what came and went within a batch leaves a
  // trace depends on where its parts end.
  void step_in_batch(Store& store, RandomRegister& random) {
    std::vector<Change> changes;
    for (int transactions = 0; transactions < 4; ++transactions)
      for (Change& change : random.changes(model_.now())) changes.push_back(std::move(change));
    std::erase_if(changes, [](const Change& change) {
      return std::holds_alternative<RetractNode>(change) || std::holds_alternative<RetractEdge>(change);
    });
    offered_ += changes.size();
    const TxNumber head = store.info().head;
    const auto batch = store.begin_batch({});
    ASSERT_TRUE(batch.ok()) << batch.status().text();
    ModelState expected = model_.now();
    std::vector<Change> taken;
    for (const Change& change : changes) {
      const Result<bool> wanted = apply_all(expected, {change}, head + 1);
      const Result<bool> added = (*batch)->add(change);
      ASSERT_EQ(added.code(), wanted.code()) << added.status().text() << " / model: " << wanted.status().text();
      if (!added.ok()) continue;
      ASSERT_EQ(*added, *wanted);
      if (*added) taken.push_back(change);
    }
    if (random.one_in(5)) {  // given up: nothing of it is ever to be seen
      ASSERT_TRUE((*batch)->abandon().ok());
      return;
    }
    const Result<Receipt> receipt = (*batch)->close();
    ASSERT_TRUE(receipt.ok()) << receipt.status().text();
    ASSERT_EQ(receipt->written, !taken.empty());
    if (!receipt->written) return;
    ModelState next = model_.now();
    for (const Change& change : taken) ASSERT_TRUE(apply_all(next, {change}, receipt->tx).ok());
    next.tx = receipt->tx;
    next.time = Timestamp{clock_};
    const auto made_by_any_part = [&](auto& records) {
      for (auto& [key, record] : records)
        if (record.tx == receipt->tx) record.tx_first = head + 1;
    };
    made_by_any_part(next.nodes);
    made_by_any_part(next.edges);
    model_.land(std::move(next));
  }

  void compare_all(Store& store, std::uint64_t stride) {
    for (std::size_t i = 0; i < model_.states().size(); i += stride) {
      const ModelState& state = model_.states()[i];
      const auto view = store.snapshot_at(state.tx);
      ASSERT_TRUE(view.ok()) << view.status().text();
      ASSERT_EQ(view->tx(), state.tx);
      ASSERT_EQ(difference(*view, state, i % 7 == 0), "") << "as of transaction " << state.tx;
      const auto by_time = store.snapshot_at(state.time);
      ASSERT_TRUE(by_time.ok());
      ASSERT_EQ(by_time->tx(), model_.at(state.time).tx);
    }
  }

  void run(bool in_memory, std::uint64_t operations, std::uint64_t seed) {
    SCOPED_TRACE(fmt::format("AMONT_SEED={}", seed));
    RandomRegister random(seed, {});
    auto created = Store::create(path_, small_schema(), options(in_memory));
    ASSERT_TRUE(created.ok()) << created.status().text();
    std::unique_ptr<Store> store = *std::move(created);
    ModelState first;
    ASSERT_TRUE(apply_all(first, {GrowSchema{small_schema()}}, 1).ok());
    first.tx = 1;
    first.time = Timestamp{clock_};
    model_.land(std::move(first));
    for (std::uint64_t n = 0; offered_ < operations && !HasFatalFailure(); ++n) {
      SCOPED_TRACE(fmt::format("transaction offered as number {}", n));
      if (random.one_in(8))
        step_in_batch(*store, random);
      else
        step(*store, random);
      if (n % 64 == 0 && !HasFatalFailure()) {
        const auto view = store->snapshot();
        ASSERT_TRUE(view.ok());
        ASSERT_EQ(difference(*view, model_.now(), true), "");
      }
      if (n % 128 == 127) {
        store.reset();
        auto opened = Store::open(path_, options(in_memory));
        ASSERT_TRUE(opened.ok()) << opened.status().text();
        store = *std::move(opened);
      }
    }
    if (HasFatalFailure()) return;
    compare_all(*store, 1);
    const std::string before = exported(*store);
    store.reset();
    if (!in_memory) {
      const Status rebuilt = Store::rebuild(path_, options(false));
      ASSERT_TRUE(rebuilt.ok()) << rebuilt.text();
    }
    auto opened = Store::open(path_, options(in_memory));
    ASSERT_TRUE(opened.ok()) << opened.status().text();
    EXPECT_EQ(exported(**opened), before);
    compare_all(**opened, 5);
    opened->reset();
    const auto report = Store::verify(path_, options(in_memory));
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_TRUE(report->findings.empty()) << report->findings.front();
  }

  // Registers of 2,500 changes, until `operations` were offered.
  void run_many(bool in_memory, std::uint64_t operations) {
    const std::uint64_t seed = seed_of_this_run();
    fmt::print("AMONT_OPERATIONS={}\n", operations);
    std::uint64_t offered = 0, transactions = 0;
    for (std::uint64_t round = 0; offered < operations && !HasFailure(); ++round) {
      const TempDir temp;
      path_ = temp / "hub";
      model_ = ModelStore();
      offered_ = 0;
      run(in_memory, std::min<std::uint64_t>(2'500, operations), seed + round);
      offered += offered_;
      transactions += model_.states().size() - 1;
    }
    fmt::print("{} changes offered, {} transactions\n", offered, transactions);
  }

  std::string path_;
  ModelStore model_;
  std::int64_t clock_ = 1'700'000'000'000'000;
  std::uint64_t memory_bytes_ = 8 << 20;
  std::uint64_t offered_ = 0;
};

TEST_F(StoreModelTest, TheRegisterSaysWhatThePlainModelSaysAtEveryTransaction) {
  run_many(false, repeats("AMONT_OPERATIONS", 50'000) * 4 / 5);
}
TEST_F(StoreModelTest, TheSameWithTheIndexInMemory) { run_many(true, repeats("AMONT_OPERATIONS", 50'000) / 5); }
// What a batch remembers goes to temporary files at each of its changes.
TEST_F(StoreModelTest, TheSameWithAlmostNoMemory) {
  memory_bytes_ = 16 << 10;
  run_many(true, repeats("AMONT_OPERATIONS", 50'000) / 5);
}

}  // namespace
}  // namespace amont
