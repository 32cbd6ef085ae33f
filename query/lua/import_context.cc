#include "query/lua/import_context.h"

#include <utility>

#include <algorithm>

namespace amont {
namespace {

constexpr std::size_t kRecordBytesShown = 64 << 10;

}  // namespace

std::string_view ImportContext::record() const {
  if (parts) return json->text.substr(part_at, std::min(part_end - part_at, kRecordBytesShown));
  const std::string_view all = json ? json->text : rows ? rows->raw() : std::string_view();
  return all.substr(0, kRecordBytesShown);
}

Status ImportContext::give(Result<Change>&& change, std::string_view shown) {
  if (!options.keep_going) return give_or_refuse(importer, std::move(change), where(), shown);
  changes.add(std::move(change), where(), shown);
  return {};
}

Status ImportContext::refuse_record(const Status& why, Position place) {
  if (has_record && std::exchange(refused, true)) return {};
  return importer.refuse(why, std::move(place), record());
}

Status ImportContext::end_record() {
  has_record = false;
  if (!std::exchange(refused, false)) return changes.give(importer);
  changes.forget();
  return {};
}

Status ImportContext::tell_progress(std::uint64_t bytes_of_file) const {
  if (!options.progress || options.progress("importing", bytes_before + bytes_of_file, options.total_bytes)) return {};
  return {Code::kTimeout, "the import was cancelled"};
}

}  // namespace amont
