#include "tests/query/bundle/second_verifier.h"

#include <fstream>

#include <fmt/format.h>

namespace amont {

SecondVerifier::SecondVerifier(const std::string& key) {
  std::ofstream(folder_ / "key") << key;
  const std::string command = fmt::format("python3 -B '{0}/tests/query/bundle/compare_verdicts.py' '{0}/scripts' '{1}'",
                                          AMONT_SOURCE_DIR, folder_ / "key");
  pipe_ = popen(command.c_str(), "w");
}

SecondVerifier::~SecondVerifier() {
  if (pipe_) pclose(pipe_);
}

void SecondVerifier::hold(std::string_view bundle, const Result<VerifiedBundle>& told, bool with_key) {
  std::string line = fmt::format("{} {} ", bundle.size(), with_key ? "with" : "without");
  if (told.ok())
    line += fmt::format("{} {} {} {} {} {}", told->recomputed, told->listed.size(), told->followed.size(), told->tx,
                        told->uses.size(), told->unlisted.size());
  line += "\n";
  std::fwrite(line.data(), 1, line.size(), pipe_);
  std::fwrite(bundle.data(), 1, bundle.size(), pipe_);
}

bool SecondVerifier::agrees() {
  const int ended = pclose(pipe_);
  pipe_ = nullptr;
  return ended == 0;
}

}  // namespace amont
