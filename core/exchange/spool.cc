#include "core/exchange/spool.h"

#include <algorithm>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::size_t kReadAhead = 256 << 10;

}  // namespace

Status Spool::append(std::string_view bytes) { return store_.keep(bytes).status(); }

Result<std::size_t> Spool::read(std::span<char> out) {
  AMONT_LET(const std::size_t got, store_.read(read_, out));
  read_ += got;
  return got;
}

Status append_entry(Spool& spool, std::string_view entry) {
  std::string length;
  append_u32(length, static_cast<std::uint32_t>(entry.size()));
  AMONT_TRY(spool.append(length));
  return spool.append(entry);
}

// Whether that many bytes lie ready at `at_`.
Result<bool> EntryReader::have(std::size_t bytes) {
  if (buffer_.size() - at_ >= bytes) return true;
  buffer_.erase(0, at_);
  at_ = 0;
  std::size_t filled = buffer_.size();
  buffer_.resize(std::max(bytes, kReadAhead));
  while (filled < bytes) {
    AMONT_LET(const std::size_t got, spool_.read(std::span<char>(buffer_).subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  buffer_.resize(filled);
  return filled >= bytes;
}

Result<bool> EntryReader::next(std::string_view& entry) {
  AMONT_LET(const bool more, have(4));
  if (!more) return false;
  const std::size_t size = load_u32(buffer_.data() + at_);
  AMONT_LET(const bool whole, have(4 + size));
  if (!whole) return io_error("a temporary file ends in the middle of an entry");
  entry = std::string_view(buffer_).substr(at_ + 4, size);
  at_ += 4 + size;
  return true;
}

}  // namespace amont
