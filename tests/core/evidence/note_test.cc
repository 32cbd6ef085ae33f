// Notes, keys and checkpoints against what others publish: the examples of C2SP's signed-note and tlog-checkpoint, the known
// answers of Go's golang.org/x/mod/sumdb/note, RFC 8032's first vectors; and against changed bytes.
#include "core/evidence/note.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/evidence/checkpoint.h"
#include "core/merkle/tree.h"
#include "core/text/base64.h"
#include "tests/support/crash_disk.h"
#include "tests/support/repeats.h"

namespace amont {
namespace {

const std::string kGoSigner = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const std::string kGoVerifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kGoOther = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string kGoText =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const std::string kGoNote =
    kGoText +
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const std::string kGoOtherLine =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
const std::string kSofa =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

VerifierKey verifier(const std::string& line) { return *parse_verifier_key(line); }

TEST(Base64, AgreesWithRfc4648) {
  const std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : kVectors) {
    EXPECT_EQ(base64(plain), coded);
    EXPECT_EQ(from_base64(coded), plain);
  }
  for (const char* bad :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm 9", "====", "Z===", "Zm9v=", "Zm-_"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Ed25519, GivesTheAnswersOfRfc8032) {
  const std::string seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  Ed25519Seed key;
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(std::stoi(seed.substr(2 * i, 2), nullptr, 16));
  const auto shown = [](const auto& bytes) {
    return hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  };
  const auto public_key = ed25519_public_key(key);
  ASSERT_TRUE(public_key.ok());
  EXPECT_EQ(shown(*public_key), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const auto signature = ed25519_sign(key, "");
  ASSERT_TRUE(signature.ok());
  EXPECT_EQ(shown(*signature),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f059"
            "5bbe246"
            "55141438e7a100b");
  EXPECT_TRUE(ed25519_verify(*public_key, "", *signature));
  EXPECT_FALSE(ed25519_verify(*public_key, "x", *signature));
  EXPECT_FALSE(ed25519_verify(*public_key, "", signature->substr(1)));
}

TEST(Notes, SigningGivesWhatGoGives) {
  const auto key = parse_signer_key(kGoSigner);
  ASSERT_TRUE(key.ok()) << key.status().text();
  EXPECT_EQ(format_verifier_key(key->verifier), kGoVerifier);
  EXPECT_EQ(format_signer_key(*key), kGoSigner);
  const auto note = sign_note(kGoText, *key);
  ASSERT_TRUE(note.ok()) << note.status().text();
  EXPECT_EQ(format_note(*note), kGoNote);
}

TEST(Notes, EachOfTwoSignersOfGosExampleIsFound) {
  const auto note = parse_note(kGoNote + kGoOtherLine);
  ASSERT_TRUE(note.ok()) << note.status().text();
  EXPECT_EQ(note->text, kGoText);
  EXPECT_TRUE(has_good_signature(*note, verifier(kGoVerifier)));
  EXPECT_TRUE(has_good_signature(*note, verifier(kGoOther)));
  const auto one = parse_note(kGoNote);
  EXPECT_FALSE(has_good_signature(*one, verifier(kGoOther)));
}

TEST(Notes, TheExampleOfTheSpecificationIsGood) {
  const auto note = parse_note(
      "This is an example message.\n\n— example.com/foo "
      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
  ASSERT_TRUE(note.ok()) << note.status().text();
  EXPECT_TRUE(
      has_good_signature(*note, verifier("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")));
}

TEST(Notes, ASignatureThatIsBadSpoilsTheGoodOneOfTheSameKey) {
  Note note = *parse_note(kGoNote);
  note.signatures.push_back(note.signatures[0]);
  EXPECT_TRUE(has_good_signature(note, verifier(kGoVerifier)));
  note.signatures[1].bytes[7] ^= 1;
  EXPECT_FALSE(has_good_signature(note, verifier(kGoVerifier)));
  note.signatures[1].name = "somebody else";
  EXPECT_TRUE(has_good_signature(note, verifier(kGoVerifier)));
}

TEST(Notes, WhatIsNoNoteIsRefused) {
  const std::string sound = kGoNote;
  ASSERT_TRUE(parse_note(sound).ok());
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string text = sound;
    const std::size_t at = text.find(what);
    return text.replace(at, what.size(), instead);
  };
  for (const std::string& bad :
       {std::string(),
        std::string("\n"),
        kGoText,
        kGoText + "\n",
        sound.substr(0, sound.size() - 1),
        sound + "\n",
        sound + "x\n",
        with("\n\n", "\n"),
        with("— ", "- "),
        with("— ", "—"),
        with("— P", "—  P"),
        with("Neumann x", "Neumannx"),
        with("nAM=", "nAM"),
        with("nAM=", "nAN="),
        with("If", "I\tf"),
        with("If", std::string("I\0f", 3)),
        with("If", "I\rf"),
        with("If", "I\xff"),
        with("— PeterNeumann", "— Peter+Neumann"),
        with("— PeterNeumann", "— Peter\xc2\xa0Neumann"),
        with("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
             "x08gow==")})
    EXPECT_FALSE(parse_note(bad).ok()) << bad;
  EXPECT_EQ(parse_note(std::string(kNoteBytesMax, 'a') + kGoNote).code(), Code::kLimit);
  std::string many = kGoNote;
  for (std::size_t i = 1; i < kNoteSignaturesMax; ++i) many += kGoOtherLine;
  EXPECT_TRUE(parse_note(many).ok());
  EXPECT_EQ(parse_note(many + kGoOtherLine).code(), Code::kLimit);
}

TEST(Notes, KeysThatWereCutOrChangedAreRefused) {
  for (const std::string& key : {kGoVerifier, kGoSigner}) {
    const bool secret = key == kGoSigner;
    const auto is_read = [&](const std::string& text) {
      return secret ? parse_signer_key(text).ok() : parse_verifier_key(text).ok();
    };
    ASSERT_TRUE(is_read(key));
    EXPECT_TRUE(is_read(key + "\n"));
    EXPECT_FALSE(is_read(key + "\n\n"));
    for (std::size_t i = 0; i <= key.size(); ++i)
      for (std::size_t j = i; j <= key.size(); ++j)
        EXPECT_EQ(is_read(key.substr(i, j - i)), i == 0 && j == key.size()) << key.substr(i, j - i);
    for (std::size_t i = 0; i < key.size(); ++i) {
      std::string changed = key;
      ++changed[i];
      EXPECT_FALSE(is_read(changed)) << changed;
    }
  }
  // A length that is wrong and a type that is unknown, with ids that fit.
  EXPECT_FALSE(parse_verifier_key("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==").ok());
  EXPECT_FALSE(parse_verifier_key("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").ok());
}

TEST(Notes, NoMessageShowsAPrivateKey) {
  const auto shown = parse_verifier_key(kGoSigner).status().text() + parse_signer_key(kGoSigner + "x").status().text();
  EXPECT_EQ(shown.find("AYEKFALV"), std::string::npos) << shown;
}

TEST(Notes, NamesOfKeysHaveNoSpacesAndNoPlus) {
  for (const char* name : {"a", "example.com/log", "é", "amont/00ff"}) EXPECT_TRUE(check_key_name(name).ok()) << name;
  EXPECT_TRUE(check_key_name(std::string(kKeyNameBytesMax, 'n')).ok());
  EXPECT_EQ(check_key_name(std::string(kKeyNameBytesMax + 1, 'n')).code(), Code::kLimit);
  const auto longest = make_signer_key(std::string(kKeyNameBytesMax, 'n'), KeyType::kSigns);
  ASSERT_TRUE(longest.ok());
  EXPECT_TRUE(parse_signer_key(format_signer_key(*longest)).ok());  // what is made can be read
  for (const char* name : {"", " ", "a b", "a+b", "a\n", "a\x7f", "a\xe2\x80\x89z", "a\xe3\x80\x80", "\xff"})
    EXPECT_FALSE(check_key_name(name).ok()) << name;
}

TEST(Checkpoints, TheExampleOfTheSpecificationIsRead) {
  const auto read = parse_signed_checkpoint(kSofa);
  ASSERT_TRUE(read.ok()) << read.status().text();
  EXPECT_EQ(read->checkpoint.origin, "example.com/behind-the-sofa");
  EXPECT_EQ(read->checkpoint.size, 20852163u);
  EXPECT_EQ(base64(view_of(read->checkpoint.root)), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
  EXPECT_TRUE(read->checkpoint.extensions.empty());
  EXPECT_EQ(format_note(read->note), kSofa);
  const auto summary = read_checkpoint(kSofa);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->signatures[1].name, "witness.example.com/w1");
  EXPECT_EQ(summary->signatures[1].claimed->text(), "2023-03-20T12:25:47Z");
  EXPECT_FALSE(summary->signatures[0].claimed);
}

TEST(Checkpoints, WhatIsNoCheckpointIsRefused) {
  const std::string root = base64(std::string(32, 'r'));
  for (const std::string& good : {"o\n7\n" + root + "\n", "o\n0\n" + root + "\n",
                                  "o\n18446744073709551615\n" + root + "\n", "o\n7\n" + root + "\nmore\nand more\n"}) {
    const auto read = parse_checkpoint(good);
    ASSERT_TRUE(read.ok()) << good;
    EXPECT_EQ(format_checkpoint(*read), good);
  }
  for (const std::string& bad :
       {std::string(), std::string("\n\n\n"), "\n7\n" + root + "\n", "o\n07\n" + root + "\n", "o\n+7\n" + root + "\n",
        "o\n-7\n" + root + "\n", "o\n7 \n" + root + "\n", "o\n\n" + root + "\n",
        "o\n18446744073709551616\n" + root + "\n", std::string("o\n7\n"), std::string("o\n7\nAAAA\n"), "o\n7\n" + root,
        "o\n7\n" + root + "\n\n", "o\n7\n" + root + "\n\nmore\n"})
    EXPECT_FALSE(parse_checkpoint(bad).ok()) << bad;
}

TEST(Checkpoints, AWitnessSignsTheTimeWithTheText) {
  const auto key = make_signer_key("witness.example/w", KeyType::kCosigns);
  ASSERT_TRUE(key.ok());
  const std::string line = format_verifier_key(key->verifier);
  const VerifierKey known = verifier(line);
  EXPECT_EQ(known.type, KeyType::kCosigns);
  EXPECT_EQ(format_signer_key(*parse_signer_key(format_signer_key(*key))), format_signer_key(*key));
  Note note = parse_signed_checkpoint(kSofa)->note;
  EXPECT_FALSE(sign_note(note.text, *key).ok());
  note.signatures = {*sign_text(note.text, *key, 1679315147)};
  EXPECT_TRUE(has_good_signature(note, known));
  EXPECT_EQ(cosigned_at(note.signatures[0], known), 1679315147);
  // What is signed, by the letter of the specification.
  EXPECT_TRUE(ed25519_verify(known.public_key, "cosignature/v1\ntime 1679315147\n" + note.text,
                             note.signatures[0].bytes.substr(8)));
  note.signatures[0].bytes[7] ^= 1;  // another time
  EXPECT_FALSE(has_good_signature(note, known));
  EXPECT_FALSE(sign_text(note.text, *key, -1).ok());
  // The same bytes as a key of the other type have another id, and mean nothing.
  VerifierKey other = known;
  other.type = KeyType::kSigns;
  EXPECT_FALSE(parse_verifier_key(format_verifier_key(other)).ok());
}

// Whatever is changed in a note, it is refused, or no signature of the key is good any more, or what was changed is a signature of
// somebody else: never is another text taken for signed.
TEST(Checkpoints, NoChangedNoteIsTakenForSigned) {
  const auto key = make_signer_key("log", KeyType::kSigns);
  const auto witness = make_signer_key("w", KeyType::kCosigns);
  ASSERT_TRUE(key.ok() && witness.ok());
  Checkpoint checkpoint{"amont/0123", 4711, sha256("root"), {}};
  Note sound = *sign_note(format_checkpoint(checkpoint), *key);
  sound.signatures.push_back(*sign_text(sound.text, *witness, 1'700'000'000));
  const std::string bytes = format_note(sound);
  ASSERT_EQ(*parse_note(bytes), sound);
  Dice dice(20261127);
  std::uint64_t refused = 0;
  const std::uint64_t rounds = repeats("AMONT_MUTATIONS", 20'000);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::string changed = bytes;
    switch (dice.below(4)) {
      case 0: changed[dice.below(changed.size())] ^= static_cast<char>(1 << dice.below(8)); break;
      case 1: changed.erase(dice.below(changed.size()), 1 + dice.below(8)); break;
      case 2:
        changed.insert(dice.below(changed.size() + 1), changed.substr(dice.below(changed.size()), 1 + dice.below(40)));
        break;
      default: changed[dice.below(changed.size())] = changed[dice.below(changed.size())];
    }
    if (changed == bytes) continue;
    const auto read = parse_note(changed);
    if (!read) {
      ++refused;
      continue;
    }
    ASSERT_EQ(format_note(*read), changed);
    for (const SignerKey* one : {&*key, &*witness})
      ASSERT_TRUE(!has_good_signature(*read, one->verifier) || read->text == sound.text) << changed;
    ASSERT_FALSE(has_good_signature(*read, key->verifier) && has_good_signature(*read, witness->verifier) &&
                 read->signatures.size() == 2)
        << changed;
  }
  EXPECT_GT(refused, rounds / 4);
}

}  // namespace
}  // namespace amont
