// Does a snapshot of the real register say what the model says? Everything that Snapshot can be asked is compared.
#pragma once

#include <string>

#include "amont/snapshot.h"
#include "tests/support/model_store.h"

namespace amont {

// Not ok when the register said that it could not answer: then `wrong` is empty, as no answer is not a wrong one.
struct Comparison {
  Status status;
  std::string wrong;  // the first difference, for people; empty when there is none
};

// `thorough` asks for every edge in both directions, every id and everything that is gone; otherwise only for what is
// alive.
Comparison compare(const Snapshot& view, const ModelState& model, bool thorough);

// Empty when they agree and nothing is damaged.
std::string difference(const Snapshot& view, const ModelState& model, bool thorough);

}  // namespace amont
