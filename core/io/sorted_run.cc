#include "core/io/sorted_run.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <tuple>

namespace amont {
namespace {

constexpr std::size_t kBlockBytes = 4 << 10;     // about: what is read for one key
constexpr std::size_t kBufferBytes = 256 << 10;  // of a run that is read or written from end to end
constexpr std::size_t kHeaderBytes = 11;

template <class Number>
Number load(const char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}
template <class Number>
void append(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

Status cut_short() { return io_error("a temporary file is shorter than what was written to it"); }

// The entry at the beginning of `bytes`, and its size; 0 when it is not there whole.
std::size_t parse(std::string_view bytes, RunEntry& out) {
  if (bytes.size() < kHeaderBytes) return 0;
  const char* const at = bytes.data();
  out.tag = load<std::uint32_t>(at);
  const std::size_t key_bytes = load<std::uint16_t>(at + 4), value_bytes = load<std::uint32_t>(at + 6);
  out.space = static_cast<std::uint8_t>(at[10]);
  if (bytes.size() - kHeaderBytes < key_bytes + value_bytes) return 0;
  out.key = bytes.substr(kHeaderBytes, key_bytes);
  out.value = bytes.substr(kHeaderBytes + key_bytes, value_bytes);
  return kHeaderBytes + key_bytes + value_bytes;
}

}  // namespace

bool RunEntry::is_before(const RunEntry& other) const {
  return std::tie(tag, space, key) < std::tie(other.tag, other.space, other.key);
}
bool RunEntry::has_key_of(const RunEntry& other) const {
  return tag == other.tag && space == other.space && key == other.key;
}

Result<bool> SortedRun::find(std::string& block, const RunEntry& wanted, std::string& value) const {
  if (!filter.may_hold(wanted.tag)) return false;
  // The tag may begin in a block and go on in the next.
  const auto first = std::ranges::lower_bound(tags, wanted.tag);
  for (std::size_t i = first == tags.begin() ? 0 : static_cast<std::size_t>(first - tags.begin()) - 1;
       i < tags.size() && tags[i] <= wanted.tag; ++i) {
    const std::uint64_t end = i + 1 < begins.size() ? begins[i + 1] : bytes;
    block.resize(end - begins[i]);
    AMONT_LET(const std::size_t got, file->read(begins[i], std::span<char>(block)));
    if (got != block.size()) return cut_short();
    RunEntry entry;
    for (std::string_view rest = block; !rest.empty();) {
      const std::size_t size = parse(rest, entry);
      if (size == 0) return cut_short();
      if (entry.tag > wanted.tag) return false;
      if (entry.has_key_of(wanted)) {
        value.assign(entry.value);
        return true;
      }
      rest.remove_prefix(size);
    }
  }
  return false;
}

Result<RunWriter> RunWriter::make(std::uint64_t entries, std::uint64_t filter_bytes_max) {
  RunWriter writer;
  AMONT_LET(writer.file_, make_temporary_file());
  constexpr std::uint64_t kBitsAnEntry = 10;
  writer.run_->filter = RunFilter(std::min(entries * kBitsAnEntry / 8 + 64, filter_bytes_max));
  return writer;
}

Status RunWriter::write(const RunEntry& entry) {
  SortedRun& run = *run_;
  const std::uint64_t at = run.bytes + buffer_.size();
  if (run.begins.empty() || at - run.begins.back() >= kBlockBytes) {
    run.tags.push_back(entry.tag);
    run.begins.push_back(at);
  }
  append(buffer_, entry.tag);
  append(buffer_, static_cast<std::uint16_t>(entry.key.size()));
  append(buffer_, static_cast<std::uint32_t>(entry.value.size()));
  append(buffer_, entry.space);
  buffer_.append(entry.key).append(entry.value);
  run.filter.add(entry.tag);
  ++run.entries;
  return buffer_.size() < kBufferBytes ? Status() : flush();
}

Result<std::shared_ptr<const SortedRun>> RunWriter::finish(std::size_t merges) {
  AMONT_TRY(flush());
  run_->tags.shrink_to_fit();
  run_->begins.shrink_to_fit();
  run_->merges = merges;
  run_->file = std::move(file_.reader);
  return std::shared_ptr<const SortedRun>(std::move(run_));
}

Status RunWriter::flush() {
  AMONT_TRY(file_.writer->write(run_->bytes, buffer_));
  run_->bytes += buffer_.size();
  buffer_.clear();
  return {};
}

Result<bool> RunReader::next() {
  while (true) {
    if (const std::size_t size = parse(std::string_view(buffer_).substr(at_), entry_); size != 0) {
      at_ += size;
      return true;
    }
    if (read_ == run_.bytes) return at_ == buffer_.size() ? Result<bool>(false) : cut_short();
    buffer_.erase(0, at_);
    at_ = 0;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + std::min<std::uint64_t>(std::max(kBufferBytes, before), run_.bytes - read_));
    const std::span<char> room = std::span<char>(buffer_).subspan(before);
    AMONT_LET(const std::size_t got, run_.file->read(read_, room));
    if (got != room.size()) return cut_short();
    read_ += got;
  }
}

}  // namespace amont
