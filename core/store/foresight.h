// Foresight: the register as it would be. What is about to be written is applied in memory upon the writer's index, which it does
// not change.
#pragma once

#include <memory>
#include <span>

#include "amont/snapshot.h"
#include "core/index/index.h"
#include "core/log/log.h"

namespace amont {

struct Sealed;

class Foresight {
 public:
  // For who has the writer, as long as nothing is applied to `index`, which has all that `log` has.
  Foresight(std::shared_ptr<Index> index, const Log& log) : index_(std::move(index)), log_(log) {}

  struct Views {
    Snapshot before;
    Snapshot after;
  };
  // The register before and after `next`, which comes after the log and the `accepted` transactions that are not in it yet. The
  // views are good until the next call. kLimit when a batch is too large to be held in memory.
  Result<Views> look(std::span<const Sealed> accepted, const SplitRecord& next);
  // What was looked at last will not be written.
  void forget_last() { ahead_.reset(); }

 private:
  Status apply(const SplitRecord& record);

  std::shared_ptr<Index> index_;
  const Log& log_;
  std::shared_ptr<Index> ahead_;  // upon index_; nullptr until it is needed
};

}  // namespace amont
