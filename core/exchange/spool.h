// Spool: bytes put aside and read again in order, in memory while they are few, then in a temporary file that has no
// name and goes away with the process. For what an import must keep until its end, and for sorting exports. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/io/spill_store.h"

namespace amont {

class Spool {
 public:
  explicit Spool(std::size_t memory_bytes = 4 << 20) : store_(memory_bytes) {}

  // Only before the first read.
  Status append(std::string_view bytes);
  std::uint64_t size() const { return store_.size(); }
  bool empty() const { return size() == 0; }

  // Reads on from where the last read ended; 0 at the end.
  Result<std::size_t> read(std::span<char> out);

 private:
  SpillStore store_;
  std::uint64_t read_ = 0;
};

// Entries in a spool, each a length and its bytes.
Status append_entry(Spool& spool, std::string_view entry);

class EntryReader {
 public:
  explicit EntryReader(Spool& spool) : spool_(spool) {}
  // Whether there was another; then `entry` is good until the next call.
  Result<bool> next(std::string_view& entry);

 private:
  Result<bool> have(std::size_t bytes);

  Spool& spool_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace amont
