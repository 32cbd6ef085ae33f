// A generated hub in which every use has its approval, but for some: projects with renewed approvals, deliveries, derived sets,
// runs. Which uses are not covered is known beforehand. The same size gives the same bytes everywhere.
#pragma once

#include <cstdint>
#include <string>

namespace amont {

class ApprovedHub {
 public:
  explicit ApprovedHub(std::uint64_t uses);

  // Appends the next lines of JSONL; false when that was all.
  bool more(std::string& out);

  std::uint64_t uses() const { return uses_; }
  std::uint64_t uncovered() const { return uncovered_; }
  std::uint64_t approvals() const { return approvals_; }

 private:
  void bases(std::string& out);
  void project(std::string& out);

  const std::uint64_t uses_wanted_;
  std::uint64_t uses_ = 0, uncovered_ = 0, approvals_ = 0;
  std::uint64_t projects_ = 0;
  bool began_ = false;
};

}  // namespace amont
