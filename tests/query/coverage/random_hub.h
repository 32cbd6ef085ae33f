// Small random hubs in which approvals begin, end, are suspended, revoked, superseded and require each other within half a minute,
// so that intervals overlap, touch and leave holes of a second.
#pragma once

#include <vector>

#include "amont/transaction.h"
#include "tests/support/crash_disk.h"

namespace amont {

class RandomHub {
 public:
  // `origin`: when the half minute begins.
  RandomHub(Dice& dice, Timestamp origin) : dice_(dice), origin_(origin) {}

  // All that there is, in some transactions; some of it is changed or retracted later.
  std::vector<std::vector<Change>> transactions();
  Timestamp any_time() { return {origin_.micros + static_cast<std::int64_t>(dice_.below(kSeconds)) * 1'000'000}; }

 private:
  static constexpr std::uint64_t kSeconds = 24;

  bool one_in(std::uint64_t n) { return dice_.below(n) == 0; }
  bool rarely(std::uint64_t n) { return one_in(generous_ ? 8 * n : n); }  // what an approval may fail
  std::string any(const std::vector<std::string>& words) { return words[dice_.below(words.size())]; }
  Ref numbered(const std::string& kind, std::uint64_t count) { return {kind, std::to_string(dice_.below(count))}; }
  void node(const Ref& ref, std::vector<PropertyChange> props, bool has_interval = false);
  void edge(const std::string& kind, const Ref& from, const Ref& to, std::vector<PropertyChange> props = {},
            bool has_interval = false);
  void times(std::vector<PropertyChange>& props, const std::string& from, const std::string& to,
             std::uint64_t one_in_n = 4);
  void years(std::vector<PropertyChange>& props);
  void data();
  void people_and_places();
  void projects();
  void approvals();
  void runs();

  Dice& dice_;
  Timestamp origin_;
  bool generous_ = false;  // most approvals hold long and ask for little
  std::vector<Change> changes_;
};

}  // namespace amont
