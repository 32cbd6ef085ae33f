#include "tools/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "core/merkle/sha256.h"

namespace amont::tool {
namespace {

namespace fs = std::filesystem;

Status cannot_read(const std::string& path, int why) {
  const std::string text = fmt::format("can't read {}: {}", path, std::strerror(why));
  return why == ENOENT ? not_found(text) : invalid(text);
}

struct Descriptor {
  int number = -1;
  bool owned = false;
  ~Descriptor() {
    if (owned) ::close(number);
  }
};

bool ends_in_one_of(const std::string& name, const std::vector<std::string>& endings) {
  return endings.empty() ||
         std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) { return name.ends_with(ending); });
}

// Waits where read() would, since a read() begins anew after Ctrl-C.
Status wait_for_bytes(int descriptor, const std::atomic<bool>& interrupted) {
  pollfd waiting = {descriptor, POLLIN, 0};
  while (!interrupted.load(std::memory_order_relaxed)) {
    if (::poll(&waiting, 1, -1) >= 0) return {};
    if (errno != EINTR) return {};  // read() will say what is wrong
  }
  return {Code::kTimeout, "interrupted"};
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::size_t bytes_max) {
  AMONT_LET(const NamedFile file, look_at(path));
  const std::atomic<bool> never{false};
  AMONT_LET(const ByteSource bytes, open_bytes(file, never));
  std::string text;
  char buffer[16 << 10];
  for (;;) {
    AMONT_LET(const std::size_t count, bytes(buffer));
    if (count == 0) return text;
    text.append(buffer, count);
    if (text.size() > bytes_max) return limit_exceeded(fmt::format("{} is longer than {} KiB", path, bytes_max >> 10));
  }
}

Result<NamedFile> look_at(const std::string& path) {
  if (path == "-") return NamedFile{path, "standard input", 0, false};
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0) return cannot_read(path, errno);
  if (S_ISDIR(about.st_mode)) return invalid(fmt::format("{} is a folder; a file was expected", path));
  const bool regular = S_ISREG(about.st_mode);
  return NamedFile{path, path, regular ? static_cast<std::uint64_t>(about.st_size) : 0, regular};
}

bool is_directory(const std::string& path) {
  struct stat about = {};
  return ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

Result<std::vector<NamedFile>> files_under(const std::string& directory, const std::vector<std::string>& endings) {
  std::vector<NamedFile> files;
  std::error_code failed;
  fs::recursive_directory_iterator entry(directory, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;  // what can't be looked at is told when it is opened
    if (!entry->is_regular_file(ignored) || !ends_in_one_of(name, endings)) continue;
    AMONT_LET(NamedFile file, look_at(entry->path().string()));
    file.name = entry->path().lexically_relative(directory).string();
    files.push_back(std::move(file));
  }
  if (failed) return invalid(fmt::format("can't read the folder {}: {}", directory, failed.message()));
  std::sort(files.begin(), files.end(), [](const NamedFile& a, const NamedFile& b) { return a.name < b.name; });
  return files;
}

Result<ByteSource> open_bytes(const NamedFile& file, const std::atomic<bool>& interrupted) {
  const auto descriptor = std::make_shared<Descriptor>();
  if (file.path == "-") {
    descriptor->number = STDIN_FILENO;
  } else {
    descriptor->number = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor->number < 0) return cannot_read(file.path, errno);
    descriptor->owned = true;
  }
  return ByteSource(
      [descriptor, &interrupted, name = file.name, regular = file.regular](std::span<char> out) -> Result<std::size_t> {
        for (;;) {
          if (!regular) AMONT_TRY(wait_for_bytes(descriptor->number, interrupted));
          const ssize_t count = ::read(descriptor->number, out.data(), out.size());
          if (count >= 0) return static_cast<std::size_t>(count);
          if (errno != EINTR) return cannot_read(name, errno);
        }
      });
}

Result<std::string> fingerprint(const std::vector<NamedFile>& files, const std::atomic<bool>& interrupted,
                                const Progress& progress) {
  std::uint64_t total = 0;
  for (const NamedFile& file : files) {
    if (!file.regular) return std::string();
    total += file.bytes;
  }
  std::uint64_t done = 0;
  std::string lines;
  std::vector<char> buffer(256 << 10);
  for (const NamedFile& file : files) {
    AMONT_LET(const ByteSource bytes, open_bytes(file, interrupted));
    Sha256 hash;
    for (;;) {
      AMONT_LET(const std::size_t count, bytes(buffer));
      if (count == 0) break;
      hash.update({buffer.data(), count});
      done += count;
      if (!progress("hashing", done, total)) return Status(Code::kTimeout, "interrupted");
    }
    const std::string digest = hex(hash.finish());
    if (files.size() == 1) return digest;
    lines += digest + "  " + file.name + "\n";
  }
  return hex(sha256(lines));
}

}  // namespace amont::tool
