// SpillStore: texts put aside end to end, each found again by its place: in memory while they are few, then in a temporary file. One
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/io/files.h"

namespace amont {

class SpillStore {
 public:
  explicit SpillStore(std::size_t memory_bytes = 4 << 20) : memory_bytes_(memory_bytes) {}

  // Where it begins. kIo, kNoSpace: nothing was kept.
  Result<std::uint64_t> keep(std::string_view text);
  // What keep() put there.
  Result<std::string> text_at(std::uint64_t place, std::size_t size) const;
  // Some of what lies from there on, at least a byte unless it is the end; how many.
  Result<std::size_t> read(std::uint64_t place, std::span<char> out) const;
  std::uint64_t size() const { return on_disk_ + tail_.size(); }

 private:
  Status spill();

  std::size_t memory_bytes_;
  std::string tail_;  // what follows the file; no text lies across
  std::unique_ptr<WritableFile> writer_;
  std::unique_ptr<ReadableFile> reader_;
  std::uint64_t on_disk_ = 0;
};

}  // namespace amont
