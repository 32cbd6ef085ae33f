// Where the corpus of hostile and real files is: AMONT_CORPUS, or ../shared from the project root. It is not part of
// the project.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace amont {

// Nothing, after saying so, when this part of it is absent; under CI that is a failure.
inline std::optional<std::filesystem::path> corpus(const std::string& part) {
  const char* const set = std::getenv("AMONT_CORPUS");
  std::filesystem::path root =
      set ? std::filesystem::path(set)
          : std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "shared";
  root /= part;
  if (std::filesystem::exists(root)) return root;
  std::fprintf(stderr, "\n*** NOT TESTED: there is no corpus at %s; set AMONT_CORPUS ***\n\n", root.c_str());
  if (std::getenv("CI")) ADD_FAILURE() << "no corpus at " << root;
  return {};
}

}  // namespace amont
