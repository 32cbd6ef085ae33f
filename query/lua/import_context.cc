#include "query/lua/import_context.h"

#include <chrono>
#include <utility>

#include "query/lua/budget.h"

namespace amont {
namespace {

constexpr std::uint64_t kBytesPerCredit = 256 << 10;
constexpr std::size_t kRecordBytesShown = 64 << 10;

}  // namespace

std::string_view ImportContext::record() const {
  const std::string_view all = json ? std::string_view(json->text) : rows ? rows->raw() : std::string_view();
  return all.substr(0, kRecordBytesShown);
}

Status ImportContext::give(Result<Change>&& change, std::string_view shown) {
  if (!options.keep_going) return give_or_refuse(importer, std::move(change), where(), shown);
  changes.add(std::move(change), where(), shown);
  return {};
}

Status ImportContext::refuse_record(const Status& why, Position place) {
  if (std::exchange(refused, true)) return {};
  return importer.refuse(why, std::move(place), record());
}

Status ImportContext::end_record() {
  if (!std::exchange(refused, false)) return changes.give(importer);
  changes.forget();
  return {};
}

void ImportContext::renew_if_due(Budget& budget, std::uint64_t bytes_of_file) {
  const std::uint64_t due = (bytes_of_file + kBytesPerCredit - 1) / kBytesPerCredit;
  if (due > bytes_credited) {
    credits += due - bytes_credited;
    bytes_credited = due;
  }
  if (credits == 0) return;
  const auto time_left = budget.deadline() - Budget::Clock::now();
  const bool early =
      budget.steps_used() < limits.steps_max / 4 && time_left > std::chrono::milliseconds(limits.time_ms) * 3 / 4;
  if (early) return;
  --credits;
  budget.renew();
}

Status ImportContext::tell_progress(std::uint64_t bytes_of_file) const {
  if (!options.progress || options.progress("importing", bytes_before + bytes_of_file, options.total_bytes)) return {};
  return {Code::kTimeout, "the import was cancelled"};
}

}  // namespace amont
