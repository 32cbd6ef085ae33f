#include "core/store/copies.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <thread>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::uint64_t kFileBytesMax = 64 << 20;
constexpr int kLockTries = 100;
constexpr std::chrono::milliseconds kLockPause{20};

std::string copies_path(const std::string& store) { return fmt::format("{}/{}", store, kCopiesFile); }

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

std::string line_of(const KnownCopy& copy) {
  if (copy.kind == kUnreadableLine) return copy.path + "\n";
  return fmt::format("{}\t{}\t{}\t{}\n", escaped(copy.kind), copy.up_to, copy.made.text(), escaped(copy.path));
}

std::optional<KnownCopy> read_line(std::string_view line) {
  std::array<std::string_view, 4> cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t end = i + 1 < cells.size() ? line.find('\t') : line.size();
    if (end == std::string_view::npos) return {};
    cells[i] = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  KnownCopy copy{unescaped(cells[0]), unescaped(cells[3]), 0, {}};
  const char* const end = cells[1].data() + cells[1].size();
  const Result<Timestamp> made = Timestamp::parse(cells[2]);
  if (std::from_chars(cells[1].data(), end, copy.up_to).ptr != end || !made || copy.path.empty()) return {};
  copy.made = *made;
  return copy;
}

}  // namespace

Status note_copy(Files& files, const std::string& store, const KnownCopy& copy) {
  if (copy.path.empty() || copy.kind.empty()) return invalid("a copy has a kind and a path");
  const std::string lock_file = copies_path(store) + ".lock";
  Result<std::unique_ptr<FileLock>> lock = files.lock(lock_file);
  for (int tried = 1; lock.code() == Code::kLocked && tried < kLockTries; ++tried) {
    std::this_thread::sleep_for(kLockPause);
    lock = files.lock(lock_file);
  }
  AMONT_TRY(lock.status());
  AMONT_LET(std::vector<KnownCopy> copies, known_copies(files, store));
  std::erase_if(copies, [&](const KnownCopy& one) { return one.kind == copy.kind && one.path == copy.path; });
  copies.push_back(copy);
  std::string text;
  for (const KnownCopy& one : copies) text += line_of(one);

  const std::string fresh = copies_path(store) + ".new";
  AMONT_LET(const auto file, files.open_for_writing(fresh, OpenMode::kTruncate));
  AMONT_TRY(file->write(0, text));
  AMONT_TRY(file->sync());
  AMONT_TRY(files.rename(fresh, copies_path(store)));
  return files.sync_directory(store);
}

Result<std::vector<KnownCopy>> known_copies(Files& files, const std::string& store) {
  std::vector<KnownCopy> copies;
  const Result<std::string> text = read_file(files, copies_path(store), kFileBytesMax);
  if (text.code() == Code::kNotFound) return copies;
  AMONT_TRY(text.status());
  for (std::string_view left = *text; !left.empty();) {
    const std::string_view line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    std::optional<KnownCopy> copy = read_line(line);
    copies.push_back(copy ? *std::move(copy) : KnownCopy{std::string(kUnreadableLine), std::string(line), 0, {}});
  }
  return copies;
}

}  // namespace amont
