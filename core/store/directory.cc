#include "core/store/directory.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::string_view kMagic = "AMRG";
constexpr std::size_t kBytes = 40;
constexpr std::size_t kSumBytes = 8;
constexpr std::size_t kBytesMax = 4096;  // in any format
constexpr std::string_view kOurs[] = {"LOCK", "ballast", "checkpoints", "copies",    "copies.lock", "copies.new",
                                      "head", "index",   "log",         "redacting", "register.new"};

std::string register_path(const std::string& store) { return store + "/register"; }
std::string unfinished_path(const std::string& store) { return store + "/register.new"; }

bool is_unfinished(Files& files, const std::string& store) { return files.stat(unfinished_path(store)).ok(); }
bool has_log(Files& files, const std::string& store) { return files.stat(log_directory(store)).ok(); }

}  // namespace

std::string absolute_path(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path whole = std::filesystem::absolute(path, failed).lexically_normal();
  return failed ? path : whole.string();
}

bool lies_within(const std::string& path, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path inner = fs::weakly_canonical(fs::absolute(path, failed), failed);
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder, failed), failed);
  if (failed) return path == folder || path.starts_with(folder + "/");
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

Result<RegisterFile> read_register_file(Files& files, const std::string& store) {
  const std::string path = register_path(store);
  Result<std::string> bytes = read_file(files, path, kBytesMax);
  if (bytes.code() == Code::kNotFound && files.stat(store + "/backup").ok())
    return not_found(fmt::format("{} is a backup; make a register of it with: amont restore {} -s DIR", store, store));
  if (bytes.code() == Code::kNotFound && has_log(files, store) && !is_unfinished(files, store))
    return damaged(fmt::format("{} is missing, and the log is there; put the file back from a backup", path));
  if (bytes.code() == Code::kNotFound)
    return not_found(fmt::format("there is no register in {}; make one with: amont -s {} init", store, store));
  AMONT_TRY(bytes.status());
  const auto not_ours = [&] { return damaged(path + " is not what was written; put it back from a backup"); };
  // In every format: these first, and a checksum of all before it last.
  ByteReader in(*bytes);
  const bool ours = in.bytes(kMagic.size()) == kMagic;
  const std::uint32_t version = in.u32();
  if (!in.ok() || !ours || version == 0 || bytes->size() < kBytes) return not_ours();
  const std::size_t covered = bytes->size() - kSumBytes;
  if (load_u64(bytes->data() + covered) != XXH3_64bits(bytes->data(), covered)) return not_ours();
  if (version > kFormatVersion)
    return Status(
        Code::kUnsupported,
        fmt::format("{} is of format {}, and this Amont reads formats up to {}; use a later Amont. Nothing was changed",
                    path, version, kFormatVersion));
  RegisterFile file;
  file.version = version;
  const std::string_view id = in.bytes(file.id.size());
  if (in.ok()) std::memcpy(file.id.data(), id.data(), id.size());
  file.created.micros = static_cast<std::int64_t>(in.u64());
  (void)in.u64();  // the checksum
  if (!in.finished()) return not_ours();
  return file;
}

Status begin_register_file(Files& files, const std::string& store, const RegisterFile& file) {
  std::string bytes(kMagic);
  append_u32(bytes, kFormatVersion);
  bytes.append(reinterpret_cast<const char*>(file.id.data()), file.id.size());
  append_u64(bytes, static_cast<std::uint64_t>(file.created.micros));
  append_u64(bytes, XXH3_64bits(bytes.data(), bytes.size()));
  AMONT_LET(const auto out, files.open_for_writing(unfinished_path(store), OpenMode::kTruncate));
  AMONT_TRY(out->write(0, bytes));
  AMONT_TRY(out->sync());
  return files.sync_directory(store);
}

Status finish_register_file(Files& files, const std::string& store) {
  AMONT_TRY(files.rename(unfinished_path(store), register_path(store)));
  return files.sync_directory(store);
}

Status remove_tree(Files& files, const std::string& directory) {
  const auto entries = files.list(directory);
  if (entries.code() == Code::kNotFound) return {};
  AMONT_TRY(entries.status());
  for (const FileEntry& entry : *entries) {
    const std::string path = directory + "/" + entry.name;
    AMONT_TRY(entry.is_directory ? remove_tree(files, path) : files.remove(path));
  }
  return files.remove_directory(directory);
}

Status check_directory(Files& files, const std::string& store) {
  const auto entry = files.stat(store + "/.");  // of what a link leads to
  if (!entry || !entry->anyone_may_write) return {};
  return invalid(fmt::format("anyone may write in {}: take that away with: chmod o-w {}", store, store));
}

Status clear_unfinished(Files& files, const std::string& store) {
  AMONT_LET(const auto entries, files.list(store));
  for (const FileEntry& entry : entries)
    if (std::find(std::begin(kOurs), std::end(kOurs), entry.name) == std::end(kOurs))
      return invalid(
          fmt::format("{} is not empty ({} is in it); name a directory that is absent or empty", store, entry.name));
  const bool is_empty = std::ranges::all_of(entries, [](const FileEntry& entry) { return entry.name == "LOCK"; });
  if (!is_empty && !is_unfinished(files, store))
    return damaged(
        fmt::format("{} is no empty directory, but a register without its file `register`; put that back", store));
  AMONT_TRY(remove_tree(files, log_directory(store)));
  AMONT_TRY(remove_tree(files, index_directory(store)));
  AMONT_TRY(remove_tree(files, store + "/checkpoints"));
  for (const FileEntry& entry : entries)
    if (entry.name == "head" || entry.name == "ballast" || entry.name == "redacting")
      AMONT_TRY(files.remove(store + "/" + entry.name));
  return {};  // register.new is written over
}

}  // namespace amont
