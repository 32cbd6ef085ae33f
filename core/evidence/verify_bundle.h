// A bundle, checked from its signature to its answer.
#pragma once

#include "amont/bundle.h"
#include "core/evidence/excerpt.h"

namespace amont {

struct CheckedBundle {
  VerifiedBundle told;
  RegisterId register_id{};
  Digest root{};  // of the log that the checkpoint tells of
  std::vector<ProvenTransaction> transactions;
};

Result<CheckedBundle> check_bundle(std::string_view bundle, const BundleTrust& trust);

}  // namespace amont
