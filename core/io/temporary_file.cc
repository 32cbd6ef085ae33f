#include "core/io/temporary_file.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr int kTries = 100;

}  // namespace

Result<TemporaryFile> make_temporary_file() {
  static std::atomic<std::uint64_t> made{0};
  std::error_code failed;
  const std::filesystem::path directory = std::filesystem::temp_directory_path(failed);
  if (failed) return io_error(fmt::format("no directory for temporary files: {}; set TMPDIR", failed.message()));
  Files& files = posix_files();
  for (int attempt = 0;; ++attempt) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    const std::string path = (directory / fmt::format("amont-{}-{:x}-{}", ::getpid(), now, ++made)).string();
    auto writer = files.open_for_writing(path, OpenMode::kMustNotExist);
    if (!writer) {
      if (attempt < kTries && files.stat(path).ok()) continue;
      return std::move(writer).status().while_doing("making a temporary file");
    }
    auto reader = files.open_for_reading(path);
    AMONT_TRY(files.remove(path));
    if (!reader) return std::move(reader).status();
    return TemporaryFile{*std::move(writer), *std::move(reader)};
  }
}

}  // namespace amont
