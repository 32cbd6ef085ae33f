// Redaction under faults: what a crash in the middle leaves, and random histories against a model.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/core/redacting.h"
#include "tests/support/crash_files.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"
#include "tests/support/store_bytes.h"

namespace amont {
namespace {

// What is on the disk of a crash: all is as before, or the text is gone once the store has been opened again.
class RedactionSweep : public testing::Test {
 protected:
  static Options options_on(CrashFiles& disk) {
    Options options;
    options.files = &disk;
    options.segment_bytes = 2 << 10;
    options.memory_bytes = 1 << 20;
    return options;
  }
  static std::unique_ptr<CrashFiles> prepared() {
    auto disk = std::make_unique<CrashFiles>();
    const auto store = Store::create("/hub", small_schema(), options_on(*disk));
    EXPECT_TRUE(store.ok());
    for (int n = 0; n < 12; ++n) {
      EXPECT_TRUE((*store)->commit(one(put("a", "contact", Value(fmt::format("{} {}", kSecret, n))))).ok());
      if (n == 6) {
        EXPECT_TRUE((*store)->flush().ok());
      }
    }
    return disk;
  }
  // Opens, commits (so that the head was synced less than a second before), redacts, closes. Whether the redaction was acknowledged.
  static bool run(CrashFiles& disk) {
    const auto store = Store::open("/hub", options_on(disk));
    return store.ok() && (*store)->commit(one(put("c", "title", Value(std::string("C"))))).ok() &&
           (*store)->redact(of(RedactText::of_node(dataset("a"), "contact"))).ok();
  }
  static void check(CrashFiles& disk, bool acknowledged, const std::string& where) {
    std::string status;
    bool redacted = false;
    {
      const auto store = Store::open("/hub", options_on(disk));
      ASSERT_TRUE(store.ok()) << where << ": " << store.status().text();
      const auto last = (*store)->transaction((*store)->info().head);
      ASSERT_TRUE(last.ok()) << where << ": " << last.status().text();
      redacted = last->changes[0].what == TxChange::What::kRedact;
      EXPECT_TRUE(redacted || !acknowledged) << where;
      EXPECT_TRUE((*store)->commit(one(put("b", "title", Value(std::string("B"))))).ok()) << where;
    }
    EXPECT_EQ(findings_of("/hub", options_on(disk)), "") << where;
    const auto holding = files_that_hold(disk, "/hub", kSecret);
    EXPECT_EQ(holding.empty(), redacted) << where << ": " << fmt::format("{}", fmt::join(holding, ", "));
  }
};

TEST_F(RedactionSweep, ACrashAnywhereIsFinishedAtTheNextOpen) {
  const auto start = prepared();
  constexpr DamageModel kOthers[] = {DamageModel::kPrefix, DamageModel::kTorn, DamageModel::kZeros,
                                     DamageModel::kGarbage};
  std::uint64_t n = 0;
  for (;; ++n) {
    const auto disk = start->clone();
    disk->crash_at(n);
    const bool acknowledged = run(*disk);
    if (!disk->crashed()) break;
    for (const DamageModel model : {DamageModel::kStrict, kOthers[n % std::size(kOthers)]}) {
      const auto after = disk->after_crash(model, n);
      const auto where = fmt::format("crash at {} ({}), model {}", n, disk->struck(), static_cast<int>(model));
      if (acknowledged) {
        EXPECT_EQ(files_that_hold(*after, "/hub", kSecret), std::vector<std::string>()) << where;
      }
      check(*after, acknowledged, where);
      if (HasFailure()) return;
    }
  }
  RecordProperty("operations", std::to_string(n));
  EXPECT_GT(n, 50u);
}

TEST_F(RedactionSweep, ACrashWhileErasingGoesOnIsFinishedToo) {
  const auto start = prepared();
  for (std::uint64_t n = 0;; n += 5) {
    const auto disk = start->clone();
    disk->crash_at(n);
    const bool acknowledged = run(*disk);
    if (!disk->crashed()) return;
    const auto after = disk->after_crash(DamageModel::kStrict, n);
    for (std::uint64_t m = n % 7;; m += 7) {
      const auto again = after->clone();
      again->crash_at(m);
      (void)Store::open("/hub", options_on(*again));
      if (!again->crashed()) break;
      const auto where = fmt::format("crash at {} and, opening, at {} ({})", n, m, again->struck());
      check(*again->after_crash(DamageModel::kStrict, m), acknowledged, where);
      if (HasFailure()) return;
    }
  }
}

TEST_F(RedactionSweep, AnOperationThatFailsIsMadeUpForAtTheNextOpen) {
  const auto start = prepared();
  for (const Code code : {Code::kIo, Code::kNoSpace}) {
    for (const bool for_ever : {false, true}) {
      for (std::uint64_t n = 0;; n += for_ever ? 3 : 1) {
        const auto disk = start->clone();
        if (for_ever)
          disk->fail_forever(n, code);
        else
          disk->fail_once(n, code);
        const bool acknowledged = run(*disk);
        if (disk->failures() == 0) break;
        disk->clear_faults();
        check(*disk, acknowledged,
              fmt::format("failure {}{} of {} at {}", static_cast<int>(code), for_ever ? " for ever" : "",
                          disk->struck(), n));
        if (HasFailure()) return;
      }
    }
  }
}

// Random puts, retractions and redactions against what must be seen at every transaction.
TEST(RedactionModel, EveryTransactionShowsWhatWasPutAndNotRedacted) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Dice dice(seed);
    CrashFiles disk;
    Options options;
    options.files = &disk;
    options.segment_bytes = 4 << 10;
    options.memory_bytes = 1 << 20;
    auto store = Store::create("/hub", small_schema(), options);
    ASSERT_TRUE(store.ok());
    using Key = std::pair<std::string, std::string>;  // node, property
    struct Value_ {
      TxNumber tx = 0;  // that put it
      std::string text;
    };
    std::vector<std::map<Key, Value_>> states(2);  // by transaction
    std::set<std::string> alive;
    const auto random_key = [&] { return Key{fmt::format("n{}", dice.below(4)), dice.below(2) ? "contact" : "note"}; };
    for (int step = 0; step < 120; ++step) {
      const std::uint64_t what = dice.below(10);
      const Key key = random_key();
      std::map<Key, Value_> state = states.back();
      Transaction transaction;
      transaction.again = "model";
      if (what < 7) {
        const std::string text = fmt::format("{} {}", kSecret, dice.below(3) ? step : 7);
        transaction.changes.push_back(put(key.first, key.second, Value(text)));
        const TxNumber tx = states.size();
        if (!state.contains(key) || state[key].text != text) state[key] = {tx, text};
        alive.insert(key.first);
      } else if (what == 7) {
        if (!alive.contains(key.first)) continue;
        transaction.changes.push_back(RetractNode{dataset(key.first)});
        std::erase_if(state, [&](const auto& one) { return one.first.first == key.first; });
        alive.erase(key.first);
      } else {
        const TxNumber only = dice.below(2) ? 0 : 2 + dice.below(states.size() - 2 + 1);
        const auto done = (*store)->redact(of(RedactText::of_node(dataset(key.first), key.second, only)));
        if (!done.ok() || !done->receipt.written) continue;
        for (auto& then : states) {
          const auto value = then.find(key);
          if (value != then.end() && (only == 0 || value->second.tx == only)) then.erase(value);
        }
        states.push_back(states.back());
        continue;
      }
      const auto done = (*store)->commit(transaction);
      ASSERT_TRUE(done.ok()) << done.status().text();
      if (done->written) states.push_back(std::move(state));
    }
    ASSERT_EQ((*store)->info().head + 1, states.size());
    const auto compare = [&] {
      for (TxNumber tx = 1; tx < states.size(); ++tx) {
        for (const std::string node : {"n0", "n1", "n2", "n3"}) {
          for (const std::string name : {"contact", "note"}) {
            const auto value = states[tx].find({node, name});
            const std::string seen = text_of(**store, tx, node, name);
            ASSERT_EQ(seen == "(absent)" ? "(none)" : seen, value == states[tx].end() ? "(none)" : value->second.text)
                << node << " " << name << " at " << tx;
          }
        }
      }
    };
    compare();
    store->reset();
    ASSERT_EQ(findings_of("/hub", options), "");
    ASSERT_TRUE(Store::rebuild("/hub", options).ok());
    store = Store::open("/hub", options);
    compare();
  }
}

}  // namespace
}  // namespace amont
