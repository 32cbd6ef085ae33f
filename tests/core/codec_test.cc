#include "core/record/codec.h"

#include <gtest/gtest.h>

#include <string>

#include "core/merkle/tree.h"
#include "core/text/bytes.h"
#include "tests/support/logged_sample.h"

namespace amont {
namespace {

struct Sample {
  Schema schema = sample_schema();
  LoggedTransaction transaction = sample_transaction(schema);
  Digest seed = sha256("a seed");
  PartList parts = encode_parts(transaction, schema,
                                kinds_of_puts(transaction, [this](NodeId id) { return sample_kind(schema, id); }));
  EncodedRecord record = *encode_record(transaction.head, parts, seed);
};

std::size_t header_at(const EncodedRecord& record) {
  for (std::size_t at = 0; at + kHeaderBytes <= record.bytes.size(); at += 8)
    if (merkle_leaf(std::string_view(record.bytes).substr(at, kHeaderBytes)) == record.leaf) return at;
  ADD_FAILURE() << "the record holds no header with its leaf";
  return 0;
}

TEST(Codec, ARecordHoldsEverything) {
  const Sample sample;
  for (const bool check_hashes : {true, false}) {
    const auto again = decode_record(sample.record.bytes, check_hashes);
    ASSERT_TRUE(again.ok()) << again.status().text();
    EXPECT_TRUE(same_transaction(again->transaction, sample.transaction));
    EXPECT_EQ(again->leaf, sample.record.leaf);
    EXPECT_EQ(again->part_count, sample.parts.size());
  }
  const auto head = decode_head(sample.record.bytes);
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->leaf, sample.record.leaf);
  EXPECT_EQ(head->head.number, sample.transaction.head.number);
  EXPECT_EQ(head->head.previous_root, sample.transaction.head.previous_root);
  EXPECT_EQ(sample.record.number, sample.transaction.head.number);
}

TEST(Codec, TheSameTransactionAndSeedGiveTheSameBytes) {
  const Sample sample, other;
  EXPECT_EQ(sample.record.bytes, other.record.bytes);
  EXPECT_EQ(sample.record.leaf, other.record.leaf);
  const auto resalted = encode_record(sample.transaction.head, sample.parts, sha256("another seed"));
  ASSERT_TRUE(resalted.ok());
  EXPECT_NE(resalted->leaf, sample.record.leaf) << "the parts' root must depend on their salts";
}

TEST(Codec, TheHeaderIsThe160BytesOfTheFormat) {
  const Sample sample;
  const std::string_view header = std::string_view(sample.record.bytes).substr(header_at(sample.record), kHeaderBytes);
  MerkleFrontier tree;
  const Salts salts = derive_salts({{0, 0, sample.seed}}, static_cast<std::uint32_t>(sample.parts.size()));
  for (std::size_t i = 0; i < sample.parts.size(); ++i)
    tree.append(merkle_leaf(view_of(salts.salts[i]), sample.parts[i]));
  std::string parts;
  append_u32(parts, static_cast<std::uint32_t>(sample.parts.size()));
  EXPECT_EQ(hex(header),
            "0102"
            "0000" +
                hex(parts) +
                "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
                "0102030405060708"
                "000647484627e120"
                "0000000000000029"
                "0000000000000004"
                "00000002"
                "00000000" +
                hex(sha256("the root before")) + hex(tree.root()) + std::string(64, '0'));
}

TEST(Codec, ARecordWithoutPartsIsOneToo) {
  LoggedHead head;
  head.number = 3;
  head.kind = TxKind::kBatchVoid;
  head.batch = 2;
  const auto record = encode_record(head, {}, sha256("s"));
  ASSERT_TRUE(record.ok());
  const auto again = decode_record(record->bytes, true);
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_EQ(again->transaction.head.number, 3u);
  EXPECT_EQ(again->transaction.head.kind, TxKind::kBatchVoid);
  EXPECT_EQ(again->part_count, 0u);
}

TEST(Codec, ARecordMayLieAtAnyAddress) {
  const Sample sample;
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const std::string moved = std::string(shift, '!') + sample.record.bytes;
    EXPECT_TRUE(decode_record(std::string_view(moved).substr(shift), true).ok()) << shift;
  }
}

TEST(Codec, ARecordOfANewerFormatIsUnsupported) {
  const Sample sample;
  std::string newer = sample.record.bytes;
  newer[header_at(sample.record)] = 2;
  EXPECT_EQ(decode_record(newer, true).code(), Code::kUnsupported);
  EXPECT_EQ(decode_head(newer).code(), Code::kUnsupported);
}

// A flip in the header gives another leaf, which the log's tree does not hold; no other flip may change what is read.
TEST(Codec, AFlipIsRefusedOrSeenInTheLeafOrChangesNothing) {
  const Sample sample;
  std::size_t refused = 0, other_leaf = 0;
  for (std::size_t at = 0; at < sample.record.bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = sample.record.bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit);
      (void)decode_head(flipped).ok();
      (void)decode_record(flipped, false).ok();
      const auto read = decode_record(flipped, true);
      if (!read.ok()) {
        ++refused;
        ASSERT_TRUE(read.code() == Code::kDamaged || read.code() == Code::kUnsupported) << read.status().text();
      } else if (read->leaf != sample.record.leaf) {
        ++other_leaf;
      } else {
        ASSERT_TRUE(same_transaction(read->transaction, sample.transaction)) << "bit " << bit << " of byte " << at;
      }
    }
  }
  EXPECT_GT(refused, sample.parts.bytes.size() * 8) << "each flip in a part is refused";
  EXPECT_GT(other_leaf, 0u);
  EXPECT_LT(other_leaf, kHeaderBytes * 8);
}

TEST(Codec, ACutRecordIsRefused) {
  const Sample sample;
  for (std::size_t size = 0; size < sample.record.bytes.size(); ++size) {
    const auto read = decode_record(std::string_view(sample.record.bytes).substr(0, size), true);
    ASSERT_FALSE(read.ok()) << size;
    ASSERT_EQ(read.code(), Code::kDamaged) << size;
  }
  EXPECT_EQ(decode_record(sample.record.bytes + std::string(3, '\0'), true).code(), Code::kDamaged);
}

TEST(Codec, BytesThatAreNoRecordAreRefused) {
  for (const std::string& bytes : {std::string(), std::string(8, '\0'), std::string(160, '\0'),
                                   std::string(4096, '\xff'), std::string(4096, '\x01')}) {
    EXPECT_EQ(decode_record(bytes, true).code(), Code::kDamaged);
    EXPECT_EQ(decode_head(bytes).code(), Code::kDamaged);
  }
}

}  // namespace
}  // namespace amont
