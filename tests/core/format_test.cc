// FORMAT.md's example is what the code gives, byte for byte. A test that fails prints the line as it should be.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "amont/store.h"
#include "core/index/index.h"
#include "core/index/memory_table.h"
#include "core/index/page_cache.h"
#include "core/io/files.h"
#include "core/log/frame.h"
#include "core/merkle/tree.h"
#include "core/record/codec.h"
#include "core/text/bytes.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

constexpr std::uint64_t kSalt = 0x0123456789abcdef;

// Its blocks that begin with "```hex": `name = digits`, more digits on the lines that follow, and "; words" after any.
std::map<std::string, std::string> read_format() {
  std::map<std::string, std::string> out;
  std::ifstream file(std::string(AMONT_SOURCE_DIR) + "/FORMAT.md");
  bool inside = false;
  std::string* digits = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = line == "```hex";
      digits = nullptr;
      continue;
    }
    if (!inside) continue;
    line = line.substr(0, line.find(';'));
    if (const std::size_t equals = line.find('='); equals != std::string::npos) {
      const std::string name = line.substr(0, line.find_last_not_of(' ', equals - 1) + 1);
      EXPECT_FALSE(out.contains(name)) << name << " stands twice in FORMAT.md";
      digits = &out[name];
      line.erase(0, equals + 1);
    }
    for (const char c : line)
      if (c != ' ' && digits) digits->push_back(c);
  }
  return out;
}

SchemaGrowth example_schema() {
  NodeRow dataset, output;
  dataset.name = "dataset";
  dataset.props = {{"title", ValueType::kText, false, false}, {"unit", ValueType::kText, false, true}};
  output.name = "output";
  EdgeRow derived_from;
  derived_from.name = "derived_from";
  derived_from.edge_class = EdgeClass::kLineage;
  derived_from.ends = {{{"output"}, {"dataset"}}};
  return {"", {dataset, output}, {derived_from}};
}

Transaction example_transaction() {
  Transaction out;
  out.author = "Ana";
  out.changes = {PutNode{{"dataset", "x"},
                         {{"title", Value(std::string("X"))}, {"unit", Value(std::string("kg"))}},
                         std::optional(*Timestamp::parse("2026-01-01T00:00:00Z")),
                         {}},
                 PutNode{{"output", "y"}, {}, {}, {}},
                 PutEdge{"derived_from", {"output", "y"}, {"dataset", "x"}, "", {}, {}, {}}};
  return out;
}

// The clock stands at 2026-01-02T00:00:00Z. The n-th seed is the 32 bytes from 32 * n on, n from 0: the first names the
// register, each transaction takes one.
Options example_options() {
  Options options;
  options.index_in_memory = true;
  options.clock = [] { return *Timestamp::parse("2026-01-02T00:00:00Z"); };
  options.random_seed = [next = std::uint8_t{0}](char* out32) mutable {
    for (int i = 0; i < 32; ++i) out32[i] = static_cast<char>(next++);
  };
  return options;
}

struct Logged {
  FrameHeader frame;
  std::string record;
};

class Format : public testing::Test {
 protected:
  void SetUp() override {
    {
      auto store = Store::create(path(), example_schema(), example_options());
      ASSERT_TRUE(store.ok()) << store.status().text();
      const auto done = (*store)->commit(example_transaction());
      ASSERT_TRUE(done.ok()) << done.status().text();
    }
    segment_ = file("/log/00000000000000000001.seg");
    const auto header = decode_segment_header(segment_);
    ASSERT_TRUE(header.ok());
    header_ = *header;
    std::string_view rest = std::string_view(segment_).substr(kSegmentHeaderBytes);
    while (!rest.empty()) {
      const auto frame = decode_frame_header(rest);
      ASSERT_TRUE(frame.ok());
      std::string space;
      const auto record = open_frame(*frame, rest.substr(0, frame->frame_bytes()), header_.salt, space);
      ASSERT_TRUE(record.ok());
      logged_.push_back({*frame, std::string(*record)});
      rest.remove_prefix(frame->frame_bytes());
    }
    ASSERT_EQ(logged_.size(), 2u);
  }

  std::string path() const { return directory_ / "hub"; }
  std::string file(const std::string& name) {
    const auto bytes = read_file(posix_files(), path() + name, 1 << 20);
    EXPECT_TRUE(bytes.ok()) << name;
    return bytes.ok() ? *bytes : "";
  }

  // A list of bytes in the record, by the pointer that stands in its word; FORMAT.md says how.
  std::string_view list_at(std::size_t word) const {
    std::uint64_t pointer = 0;
    std::memcpy(&pointer, logged_[1].record.data() + 8 * word, 8);
    const std::size_t begin = word + 1 + (pointer & 0xffffffff) / 4;
    return std::string_view(logged_[1].record).substr(8 * begin, pointer >> 35);
  }

  void expect(const std::string& name, std::string_view bytes) {
    EXPECT_EQ(format_[name], hex(bytes)) << "FORMAT.md must say:\n" << name << " = " << hex(bytes);
  }

  TempDir directory_;
  std::string segment_;
  SegmentHeader header_;
  std::vector<Logged> logged_;
  std::map<std::string, std::string> format_ = read_format();
};

TEST_F(Format, TheRecordOfTheExampleIsWhatTheCodeGives) {
  const std::string& record = logged_[1].record;
  const auto decoded = decode_record(record, true);
  ASSERT_TRUE(decoded.ok());
  Schema schema;
  ASSERT_TRUE(schema.grow(example_schema()).ok());
  const PartList parts =
      encode_parts(decoded->transaction, schema,
                   kinds_of_puts(decoded->transaction, [](NodeId id) { return NodeKind(number_of(id) == 0 ? 0 : 1); }));
  ASSERT_EQ(parts.size(), 5u);

  const std::string_view header = list_at(1), framed = list_at(3);
  ASSERT_EQ(header.size(), kHeaderBytes);
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) append_text(joined, parts[i]);
  EXPECT_EQ(hex(framed), hex(joined));

  Digest seed;
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(64 + i);
  const Salts salts = derive_salts({{0, 0, seed}}, 5);
  MerkleFrontier tree;
  expect("record", record);
  expect("header", header);
  expect("seed", view_of(seed));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string number = std::to_string(i);
    const Digest commitment = merkle_leaf(view_of(salts.salts[i]), parts[i]);
    expect("part " + number, parts[i]);
    expect("salt " + number, view_of(salts.salts[i]));
    expect("commitment " + number, view_of(commitment));
    tree.append(commitment);
  }
  expect("parts_root", view_of(tree.root()));
  EXPECT_EQ(hex(header.substr(96, 32)), hex(tree.root()));
  expect("leaf", view_of(decoded->leaf));
  MerkleFrontier log;
  for (const Logged& one : logged_) log.append(decode_head(one.record)->leaf);
  expect("root", view_of(log.root()));
}

// Without part 2's salt, and with all others.
TEST_F(Format, TheSeedsAfterARedactionAreWhatTheCodeTakes) {
  const auto left = [](const Digest& of) { return sha256(0x02, view_of(of)); };
  const auto right = [](const Digest& of) { return sha256(0x03, view_of(of)); };
  Digest seed;
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(64 + i);
  const std::vector<SaltSeed> rest = {{1, 1, right(seed)}, {2, 0, left(left(seed))}, {3, 3, right(right(left(seed)))}};
  for (const SaltSeed& one : rest)
    expect("seed " + std::to_string(one.level) + "," + std::to_string(one.index), view_of(one.bytes));
  const Salts all = derive_salts({{0, 0, seed}}, 5), some = derive_salts(rest, 5);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(some.known[i], i != 2);
    EXPECT_EQ(some.salts[i] == all.salts[i], i != 2);
  }
}

TEST_F(Format, TheFilesOfTheExampleAreWhatTheCodeGives) {
  expect("register file", file("/register"));
  SegmentHeader golden = header_;
  golden.salt = kSalt;
  expect("segment header", encode_segment_header(golden));
  EXPECT_EQ(golden.first, 1u);

  const auto decoded = decode_record(logged_[1].record, true);
  ASSERT_TRUE(decoded.ok());
  const EncodedRecord record{2, logged_[1].record, decoded->leaf};
  std::string frame;
  append_frame(frame, record, logged_[1].frame.group_first, kSalt);
  expect("frame header", std::string_view(frame).substr(0, kFrameHeaderBytes));
  EXPECT_EQ(frame.substr(kFrameHeaderBytes), logged_[1].record) << "as it is, since it is short";

  // What stands in the file differs by the salt alone.
  std::string written;
  append_frame(written, record, logged_[1].frame.group_first, header_.salt);
  EXPECT_TRUE(segment_.ends_with(written));
  EXPECT_EQ(segment_.substr(0, kSegmentHeaderBytes), encode_segment_header(header_));
}

// Both slots say the same at the end, but for their sequence.
TEST_F(Format, TheHeadOfTheExampleIsWhatTheCodeGives) {
  const std::string head = file("/head");
  ASSERT_EQ(head.size(), 2 * 4096u);
  std::string_view slot = head;
  slot = slot.substr(0, 4096);
  const std::size_t end = slot.find_last_not_of('\0') + 1;
  ASSERT_LE(end, 116u);
  EXPECT_EQ(hex(slot.substr(0, 24)),
            "414d4844"
            "00000001"
            "000102030405060708090a0b0c0d0e0f");
  expect("head slot", slot.substr(32, 76));  // what follows the sequence, without the checksum
  EXPECT_EQ(hex(slot.substr(32, 76)), hex(head.substr(4096 + 32, 76)));
}

TEST_F(Format, TheIndexOfTheExampleIsWhatTheCodeGives) {
  auto table = std::make_shared<MemoryTable>();
  auto index = Index::open(table, MemoryPlan(1 << 20), header_.register_id);
  ASSERT_TRUE(index.ok());
  for (const Logged& one : logged_) {
    const auto split = split_record(one.record, true);
    ASSERT_TRUE(split.ok());
    ASSERT_TRUE((*index)->apply(*split, {}).ok());
  }
  std::size_t keys = 0;
  const Status scanned = table->scan([&](Space space, std::string_view key, std::string_view value) -> Status {
    std::string full(1, static_cast<char>(space));
    expect("key " + hex(full.append(key)), value);
    ++keys;
    return {};
  });
  ASSERT_TRUE(scanned.ok()) << scanned.text();
  EXPECT_EQ(
      std::count_if(format_.begin(), format_.end(), [](const auto& line) { return line.first.starts_with("key "); }),
      static_cast<std::ptrdiff_t>(keys));
}

}  // namespace
}  // namespace amont
