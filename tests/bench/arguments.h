// What the command line of the benchmark says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amont/status.h"
#include "tests/bench/hub_generator.h"
#include "tests/bench/walks.h"

namespace amont {

struct Arguments {
  std::string workload = "hub";
  std::string packages;  // a file in the format of apt's lists; empty: what apt-cache tells
  HubShape hub;
  WalkShape walks;
  double seconds = 3;                         // of commits, for each number of threads
  std::vector<int> threads = {1, 4, 16, 64};  // that commit
  std::uint64_t memory_bytes = 0;             // Options::memory_bytes; 0: enough for all decoded pages
  std::vector<std::string> peers;             // what was asked for; empty: what the size allows
  std::string python;                         // the interpreter that has the Python peers
  std::string only;                           // one section alone: commits, scripts, reads or memory; empty: all
  bool json = false;
  bool help = false;  // and no run
};

// kInvalid names the argument that is wrong, and says what it may be.
Status read_arguments(int argc, char** argv, Arguments& out);
std::string usage();

}  // namespace amont
