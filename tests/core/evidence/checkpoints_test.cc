// Checkpoints of a store: what is signed stays signed, whatever crashes; and what was done to a closed store is found by whoever
// holds a checkpoint of it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "amont/keeping.h"
#include "amont/store.h"
#include "core/evidence/kept.h"
#include "core/log/log.h"
#include "core/store/directory.h"
#include "core/store/index_home.h"
#include "tests/support/crash_files.h"
#include "tests/support/repeats.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

const KeyPair& register_keys() {
  static const KeyPair keys = *make_key_pair("hub.example", KeyType::kSigns);
  return keys;
}

// The same identity, times and salts each time, so that histories differ only where a test wants it.
Options options_on(CrashFiles& disk) {
  Options options;
  options.files = &disk;
  options.index_in_memory = true;
  options.segment_bytes = 2 << 10;  // several
  options.random_seed = [n = std::uint64_t{0}](char* out32) mutable {
    const Digest seed = sha256(std::to_string(++n));
    std::copy(seed.begin(), seed.end(), out32);
  };
  options.clock = [n = std::int64_t{0}]() mutable { return Timestamp{1'700'000'000'000'000 + 1'000'000 * ++n}; };
  return options;
}

std::unique_ptr<Store> create(CrashFiles& disk) {
  auto store = Store::create("/hub", small_schema(), options_on(disk));
  EXPECT_TRUE(store.ok()) << store.status().text();
  return *std::move(store);
}
std::unique_ptr<Store> open(CrashFiles& disk) {
  auto store = Store::open("/hub", options_on(disk));
  EXPECT_TRUE(store.ok()) << store.status().text();
  return *std::move(store);
}

Status put(Store& store, const std::string& key, const std::string& title = "t") {
  Transaction transaction;
  PutNode change;
  change.ref = {"dataset", key};
  change.props.push_back({"title", Value(title)});
  transaction.changes.push_back(change);
  return store.commit(transaction).status();
}

void put_all(Store& store, std::initializer_list<const char*> keys) {
  for (const char* key : keys) ASSERT_TRUE(put(store, key).ok()) << key;
}

std::string sign(Store& store) {
  const auto note = store.sign_checkpoint(register_keys().signer);
  EXPECT_TRUE(note.ok()) << note.status().text();
  return note.ok() ? *note : std::string();
}

std::vector<std::string> findings(CrashFiles& disk, const VerifyAgainst& against) {
  const auto report = Store::verify("/hub", options_on(disk), {}, against);
  if (!report) return {report.status().text()};
  return report->findings;
}
bool verifies(CrashFiles& disk, const VerifyAgainst& against = {}) { return findings(disk, against).empty(); }

TEST(StoreCheckpoints, WhatIsSignedIsTheLogAndIsKept) {
  CrashFiles disk;
  const auto store = create(disk);
  put_all(*store, {"a", "b"});
  const std::string note = sign(*store);
  const auto said = read_checkpoint(note);
  ASSERT_TRUE(said.ok()) << said.status().text();
  const StoreInfo info = store->info();
  EXPECT_EQ(said->origin, "amont/" + info.register_id);
  EXPECT_EQ(said->size, 3u);
  EXPECT_EQ(said->root, info.root);
  EXPECT_EQ(info.checkpoint, 3u);
  EXPECT_TRUE(*is_signed_by(note, register_keys().verifier));
  EXPECT_EQ(*store->checkpoint(), note);
  EXPECT_EQ(*store->checkpoint(3), note);
  EXPECT_EQ(store->checkpoint(2).code(), Code::kNotFound);
  EXPECT_EQ(disk.contents("/hub/checkpoints/00000000000000000003").status().ok(), true);
  EXPECT_EQ(sign(*store), note);  // again: the same
  put_all(*store, {"c"});
  EXPECT_NE(sign(*store), note);
  EXPECT_EQ(*store->checkpoints(), (std::vector<std::uint64_t>{3, 4}));
}

TEST(StoreCheckpoints, AnotherKeySignsBesideTheFirst) {
  CrashFiles disk;
  const auto store = create(disk);
  const std::string first = sign(*store);
  const KeyPair next = *make_key_pair("hub.example", KeyType::kSigns);
  const auto both = store->sign_checkpoint(next.signer);
  ASSERT_TRUE(both.ok());
  EXPECT_TRUE(*is_signed_by(*both, register_keys().verifier));
  EXPECT_TRUE(*is_signed_by(*both, next.verifier));
  const KeyPair witness = *make_key_pair("w", KeyType::kCosigns);
  EXPECT_EQ(store->sign_checkpoint(witness.signer).code(), Code::kInvalid);
  EXPECT_EQ(store->sign_checkpoint("nonsense").code(), Code::kInvalid);
}

// Whoever may write the store but has no key puts more text under the size that is signed next.
TEST(StoreCheckpoints, NoTextOfAnotherIsSigned) {
  CrashFiles disk;
  const auto store = create(disk);
  const std::string path = "/hub/checkpoints/00000000000000000001";
  SignedCheckpoint planted = *parse_signed_checkpoint(sign(*store));
  planted.checkpoint.extensions = {"and all debts are paid"};
  planted.note.text = format_checkpoint(planted.checkpoint);
  const std::string bytes = format_note(planted.note);
  ASSERT_TRUE(disk.replace(path, bytes).ok());
  EXPECT_EQ(store->sign_checkpoint(register_keys().signer).code(), Code::kDamaged);
  EXPECT_EQ(*disk.contents(path), bytes);
  EXPECT_FALSE(verifies(disk, {{register_keys().verifier}, {}, {}}));
}

TEST(StoreCheckpoints, AReaderShowsThemAndSignsNone) {
  CrashFiles disk;
  const auto store = create(disk);
  const std::string note = sign(*store);
  const auto reader = Store::open_read_only("/hub", options_on(disk));
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*(*reader)->checkpoint(), note);
  EXPECT_EQ((*reader)->sign_checkpoint(register_keys().signer).code(), Code::kReadOnly);
}

TEST(StoreCheckpoints, ABatchThatMakesOneDueIsSignedAsItCloses) {
  CrashFiles disk;
  std::vector<std::string> told;
  Options options = options_on(disk);
  options.signer = register_keys().signer;
  options.checkpoint_transactions = 1;
  options.on_checkpoint = [&](const Result<std::string>& note) {
    told.push_back(note.ok() ? std::to_string(read_checkpoint(*note)->size) : note.status().text());
  };
  const auto store = Store::create("/hub", small_schema(), options);
  ASSERT_TRUE(store.ok()) << store.status().text();
  const auto batch = (*store)->begin_batch({});
  ASSERT_TRUE(batch.ok());
  ASSERT_TRUE((*batch)->add(PutNode{{"dataset", "a"}, {}, {}, {}}).ok());
  ASSERT_TRUE((*batch)->close().ok());
  EXPECT_EQ(told, (std::vector<std::string>{"2"}));
}

TEST(StoreCheckpoints, TheStoreSignsByItselfEverySoOftenAndWhenItCloses) {
  CrashFiles disk;
  std::vector<std::uint64_t> told;
  Options options = options_on(disk);
  options.signer = register_keys().signer;
  options.checkpoint_transactions = 3;
  options.on_checkpoint = [&](const Result<std::string>& note) {
    ASSERT_TRUE(note.ok()) << note.status().text();
    told.push_back(read_checkpoint(*note)->size);
  };
  {
    const auto store = Store::create("/hub", small_schema(), options);
    ASSERT_TRUE(store.ok()) << store.status().text();
    put_all(**store, {"a", "b", "c", "d", "e", "f", "g"});
    EXPECT_EQ(told, (std::vector<std::uint64_t>{3, 6}));
  }
  EXPECT_EQ(told, (std::vector<std::uint64_t>{3, 6, 8}));
  { const auto nothing_new = Store::open("/hub", options); }
  EXPECT_EQ(told.size(), 3u);
  EXPECT_TRUE(verifies(disk, {{register_keys().verifier}, {}, {}}));
  options.signer = "no key";
  EXPECT_EQ(Store::open("/hub", options).code(), Code::kInvalid);
}

TEST(StoreCheckpoints, NothingIsSignedInsideABatch) {
  CrashFiles disk;
  const auto store = create(disk);
  {
    const auto batch = store->begin_batch({});
    ASSERT_TRUE(batch.ok());
    ASSERT_TRUE((*batch)->add(Change(PutNode{{"dataset", "x"}, {}, {}, {}})).ok());
    ASSERT_TRUE((*batch)->close().ok());
  }
  EXPECT_EQ(read_checkpoint(sign(*store))->size, 2u);
}

TEST(StoreCheckpoints, ABackupTakesThemAlong) {
  CrashFiles disk;
  std::string note;
  {
    const auto store = create(disk);
    put_all(*store, {"a"});
    note = sign(*store);
    put_all(*store, {"b"});
  }
  ASSERT_TRUE(disk.replace("/hub/checkpoints/00000000000000000003.new", "under way").ok());
  ASSERT_TRUE(Store::backup("/hub", "/copy", options_on(disk)).ok());
  const auto restored = Store::restore("/copy", "/again", options_on(disk));
  ASSERT_TRUE(restored.ok()) << restored.status().text();
  const auto store = Store::open("/again", options_on(disk));
  ASSERT_TRUE(store.ok()) << store.status().text();
  EXPECT_EQ(*(*store)->checkpoints(), std::vector<std::uint64_t>{2});
  EXPECT_EQ(*(*store)->checkpoint(), note);
  EXPECT_TRUE((*store)->sign_checkpoint(register_keys().signer).ok());
  const auto report = Store::verify("/again", options_on(disk), {}, {{register_keys().verifier}, {}, {{"mine", note}}});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->findings, std::vector<std::string>{});
}

// What a test holds of the world outside: the notes that were given to it.
using Given = std::map<std::uint64_t, std::string>;

// Commits and signs, in turn and after opening again; puts each note that was released into `given`.
void script(CrashFiles& disk, Given& given) {
  const auto sign_one = [&](Store& store) {
    const auto note = store.sign_checkpoint(register_keys().signer);
    if (note.ok()) given[read_checkpoint(*note)->size] = *note;
    return note.status();
  };
  for (int round = 0; round < 3; ++round) {
    const auto store =
        round == 0 ? Store::create("/hub", small_schema(), options_on(disk)) : Store::open("/hub", options_on(disk));
    if (!store) return;
    for (int i = 0; i < 2; ++i) {
      for (int n = 0; n < 2; ++n)
        if (!put(**store, fmt::format("{}-{}-{}", round, i, n)).ok()) return;
      if (!sign_one(**store).ok()) return;
    }
    if (!sign_one(**store).ok()) return;
  }
}

// Whatever was given is kept, fits the log, and what is signed from now on fits it too.
void check(CrashFiles& disk, const Given& given) {
  const auto store = Store::open("/hub", options_on(disk));
  if (!store && given.empty()) return;
  ASSERT_TRUE(store.ok()) << store.status().text();
  for (const auto& [size, note] : given) {
    const auto kept = (*store)->checkpoint(size);
    ASSERT_TRUE(kept.ok()) << size << ": " << kept.status().text();
    ASSERT_EQ(*kept, note);
    const auto fits = (*store)->begins_with(note);
    ASSERT_TRUE(fits.ok() && *fits) << size;
  }
  ASSERT_TRUE(put(**store, "later").ok());
  const auto later = (*store)->sign_checkpoint(register_keys().signer);
  ASSERT_TRUE(later.ok()) << later.status().text();
  VerifyAgainst against{{register_keys().verifier}, {}, {{"later", *later}}};
  for (const auto& [size, note] : given) against.checkpoints.push_back({std::to_string(size), note});
  ASSERT_EQ(findings(disk, against), std::vector<std::string>{});
}

TEST(StoreCheckpoints, NoCrashMakesAStoreForgetOrContradictWhatItSigned) {
  std::uint64_t points = 0;
  for (std::uint64_t at = 0; !testing::Test::HasFatalFailure(); ++at) {
    CrashFiles disk;
    disk.crash_at(at);
    Given given;
    script(disk, given);
    if (!disk.crashed()) break;
    ++points;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      SCOPED_TRACE(fmt::format("crash at operation {} ({}), model {}", at, disk.struck(), model));
      check(*disk.after_crash(kDamageModels[model], at * 7 + model), given);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(points, 100u);
}

TEST(StoreCheckpoints, NoFailureMakesAStoreForgetOrContradictWhatItSigned) {
  for (const bool for_ever : {false, true}) {
    for (std::uint64_t at = 0;; ++at) {
      CrashFiles disk;
      if (for_ever)
        disk.fail_forever(at, Code::kIo);
      else
        disk.fail_once(at, Code::kIo);
      Given given;
      script(disk, given);
      if (disk.failures() == 0) break;
      SCOPED_TRACE(fmt::format("operation {} fails ({})", at, disk.struck()));
      disk.clear_faults();
      const auto left = disk.after_crash(kDamageModels[at % std::size(kDamageModels)], at);
      check(at % 2 == 0 ? disk : *left, given);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// Tampering with a closed store ------------------------------------------------------------------------------------------

// A log written anew by somebody who may write the store's files and knows the format: records are changed by `edit`, and all
// that follows from them (roots, frames, head, index) is made to fit.
void forge(CrashFiles& disk, const std::function<void(std::vector<LoggedTransaction>&)>& edit) {
  const RegisterFile file = *read_register_file(disk, "/hub");
  std::vector<LoggedTransaction> transactions;
  {
    const auto log = *open_log(disk, "/hub/log", {file.id, 2 << 10, false});
    ASSERT_TRUE(read_records(*log, 1, log->head().number, true, [&](const DecodedRecord& record) -> Status {
                  transactions.push_back(record.transaction);
                  return {};
                }).ok());
  }
  edit(transactions);
  ASSERT_TRUE(remove_tree(disk, "/hub/log").ok());
  ASSERT_TRUE(disk.remove("/hub/head").ok());
  const auto log = *create_log(disk, "/hub/log", {file.id, 2 << 10, true});
  Schema schema;
  MerkleFrontier tree;
  for (LoggedTransaction& one : transactions) {
    for (const LoggedChange& change : one.changes) {
      const auto* const grows = std::get_if<LoggedSchema>(&change);
      ASSERT_TRUE(!grows || schema.grow(grows->growth).ok());
    }
    one.head.number = tree.size() + 1;
    one.head.previous_root = tree.root();
    const auto kind_of = [&](NodeId) { return schema.node("dataset")->kind; };
    const PartList parts = encode_parts(one, schema, kinds_of_puts(one, kind_of));
    const auto record = encode_record(one.head, parts, sha256("seed"));
    ASSERT_TRUE(record.ok()) << record.status().text();
    ASSERT_TRUE(log->append(tree.size(), std::span(&*record, 1), one.head.time, true).ok());
    tree.append(record->leaf);
  }
}

struct Tampering {
  const char* what;
  std::function<void(std::vector<LoggedTransaction>&)> edit;
};

const Tampering kTamperings[] = {
    {"edit", [](auto& all) { std::get<LoggedNodePut>(all[2].changes[0]).props[0].value = Value("forged"); }},
    {"author", [](auto& all) { all[1].author = "somebody else"; }},
    {"time", [](auto& all) { all[3].head.time.micros -= 1; }},
    {"drop",
     [](auto& all) {
       all.erase(all.begin() + 5);  // the second put of "a"
     }},
    {"insert",
     [](auto& all) {
       LoggedTransaction more = all[5];
       std::get<LoggedNodePut>(more.changes[0]).props[0].value = Value("between");
       all.insert(all.begin() + 5, more);
     }},
    {"reorder", [](auto& all) { std::swap(all[5].changes, all[6].changes); }},
    {"fork", [](auto& all) { std::get<LoggedNodePut>(all.back().changes[0]).props[0].value = Value("another end"); }},
};

// Transactions: 1 schema, 2..5 a b c d, 6 and 7 change a and b.
std::unique_ptr<CrashFiles> tampered_ground(std::string& note, bool kept) {
  auto disk = std::make_unique<CrashFiles>();
  const auto store = create(*disk);
  put_all(*store, {"a", "b", "c", "d"});
  EXPECT_TRUE(put(*store, "a", "second").ok());
  EXPECT_TRUE(put(*store, "b", "second").ok());
  note = sign(*store);
  if (!kept) {
    EXPECT_TRUE(disk->remove("/hub/checkpoints/00000000000000000007").ok());
  }
  return disk;
}

TEST(Tampering, AForgedHistoryIsFoundByWhoeverHoldsACheckpointAndByTheStoresOwn) {
  for (const Tampering& tampering : kTamperings) {
    SCOPED_TRACE(tampering.what);
    std::string note;
    const auto disk = tampered_ground(note, true);
    ASSERT_TRUE(verifies(*disk, {{register_keys().verifier}, {}, {{"mine", note}}}));
    forge(*disk, tampering.edit);
    const auto found = findings(*disk, {{register_keys().verifier}, {}, {}});
    ASSERT_FALSE(found.empty());
    EXPECT_NE(found[0].find("checkpoints/00000000000000000007"), std::string::npos) << found[0];
    const auto store = open(*disk);
    EXPECT_EQ(store->sign_checkpoint(register_keys().signer).code(), Code::kDamaged);
    EXPECT_FALSE(*store->begins_with(note));
  }
}

// The forger removed the kept checkpoint as well. Nothing inside the store is wrong; what was given away finds it.
TEST(Tampering, WithoutTheKeptCheckpointOnlyTheOneGivenAwayFindsIt) {
  for (const Tampering& tampering : kTamperings) {
    SCOPED_TRACE(tampering.what);
    std::string note;
    const auto disk = tampered_ground(note, false);
    forge(*disk, tampering.edit);
    EXPECT_TRUE(verifies(*disk));                                         // what a proof does not prove
    EXPECT_FALSE(verifies(*disk, {{register_keys().verifier}, {}, {}}));  // nothing signed is left
    EXPECT_FALSE(verifies(*disk, {{register_keys().verifier}, {}, {{"mine", note}}}));
    EXPECT_FALSE(verifies(*disk, {{}, {}, {{"mine", note}}}));
  }
}

// The forger has the key: signs what was forged, and puts that in place of what was kept.
TEST(Tampering, WithTheKeyItTakesACheckpointThatAnotherHolds) {
  for (const Tampering& tampering : kTamperings) {
    SCOPED_TRACE(tampering.what);
    std::string note;
    const auto disk = tampered_ground(note, false);
    forge(*disk, tampering.edit);
    {
      const auto store = open(*disk);
      sign(*store);
    }
    EXPECT_TRUE(verifies(*disk, {{register_keys().verifier}, {}, {}}));
    EXPECT_FALSE(verifies(*disk, {{register_keys().verifier}, {}, {{"mine", note}}}));
  }
}

TEST(Tampering, AnOldCopyOfTheWholeStoreIsFoundByANewerCheckpointAlone) {
  CrashFiles disk;
  std::unique_ptr<CrashFiles> old_copy;
  std::string note;
  {
    const auto store = create(disk);
    put_all(*store, {"a"});
    sign(*store);
  }
  old_copy = disk.clone();
  {
    const auto store = open(disk);
    put_all(*store, {"b"});
    note = sign(*store);
  }
  EXPECT_TRUE(verifies(*old_copy, {{register_keys().verifier}, {}, {}}));
  const auto found = findings(*old_copy, {{register_keys().verifier}, {}, {{"mine", note}}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("rolled back"), std::string::npos) << found[0];
  // The log alone rolled back: the store's own checkpoint finds that, and signs no fork.
  const std::string kept = *disk.contents("/hub/checkpoints/00000000000000000003");
  ASSERT_TRUE(old_copy->replace("/hub/checkpoints/00000000000000000003", kept).ok());
  EXPECT_FALSE(verifies(*old_copy));
  const auto store = open(*old_copy);
  const auto refused = store->sign_checkpoint(register_keys().signer);
  EXPECT_EQ(refused.code(), Code::kDamaged);
  EXPECT_NE(refused.status().text().find("rolled back"), std::string::npos);
  ASSERT_TRUE(put(*store, "other").ok());  // as long as before, and another history
  EXPECT_EQ(store->sign_checkpoint(register_keys().signer).code(), Code::kDamaged);
  ASSERT_TRUE(put(*store, "and on").ok());
  EXPECT_EQ(store->sign_checkpoint(register_keys().signer).code(), Code::kDamaged);
}

TEST(Tampering, AKeyAsksForACheckpointThatItSigned) {
  CrashFiles disk;
  {
    const auto store = create(disk);
    put_all(*store, {"a"});
  }
  const auto found = findings(disk, {{register_keys().verifier}, {}, {}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("is signed by \"hub.example\""), std::string::npos) << found[0];
  EXPECT_TRUE(verifies(disk));
  sign(*open(disk));
  EXPECT_TRUE(verifies(disk, {{register_keys().verifier}, {}, {}}));
}

// A witness vouches only for what the log still is; of two times, for the later.
TEST(Tampering, AWitnessVouchesForNothingThatTheLogContradicts) {
  std::string note;
  const auto disk = tampered_ground(note, true);
  const SignerKey witness = *make_signer_key("w", KeyType::kCosigns);
  const std::string line = format_verifier_key(witness.verifier);
  const auto cosigned_at = [&](std::int64_t seconds) {
    SignedCheckpoint one = *parse_signed_checkpoint(note);
    one.note.signatures.push_back(*sign_text(one.note.text, witness, seconds));
    return NamedText{std::to_string(seconds), format_note(one.note)};
  };
  const VerifyAgainst against{{}, {line}, {cosigned_at(2'000), cosigned_at(1'000)}};
  const auto report = Store::verify("/hub", options_on(*disk), {}, against);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->findings, std::vector<std::string>{});
  ASSERT_EQ(report->witnessed.size(), 1u);
  EXPECT_EQ(report->witnessed[0].size, 7u);
  EXPECT_EQ(report->witnessed[0].time.micros, 2'000'000'000);
  forge(*disk, kTamperings[0].edit);
  const auto after = Store::verify("/hub", options_on(*disk), {}, against);
  ASSERT_TRUE(after.ok());
  EXPECT_FALSE(after->findings.empty());
  EXPECT_TRUE(after->witnessed.empty());
}

TEST(Tampering, ChangedAndForeignCheckpointsAreFound) {
  std::string note;
  const auto disk = tampered_ground(note, true);
  const std::string path = "/hub/checkpoints/00000000000000000007";
  const KeyPair stranger = *make_key_pair("hub.example", KeyType::kSigns);
  EXPECT_FALSE(verifies(*disk, {{stranger.verifier}, {}, {}}));
  EXPECT_TRUE(verifies(*disk, {{stranger.verifier, register_keys().verifier}, {}, {}}));
  const KeyPair witness = *make_key_pair("w", KeyType::kCosigns);
  EXPECT_FALSE(verifies(*disk, {{}, {witness.verifier}, {}}));
  EXPECT_EQ(Store::verify("/hub", options_on(*disk), {}, {{"no key"}, {}, {}}).code(), Code::kInvalid);
  EXPECT_EQ(Store::verify("/hub", options_on(*disk), {}, {{witness.verifier}, {}, {}}).code(), Code::kInvalid);
  EXPECT_FALSE(verifies(*disk, {{}, {}, {{"mine", "no note"}}}));
  for (std::size_t at = 0; at < note.size(); ++at) {
    auto changed = disk->clone();
    ASSERT_TRUE(changed->flip(path, at, 1).ok());
    ASSERT_FALSE(verifies(*changed, {{register_keys().verifier}, {}, {}})) << at;
  }
}

// No false alarms: histories that were only ever written by commits, signed at random times, crashed and opened again, verify
// against every note that was given away.
TEST(Tampering, HonestHistoriesRaiseNoAlarm) {
  const std::uint64_t histories = repeats("AMONT_HONEST_HISTORIES", 200);
  for (std::uint64_t n = 0; n < histories; ++n) {
    SCOPED_TRACE(n);
    Dice dice(n);
    auto disk = std::make_unique<CrashFiles>();
    VerifyAgainst against;
    auto store = create(*disk);
    for (std::uint64_t step = 0, steps = 1 + dice.below(20); step < steps; ++step) {
      const std::uint64_t what = dice.below(10);
      if (what < 6) {
        ASSERT_TRUE(put(*store, std::to_string(dice.below(5)), std::to_string(step)).ok());
      } else if (what < 9) {
        const auto note = store->sign_checkpoint(register_keys().signer);
        ASSERT_TRUE(note.ok()) << note.status().text();
        against.checkpoints.push_back({std::to_string(step), *note});
        against.keys = {register_keys().verifier};  // from now on it must be found
      } else {
        auto left = dice.coin() ? disk->after_crash(kDamageModels[dice.below(5)], step) : nullptr;
        store.reset();
        if (left) disk = std::move(left);
        store = open(*disk);
      }
    }
    store.reset();
    ASSERT_EQ(findings(*disk, against), std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace amont
