// What RocksDB says, in our words.
#pragma once

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string>

#include "amont/status.h"

namespace amont {

inline rocksdb::Slice slice_of(std::string_view text) { return {text.data(), text.size()}; }

inline Status translate(const rocksdb::Status& status, const std::string& path) {
  if (status.ok()) return {};
  const std::string text = "index " + path + ": " + status.ToString();
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kNoSpace) return {Code::kNoSpace, text};
  // A file that is named and is not there is damage, and no failure of the system.
  if (status.IsIOError() && !status.IsPathNotFound()) return io_error(text);
  return damaged(text + "; `amont rebuild` makes the index anew from the log");
}

}  // namespace amont
