// LineSorter: sorts any number of texts by their keys in bounded memory, through runs in temporary files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/spool.h"

namespace amont {

class LineSorter {
 public:
  explicit LineSorter(std::size_t memory_bytes = 64 << 20) : memory_bytes_(memory_bytes) {}

  // Keys are compared as bytes, and differ.
  Status add(std::string_view key, std::string_view line);
  // Tells all lines in the order of their keys. Once.
  Status tell(const std::function<Status(std::string_view line)>& line);

 private:
  struct Entry {
    std::uint64_t begin = 0;  // of the key in bytes_; the line follows
    std::uint32_t key_size = 0;
    std::uint32_t line_size = 0;
  };

  void sort();
  Status end_run();
  Status merge(const std::function<Status(std::string_view line)>& line);

  std::string_view key_of(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.begin, entry.key_size);
  }
  std::string_view line_of(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.begin + entry.key_size, entry.line_size);
  }

  std::size_t memory_bytes_;
  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<Spool>> runs_;
};

}  // namespace amont
