// One history that writers, readers and checkers can each work out for themselves: what the n-th commit of a register
// holds, and what the register says after it.
#pragma once

#include <cstdint>
#include <vector>

#include "amont/store.h"
#include "tests/support/model_store.h"

namespace amont {

// The register after some number of commits of this history.
class History {
 public:
  History();

  std::uint64_t length() const { return length_; }
  const ModelState& state() const { return state_; }

  // What commit length() + 1 consists of. It always changes something, and always puts dataset:marker with n = its
  // number.
  std::vector<Change> next_changes() const;
  void advance();
  void advance_to(std::uint64_t length);

 private:
  ModelState state_;
  std::uint64_t length_ = 0;
};

// Makes the next commit of the history, every 13th as a batch. Does not advance the history.
Status commit_next(Store& store, const History& history);

// How many commits of the history a register shows, by its marker; 0 before the first.
Result<std::uint64_t> length_shown(const Snapshot& view);

}  // namespace amont
