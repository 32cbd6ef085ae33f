#include "tests/bench/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/text/utf8.h"
#include "tests/bench/peers.h"
#include "tools/verb.h"

namespace amont {
namespace {

constexpr std::uint64_t kEdgesMin = 100;  // of fewer, hardly a node comes from another

Status wrong(std::string_view name, std::string_view word, std::string_view may_be) {
  return invalid(fmt::format("{} takes {}, and not {}", name, may_be, in_quotes(word)));
}

// Empty words stay, so that what reads them refuses them.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Result<std::uint64_t> number(std::string_view name, std::string_view word, std::uint64_t least, std::uint64_t most) {
  const Result<std::uint64_t> read = tool::parse_count(word);
  if (read.ok() && *read >= least && *read <= most) return *read;
  return wrong(name, word, fmt::format("a whole number from {} to {}", least, most));
}

Status read_choice(std::string_view name, std::string_view word, std::initializer_list<std::string_view> choices,
                   std::string& out) {
  if (std::ranges::find(choices, word) == choices.end())
    return wrong(name, word, fmt::format("{}", fmt::join(choices, ", ")));
  out = word;
  return {};
}

Status read_scale(std::string_view name, std::string_view word, std::uint64_t& edges) {
  constexpr std::pair<std::string_view, std::uint64_t> kScales[] = {
      {"1m", 1'000'000}, {"10m", 10'000'000}, {"100m", 100'000'000}};
  for (const auto& [scale, count] : kScales)
    if (word == scale) {
      edges = count;
      return {};
    }
  return wrong(name, word, "1m, 10m or 100m (any other number of edges: --edges N)");
}

Status read_seconds(std::string_view name, std::string_view word, double& out) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  const bool whole = error == std::errc() && end == word.data() + word.size();
  if (!whole || !(seconds >= 0.05 && seconds <= 3600))
    return wrong(name, word, "a number of seconds from 0.05 to 3600");
  out = seconds;
  return {};
}

Status read_threads(std::string_view name, std::string_view word, std::vector<int>& out) {
  out.clear();
  for (const std::string& one : split(word)) {
    const Result<std::uint64_t> many = number(name, one, 1, 1024);
    if (!many.ok()) return wrong(name, word, "whole numbers from 1 to 1024 with commas between, as 1,16");
    out.push_back(static_cast<int>(*many));
  }
  return {};
}

Status read_peers(std::string_view name, std::string_view word, std::vector<std::string>& out) {
  out = split(word);
  const bool known = std::ranges::all_of(out, [](const std::string& one) { return one == "all" || is_peer(one); });
  if (word == "none" || known) return {};
  return wrong(name, word, fmt::format("{} with commas between, or all, or none", peer_names()));
}

// One that takes a value.
Status read_value(std::string_view name, std::string_view word, Arguments& out) {
  if (name == "--workload") return read_choice(name, word, {"hub", "variables", "packages"}, out.workload);
  if (name == "--only") return read_choice(name, word, {"commits", "scripts", "reads", "memory"}, out.only);
  if (name == "--scale") return read_scale(name, word, out.hub.edges);
  if (name == "--threads") return read_threads(name, word, out.threads);
  if (name == "--peers") return read_peers(name, word, out.peers);
  if (name == "--packages") return out.packages = word, Status();
  if (name == "--python") return out.python = word, Status();
  if (name == "--seconds") {
    AMONT_TRY(read_seconds(name, word, out.seconds));
    out.walks.seconds_max = out.seconds;
  } else if (name == "--edges") {
    AMONT_LET(out.hub.edges, number(name, word, kEdgesMin, 1'000'000'000));
  } else if (name == "--memory") {
    AMONT_LET(out.memory_bytes, number(name, word, 1 << 20, 1ull << 40));
  } else if (name == "--walks") {
    AMONT_LET(out.walks.walks, number(name, word, 1, 10'000'000));
  } else if (name == "--seed") {
    AMONT_LET(out.hub.seed, number(name, word, 0, UINT64_MAX));
    out.walks.seed = out.hub.seed;
  }
  return {};
}

constexpr std::string_view kWithValue[] = {"--workload", "--scale", "--edges",   "--packages", "--memory", "--peers",
                                           "--python",   "--walks", "--seconds", "--threads",  "--only",   "--seed"};

}  // namespace

std::string usage() {
  return "usage: amont_bench [OPTIONS]\n"
         "  --workload hub|variables|packages  W2, a generated hub (the default); W2V, one with variables, versions "
         "and weak "
         "edges;\n"
         "                           or W1, Debian's packages\n"
         "  --scale 1m|10m|100m      edges of the hub, in a word (1m)\n"
         "  --edges N                or in a number\n"
         "  --packages FILE          in the format of apt's lists, instead of what apt-cache tells\n"
         "  --memory BYTES           Options::memory_bytes, from 1048576 (enough for all pages, if not given)\n"
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

Status read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      out.help = true;
    } else if (name == "--json") {
      out.json = true;
    } else if (std::ranges::find(kWithValue, name) == std::end(kWithValue)) {
      return invalid(fmt::format("there is no option {}; --help tells which there are", in_quotes(name)));
    } else if (i + 1 == argc) {
      return invalid(fmt::format("{} needs a value after it; --help tells which", name));
    } else {
      AMONT_TRY(read_value(name, argv[++i], out));
    }
  }
  return {};
}

}  // namespace amont
