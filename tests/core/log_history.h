// The one history that tests of the log write, and what of it a log gives back.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/log/log.h"
#include "core/record/codec.h"
#include "core/text/bytes.h"
#include "tests/support/crash_files.h"

namespace amont::log_history {

inline constexpr RegisterId kRegister = {7, 1, 2};
inline const std::string kLog = "/hub/log";
inline const std::string kFirst = "/hub/log/00000000000000000001.seg";
inline const std::string kHead = "/hub/head";

inline LogOptions options_for(std::uint64_t segment_bytes, bool writable = true) {
  return {kRegister, segment_bytes, writable};
}

// What transaction n says: short, or long and easily compressed, or long and not.
inline std::string text_of(TxNumber n) {
  if (n % 3 == 0) return std::string(300 + n, 'a');
  std::string text = fmt::format("transaction {}", n);
  Dice dice(n);
  if (n % 5 == 0)
    while (text.size() < 900) text.push_back(static_cast<char>(dice.below(256)));
  return text;
}

inline EncodedRecord record_of(TxNumber n, const Digest& previous_root, std::string_view text) {
  LoggedHead head;
  head.register_id = kRegister;
  head.number = n;
  head.time = {static_cast<std::int64_t>(n) * 1000};
  head.previous_root = previous_root;
  PartList parts;
  parts.bytes.push_back(0x11);
  append_text(parts.bytes, text);
  parts.ends.push_back(static_cast<std::uint32_t>(parts.bytes.size()));
  auto encoded = encode_record(head, parts, Digest{1});
  EXPECT_TRUE(encoded.ok());
  return *std::move(encoded);
}

// All records of the one history that these tests write.
class History {
 public:
  const EncodedRecord& record(TxNumber n) {
    while (records_.size() < n) {
      records_.push_back(record_of(records_.size() + 1, tree_.root(), text_of(records_.size() + 1)));
      tree_.append(records_.back().leaf);
      roots_.push_back(tree_.root());
    }
    return records_[n - 1];
  }
  std::vector<EncodedRecord> records(TxNumber first, TxNumber count) {
    std::vector<EncodedRecord> out;
    for (TxNumber n = first; n < first + count; ++n) out.push_back(record(n));
    return out;
  }
  Digest root(TxNumber n) {
    if (n == 0) return MerkleFrontier().root();
    (void)record(n);
    return roots_[n - 1];
  }

 private:
  std::vector<EncodedRecord> records_;
  MerkleFrontier tree_;
  std::vector<Digest> roots_;
};

inline History& history() {
  static History history;
  return history;
}

inline Status append(Log& log, TxNumber first, TxNumber count, bool sync = true) {
  return log.append(first - 1, history().records(first, count), {static_cast<std::int64_t>(first + count - 1) * 1000},
                    sync);
}

// Reads 1..last and compares; the number of good records before the first failure, and that failure.
struct ReadBack {
  TxNumber good = 0;
  Status status;
};
inline ReadBack read_back(const Log& log, TxNumber last) {
  ReadBack out;
  out.status = log.read(1, last, [&](TxNumber number, std::string_view record) {
    EXPECT_EQ(number, out.good + 1);
    EXPECT_TRUE(record == history().record(number).bytes) << "record " << number << " is another";
    ++out.good;
    return Status();
  });
  return out;
}

inline void expect_whole(const Log& log, TxNumber head) {
  ASSERT_EQ(log.damage(), "");
  ASSERT_EQ(log.head().number, head);
  EXPECT_EQ(log.head().tree.size(), head);
  EXPECT_EQ(log.head().tree.root(), history().root(head));
  EXPECT_EQ(log.head().time.micros, static_cast<std::int64_t>(head) * 1000);
  const ReadBack back = read_back(log, head);
  EXPECT_TRUE(back.status.ok()) << back.status.text();
  EXPECT_EQ(back.good, head);
}

inline std::unique_ptr<Log> open(Files& files, std::uint64_t segment_bytes, bool writable = true) {
  auto log = open_log(files, kLog, options_for(segment_bytes, writable));
  EXPECT_TRUE(log.ok()) << log.status().text();
  return log.ok() ? *std::move(log) : nullptr;
}

// A disk with a closed log of `count` records in groups of three.
inline std::unique_ptr<CrashFiles> disk_with(TxNumber count, std::uint64_t segment_bytes) {
  auto disk = std::make_unique<CrashFiles>();
  EXPECT_TRUE(disk->make_directory("/hub").ok());
  EXPECT_TRUE(disk->sync_directory("/").ok());
  auto log = create_log(*disk, kLog, options_for(segment_bytes));
  EXPECT_TRUE(log.ok()) << log.status().text();
  for (TxNumber n = 1; n <= count; n += 3) EXPECT_TRUE(append(**log, n, std::min<TxNumber>(3, count + 1 - n)).ok());
  return disk;
}

inline std::vector<std::string> segments_of(const CrashFiles& disk) {
  std::vector<std::string> found;
  for (const std::string& path : disk.paths())
    if (path.ends_with(".seg")) found.push_back(path);
  return found;
}

inline std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace amont::log_history
