#include "core/store/ballast.h"

#include <algorithm>

namespace amont {
namespace {

constexpr std::uint64_t kPieceBytes = 1 << 20;

// What no file system stores in less room than it takes.
std::string noise(std::uint64_t bytes, std::uint64_t seed) {
  std::string out;
  out.reserve(bytes + sizeof seed);
  for (std::uint64_t x = seed * 2 + 1; out.size() < bytes;) {  // xorshift64 (Marsaglia, 2003)
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    out.append(reinterpret_cast<const char*>(&x), sizeof x);
  }
  out.resize(bytes);
  return out;
}

}  // namespace

Status Ballast::make(std::uint64_t bytes) {
  const auto there = files_.stat(path_);
  const std::uint64_t before = there.ok() ? there->size : 0;
  if (before >= bytes) return {};
  AMONT_LET(const auto file, files_.open_for_writing(path_, OpenMode::kCreateIfAbsent));
  const auto write = [&]() -> Status {
    for (std::uint64_t at = before; at < bytes; at += kPieceBytes)
      AMONT_TRY(file->write(at, noise(std::min(kPieceBytes, bytes - at), at)));
    return file->sync();
  };
  Status made = write();
  if (!made.ok() && (before == 0 || !file->truncate(before).ok())) (void)give_up();
  return made;
}

bool Ballast::give_up() { return files_.remove(path_).ok(); }

}  // namespace amont
