// Coverage over a ModelState, written from query/COVERAGE.md, one rule after the other: every second of every use is judged by
// itself, from the records as they are. No intervals are intersected, nothing is kept. Tests compare the engine's answers with this.
//
// All times in the register must be whole seconds.
#pragma once

#include <string>

#include "tests/support/model_store.h"

namespace amont {

struct ModelCoverageOptions {
  std::optional<Timestamp> as_of;
  bool gaps_only = false;
};

// Every use in the register that needs an approval, one after the other, as text_of() of tests/query/coverage/coverage_text.h
// tells the engine's answer.
std::string model_coverage(const ModelStore& store, const ModelState& state, const ModelCoverageOptions& options);

}  // namespace amont
