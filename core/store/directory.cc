#include "core/store/directory.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::string_view kMagic = "AMRG";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kBytes = 40;
constexpr std::string_view kOurs[] = {"LOCK", "head", "index", "log", "register.new"};

std::string register_path(const std::string& store) { return store + "/register"; }
std::string unfinished_path(const std::string& store) { return store + "/register.new"; }

bool is_unfinished(Files& files, const std::string& store) { return files.stat(unfinished_path(store)).ok(); }
bool has_log(Files& files, const std::string& store) { return files.stat(log_directory(store)).ok(); }

}  // namespace

Result<RegisterFile> read_register_file(Files& files, const std::string& store) {
  const std::string path = register_path(store);
  Result<std::string> bytes = read_file(files, path, kBytes);
  if (bytes.code() == Code::kNotFound && has_log(files, store) && !is_unfinished(files, store))
    return damaged(fmt::format("{} is missing, and the log is there; put the file back from a backup", path));
  if (bytes.code() == Code::kNotFound)
    return not_found(fmt::format("there is no register in {}; make one with: amont -s {} init", store, store));
  if (bytes.code() == Code::kLimit) return damaged(path + " is longer than Amont writes it");
  AMONT_TRY(bytes.status());
  ByteReader in(*bytes);
  const bool ours = in.bytes(4) == kMagic;
  const std::uint32_t version = in.u32();
  RegisterFile file;
  const std::string_view id = in.bytes(file.id.size());
  if (in.ok()) std::memcpy(file.id.data(), id.data(), id.size());
  file.created.micros = static_cast<std::int64_t>(in.u64());
  const std::uint64_t checksum = in.u64();
  if (!in.finished() || !ours || checksum != XXH3_64bits(bytes->data(), kBytes - 8))
    return damaged(path + " is not what was written; put it back from a backup");
  if (version != kVersion)
    return Status(Code::kUnsupported, fmt::format("{} is of format {}; upgrade Amont", path, version));
  return file;
}

Status begin_register_file(Files& files, const std::string& store, const RegisterFile& file) {
  std::string bytes(kMagic);
  append_u32(bytes, kVersion);
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
  for (const FileEntry& entry : entries)
    if (entry.name == "head") AMONT_TRY(files.remove(store + "/" + entry.name));
  return {};  // register.new is written over
}

}  // namespace amont
