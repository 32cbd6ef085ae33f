// The verifier in Python, beside ours: one process that reads bundles as they come, and says at the end whether it ever disagreed.
#pragma once

#include <cstdio>
#include <string_view>

#include "amont/bundle.h"
#include "tests/support/temp_dir.h"

namespace amont {

class SecondVerifier {
 public:
  // `key`: the line of a K.pub.
  explicit SecondVerifier(const std::string& key);
  ~SecondVerifier();

  // What ours said of a bundle, with the key or without one.
  void hold(std::string_view bundle, const Result<VerifiedBundle>& told, bool with_key);
  // Whether they agreed on all; what they disagreed on is on standard output.
  bool agrees();

 private:
  TempDir folder_;
  std::FILE* pipe_ = nullptr;
};

}  // namespace amont
