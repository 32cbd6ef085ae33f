// SortedRuns: keys and values that no longer fit memory, in temporary files, and found again by key. What is added at once is a
// run, one file sorted by the keys' tags; four runs of a size become one on a thread of its own, so there are few. What is kept
// in memory is a filter for each run, which mostly knows that a key is not there, and 12 bytes for each 4 KiB.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/sorted_run.h"

namespace amont {

class SortedRuns {
 public:
  // `filter_bytes`: what all filters together may take.
  explicit SortedRuns(std::uint64_t filter_bytes) : filter_bytes_(filter_bytes) {}
  ~SortedRuns();
  SortedRuns(const SortedRuns&) = delete;
  SortedRuns& operator=(const SortedRuns&) = delete;

  using Entry = RunEntry;
  // Fills the next entry, whose views are good until the next call; false at the end.
  using Next = std::function<Result<bool>(Entry&)>;

  bool empty() const { return runs_.empty(); }
  // Puts aside `count` entries, in order and no key twice. kIo, kNoSpace: then this is of no more use.
  Status add(std::uint64_t count, const Next& next);
  // Brings near what find() will look at first.
  void expect(std::uint32_t tag) const {
    for (const auto& run : runs_) run->filter.expect(tag);
  }
  // The value that a key was given last.
  Result<bool> find(std::uint32_t tag, std::uint8_t space, std::string_view key, std::string& value) const;
  // Every key with that value, in order.
  Status each(const std::function<Status(const Entry&)>& visit) const;

  std::uint64_t memory_bytes() const;

 private:
  using RunList = std::vector<std::shared_ptr<const SortedRun>>;

  std::uint64_t next_filter_bytes() const;
  Status take_merged();
  void start_merging();

  const std::uint64_t filter_bytes_;
  RunList runs_;  // oldest first
  mutable std::string block_;
  // Of the runs that are becoming one:
  std::size_t merging_first_ = 0, merging_count_ = 0;
  std::shared_ptr<std::shared_ptr<const SortedRun>> merged_;
  std::future<Status> merging_;
};

}  // namespace amont
