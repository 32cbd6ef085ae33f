#include "core/record/parts.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include "core/record/value_parts.h"
#include "core/text/bytes.h"
#include "tests/support/logged_sample.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

struct Sample {
  Schema schema = sample_schema();
  LoggedTransaction transaction = sample_transaction(schema);

  PartList parts_of(const LoggedTransaction& of) const {
    return encode_parts(of, schema, kinds_of_puts(of, [this](NodeId id) { return sample_kind(schema, id); }));
  }
  PartList parts() const { return parts_of(transaction); }
};

std::string hex_of(const PartList& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += hex(parts[i]) + "\n";
  return out;
}

PartList list_of(const std::vector<std::string>& parts) {
  PartList out;
  for (const std::string& part : parts) {
    out.bytes += part;
    out.ends.push_back(static_cast<std::uint32_t>(out.bytes.size()));
  }
  return out;
}
std::vector<std::string> strings_of(const PartList& parts) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < parts.size(); ++i) out.emplace_back(parts[i]);
  return out;
}

TEST(Parts, BytesAreThoseOfTheFormat) {
  const Sample sample;
  LoggedTransaction small;
  small.author = "me";
  small.idempotency_key = "k";
  small.request.fill(0xee);
  small.changes = {
      LoggedNodePut{NodeId{0},
                    true,
                    true,
                    {"dataset", "d"},
                    {{"n", Value(std::int64_t{-2})}, {"title", Value(std::string("T"))}},
                    std::optional(Timestamp{1}),
                    std::optional<Timestamp>()},
      LoggedNodePut{
          NodeId{200}, false, false, {}, {{"flag", Value(true)}, {"ratio", Value(1.0)}, {"title", {}}}, {}, {}},
      LoggedEdgePut{
          {EdgeKind{0}, NodeId{1}, NodeId{0}, "l"}, true, {{"tags", Value(List{std::string("a"), false})}}, {}, {}},
      LoggedNodeRetract{NodeId{5}},
      LoggedEdgeRetract{{EdgeKind{0}, NodeId{1}, NodeId{0}, "l"}},
  };
  EXPECT_EQ(hex_of(sample.parts_of(small)),
            "10"
            "026d65"
            "\n"  // author, me
            "13"
            "016b"
            "\n"  // idempotency key, k
            "14"
            "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
            "\n"
            "01"
            "27"
            "00"
            "0964617461736574"
            "3a64"
            "02"
            "02"  // binds, begins, from set, to cleared; dataset:d; from 1
            "016e"
            "0203"
            "057469746c65"
            "08"
            "\n"  // n = integer -2, title = sealed
            "05"
            "0100"
            "057469746c65"
            "010154"
            "\n"  // node 0, title = text T
            "01"
            "00"
            "c801"
            "03"
            "04666c6167"
            "05"  // node 200, flag = true
            "05726174696f"
            "033ff0000000000000"  // ratio = real 1.0
            "057469746c65"
            "00"
            "\n"  // title = removed
            "02"
            "02"
            "000100"
            "016c"
            "01"  // begins; kind 0, from 1, to 0, label l
            "0474616773"
            "07"
            "02"
            "010161"
            "04"
            "\n"  // tags are plain: a list of text a and false
            "03"
            "05"
            "\n"
            "04"
            "000100"
            "016c"
            "\n");
}

TEST(Parts, HoldEverythingThatATransactionHolds) {
  const Sample sample;
  LoggedTransaction again;
  again.head = sample.transaction.head;
  const Status read = decode_parts(sample.parts(), again);
  ASSERT_TRUE(read.ok()) << read.text();
  EXPECT_TRUE(same_transaction(again, sample.transaction));
  EXPECT_EQ(hex_of(sample.parts_of(again)), hex_of(sample.parts()));
}

TEST(Parts, AnEmptyTransactionHasNone) {
  const Sample sample;
  EXPECT_EQ(sample.parts_of({}).size(), 0u);
  LoggedTransaction again;
  EXPECT_TRUE(decode_parts({}, again).ok());
  EXPECT_TRUE(same_transaction(again, {}));
}

// What the schema does not mark plain lies in a part of its own.
TEST(Parts, OnlyPlainTextLiesInItsRecordsPart) {
  const Sample sample;
  std::size_t sealed = 0;
  for (const std::string& part : strings_of(sample.parts())) {
    const bool is_sealed = part[0] == 0x05;
    sealed += is_sealed;
    EXPECT_EQ(part.find("sealed") != std::string::npos || part.find("xxx") != std::string::npos ||
                  part.find("how") != std::string::npos || part.ends_with(std::string_view("\x01\x01s", 3)),
              is_sealed)
        << part;
    const bool holds_plain = part.find("plain") != std::string::npos || part.find("kg") != std::string::npos;
    EXPECT_FALSE(holds_plain && is_sealed) << part;
  }
  EXPECT_EQ(sealed, 4u);  // free and title of node 0, secret of node 3, title of the edge
}

TEST(Parts, ARedactedTextReadsAsRemovedAndNothingElseDoes) {
  const Sample sample;
  std::vector<std::string> parts = strings_of(sample.parts());
  for (std::string& part : parts)
    if (part.starts_with(std::string("\x05\x01\x00\x05title", 9))) part.clear();  // node 0's title
  LoggedTransaction again;
  ASSERT_TRUE(decode_parts(list_of(parts), again).ok());
  LoggedTransaction expected = sample.transaction;
  again.head = expected.head;
  auto& props = std::get<LoggedNodePut>(expected.changes[0]).props;
  ASSERT_EQ(props.back().name, "title");
  props.back().value.reset();
  EXPECT_TRUE(same_transaction(again, expected));
}

TEST(Parts, OnlyTextsMayBeRedacted) {
  const Sample sample;
  const std::vector<std::string> parts = strings_of(sample.parts());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::vector<std::string> less = parts;
    less[i].clear();
    LoggedTransaction again;
    const bool is_text = parts[i][0] >= 0x10 || parts[i][0] == 0x05;
    // The record of the first change stands where a text of the heading might.
    const bool may_be_heading = parts[i][0] == 0x01 && i > 0 && parts[i - 1][0] >= 0x10;
    if (may_be_heading) continue;
    EXPECT_EQ(decode_parts(list_of(less), again).code(), is_text ? Code::kOk : Code::kDamaged) << "part " << i;
  }
}

TEST(Parts, NoSealedValueMayBeMissing) {
  const Sample sample;
  const std::vector<std::string> parts = strings_of(sample.parts());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i][0] != 0x05) continue;
    std::vector<std::string> less = parts;
    less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
    LoggedTransaction again;
    EXPECT_EQ(decode_parts(list_of(less), again).code(), Code::kDamaged) << "part " << i;
  }
}

TEST(Parts, AuthorReasonAndSourceMayBeRedacted) {
  const Sample sample;
  std::vector<std::string> parts = strings_of(sample.parts());
  for (std::string& part : parts)
    if (part[0] == 0x10 || part[0] == 0x11 || part[0] == 0x12) part.clear();
  LoggedTransaction again;
  ASSERT_TRUE(decode_parts(list_of(parts), again).ok());
  EXPECT_EQ(again.author, "");
  EXPECT_EQ(again.reason, "");
  EXPECT_TRUE(again.source.empty());
  EXPECT_EQ(again.idempotency_key, "key-1");
  EXPECT_EQ(again.changes.size(), sample.transaction.changes.size());
}

TEST(Parts, ASealedValueBelongsToTheRecordBefore) {
  const Sample sample;
  const std::vector<std::string> parts = strings_of(sample.parts());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i][0] != 0x05) continue;
    std::vector<std::string> moved = parts;  // to the front, where no record is open
    moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(i));
    moved.insert(moved.begin(), parts[i]);
    LoggedTransaction again;
    EXPECT_EQ(decode_parts(list_of(moved), again).code(), Code::kDamaged);
    std::vector<std::string> doubled = parts;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), parts[i]);
    LoggedTransaction twice;
    EXPECT_EQ(decode_parts(list_of(doubled), twice).code(), Code::kDamaged);
  }
}

TEST(Parts, BytesThatAreNoPartAreNamed) {
  LoggedTransaction out;
  const Status status = decode_parts(list_of({std::string("\x10\x02me", 4), "\x7f"}), out);
  EXPECT_EQ(status.code(), Code::kDamaged);
  EXPECT_EQ(status.text(), "part 1 does not fit this format");
  for (const char* digits : {"\x10", "\x10\x05me", "\x03", "\x03\x80", "\x06"}) {
    LoggedTransaction ignored;
    EXPECT_EQ(decode_parts(list_of({digits}), ignored).code(), Code::kDamaged) << hex(std::string_view(digits));
  }
}

// Whatever the bytes are: a status, or a transaction that can be written again.
void expect_no_crash(const Sample& sample, const PartList& parts) {
  LoggedTransaction out;
  if (!decode_parts(parts, out).ok()) return;
  for (LoggedChange& change : out.changes)
    if (auto* edge = std::get_if<LoggedEdgePut>(&change);
        edge && number_of(edge->edge.kind) >= sample.schema.edges().size())
      return;
  EXPECT_GT(sample.parts_of(out).bytes.size() + 1, 0u);
}

TEST(Parts, DamagedBytesNeverCrash) {
  const Sample sample;
  const PartList parts = sample.parts();
  for (std::size_t at = 0; at < parts.bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      PartList flipped = parts;
      flipped.bytes[at] = static_cast<char>(flipped.bytes[at] ^ 1 << bit);
      expect_no_crash(sample, flipped);
    }
    for (const int byte : {0x00, 0x7f, 0x80, 0xff}) {
      PartList changed = parts;
      changed.bytes[at] = static_cast<char>(byte);
      expect_no_crash(sample, changed);
    }
  }
}

TEST(Parts, APartThatIsCutIsRefused) {
  const Sample sample;
  const std::vector<std::string> parts = strings_of(sample.parts());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t size = 1; size < parts[i].size(); ++size) {  // 0 is a redaction
      std::vector<std::string> cut = parts;
      cut[i].resize(size);
      LoggedTransaction out;
      const Status status = decode_parts(list_of(cut), out);
      EXPECT_EQ(status.code(), Code::kDamaged) << "part " << i << " cut to " << size;
    }
  }
}

TEST(Parts, RandomBytesNeverCrash) {
  const Sample sample;
  std::mt19937_64 random(seed_of_this_run());
  for (int i = 0; i < 3'000; ++i) {
    std::vector<std::string> parts(1 + random() % 3);
    for (std::string& part : parts) {
      part.push_back(static_cast<char>(random() % 8));
      for (std::uint64_t left = random() % 40; left > 0; --left)
        part.push_back(static_cast<char>(random() % (i % 2 ? 12 : 256)));
    }
    expect_no_crash(sample, list_of(parts));
  }
}

TEST(Properties, AreReadAsTheyWereWritten) {
  const Properties props = {{"a", List{std::string("x"), 1.5, Timestamp{7}, true, std::int64_t{-1}}},
                            {"b", std::numeric_limits<double>::max()},
                            {"c", std::numeric_limits<std::int64_t>::max()},
                            {"d", false},
                            {"e", std::string("caf\xc3\xa9")},
                            {"f", List{}},
                            {"g", Timestamp{std::numeric_limits<std::int64_t>::min()}}};
  std::string bytes;
  append_properties(bytes, props);
  ByteReader in(bytes);
  EXPECT_EQ(read_properties(in), props);
  EXPECT_TRUE(in.finished());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader cut(std::string_view(bytes).substr(0, size));
    read_properties(cut);
    EXPECT_FALSE(cut.finished()) << size;
  }
}

TEST(Properties, ARealThatIsNotFiniteIsDamage) {
  std::string bytes;
  append_value(bytes, std::numeric_limits<double>::infinity());
  ByteReader in(bytes);
  read_value(in);
  EXPECT_FALSE(in.ok());
}

TEST(RequestDigest, ChangesWithEveryFieldOfTheRequest) {
  const auto request = [] {
    Transaction out;
    out.author = "a";
    out.changes = {PutNode{{"dataset", "d"}, {{"n", Value(std::int64_t{1})}}, std::optional(Timestamp{1}), {}},
                   PutEdge{"used", {"run", "r"}, {"dataset", "d"}, "l", {}, {}, {}}, RetractNode{{"dataset", "old"}},
                   RetractEdge{"used", {"run", "r"}, {"dataset", "d"}, "m"}};
    return out;
  };
  const Digest digest = digest_of(request());
  EXPECT_EQ(digest_of(request()), digest);
  const auto changed = [&](auto change) {
    Transaction other = request();
    change(other);
    return digest_of(other);
  };
  EXPECT_NE(changed([](Transaction& t) { t.author = "b"; }), digest);
  EXPECT_NE(changed([](Transaction& t) { t.reason = "a"; }), digest);
  EXPECT_NE(changed([](Transaction& t) { t.author = "", t.reason = "a"; }), digest);
  EXPECT_NE(changed([](Transaction& t) { t.source.file = "f"; }), digest);
  EXPECT_NE(changed([](Transaction& t) { t.changes.pop_back(); }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::swap(t.changes[0], t.changes[1]); }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<PutNode>(t.changes[0]).props[0].value = Value(1.0); }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<PutNode>(t.changes[0]).props[0].value.reset(); }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<PutNode>(t.changes[0]).valid_from.reset(); }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<PutNode>(t.changes[0]).valid_from = std::optional<Timestamp>(); }),
            digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<PutNode>(t.changes[0]).valid_to = std::optional<Timestamp>(); }),
            digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<PutEdge>(t.changes[1]).label = ""; }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<RetractNode>(t.changes[2]).ref.key = "new"; }), digest);
  EXPECT_NE(changed([](Transaction& t) { std::get<RetractEdge>(t.changes[3]).label = "l"; }), digest);
}

}  // namespace
}  // namespace amont
