#include "core/index/table_tail.h"

#include <algorithm>

#include <xxhash.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::size_t kTailBytes = 16 << 10;
constexpr std::string_view kMagic = "AMONTSST";

std::string trailer_of(std::string_view tail, std::uint64_t content_bytes) {
  std::string out(kMagic);
  append_u64(out, XXH3_64bits_withSeed(tail.data(), tail.size(), content_bytes));
  return out;
}

}  // namespace

void TableTail::append(std::string_view bytes) {
  size_ += bytes.size();
  last_.append(bytes);
  if (last_.size() > 8 * kTailBytes) last_.erase(0, last_.size() - kTailBytes);
}

std::string TableTail::trailer() const {
  return trailer_of(std::string_view(last_).substr(last_.size() - std::min(last_.size(), kTailBytes)), size_);
}

Result<std::uint64_t> check_table_tail(const ReadableFile& file, const std::string& path) {
  AMONT_LET(const std::uint64_t file_bytes, file.size());
  const std::uint64_t content = table_content_bytes(file_bytes);
  const std::uint64_t tail = std::min<std::uint64_t>(content, kTailBytes);
  std::string bytes(tail + kTableTrailerBytes, '\0');
  AMONT_LET(const std::size_t got, file.read(content - tail, std::span<char>(bytes)));
  if (got != bytes.size() ||
      std::string_view(bytes).substr(tail) != trailer_of(std::string_view(bytes).substr(0, tail), content))
    return damaged(path + " does not end as it was written");
  return content;
}

}  // namespace amont
