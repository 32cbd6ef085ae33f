#include "core/io/spill_store.h"

#include <algorithm>

#include "core/io/temporary_file.h"

namespace amont {
namespace {

Status cut_short() { return io_error("a temporary file is shorter than what was written to it"); }

}  // namespace

Result<std::uint64_t> SpillStore::keep(std::string_view text) {
  if (tail_.size() > memory_bytes_) AMONT_TRY(spill());
  const std::uint64_t place = size();
  tail_.append(text);
  return place;
}

Status SpillStore::spill() {
  if (!writer_) {
    AMONT_LET(TemporaryFile file, make_temporary_file());
    writer_ = std::move(file.writer);
    reader_ = std::move(file.reader);
  }
  AMONT_TRY(writer_->write(on_disk_, tail_));
  on_disk_ += tail_.size();
  tail_.clear();
  return {};
}

Result<std::string> SpillStore::text_at(std::uint64_t place, std::size_t size) const {
  std::string text(size, '\0');
  AMONT_LET(const std::size_t got, read(place, std::span<char>(text)));
  if (got != size) return cut_short();
  return text;
}

Result<std::size_t> SpillStore::read(std::uint64_t place, std::span<char> out) const {
  if (place < on_disk_) {
    AMONT_LET(const std::size_t got,
              reader_->read(place, out.first(std::min<std::uint64_t>(out.size(), on_disk_ - place))));
    if (got == 0 && !out.empty()) return cut_short();
    return got;
  }
  return tail_.copy(out.data(), out.size(), place - on_disk_);
}

}  // namespace amont
