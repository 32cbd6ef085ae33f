#include "core/log/head_file.h"

#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>

#include <xxhash.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::size_t kSlotBytes = 4096;
constexpr std::string_view kMagic = "AMHD";
constexpr std::uint32_t kVersion = 1;

std::string_view text_of(const RegisterId& id) { return {reinterpret_cast<const char*>(id.data()), id.size()}; }

std::string encode(const HeadSlot& head, std::uint64_t sequence, const RegisterId& register_id) {
  std::string out;
  out.reserve(kSlotBytes);
  out.append(kMagic);
  append_u32(out, kVersion);
  out.append(text_of(register_id));
  append_u64(out, sequence);
  append_u64(out, head.number);
  append_u64(out, head.segment);
  append_u64(out, head.last);
  append_u64(out, head.end);
  append_u64(out, static_cast<std::uint64_t>(head.time.micros));
  append_u32(out, static_cast<std::uint32_t>(head.tree.peaks().size()));
  for (const Digest& peak : head.tree.peaks()) out.append(view_of(peak));
  append_u64(out, XXH3_64bits(out.data(), out.size()));
  out.resize(kSlotBytes, '\0');
  return out;
}

struct Decoded {
  std::uint64_t sequence = 0;
  HeadSlot head;
};

std::optional<Decoded> decode(std::string_view slot, const RegisterId& register_id) {
  ByteReader in(slot);
  if (in.bytes(4) != kMagic || in.u32() != kVersion || in.bytes(16) != text_of(register_id)) return std::nullopt;
  Decoded out;
  out.sequence = in.u64();
  HeadSlot& head = out.head;
  head.number = in.u64();
  head.segment = in.u64();
  head.last = in.u64();
  head.end = in.u64();
  head.time.micros = static_cast<std::int64_t>(in.u64());
  const std::uint32_t count = in.u32();
  if (!in.ok() || count != static_cast<std::uint32_t>(std::popcount(head.number))) return std::nullopt;
  std::vector<Digest> peaks(count);
  for (Digest& peak : peaks) {
    const std::string_view bytes = in.bytes(peak.size());
    if (!in.ok()) return std::nullopt;
    std::memcpy(peak.data(), bytes.data(), peak.size());
  }
  const std::size_t covered = slot.size() - in.left();
  if (in.u64() != XXH3_64bits(slot.data(), covered) || !in.ok()) return std::nullopt;
  const bool nothing = head.number == 0 && head.segment == 0 && head.last == 0 && head.end == 0;
  const bool sensible = head.segment >= 1 && head.segment <= head.number && head.last < head.end &&
                        head.end <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!nothing && !sensible) return std::nullopt;
  head.tree = MerkleFrontier(head.number, std::move(peaks));
  return out;
}

constexpr int kTries = 5;
constexpr std::chrono::microseconds kPause{200};

}  // namespace

Result<HeadReading> read_head(Files& files, const std::string& path, const RegisterId& register_id) {
  HeadReading out;
  const auto file = files.open_for_reading(path);
  if (file.code() == Code::kNotFound) return out;
  AMONT_TRY(file.status());
  std::string bytes(2 * kSlotBytes, '\0');
  AMONT_LET(const std::size_t got, (*file)->read(0, std::span<char>(bytes)));
  bytes.resize(got);
  bytes.resize(2 * kSlotBytes, '\0');
  int good = 0;
  for (int slot = 0; slot < 2; ++slot) {
    auto decoded = decode(std::string_view(bytes).substr(slot * kSlotBytes, kSlotBytes), register_id);
    if (!decoded) continue;
    ++good;
    if (out.newest && decoded->sequence <= out.sequence) continue;
    out.newest = std::move(decoded->head);
    out.sequence = decoded->sequence;
    out.slot = slot;
  }
  out.torn = good < 2;
  return out;
}

Result<HeadReading> read_head_beside_writer(Files& files, const std::string& path, const RegisterId& register_id) {
  Result<HeadReading> reading = read_head(files, path, register_id);
  for (int tried = 1; reading && reading->torn && tried < kTries; ++tried) {
    if (tried > kTries / 2) std::this_thread::sleep_for(kPause);
    reading = read_head(files, path, register_id);
  }
  return reading;
}

HeadFile::HeadFile(std::unique_ptr<WritableFile> file, const RegisterId& register_id, const HeadReading& reading)
    : file_(std::move(file)),
      register_id_(register_id),
      sequence_(reading.sequence),
      slot_(reading.newest ? 1 - reading.slot : 0),
      standing_(reading.newest) {}

Result<std::unique_ptr<HeadFile>> HeadFile::open(Files& files, const std::string& path, const RegisterId& register_id,
                                                 const HeadReading& reading) {
  AMONT_LET(auto file, files.open_for_writing(path, OpenMode::kCreateIfAbsent));
  return std::unique_ptr<HeadFile>(new HeadFile(std::move(file), register_id, reading));
}

Status HeadFile::put(int slot, const HeadSlot& head) {
  return file_->write(static_cast<std::uint64_t>(slot) * kSlotBytes, encode(head, sequence_, register_id_));
}

Status HeadFile::write(const HeadSlot& head) {
  if (standing_) {
    // After a writer that was killed it may be in memory only. It is written once more, as a sync that failed before
    // may have made the system forget that it is not on disk.
    AMONT_TRY(put(1 - slot_, *standing_));
    AMONT_TRY(file_->sync());
    standing_.reset();
  }
  is_synced_ = is_settled_ = false;
  ++sequence_;
  return put(slot_, head);
}

Status HeadFile::sync() {
  if (is_synced_) return {};
  AMONT_TRY(file_->sync());
  is_synced_ = true;
  slot_ = 1 - slot_;
  return {};
}

Status HeadFile::settle(const HeadSlot& head) {
  if (is_settled_) return {};
  for (int i = 0; i < 2; ++i) {
    AMONT_TRY(write(head));
    AMONT_TRY(sync());
  }
  is_settled_ = true;
  return {};
}

}  // namespace amont
