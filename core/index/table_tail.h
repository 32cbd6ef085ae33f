// The tail of RocksDB's table files (*.sst), under a checksum of our own: RocksDB 7.8 reads the footer and the properties block
// before it looks at a checksum of theirs, and a flipped bit there fails an assertion that ends the process.
//
//   file    := content trailer
//   trailer := "AMONTSST" checksum:u64     XXH3 (64 bits) of the content's last 16 KiB (all of it when shorter), seed: its size
//
// RocksDB sees the content alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/io/files.h"

namespace amont {

inline constexpr std::uint64_t kTableTrailerBytes = 16;

inline bool is_table_file(std::string_view path) { return path.ends_with(".sst"); }
// What RocksDB is told of a table file's size.
inline std::uint64_t table_content_bytes(std::uint64_t file_bytes) {
  return file_bytes < kTableTrailerBytes ? 0 : file_bytes - kTableTrailerBytes;
}

// Follows what is written to a table file.
class TableTail {
 public:
  void append(std::string_view bytes);
  std::string trailer() const;

 private:
  std::uint64_t size_ = 0;
  std::string last_;  // at least the last 16 KiB
};

// The content's size; kDamaged when its tail is not what was written.
Result<std::uint64_t> check_table_tail(const ReadableFile& file, const std::string& path);

}  // namespace amont
