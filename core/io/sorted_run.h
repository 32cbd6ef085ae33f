// A run of entries in a temporary file, sorted, and found again by key.
//
// entry := tag:u32 key_bytes:u16 value_bytes:u32 space:u8 key value, in this machine's byte order; sorted by tag, space, key.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/fetch_ahead.h"
#include "core/huge_pages.h"
#include "core/io/temporary_file.h"

namespace amont {

struct RunEntry {
  std::uint32_t tag = 0;  // the high half of a good hash of the key
  std::uint8_t space = 0;
  std::string_view key;  // at most 64 KiB
  std::string_view value;

  bool is_before(const RunEntry& other) const;
  bool has_key_of(const RunEntry& other) const;
};

// A Bloom filter whose bits for a tag all lie in one line of the memory.
class RunFilter {
 public:
  explicit RunFilter(std::uint64_t bytes) : words_(bytes / kLineBytes * kLineWords) {}

  std::uint64_t bytes() const { return words_.size() * sizeof(std::uint64_t); }
  void add(std::uint32_t tag) {
    if (words_.empty()) return;
    std::uint64_t* const line = words_.data() + line_of(tag);
    each_bit(tag, [&](unsigned bit) { line[bit / 64] |= std::uint64_t{1} << bit % 64; });
  }
  // Brings near what may_hold() will look at.
  void expect(std::uint32_t tag) const {
    if (!words_.empty()) fetch_ahead(words_.data() + line_of(tag));
  }
  bool may_hold(std::uint32_t tag) const {
    if (words_.empty()) return true;
    const std::uint64_t* const line = words_.data() + line_of(tag);
    bool all = true;
    each_bit(tag, [&](unsigned bit) { all &= (line[bit / 64] >> bit % 64 & 1) != 0; });
    return all;
  }

 private:
  static constexpr std::size_t kLineBytes = 64, kLineWords = 8, kBits = 6;

  // Tags of a run are spread evenly, in order: so are the lines.
  std::size_t line_of(std::uint32_t tag) const {
    return static_cast<std::size_t>(std::uint64_t{tag} * (words_.size() / kLineWords) >> 32) * kLineWords;
  }
  template <class Visit>
  static void each_bit(std::uint32_t tag, Visit visit) {
    std::uint64_t mixed = tag * 0x9e3779b97f4a7c15ull;
    mixed = (mixed ^ mixed >> 29) * 0xff51afd7ed558ccdull;
    for (std::size_t i = 0; i < kBits; ++i) visit(static_cast<unsigned>(mixed >> (10 + 9 * i) & 511));
  }

  std::vector<std::uint64_t, HugePages<std::uint64_t>> words_;
};

struct SortedRun {
  std::unique_ptr<ReadableFile> file;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::size_t merges = 0;             // how many times what it holds was merged
  std::vector<std::uint32_t> tags;    // of the first entry of each block
  std::vector<std::uint64_t> begins;  // of the block
  RunFilter filter{0};

  std::uint64_t memory_bytes() const {
    return filter.bytes() + tags.size() * sizeof(tags[0]) + begins.size() * sizeof(begins[0]);
  }
  // `block` is scratch.
  Result<bool> find(std::string& block, const RunEntry& wanted, std::string& value) const;
};

class RunWriter {
 public:
  static Result<RunWriter> make(std::uint64_t entries, std::uint64_t filter_bytes_max);
  // In order.
  Status write(const RunEntry& entry);
  Result<std::shared_ptr<const SortedRun>> finish(std::size_t merges);

 private:
  Status flush();

  std::shared_ptr<SortedRun> run_ = std::make_shared<SortedRun>();
  TemporaryFile file_;
  std::string buffer_;
};

// From end to end.
class RunReader {
 public:
  explicit RunReader(const SortedRun& run) : run_(run) {}

  // Whether there was another; it is good until the next call.
  Result<bool> next();
  const RunEntry& entry() const { return entry_; }

 private:
  const SortedRun& run_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t read_ = 0;
  RunEntry entry_;
};

}  // namespace amont
