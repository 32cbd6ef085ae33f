#include "tests/bench/arguments.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace amont {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// 0 for a word that is no size.
std::uint64_t scale(std::string_view word) {
  if (word == "1m") return 1'000'000;
  if (word == "10m") return 10'000'000;
  if (word == "100m") return 100'000'000;
  return 0;
}

}  // namespace

const char* usage() {
  return "usage: amont_bench [OPTIONS]\n"
         "  --workload hub|packages  W2, a generated hub (the default), or W1, Debian's packages\n"
         "  --scale 1m|10m|100m      edges of the hub, in a word (1m)\n"
         "  --edges N                or in a number\n"
         "  --packages FILE          in the format of apt's lists, instead of what apt-cache tells\n"
         "  --memory BYTES           Options::memory_bytes (enough for all pages, if not given)\n"
         "  --peers LIST             of boost, rocks, sqlite, duckdb, ladybug; or all, or none\n"
         "  --python FILE            the interpreter that has the last two (build/bench-python/bin/python)\n"
         "  --walks N                questions of a row (2000)\n"
         "  --seconds N              that a row of a peer, and a row of commits, may take (5, and 3)\n"
         "  --threads LIST           how many commit at a time (1,4,16,64)\n"
         "  --only commits|scripts|reads|memory  no hub and no questions: durable commits alone; or a hub, and "
         "scripts, "
         "point reads, or closures with little memory alone\n"
         "  --seed S                 of the hub and of the questions (7)\n"
         "  --json                   all figures as JSON on stdout, the rows on stderr\n";
}

Read read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const auto takes = [&](const char* name) { return std::strcmp(argv[i], name) == 0 && i + 1 < argc; };
    if (std::strcmp(argv[i], "--help") == 0) return Read::kHelp;
    if (std::strcmp(argv[i], "--json") == 0) {
      out.json = true;
    } else if (takes("--workload")) {
      out.workload = argv[++i];
      if (out.workload != "hub" && out.workload != "packages") return Read::kWrong;
    } else if (takes("--scale")) {
      out.hub.edges = scale(argv[++i]);
      if (out.hub.edges == 0) return Read::kWrong;
    } else if (takes("--edges")) {
      out.hub.edges = std::strtoull(argv[++i], nullptr, 10);
    } else if (takes("--packages")) {
      out.packages = argv[++i];
    } else if (takes("--memory")) {
      out.memory_bytes = std::strtoull(argv[++i], nullptr, 10);
    } else if (takes("--peers")) {
      out.peers = split(argv[++i]);
    } else if (takes("--python")) {
      out.python = argv[++i];
    } else if (takes("--threads")) {
      out.threads.clear();
      for (const std::string& number : split(argv[++i])) out.threads.push_back(std::atoi(number.c_str()));
      if (out.threads.empty() || std::ranges::min(out.threads) < 1) return Read::kWrong;
    } else if (takes("--only")) {
      out.only = argv[++i];
      if (out.only != "commits" && out.only != "scripts" && out.only != "reads" && out.only != "memory")
        return Read::kWrong;
    } else if (takes("--seed")) {
      out.hub.seed = out.walks.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (takes("--walks")) {
      out.walks.walks = std::strtoull(argv[++i], nullptr, 10);
    } else if (takes("--seconds")) {
      out.seconds = out.walks.seconds_max = std::strtod(argv[++i], nullptr);
    } else {
      return Read::kWrong;
    }
  }
  return Read::kRun;
}

}  // namespace amont
