#include "core/io/sorted_runs.h"

#include <span>
#include <utility>

#include "core/aside.h"

namespace amont {
namespace {

constexpr std::size_t kFan = 4;  // runs of a size that become one

// Reads runs together; of those that have a key the newest tells its value.
class Merger {
 public:
  explicit Merger(std::span<const std::shared_ptr<const SortedRun>> runs) {
    for (const auto& run : runs) readers_.push_back(std::make_unique<RunReader>(*run));
  }

  Result<bool> next(RunEntry& out) {
    if (!begun_) {
      begun_ = true;
      for (std::size_t i = 0; i < readers_.size(); ++i) due_.push_back(i);
    }
    for (const std::size_t i : due_) {
      AMONT_LET(const bool more, readers_[i]->next());
      if (!more) readers_[i].reset();
    }
    due_.clear();
    const RunReader* least = nullptr;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (!readers_[i]) continue;
      const bool is_same = least && readers_[i]->entry().has_key_of(least->entry());
      if (least && !is_same && !readers_[i]->entry().is_before(least->entry())) continue;
      if (!is_same) due_.clear();
      due_.push_back(i);
      least = readers_[i].get();  // of two that have it, the newer
    }
    if (!least) return false;
    out = least->entry();
    return true;
  }

 private:
  std::vector<std::unique_ptr<RunReader>> readers_;
  std::vector<std::size_t> due_;  // whose entry was told
  bool begun_ = false;
};

}  // namespace

SortedRuns::~SortedRuns() {
  if (merging_.valid()) merging_.wait();
}

std::uint64_t SortedRuns::memory_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& run : runs_) sum += run->memory_bytes();
  return sum;
}

// Half of what is left, so that there is always some for the next.
std::uint64_t SortedRuns::next_filter_bytes() const {
  std::uint64_t used = 0;
  for (const auto& run : runs_) used += run->filter.bytes();
  return used < filter_bytes_ ? (filter_bytes_ - used) / 2 : 0;
}

Status SortedRuns::add(std::uint64_t count, const Next& next) {
  if (count == 0) return {};
  AMONT_LET(RunWriter writer, RunWriter::make(count, next_filter_bytes()));
  Entry entry;
  while (true) {
    AMONT_LET(const bool more, next(entry));
    if (!more) break;
    AMONT_TRY(writer.write(entry));
  }
  AMONT_LET(auto run, writer.finish(0));
  AMONT_TRY(take_merged());
  runs_.push_back(std::move(run));
  start_merging();
  return {};
}

// The first kFan runs next to each other that were merged as often become one.
void SortedRuns::start_merging() {
  std::size_t count = 0;
  for (std::size_t i = runs_.size(); i-- > 0;) {
    count = i + 1 < runs_.size() && runs_[i]->merges == runs_[i + 1]->merges ? count + 1 : 1;
    if (count < kFan) continue;
    merging_first_ = i;
    merging_count_ = count;
    const RunList parts(runs_.begin() + static_cast<std::ptrdiff_t>(i),
                        runs_.begin() + static_cast<std::ptrdiff_t>(i + count));
    merged_ = std::make_shared<std::shared_ptr<const SortedRun>>();
    // Those that it takes the place of give their filters back.
    std::uint64_t filter_bytes = next_filter_bytes();
    for (const auto& run : parts) filter_bytes += run->filter.bytes();
    merging_ = aside([parts, filter_bytes, into = merged_]() -> Status {
      std::uint64_t entries = 0;
      for (const auto& run : parts) entries += run->entries;
      AMONT_LET(RunWriter writer, RunWriter::make(entries, filter_bytes));
      Merger merger(parts);
      Entry entry;
      while (true) {
        AMONT_LET(const bool more, merger.next(entry));
        if (!more) break;
        AMONT_TRY(writer.write(entry));
      }
      AMONT_LET(*into, writer.finish(parts.front()->merges + 1));
      return {};
    });
    return;
  }
}

Status SortedRuns::take_merged() {
  while (merging_.valid()) {
    AMONT_TRY(merging_.get());
    const auto first = runs_.begin() + static_cast<std::ptrdiff_t>(merging_first_);
    *first = std::move(*merged_);
    runs_.erase(first + 1, first + static_cast<std::ptrdiff_t>(merging_count_));
    start_merging();
  }
  return {};
}

Result<bool> SortedRuns::find(std::uint32_t tag, std::uint8_t space, std::string_view key, std::string& value) const {
  const Entry wanted{tag, space, key, {}};
  for (std::size_t i = runs_.size(); i-- > 0;) {
    AMONT_LET(const bool found, runs_[i]->find(block_, wanted, value));
    if (found) return true;
  }
  return false;
}

Status SortedRuns::each(const std::function<Status(const Entry&)>& visit) const {
  Merger merger(runs_);
  Entry entry;
  while (true) {
    AMONT_LET(const bool more, merger.next(entry));
    if (!more) return {};
    AMONT_TRY(visit(entry));
  }
}

}  // namespace amont
