// A witness, and the store that asks it: what it cosigns, what it refuses and how, and that it forgets nothing in a crash.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "amont/store.h"
#include "core/evidence/checkpoint.h"
#include "core/merkle/consistency.h"
#include "core/text/base64.h"
#include "tests/support/crash_files.h"
#include "tests/support/repeats.h"

namespace amont {
namespace {

const Timestamp kNow{1'700'000'000'000'000};
const std::string kOrigin = "log.example/a";

struct Keys {
  SignerKey log = *make_signer_key(kOrigin, KeyType::kSigns);
  SignerKey other = *make_signer_key("log.example/b", KeyType::kSigns);
  SignerKey witness = *make_signer_key("witness.example/w", KeyType::kCosigns);
};
const Keys& keys() {
  static const Keys all;
  return all;
}

std::vector<Digest> leaves_of(int count, int differs_from = 1000) {
  std::vector<Digest> out;
  for (int i = 0; i < count; ++i) out.push_back(merkle_leaf(fmt::format("{}{}", i, i >= differs_from ? "'" : "")));
  return out;
}

// What a log with these leaves asks a witness that has seen `old_size` of them.
std::string request(const std::vector<Digest>& leaves, std::uint64_t old_size, const SignerKey& key = keys().log,
                    const std::string& origin = kOrigin) {
  const auto proof = prove_consistency(old_size, leaves.size(),
                                       [&](std::uint64_t begin, std::uint64_t end, const auto& visit) -> Status {
                                         for (std::uint64_t i = begin; i < end; ++i) visit(leaves[i]);
                                         return {};
                                       });
  std::string out = fmt::format("old {}\n", old_size);
  for (const Digest& hash : *proof) out += base64(view_of(hash)) + "\n";
  const Checkpoint checkpoint{origin, leaves.size(), merkle_root(leaves), {}};
  return out + "\n" + format_note(*sign_note(format_checkpoint(checkpoint), key));
}

Result<Witness> open(CrashFiles& disk) {
  return Witness::open("/state", format_signer_key(keys().witness),
                       {{kOrigin, format_verifier_key(keys().log.verifier)},
                        {"log.example/b", format_verifier_key(keys().other.verifier)}},
                       &disk);
}

int status_of(Witness& witness, const std::string& body) {
  const auto answer = witness.add_checkpoint(body, kNow);
  EXPECT_TRUE(answer.ok()) << answer.status().text();
  return answer.ok() ? answer->status : 0;
}

TEST(Witness, CosignsWhatFollowsFromWhatItSaw) {
  CrashFiles disk;
  auto witness = open(disk);
  ASSERT_TRUE(witness.ok()) << witness.status().text();
  EXPECT_EQ(witness->last(kOrigin).code(), Code::kNotFound);
  for (const auto& [old_size, size] : {std::pair(0, 3), {3, 3}, {3, 20}, {20, 21}}) {
    const std::string body = request(leaves_of(size), old_size);
    const auto answer = witness->add_checkpoint(body, kNow);
    ASSERT_TRUE(answer.ok());
    ASSERT_EQ(answer->status, 200) << answer->body;
    Note note = *parse_note(body.substr(body.find("\n\n") + 2));
    note.signatures = *parse_signatures(answer->body);
    EXPECT_TRUE(has_good_signature(note, keys().witness.verifier));
    EXPECT_EQ(cosigned_at(note.signatures[0], keys().witness.verifier), 1'700'000'000);
    const auto last = read_checkpoint(*witness->last(kOrigin));
    EXPECT_EQ(last->size, static_cast<std::uint64_t>(size));
    EXPECT_EQ(last->signatures.size(), 2u);
  }
}

TEST(Witness, RefusesAsTheProtocolSays) {
  CrashFiles disk;
  auto witness = open(disk);
  ASSERT_EQ(status_of(*witness, request(leaves_of(10), 0)), 200);
  EXPECT_EQ(witness->add_checkpoint(request(leaves_of(12), 7), kNow)->body, "10\n");
  EXPECT_EQ(status_of(*witness, request(leaves_of(12), 7)), 409);
  EXPECT_EQ(status_of(*witness, request(leaves_of(8), 8)), 409);  // a rollback
  EXPECT_EQ(status_of(*witness, request(leaves_of(12), 0)), 409);
  EXPECT_EQ(status_of(*witness, request(leaves_of(12, 4), 10)), 422);  // a fork
  EXPECT_EQ(status_of(*witness, request(leaves_of(10, 4), 10)), 422);
  EXPECT_EQ(status_of(*witness, request(leaves_of(12, 11), 10)), 200);          // what is new may be anything
  EXPECT_EQ(status_of(*witness, request(leaves_of(3), 0, keys().other)), 403);  // another log's key
  EXPECT_EQ(status_of(*witness, request(leaves_of(3), 0, keys().other, "log.example/c")), 404);
  std::string smaller = request(leaves_of(11), 10);
  smaller.replace(0, 6, "old 12");
  EXPECT_EQ(status_of(*witness, smaller), 400);
  std::string forged = request(leaves_of(13), 12);
  char& digit = forged[forged.size() - 6];
  digit = digit == 'A' ? 'B' : 'A';  // base 64 still
  EXPECT_EQ(status_of(*witness, forged), 403);
  // The first is of another log, whose memory is its own.
  EXPECT_EQ(status_of(*witness, request(leaves_of(3), 0, keys().other, "log.example/b")), 200);
  EXPECT_EQ(read_checkpoint(*witness->last(kOrigin))->size, 12u);
}

TEST(Witness, WhatIsNoRequestIsA400) {
  CrashFiles disk;
  auto witness = open(disk);
  ASSERT_EQ(status_of(*witness, request(leaves_of(10), 0)), 200);
  const std::string sound = request(leaves_of(20), 10);
  const std::string note = sound.substr(sound.find("\n\n") + 2);
  const std::string hash = base64(std::string(32, 'h')) + "\n";
  std::string many = "old 10\n";
  for (int i = 0; i < 64; ++i) many += hash;
  for (const std::string& bad :
       {std::string(), std::string("\n"), "old\n\n" + note, "old 010\n\n" + note, "old -1\n\n" + note,
        "old  10\n\n" + note, "new 10\n\n" + note, "old 10\n" + note, "old 10\nhash\n\n" + note,
        "old 10\n" + hash + note, many + "\n" + note, std::string("old 10\n\n"), "old 10\n\n" + note + "more",
        sound.substr(0, sound.size() - 1)})
    EXPECT_EQ(status_of(*witness, bad), 400) << bad;
  EXPECT_EQ(read_checkpoint(*witness->last(kOrigin))->size, 10u);
}

// Whatever is changed in a request, nothing is cosigned but the text that the log signed, upon the memory that is there.
TEST(Witness, NoChangedRequestGetsAnythingElseCosigned) {
  CrashFiles disk;
  auto witness = open(disk);
  ASSERT_EQ(status_of(*witness, request(leaves_of(10), 0)), 200);
  const std::string memory = *disk.contents("/state/" + hex(sha256(kOrigin)));
  const std::string sound = request(leaves_of(20), 10);
  Dice dice(20261128);
  std::map<int, std::uint64_t> answers;
  const std::uint64_t rounds = repeats("AMONT_MUTATIONS", 5'000);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::string changed = sound;
    switch (dice.below(4)) {
      case 0: changed[dice.below(changed.size())] ^= static_cast<char>(1 << dice.below(8)); break;
      case 1: changed.erase(dice.below(changed.size()), 1 + dice.below(8)); break;
      case 2:
        changed.insert(dice.below(changed.size() + 1), changed.substr(dice.below(changed.size()), 1 + dice.below(60)));
        break;
      default: changed[dice.below(changed.size())] = changed[dice.below(changed.size())];
    }
    if (changed == sound) continue;
    const int status = status_of(*witness, changed);
    ++answers[status];
    ASSERT_NE(status, 200) << changed;
    ASSERT_EQ(*disk.contents("/state/" + hex(sha256(kOrigin))), memory);
  }
  EXPECT_GT(answers[400], rounds / 4);
  EXPECT_GT(answers[403], rounds / 20);
  EXPECT_GT(answers[422], rounds / 20);
  EXPECT_EQ(status_of(*witness, sound), 200);
}

TEST(Witness, DoesNotSignWithAClockThatWentBack) {
  CrashFiles disk;
  {
    auto witness = open(disk);
    ASSERT_EQ(status_of(*witness, request(leaves_of(10), 0)), 200);
    const Timestamp before{kNow.micros - 1'000'000};
    const auto refused = witness->add_checkpoint(request(leaves_of(12), 10), before);
    EXPECT_EQ(refused.code(), Code::kInvalid);
    EXPECT_NE(refused.status().text().find("2023-11-14T22:13:20Z"), std::string::npos) << refused.status().text();
    // Each log has its own last time.
    EXPECT_EQ(witness->add_checkpoint(request(leaves_of(3), 0, keys().other, "log.example/b"), before)->status, 200);
  }
  auto witness = open(disk);  // and it remembers
  EXPECT_EQ(witness->add_checkpoint(request(leaves_of(12), 10), Timestamp{0}).code(), Code::kInvalid);
  EXPECT_EQ(read_checkpoint(*witness->last(kOrigin))->size, 10u);
  EXPECT_EQ(status_of(*witness, request(leaves_of(12), 10)), 200);  // in the same second
}

TEST(Witness, TheEmptyLogHasTheRootOfTheEmptyTree) {
  CrashFiles disk;
  auto witness = open(disk);
  const auto with_root = [](const Digest& root) {
    return "old 0\n\n" + format_note(*sign_note(format_checkpoint({kOrigin, 0, root, {}}), keys().log));
  };
  EXPECT_EQ(status_of(*witness, with_root(Digest{})), 422);
  EXPECT_EQ(status_of(*witness, with_root(MerkleFrontier().root())), 200);
  EXPECT_EQ(status_of(*witness, request(leaves_of(4), 0)), 200);
}

TEST(Witness, OneProcessHasTheStateAndKeysMustBeOfTheirKind) {
  CrashFiles disk;
  const auto witness = open(disk);
  ASSERT_TRUE(witness.ok());
  EXPECT_EQ(open(disk).code(), Code::kLocked);
  EXPECT_EQ(Witness::open("/s", format_signer_key(keys().log), {}, &disk).code(), Code::kInvalid);
  EXPECT_EQ(Witness::open("/s", format_signer_key(keys().witness),
                          {{"o", format_verifier_key(keys().witness.verifier)}}, &disk)
                .code(),
            Code::kInvalid);
}

TEST(Witness, AMemoryThatIsNotItsOwnIsNotBuiltUpon) {
  CrashFiles disk;
  const std::string path = "/state/" + hex(sha256(kOrigin));
  {
    auto witness = open(disk);
    ASSERT_EQ(status_of(*witness, request(leaves_of(10), 0)), 200);
  }
  // Somebody who has the log's key but not the witness's puts a fork in its place.
  const std::string fork = request(leaves_of(10, 4), 0);
  ASSERT_TRUE(disk.replace(path, fork.substr(fork.find("\n\n") + 2)).ok());
  auto witness = open(disk);
  EXPECT_EQ(witness->add_checkpoint(request(leaves_of(12, 4), 10), kNow).code(), Code::kDamaged);
}

TEST(Witness, RemembersWhatItCosignedThroughEveryCrash) {
  std::uint64_t points = 0;
  for (std::uint64_t at = 0;; ++at) {
    CrashFiles disk;
    disk.crash_at(at);
    std::uint64_t answered = 0;
    if (auto witness = open(disk); witness.ok()) {
      for (const int size : {2, 5, 9}) {
        const auto answer = witness->add_checkpoint(request(leaves_of(size), answered), kNow);
        if (!answer || answer->status != 200) break;
        answered = static_cast<std::uint64_t>(size);
      }
    }
    if (!disk.crashed()) break;
    ++points;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      SCOPED_TRACE(fmt::format("crash at operation {} ({}), model {}", at, disk.struck(), model));
      const auto left = disk.after_crash(kDamageModels[model], at);
      auto witness = open(*left);
      ASSERT_TRUE(witness.ok()) << witness.status().text();
      const auto last = witness->last(kOrigin);
      const std::uint64_t known = last.ok() ? read_checkpoint(*last)->size : 0;
      ASSERT_TRUE(last.ok() || last.code() == Code::kNotFound) << last.status().text();
      ASSERT_GE(known, answered);
      ASSERT_EQ(status_of(*witness, request(leaves_of(12, 0), known)), known == 0 ? 200 : 422);
    }
  }
  EXPECT_GE(points, 10u);
}

// One more transaction.
void grow(Store& store, const std::string& name) {
  NodeRow row;
  row.name = name;
  Transaction transaction;
  transaction.changes.push_back(GrowSchema{{"", {row}, {}}});
  const auto done = store.commit(transaction);
  ASSERT_TRUE(done.ok()) << done.status().text();
}

// The whole way: a store signs, a witness cosigns, the store keeps that, verify asks for it.
TEST(Witness, AStoresCheckpointsAreCosignedAndVerified) {
  CrashFiles disk;
  Options options;
  options.files = &disk;
  options.index_in_memory = true;
  const auto store = Store::create("/hub", SchemaGrowth{}, options);
  ASSERT_TRUE(store.ok());
  const KeyPair log_keys = *make_key_pair("hub", KeyType::kSigns);
  const KeyPair witness_keys = *make_key_pair("w", KeyType::kCosigns);
  const auto read = read_checkpoint(*(*store)->sign_checkpoint(log_keys.signer));
  EXPECT_EQ(read->size, 0u);
  auto witness = Witness::open("/w", witness_keys.signer, {{read->origin, log_keys.verifier}}, &disk);
  ASSERT_TRUE(witness.ok());
  std::uint64_t seen = 0;
  for (int round = 0; round < 4; ++round) {
    for (int n = 0; n <= round; ++n) grow(**store, fmt::format("kind{}{}", round, n));
    const std::uint64_t size = read_checkpoint(*(*store)->sign_checkpoint(log_keys.signer))->size;
    const auto body = (*store)->witness_request(seen, size);
    ASSERT_TRUE(body.ok()) << body.status().text();
    const auto answer = witness->add_checkpoint(*body, kNow);
    ASSERT_TRUE(answer.ok());
    ASSERT_EQ(answer->status, 200) << answer->body;
    EXPECT_EQ((*store)->add_cosignatures(size, answer->body, {log_keys.verifier}).code(), Code::kRefused);
    const auto both = (*store)->add_cosignatures(size, answer->body, {witness_keys.verifier});
    ASSERT_TRUE(both.ok()) << both.status().text();
    EXPECT_TRUE(*is_signed_by(*both, log_keys.verifier));
    EXPECT_TRUE(*is_signed_by(*both, witness_keys.verifier));
    EXPECT_EQ(*(*store)->sign_checkpoint(log_keys.signer), *both);  // signing again loses nothing
    EXPECT_EQ((*store)->witness_request(size + 1, size).code(), Code::kInvalid);
    seen = size;
  }
  const auto report = Store::verify("/hub", options, {}, {{log_keys.verifier}, {witness_keys.verifier}, {}});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->findings, std::vector<std::string>{});
  ASSERT_EQ(report->witnessed.size(), 1u);
  EXPECT_EQ(report->witnessed[0].size, seen);
  EXPECT_EQ(report->witnessed[0].time, kNow);
}

// Anchors ----------------------------------------------------------------------------------------------------------------

TEST(Anchor, TakesNewerCheckpointsAndNoneThatDisagree) {
  CrashFiles disk;
  Options options;
  options.files = &disk;
  options.index_in_memory = true;
  const KeyPair log_keys = *make_key_pair("hub", KeyType::kSigns);
  ASSERT_TRUE(disk.make_directory("/drop").ok());
  std::unique_ptr<CrashFiles> before;
  std::string origin;
  {
    const auto store = Store::create("/hub", SchemaGrowth{}, options);
    ASSERT_TRUE(store.ok());
    EXPECT_EQ((*store)->anchor("/drop").code(), Code::kNotFound);
    grow(**store, "a");
  }
  before = disk.clone();
  const auto store = Store::open("/hub", options);
  grow(**store, "b");
  const std::string note = *(*store)->sign_checkpoint(log_keys.signer);
  origin = read_checkpoint(note)->origin;
  const auto path = (*store)->anchor("/drop");
  ASSERT_TRUE(path.ok()) << path.status().text();
  EXPECT_EQ(*path, "/drop/amont-" + origin.substr(6) + "-00000000000000000002.checkpoint");
  EXPECT_EQ(*disk.contents(*path), note);
  EXPECT_EQ(*(*store)->anchor("/drop"), *path);
  EXPECT_EQ(*(*store)->anchor("/one"), "/one");
  grow(**store, "c");
  ASSERT_TRUE((*store)->sign_checkpoint(log_keys.signer).ok());
  EXPECT_TRUE((*store)->anchor("/drop").ok());
  EXPECT_TRUE((*store)->anchor("/one").ok());
  EXPECT_EQ(read_checkpoint(*disk.contents("/one"))->size, 3u);
  ASSERT_TRUE(disk.replace("/text", "a letter").ok());
  EXPECT_EQ((*store)->anchor("/text").code(), Code::kConflict);

  // An old copy that went another way meets what was anchored.
  ASSERT_TRUE(before->make_directory("/drop").ok());
  ASSERT_TRUE(before->replace(*path, note).ok());
  ASSERT_TRUE(before->replace("/one", note).ok());
  options.files = before.get();
  const auto fork = Store::open("/hub", options);
  ASSERT_TRUE(fork.ok());
  ASSERT_TRUE((*fork)->sign_checkpoint(log_keys.signer).ok());
  EXPECT_EQ((*fork)->anchor("/drop").code(), Code::kConflict);  // shorter
  grow(**fork, "x");
  ASSERT_TRUE((*fork)->sign_checkpoint(log_keys.signer).ok());
  EXPECT_EQ((*fork)->anchor("/drop").code(), Code::kConflict);  // as long
  grow(**fork, "y");
  ASSERT_TRUE((*fork)->sign_checkpoint(log_keys.signer).ok());
  EXPECT_EQ((*fork)->anchor("/drop").code(), Code::kConflict);  // longer
  EXPECT_EQ((*fork)->anchor("/one").code(), Code::kConflict);
  EXPECT_EQ(*before->contents("/one"), note);
}

}  // namespace
}  // namespace amont
