#include "core/log/head_file.h"

#include <bit>
#include <cstring>

#include <xxhash.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::size_t kSlotBytes = 4096;
constexpr std::string_view kMagic = "AMHD";
constexpr std::uint32_t kVersion = 1;

std::string encode(const HeadSlot& head, const RegisterId& register_id) {
  std::string out(kMagic);
  append_u32(out, kVersion);
  out.append(reinterpret_cast<const char*>(register_id.data()), register_id.size());
  append_u64(out, head.sequence);
  append_u64(out, head.number);
  append_u64(out, head.segment);
  append_u64(out, head.end);
  append_u64(out, static_cast<std::uint64_t>(head.time.micros));
  append_u32(out, static_cast<std::uint32_t>(head.tree.peaks().size()));
  for (const Digest& peak : head.tree.peaks()) out.append(view_of(peak));
  append_u64(out, XXH3_64bits(out.data(), out.size()));
  out.resize(kSlotBytes, '\0');
  return out;
}

std::optional<HeadSlot> decode(std::string_view slot, const RegisterId& register_id) {
  ByteReader in(slot);
  if (in.bytes(4) != kMagic || in.u32() != kVersion) return std::nullopt;
  if (in.bytes(16) != std::string_view(reinterpret_cast<const char*>(register_id.data()), register_id.size())) return std::nullopt;
  HeadSlot head;
  head.sequence = in.u64();
  head.number = in.u64();
  head.segment = in.u64();
  head.end = in.u64();
  head.time.micros = static_cast<std::int64_t>(in.u64());
  const std::uint32_t count = in.u32();
  if (!in.ok() || count != static_cast<std::uint32_t>(std::popcount(head.number))) return std::nullopt;
  std::vector<Digest> peaks(count);
  for (Digest& peak : peaks) {
    const std::string_view bytes = in.bytes(32);
    if (!in.ok()) return std::nullopt;
    std::memcpy(peak.data(), bytes.data(), 32);
  }
  const std::size_t covered = slot.size() - in.left();
  if (in.u64() != XXH3_64bits(slot.data(), covered)) return std::nullopt;
  head.tree = MerkleFrontier(head.number, std::move(peaks));
  return head;
}

}  // namespace

Result<std::unique_ptr<HeadFile>> HeadFile::create(Files& files, const std::string& path, const RegisterId& register_id) {
  AMONT_LET(auto file, files.open_for_writing(path, OpenMode::kTruncate));
  std::unique_ptr<HeadFile> head(new HeadFile(std::move(file), register_id, 0));
  AMONT_TRY(head->write({}));
  AMONT_TRY(head->write({}));
  AMONT_TRY(head->sync());
  return head;
}

Result<std::unique_ptr<HeadFile>> HeadFile::open(Files& files, const std::string& path, const RegisterId& register_id,
                                                 std::uint64_t last_sequence) {
  AMONT_LET(auto file, files.open_for_writing(path, OpenMode::kCreateIfAbsent));
  return std::unique_ptr<HeadFile>(new HeadFile(std::move(file), register_id, last_sequence));
}

Status HeadFile::write(HeadSlot head) {
  head.sequence = ++sequence_;
  return file_->write((head.sequence & 1) * kSlotBytes, encode(head, register_id_));
}

Result<std::optional<HeadSlot>> read_head(Files& files, const std::string& path, const RegisterId& register_id) {
  Result<std::string> bytes = read_file(files, path, 2 * kSlotBytes);
  if (bytes.code() == Code::kNotFound || bytes.code() == Code::kLimit) return std::optional<HeadSlot>();
  AMONT_TRY(bytes.status());
  std::optional<HeadSlot> best;
  for (std::size_t at = 0; at + kSlotBytes <= bytes->size(); at += kSlotBytes) {
    auto head = decode(std::string_view(*bytes).substr(at, kSlotBytes), register_id);
    if (head && (!best || head->sequence > best->sequence)) best = std::move(head);
  }
  return best;
}

}  // namespace amont
