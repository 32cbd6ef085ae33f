// Two that answer the same questions, by turns, so that a noisy moment of the machine hits both.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/bench_report.h"
#include "tests/bench/walks.h"

namespace amont {

struct Sides {
  // Asks question i of one side. kDamaged when comparing finds that the two differ.
  std::function<Status(std::size_t)> limit;
  std::function<Status(std::size_t)> peer;
  std::function<Status(std::size_t)> compare;  // after both were asked question i
  std::function<std::optional<double>()> peer_micros = [] { return std::optional<double>(); };
};

struct Compared {
  Spread limit, peer;
  std::size_t questions = 0;  // that there was time for
  std::size_t rounds = 0;     // in which each was asked and timed
  double ratio() const { return limit.sum > 0 ? peer.sum / limit.sum : 0; }
};

// First all answers are compared, and everything becomes warm; then up to three rounds are timed, in microseconds.
Result<Compared> compare_and_time(const Sides& sides, std::size_t questions, double seconds_max);

// Was the answer kUnsupported? Then the table tells why.
bool is_not_asked(BenchReport& report, const std::string& who, const Status& answer);

// A row of the table, the ratio first, and of both sides median and p95 for programs: the limit's under "WHO, flat arrays beside it".
// The row begins with `shown`, if not with who it is.
void note_beside_flat_arrays(BenchReport& report, const std::string& who, const Compared& times,
                             const std::string& shown = {});

}  // namespace amont
