// Commits take puts by the short way (core/check/flat_changes.h), batches take every change by the long one: from the same
// transactions they make the same log byte for byte, and refuse the same ones with the same words.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "amont/store.h"
#include "tests/support/crash_disk.h"
#include "tests/support/crash_files.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

class Transactions {
 public:
  static constexpr std::uint64_t kKnown = 12;  // keys that the first one puts

  explicit Transactions(std::uint64_t seed) : dice_(seed) {}

  Transaction first() const {
    Transaction out;
    for (std::uint64_t key = 0; key < kKnown; ++key)
      for (const char* kind : {"run", "dataset"})
        out.changes.push_back(PutNode{{kind, std::to_string(key)}, {}, {}, {}});
    return out;
  }
  Transaction next() {
    Transaction out;
    if (one_in(4)) out.reason = "now and then there is a heading";
    for (std::uint64_t left = 1 + dice_.below(6); left > 0; --left) out.changes.push_back(change());
    return out;
  }

 private:
  bool one_in(std::uint64_t many) { return dice_.below(many) == 0; }

  Change change() {
    if (one_in(60)) return GrowSchema{custom_growth()};
    if (one_in(12)) return RetractNode{ref("dataset")};
    if (one_in(12)) return RetractEdge{"derived_from", ref("dataset"), ref("dataset"), label()};
    if (one_in(2))
      return PutNode{ref(one_in(200) ? "unknown" : one_in(2) ? "run" : "dataset"), props(), time(), time()};
    if (one_in(3)) return PutEdge{"used", ref("run"), ref("dataset"), label(), props(), time(), time()};
    return PutEdge{"derived_from", ref("dataset"), ref("dataset"), label(), props(), time(), time()};
  }
  Ref ref(const std::string& kind) {
    if (one_in(400)) return {kind, "bad\x01key"};
    if (one_in(400)) return {"Kind", "b"};
    return {kind, std::to_string(one_in(8) ? made_++ : dice_.below(kKnown))};
  }
  std::string label() {
    if (one_in(300)) return "\x7f";
    return one_in(4) ? fmt::format("label {}", dice_.below(3)) : "";
  }
  TimeChange time() {
    if (one_in(12)) return TimeChange(std::nullopt);
    if (one_in(300)) return Timestamp{std::numeric_limits<std::int64_t>::max()};
    if (one_in(6)) return Timestamp{static_cast<std::int64_t>(1 + dice_.below(1000))};
    return {};
  }
  std::vector<PropertyChange> props() {
    static const std::string kNames[] = {"title", "n", "ratio", "flag", "at", "tags", "free", "", "\x02"};
    std::vector<PropertyChange> out;
    if (one_in(2)) return out;
    for (std::uint64_t left = dice_.below(4); left > 0; --left) {
      const std::uint64_t which = dice_.below(one_in(80) ? std::size(kNames) : 7);
      out.push_back({kNames[which], one_in(12) ? std::nullopt : std::optional(value(which))});
    }
    return out;
  }
  // Mostly of the declared type.
  Value value(std::uint64_t which) {
    switch (one_in(60) ? dice_.below(12) : which) {
      case 0: return std::string("some title");
      case 1: return std::int64_t{-7};
      case 2: return one_in(2) ? Value(2.5) : Value(std::int64_t{3});
      case 3: return dice_.coin();
      case 4: return Timestamp{static_cast<std::int64_t>(dice_.below(5))};
      case 5: return List{std::string("a"), std::string("b")};
      case 6: return std::string(one_in(2) ? "free text" : std::string(5000, 'x'));
      case 7: return -0.0;
      case 8: return std::nan("");
      case 9: return std::string("ends in a zero\0", 15);
      case 10: return std::string("no \xff utf-8");
      default: return std::string();
    }
  }

  Dice dice_;
  std::uint64_t made_ = kKnown;
};

class Register {
 public:
  Register() {
    options_.index_in_memory = true;
    options_.files = files_.get();
    options_.clock = [at = std::int64_t{1'700'000'000'000'000}]() mutable { return Timestamp{at += 1'000'000}; };
    options_.random_seed = [next = 0](char* out32) mutable { std::fill_n(out32, 32, static_cast<char>(++next)); };
  }
  // Two of them have the same segment to write to.
  explicit Register(const Register& other) : Register() {
    files_ = other.files_->clone();
    options_.files = files_.get();
  }

  void create() { ASSERT_TRUE(Store::create("/register", small_schema(), options_).ok()); }
  std::unique_ptr<Store> open() {
    auto store = Store::open("/register", options_);
    EXPECT_TRUE(store.ok()) << store.status().text();
    return *std::move(store);
  }
  std::string log() const {
    std::string out;
    for (const std::string& path : files_->paths())
      if (path.find("/log/") != std::string::npos) out += path + *files_->contents(path);
    return out;
  }

 private:
  std::unique_ptr<CrashFiles> files_ = std::make_unique<CrashFiles>();
  Options options_;
};

Result<Receipt> by_the_long_way(Store& store, const Transaction& transaction) {
  Transaction heading = transaction;
  heading.changes.clear();
  AMONT_LET(const auto batch, store.begin_batch(heading));
  for (const Change& change : transaction.changes) AMONT_TRY(batch->add(change).status());
  return batch->close();
}

TEST(FlatChanges, OfEverySortMakeTheSameLogAsByTheLongWayAndAreRefusedAlike) {
  const std::uint64_t seed = seed_of_this_run();
  for (std::uint64_t round = 0; round < repeats("AMONT_ROUNDS", 20); ++round) {
    SCOPED_TRACE(fmt::format("round {}", round));
    Register start;
    start.create();
    Register one(start), other(start);
    int written = 0, refused = 0;
    {
      const auto here = one.open(), there = other.open();
      Transactions transactions(seed + round);
      for (int i = 0; i < 300; ++i) {
        const Transaction transaction = i == 0 ? transactions.first() : transactions.next();
        const Result<Receipt> got = here->commit(transaction), wanted = by_the_long_way(*there, transaction);
        ASSERT_EQ(got.status().text(), wanted.status().text()) << "transaction " << i;
        ASSERT_EQ(got.code(), wanted.code());
        if (!got) {
          ++refused;
          continue;
        }
        ASSERT_EQ(got->tx, wanted->tx);
        ASSERT_EQ(got->written, wanted->written);
        written += got->written;
      }
    }
    EXPECT_TRUE(one.log() == other.log()) << "the logs differ";
    EXPECT_GT(written, 20);
    EXPECT_GT(refused, 20);
  }
}

}  // namespace
}  // namespace amont
