#include "core/store/copy_file.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::uint64_t kPieceBytes = 1 << 20;

Result<Digest> read_through(Files& files, const std::string& path, std::uint64_t bytes,
                            const std::function<Status(std::uint64_t offset, std::string_view piece)>& visit) {
  AMONT_LET(const auto in, files.open_for_reading(path));
  Sha256 digest;
  std::string piece(std::min(bytes, kPieceBytes), '\0');
  for (std::uint64_t at = 0; at < bytes;) {
    piece.resize(std::min(bytes - at, kPieceBytes));
    AMONT_LET(const std::size_t got, in->read(at, std::span<char>(piece)));
    if (got < piece.size()) return damaged(fmt::format("{} ends at {} bytes of {}", path, at + got, bytes));
    digest.update(piece);
    AMONT_TRY(visit(at, piece));
    at += got;
  }
  return digest.finish();
}

}  // namespace

Result<Digest> digest_of_file(Files& files, const std::string& path, std::uint64_t bytes, const CopyDone& done) {
  return read_through(files, path, bytes,
                      [&](std::uint64_t, std::string_view piece) { return done ? done(piece.size()) : Status(); });
}

Result<Digest> copy_file(Files& files, const std::string& from, const std::string& to, std::uint64_t bytes,
                         const CopyDone& done) {
  AMONT_LET(const auto out, files.open_for_writing(to, OpenMode::kTruncate));
  AMONT_LET(const Digest digest,
            read_through(files, from, bytes, [&](std::uint64_t offset, std::string_view piece) -> Status {
              AMONT_TRY(out->write(offset, piece));
              return done ? done(piece.size()) : Status();
            }));
  AMONT_TRY(out->sync());
  return digest;
}

}  // namespace amont
