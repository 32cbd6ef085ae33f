#include "tools/key_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "tools/files.h"

namespace amont::tool {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytesMax = 8 << 10;
constexpr std::size_t kNoteBytesMax = 1 << 20;

constexpr std::string_view kPrivate = "PRIVATE+KEY+";
// A backup or a copy of a store would take the key with it, and whoever may write the store could sign for it.
constexpr std::string_view kKeysElsewhere = "keep keys elsewhere, or a copy of the store can sign for it";

Status make_file(const std::string& path, const std::string& text, mode_t mode) {
  const auto failed = [&] { return invalid(fmt::format("can't write {}: {}", path, std::strerror(errno))); };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (file < 0) return failed();
  const bool whole = ::fchmod(file, mode) == 0 &&
                     ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const Status status = whole ? Status() : failed();
  ::close(file);
  if (!whole) ::unlink(path.c_str());
  return status;
}

Result<std::string> read_key_file(const std::string& path) {
  Result<std::string> line = read_text_file(path, kKeyBytesMax);
  if (line.code() == Code::kLimit) return invalid(fmt::format("{} is no key: it is longer than any", path));
  if (line.ok() && line->empty()) return invalid(fmt::format("{} is empty: there is no key in it", path));
  return line;
}

}  // namespace

Status refuse_in_store(const std::string& path, std::string_view why) {
  std::error_code failed;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, failed), failed);
  for (fs::path folder = whole; !failed && folder.has_relative_path(); folder = folder.parent_path()) {
    std::error_code ignored;
    if (fs::exists(folder / "register", ignored) && fs::exists(folder / "log", ignored))
      return invalid(fmt::format("{} is inside the store {}: {}", path, folder.string(), why));
  }
  return {};
}

Status refuse_private_key(const std::string& path) {
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > static_cast<off_t>(kKeyBytesMax))
    return {};
  const Result<std::string> there = read_text_file(path, kKeyBytesMax);
  if (!there || !there->starts_with(kPrivate)) return {};
  return invalid(fmt::format("{} is a private key, and is not overwritten; name another file", path));
}

Status write_key_files(const std::string& path, const KeyPair& keys) {
  AMONT_TRY(refuse_in_store(path, kKeysElsewhere));
  const std::string public_path = path + ".pub";
  for (const std::string& one : {path, public_path}) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(one, ignored)))
      return invalid(fmt::format("{} is there already, and keys are not overwritten; name another file", one));
  }
  AMONT_TRY(make_file(path, keys.signer, 0600));
  Status made = make_file(public_path, keys.verifier, 0644);
  if (!made.ok()) ::unlink(path.c_str());
  return made;
}

Result<std::string> read_signer_file(const std::string& path) {
  AMONT_TRY(refuse_in_store(path, kKeysElsewhere));
  AMONT_LET(std::string line, read_key_file(path));
  struct stat about = {};
  if (line.starts_with(kPrivate) && ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) &&
      (about.st_mode & 077) != 0)
    return invalid(
        fmt::format("others may read or write the private key {}: take that away with: chmod 600 {}", path, path));
  return line;
}

Result<std::string> read_verifier_file(const std::string& path) {
  AMONT_LET(std::string line, read_key_file(path));
  if (line.starts_with(kPrivate))
    return invalid(fmt::format("{} is a private key, to be shown to nobody; give its public one, {}.pub", path, path));
  return line;
}

Result<std::vector<std::string>> read_verifier_files(const std::vector<std::string>& paths) {
  std::vector<std::string> lines;
  for (const std::string& path : paths) {
    AMONT_LET(std::string line, read_verifier_file(path));
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<std::string> read_note_file(const std::string& path) { return read_text_file(path, kNoteBytesMax); }

}  // namespace amont::tool
