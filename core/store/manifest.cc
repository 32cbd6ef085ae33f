#include "core/store/manifest.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/log/segment.h"
#include "core/store/copies.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::string_view kMagic = "AMBK";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kBytesMax = 256 << 20;

void append_tree(std::string& out, const MerkleFrontier& tree) {
  append_u64(out, tree.size());
  append_u32(out, static_cast<std::uint32_t>(tree.peaks().size()));
  for (const Digest& peak : tree.peaks()) out.append(view_of(peak));
}

template <class Bytes>
void read_bytes(ByteReader& in, Bytes& out) {
  const std::string_view bytes = in.bytes(out.size());
  if (in.ok()) std::memcpy(out.data(), bytes.data(), bytes.size());
}

MerkleFrontier read_tree(ByteReader& in) {
  const std::uint64_t size = in.u64();
  const std::uint32_t count = in.u32();
  if (count != static_cast<std::uint32_t>(std::popcount(size))) in.fail();
  std::vector<Digest> peaks(in.ok() ? count : 0);
  for (Digest& peak : peaks) read_bytes(in, peak);
  return in.ok() ? MerkleFrontier(size, std::move(peaks)) : MerkleFrontier();
}

void append_head(std::string& out, const HeadSlot& head) {
  for (const std::uint64_t value :
       {head.number, head.segment, head.last, head.end, static_cast<std::uint64_t>(head.time.micros)})
    append_u64(out, value);
  append_tree(out, head.tree);
}

HeadSlot read_head_slot(ByteReader& in) {
  HeadSlot head;
  for (std::uint64_t* const value : {&head.number, &head.segment, &head.last, &head.end}) *value = in.u64();
  head.time.micros = static_cast<std::int64_t>(in.u64());
  head.tree = read_tree(in);
  if (head.tree.size() != head.number) in.fail();
  return head;
}

// A manifest may come from anywhere, and what it lists is written to: only to where a register has such files.
bool may_be(const BackupFile& file) {
  if (file.is_segment()) return file.path == "log/" + Segment::name_of(file.first());
  if (file.path == kCopiesFile) return true;
  constexpr std::string_view kCheckpoints = "checkpoints/";
  if (!file.path.starts_with(kCheckpoints)) return false;
  const std::string_view name = std::string_view(file.path).substr(kCheckpoints.size());
  return !name.empty() && name.size() <= 200 && name[0] != '.' && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace

const BackupFile* Manifest::find(const std::string& path) const {
  const auto found = std::ranges::find(files, path, &BackupFile::path);
  return found == files.end() ? nullptr : &*found;
}

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) sum += file.bytes;
  return sum;
}

Result<Manifest> read_manifest(Files& files, const std::string& backup) {
  const std::string path = manifest_path(backup);
  Result<std::string> bytes = read_file(files, path, kBytesMax);
  if (bytes.code() == Code::kNotFound && files.stat(backup + "/register").ok())
    return not_found(
        fmt::format("{} is a register and no backup; make one with: amont -s {} backup DIR", backup, backup));
  if (bytes.code() == Code::kNotFound && files.stat(unfinished_manifest_path(backup)).ok())
    return not_found(fmt::format("the backup in {} was never finished; make it again", backup));
  if (bytes.code() == Code::kNotFound) return not_found(fmt::format("there is no backup in {}", backup));
  AMONT_TRY(bytes.status());
  const auto not_ours = [&] {
    return damaged(path + " is not what was written; make the backup again, or use another");
  };
  // As in the file `register`: these first and a checksum last, in every format.
  constexpr std::size_t kSumBytes = 8;
  ByteReader in(*bytes);
  const bool ours = in.bytes(kMagic.size()) == kMagic;
  const std::uint32_t version = in.u32();
  if (!in.ok() || !ours || version == 0 || in.left() < kSumBytes) return not_ours();
  const std::size_t covered = bytes->size() - kSumBytes;
  if (load_u64(bytes->data() + covered) != XXH3_64bits(bytes->data(), covered)) return not_ours();
  if (version > kVersion)
    return Status(
        Code::kUnsupported,
        fmt::format("{} is of format {}, and this Amont reads up to {}; use a later Amont", path, version, kVersion));
  Manifest manifest;
  read_bytes(in, manifest.register_file.id);
  manifest.register_file.created.micros = static_cast<std::int64_t>(in.u64());
  manifest.taken.micros = static_cast<std::int64_t>(in.u64());
  manifest.head = read_head_slot(in);
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    BackupFile file;
    file.path = in.text();
    file.bytes = in.u64();
    file.modified_micros = in.u64();
    read_bytes(in, file.sha256);
    file.before = read_tree(in);
    if (!may_be(file)) in.fail();
    manifest.files.push_back(std::move(file));
  }
  (void)in.u64();  // the checksum
  if (!in.finished()) return not_ours();
  return manifest;
}

Status write_manifest(Files& files, const std::string& backup, const Manifest& manifest) {
  std::string bytes(kMagic);
  append_u32(bytes, kVersion);
  const RegisterId& id = manifest.register_file.id;
  bytes.append(reinterpret_cast<const char*>(id.data()), id.size());
  append_u64(bytes, static_cast<std::uint64_t>(manifest.register_file.created.micros));
  append_u64(bytes, static_cast<std::uint64_t>(manifest.taken.micros));
  append_head(bytes, manifest.head);
  append_u32(bytes, static_cast<std::uint32_t>(manifest.files.size()));
  for (const BackupFile& file : manifest.files) {
    append_text(bytes, file.path);
    append_u64(bytes, file.bytes);
    append_u64(bytes, file.modified_micros);
    bytes.append(view_of(file.sha256));
    append_tree(bytes, file.before);
  }
  append_u64(bytes, XXH3_64bits(bytes.data(), bytes.size()));
  {
    AMONT_LET(const auto out, files.open_for_writing(unfinished_manifest_path(backup), OpenMode::kTruncate));
    AMONT_TRY(out->write(0, bytes));
    AMONT_TRY(out->sync());
  }
  AMONT_TRY(files.rename(unfinished_manifest_path(backup), manifest_path(backup)));
  return files.sync_directory(backup);
}

}  // namespace amont
