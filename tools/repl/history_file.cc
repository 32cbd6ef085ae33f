#include "tools/repl/history_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "tools/files.h"
#include "tools/output.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Status cannot(const char* what, const std::string& path) {
  return {Code::kIo, fmt::format("can't {} the history {}: {}", what, path, std::strerror(errno))};
}

// A line that a terminal shows as it is. Others could do something to it when they come back.
bool is_plain(const std::string& line) {
  return !line.empty() && line.size() <= HistoryFile::kLineBytesMax && for_terminal(line) == line;
}

// Opens it, made if need be with its folder, readable by its user alone. -1: errno says why.
int open_private(const std::string& path, int flags) {
  std::error_code ignored;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty() && fs::create_directories(folder, ignored)) ::chmod(folder.c_str(), 0700);
  const int file = ::open(path.c_str(), flags | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  struct ::stat found {};
  if (file >= 0 && ::fstat(file, &found) == 0 && S_ISREG(found.st_mode)) {
    if ((found.st_mode & 077) != 0) ::fchmod(file, 0600);
    return file;
  }
  if (file >= 0) {
    ::close(file);
    errno = EINVAL;
  }
  return -1;
}

Status write_all(int file, const std::string& text, const std::string& path) {
  Output out(file, path);
  out.add(text);
  const Status written = out.flush();
  ::close(file);
  return written;
}

}  // namespace

std::string HistoryFile::default_path() {
  if (std::getenv("AMONT_HISTORY")) return environment("AMONT_HISTORY");
  const std::string state = environment("XDG_STATE_HOME");
  if (state.starts_with('/')) return state + "/amont/history";
  const std::string home = environment("HOME");
  return home.empty() ? std::string() : home + "/.local/state/amont/history";
}

Result<std::vector<std::string>> HistoryFile::read() {
  std::vector<std::string> lines;
  std::error_code ignored;
  if (path_.empty() || !fs::exists(path_, ignored)) return lines;
  if (!fs::is_regular_file(path_, ignored)) return invalid(fmt::format("the history {} is no file", path_));
  AMONT_LET(const std::string text, read_text_file(path_, kFileBytesMax));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (is_plain(line)) lines.push_back(std::move(line));
  }
  if (lines.size() <= kLinesMax) return lines;
  const bool is_long = lines.size() > 2 * kLinesMax;
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLinesMax));
  if (!is_long) return lines;
  std::string kept;
  for (const std::string& line : lines) kept += line + "\n";
  const std::string beside = path_ + ".new";
  const int file = open_private(beside, O_WRONLY | O_TRUNC);
  if (file < 0) return cannot("shorten", path_);
  AMONT_TRY(write_all(file, kept, beside));
  if (::rename(beside.c_str(), path_.c_str()) != 0) return cannot("shorten", path_);
  return lines;
}

Status HistoryFile::add(const std::string& line) {
  if (path_.empty() || !is_plain(line)) return {};
  const int file = open_private(path_, O_WRONLY | O_APPEND);
  if (file < 0) return cannot("write", path_);
  return write_all(file, line + "\n", path_);
}

}  // namespace amont::tool
