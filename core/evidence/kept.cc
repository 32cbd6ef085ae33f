#include "core/evidence/kept.h"

#include <bit>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::string_view kTreeName = "tree";
constexpr std::string_view kTreeMagic = "AMCT";
constexpr std::uint32_t kTreeVersion = 1;
constexpr std::size_t kTreeBytesMax = 4 << 10;
constexpr std::size_t kDigits = 20;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::optional<std::uint64_t> size_in(const std::string& name) {
  std::uint64_t size = 0;
  const char* const last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data(), last, size);
  if (name.size() != kDigits || error != std::errc() || end != last) return std::nullopt;
  return size;
}

std::string encode(const MerkleFrontier& tree) {
  std::string out(kTreeMagic);
  append_u32(out, kTreeVersion);
  append_u64(out, tree.size());
  append_u32(out, static_cast<std::uint32_t>(tree.peaks().size()));
  for (const Digest& peak : tree.peaks()) out.append(view_of(peak));
  return out;
}

std::optional<MerkleFrontier> decode(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.bytes(4) != kTreeMagic || in.u32() != kTreeVersion) return std::nullopt;
  const std::uint64_t size = in.u64();
  const std::uint32_t count = in.u32();
  if (!in.ok() || count != static_cast<std::uint32_t>(std::popcount(size))) return std::nullopt;
  std::vector<Digest> peaks(count);
  for (Digest& peak : peaks) {
    const std::string_view one = in.bytes(peak.size());
    if (!in.ok()) return std::nullopt;
    std::memcpy(peak.data(), one.data(), one.size());
  }
  if (!in.finished()) return std::nullopt;
  return MerkleFrontier(size, std::move(peaks));
}

}  // namespace

Status replace_file(Files& files, const std::string& path, std::string_view bytes, std::string_view ending) {
  const std::string beside = path + std::string(ending);
  {
    AMONT_LET(const auto file, files.open_for_writing(beside, OpenMode::kTruncate));
    AMONT_TRY(file->write(0, bytes));
    AMONT_TRY(file->sync());
  }
  AMONT_TRY(files.rename(beside, path));
  return files.sync_directory(directory_of(path));
}

std::string KeptCheckpoints::path_of(std::uint64_t size) const { return fmt::format("{}/{:020}", directory_, size); }

Result<std::vector<std::uint64_t>> KeptCheckpoints::sizes() const {
  std::vector<std::uint64_t> out;
  const auto entries = files_.list(directory_);
  if (entries.code() == Code::kNotFound) return out;
  AMONT_TRY(entries.status());
  for (const FileEntry& entry : *entries)
    if (const auto size = size_in(entry.name)) out.push_back(*size);
  return out;
}

Result<SignedCheckpoint> KeptCheckpoints::read(std::uint64_t size) const {
  const std::string path = path_of(size);
  const Result<std::string> bytes = read_file(files_, path, kNoteBytesMax);
  if (bytes.code() == Code::kLimit) return damaged(path + " is no checkpoint: it is too long");
  AMONT_TRY(bytes.status());
  Result<SignedCheckpoint> kept = parse_signed_checkpoint(*bytes);
  const std::string_view next = "put the file back from a backup or from where checkpoints are anchored";
  if (!kept) return damaged(fmt::format("{} is no checkpoint ({}); {}", path, kept.status().text(), next));
  if (kept->checkpoint.origin != origin_ || kept->checkpoint.size != size)
    return damaged(fmt::format("{} is a checkpoint of another register or size; {}", path, next));
  return kept;
}

Result<std::optional<SignedCheckpoint>> KeptCheckpoints::last() const {
  AMONT_LET(const auto all, sizes());
  if (all.empty()) return std::optional<SignedCheckpoint>();
  AMONT_LET(SignedCheckpoint kept, read(all.back()));
  return std::optional<SignedCheckpoint>(std::move(kept));
}

Status KeptCheckpoints::keep(const SignedCheckpoint& kept) const {
  AMONT_LET(const auto all, sizes());
  if (all.empty()) {  // the directory may be new, or its name not yet on disk
    AMONT_TRY(files_.make_directory(directory_));
    AMONT_TRY(files_.sync_directory(directory_of(directory_)));
  }
  return replace_file(files_, path_of(kept.checkpoint.size), format_note(kept.note));
}

std::optional<MerkleFrontier> KeptCheckpoints::tree_at(const Checkpoint& checkpoint) const {
  const auto bytes = read_file(files_, directory_ + "/" + std::string(kTreeName), kTreeBytesMax);
  if (!bytes) return std::nullopt;
  auto tree = decode(*bytes);
  if (!tree || tree->size() != checkpoint.size || tree->root() != checkpoint.root) return std::nullopt;
  return tree;
}

void KeptCheckpoints::save_tree(const MerkleFrontier& tree) const {
  const std::string path = directory_ + "/" + std::string(kTreeName);
  const auto file = files_.open_for_writing(path + ".new", OpenMode::kTruncate);
  if (file && (*file)->write(0, encode(tree)).ok()) (void)files_.rename(path + ".new", path);
}

}  // namespace amont
