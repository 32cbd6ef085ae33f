// Bits flipped, bytes cut, swapped and blanked in every file of a small register: never a wrong answer and never a
// crash. What cannot be answered is refused as damaged, by the name of the file; `rebuild` heals whatever befell the
// index.
//
// AMONT_SEED sets the seed, AMONT_CASES how many damages are tried; both are printed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "amont/query.h"
#include "amont/store.h"
#include "tests/crash/history.h"
#include "tests/support/crash_files.h"
#include "tests/support/model_walks.h"
#include "tests/support/repeats.h"
#include "tests/support/same_register.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

constexpr std::uint64_t kCommits = 40;

Options options_on(CrashFiles& disk) {
  Options options;
  options.files = &disk;
  options.segment_bytes = 8 << 10;
  options.flush_log_bytes = 12 << 10;
  options.batch_part_bytes = 256;  // so that batches have several parts
  options.memory_bytes = 1 << 20;
  return options;
}

// A register that was closed well, and what it said at each of its transactions.
struct Sound {
  CrashFiles disk;
  TxNumber head = 0;
  std::vector<std::uint64_t> length_at;  // of the history, by transaction number
  std::vector<ModelState> states;        // by length of the history
  ModelAnswer walk;                      // upstream of kStart at the head

  Sound() {
    History history;
    states.push_back(history.state());
    auto store = Store::create("/hub", small_schema(), options_on(disk));
    EXPECT_TRUE(store.ok());
    length_at.assign((*store)->info().head + 1, 0);
    for (std::uint64_t n = 1; n <= kCommits; ++n) {
      EXPECT_TRUE(commit_next(**store, history).ok());
      history.advance();
      states.push_back(history.state());
      length_at.resize((*store)->info().head + 1, n);
      EXPECT_TRUE(n % 10 != 0 || (*store)->flush().ok());
    }
    head = (*store)->info().head;
    walk = ModelWalk(states.back(), {kStart}, Direction::kUpstream, {}).answer();
  }

  inline static const Ref kStart{"output", "o38"};
};

struct Damage {
  enum class What { kFlip, kCut, kBlank, kSwap, kGone };
  std::string path;
  What what = What::kFlip;
  std::uint64_t at = 0;
  std::uint64_t with = 0;  // flip: the mask; swap: the other offset; blank: how many bytes

  std::string text() const {
    constexpr const char* kNames[] = {"flip", "cut", "blank", "swap", "remove"};
    return fmt::format("{} {} at {} with {}", kNames[static_cast<int>(what)], path, at, with);
  }

  // Whether it changed anything.
  bool apply(CrashFiles& disk) const {
    const std::string before = *disk.contents(path);
    std::string bytes = before;
    const auto part = [&](std::uint64_t begin) { return bytes.substr(begin, 16); };
    switch (what) {
      case What::kFlip: bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ with); break;
      case What::kCut: bytes.resize(at); break;
      case What::kBlank:
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), std::min(with, bytes.size() - at), '\0');
        break;
      case What::kSwap: {
        const std::string one = part(at);
        const std::string two = part(with);
        bytes.replace(at, two.size(), two);
        bytes.replace(with, one.size(), one);
        break;
      }
      case What::kGone: return disk.remove(path).ok();
    }
    return bytes != before && disk.replace(path, std::move(bytes)).ok();
  }
};

// Spread over all files; the small ones get more than their share.
std::vector<Damage> damages(const CrashFiles& disk, std::uint64_t count, std::uint64_t seed) {
  Dice dice(seed);
  const std::vector<std::string> paths = disk.paths();
  std::uint64_t total = 0;
  for (const std::string& path : paths) total += disk.contents(path)->size();
  std::vector<Damage> drawn;
  for (const std::string& path : paths) {
    const std::uint64_t size = disk.contents(path)->size();
    drawn.push_back({path, Damage::What::kGone, 0, 0});
    if (size == 0) continue;
    const std::uint64_t share = std::max<std::uint64_t>(count * size / total, count / 50);
    for (std::uint64_t n = 0; n < share; ++n) {
      Damage damage{path, Damage::What::kFlip, dice.below(size), 1ull << dice.below(8)};
      const std::uint64_t kind = dice.below(10);
      if (kind == 0) damage.what = Damage::What::kCut;
      if (kind == 1) damage = {path, Damage::What::kBlank, damage.at, 1 + dice.below(600)};
      if (kind == 2) damage = {path, Damage::What::kSwap, damage.at, dice.below(size)};
      drawn.push_back(damage);
    }
  }
  return drawn;
}

class DamageTest : public testing::Test {
 protected:
  static bool is_of_index(const std::string& path) { return path.find("/index/") != std::string::npos; }
  static bool is_of_log(const std::string& path) { return path.find("/log/") != std::string::npos; }

  void refused_well(const Status& status, const Damage& damage) {
    const bool code_is_right =
        status.code() == Code::kDamaged || status.code() == Code::kUnsupported || status.code() == Code::kNotFound;
    EXPECT_TRUE(code_is_right) << name_of(status.code()) << ": " << status.text();
    names_the_place(status.text(), damage);
    ++refused_;
  }

  // Damage in the log is told with file and offset.
  void names_the_place(const std::string& text, const Damage& damage) {
    if (!is_of_log(damage.path)) return;
    const std::string name = damage.path.substr(damage.path.rfind('/') + 1);
    EXPECT_NE(text.find(name), std::string::npos) << text;
    EXPECT_NE(text.find("offset"), std::string::npos) << text;
  }

  // An answer is right, or there is none.
  void check_view(const Snapshot& view, const Damage& damage, TxNumber wanted) {
    if (view.damage().empty()) {
      EXPECT_EQ(view.tx(), wanted) << "shows less than was acknowledged, and does not say so";
    } else {
      names_the_place(view.damage(), damage);
      EXPECT_LE(view.tx(), wanted);
      ++prefixes_;
    }
    if (view.tx() >= sound_.length_at.size()) return;
    const ModelState before_the_first;  // without a schema
    const ModelState& state = view.tx() == 0 ? before_the_first : sound_.states[sound_.length_at[view.tx()]];
    const Comparison compared = compare(view, state, true);
    EXPECT_EQ(compared.wrong, "");
    if (!compared.status.ok()) refused_well(compared.status, damage);
    if (view.tx() == sound_.head && wanted == sound_.head) check_walk(view, damage);
  }

  void check_walk(const Snapshot& view, const Damage& damage) {
    const auto id = view.find(Sound::kStart);
    if (!id.ok() || !*id) return;
    const NodeId starts[] = {**id};
    const Result<Answer> answer = upstream(view, starts);
    if (!answer.ok()) return refused_well(answer.status(), damage);
    ASSERT_EQ(answer->nodes.size(), sound_.walk.nodes.size());
    for (std::size_t i = 0; i < answer->nodes.size(); ++i) {
      const Result<Ref> ref = view.ref(answer->nodes[i].id);
      EXPECT_TRUE(ref.ok() && ref->text() == sound_.walk.nodes[i].ref);
      EXPECT_EQ(answer->nodes[i].depth, sound_.walk.nodes[i].depth);
    }
  }

  void check_store(CrashFiles& disk, const Damage& damage, bool read_only) {
    const auto store =
        read_only ? Store::open_read_only("/hub", options_on(disk)) : Store::open("/hub", options_on(disk));
    if (!store.ok()) return refused_well(store.status(), damage);
    const Result<Snapshot> now = (*store)->snapshot();
    if (!now.ok()) return refused_well(now.status(), damage);
    check_view(*now, damage, sound_.head);
    const TxNumber past = sound_.head / 2;
    const Result<Snapshot> then = (*store)->snapshot_at(past);
    if (then.ok()) {
      check_view(*then, damage, past);
    } else if (now->damage().empty() || now->tx() >= past) {
      refused_well(then.status(), damage);
    }
  }

  void check_rebuilt(CrashFiles& disk) {
    const Status rebuilt = Store::rebuild("/hub", options_on(disk));
    ASSERT_TRUE(rebuilt.ok()) << rebuilt.text();
    const auto store = Store::open("/hub", options_on(disk));
    ASSERT_TRUE(store.ok()) << store.status().text();
    EXPECT_EQ(difference(*(*store)->snapshot(), sound_.states.back(), true), "") << "after rebuilding";
  }

  void check_verified(CrashFiles& disk, const Damage& damage) {
    const Result<VerifyReport> report = Store::verify("/hub", options_on(disk));
    if (!report.ok()) return refused_well(report.status(), damage);
    ASSERT_FALSE(report->findings.empty()) << "verify finds nothing";
    names_the_place(report->findings.front(), damage);
  }

  void try_one(const Damage& damage, std::uint64_t n) {
    SCOPED_TRACE(damage.text());
    const std::unique_ptr<CrashFiles> disk = sound_.disk.clone();
    if (!damage.apply(*disk)) return;
    check_store(*disk, damage, n % 4 == 0);
    if (is_of_index(damage.path) && n % 16 == 0) check_rebuilt(*disk);
    if (is_of_log(damage.path) && n % 8 == 0) check_verified(*disk, damage);
  }

  Sound sound_;
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> prefixes_{0};
};

TEST_F(DamageTest, NoDamageToAnyFileMakesAWrongAnswer) {
  const std::uint64_t seed = seed_of_this_run();
  const std::uint64_t count = repeats("AMONT_CASES", 20'000);
  const std::vector<Damage> tried = damages(sound_.disk, count, seed);
  fmt::print("AMONT_CASES={}\n", count);
  for (const std::string& path : sound_.disk.paths())
    fmt::print("  {} {} bytes\n", path, sound_.disk.contents(path)->size());
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back([&] {
      for (std::size_t n = next++; n < tried.size() && !HasFailure(); n = next++) try_one(tried[n], n);
    });
  }
  for (std::thread& thread : threads) thread.join();
  fmt::print("{} cases: refused {} times, a good prefix {} times\n", tried.size(), refused_.load(), prefixes_.load());
  EXPECT_GE(tried.size(), count * 9 / 10);
}

}  // namespace
}  // namespace amont
