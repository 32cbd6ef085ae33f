#include "core/io/spill_store.h"

#include "core/io/temporary_file.h"

namespace amont {

Result<std::uint64_t> SpillStore::keep(std::string_view text) {
  if (tail_.size() > memory_bytes_) AMONT_TRY(spill());
  const std::uint64_t place = on_disk_ + tail_.size();
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
  if (place >= on_disk_) return tail_.substr(place - on_disk_, size);
  std::string text(size, '\0');
  AMONT_LET(const std::size_t got, reader_->read(place, std::span<char>(text)));
  if (got != size) return io_error("a temporary file is shorter than what was written to it");
  return text;
}

}  // namespace amont
