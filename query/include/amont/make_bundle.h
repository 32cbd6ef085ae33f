// Making bundles: a question, its answer and what proves it, in one file (amont/bundle.h).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/bundle.h"
#include "amont/coverage.h"
#include "amont/query.h"
#include "amont/store.h"

namespace amont {

struct BundleRequest {
  std::string verb = "upstream";  // or downstream, sources, touches, coverage
  std::vector<NodeId> starts;
  CoverageOptions
      options;  // those of `ask` for all verbs, the others for coverage; what has to do with time running out is not told
  std::string known_at;      // as the question said it: a number, or a time; empty: now
  std::string checkpoint;    // the signed note to prove against: at least as far as the view
  std::string compare_with;  // a note got elsewhere, that a reader will want to hold the bundle against; empty: none
};

// The newest checkpoint kept in the store, if it covers the view and this key signed it. kNotFound: there is none, sign one
// (Store::sign_checkpoint).
Result<std::string> checkpoint_for_bundle(const Store& store, const Snapshot& view, std::string_view signer);

// A bundle of the answer to a question, signed with the line of a key file, which must have signed the checkpoint too. Holds the
// records that the answer lists, the edges that it followed, what these are tied to, and for coverage what approvals rest on.
// kTimeout: the answer ran out of time, and a bundle of half an answer would not say which half. Else as the question.
Result<std::string> make_bundle(Store& store, const Snapshot& view, const BundleRequest& request,
                                std::string_view signer);

// Of a script's report, as JSON: holds the records that it names, and the lineage between them. Any string in it that is a ref is
// taken for one.
struct ScriptToBundle {
  std::string name;
  std::string source;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::string report;
  Completeness completeness;  // of the report
};
Result<std::string> make_bundle(Store& store, const Snapshot& view, const ScriptToBundle& script,
                                std::string_view checkpoint, std::string_view signer);

}  // namespace amont
