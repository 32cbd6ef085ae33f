#include "tests/bench/pairwise.h"

#include <fmt/format.h>

namespace amont {

Result<Compared> compare_and_time(const Sides& sides, std::size_t questions, double seconds_max) {
  Compared out;
  auto began = BenchClock::now();
  for (; out.questions < questions && (out.questions == 0 || seconds_since(began) < seconds_max); ++out.questions) {
    AMONT_TRY(sides.limit(out.questions));
    AMONT_TRY(sides.peer(out.questions));
    AMONT_TRY(sides.compare(out.questions));
  }
  std::vector<double> limit_times, peer_times;
  began = BenchClock::now();
  for (int round = 0; round < 3 && (round == 0 || seconds_since(began) < seconds_max); ++round) {
    ++out.rounds;
    for (std::size_t i = 0; i < out.questions; ++i) {
      const auto start = BenchClock::now();
      AMONT_TRY(sides.limit(i));
      const auto between = BenchClock::now();
      AMONT_TRY(sides.peer(i));
      const double took = seconds_since(between) * 1e6;
      limit_times.push_back(std::chrono::duration<double, std::micro>(between - start).count());
      peer_times.push_back(sides.peer_micros().value_or(took));
    }
  }
  out.limit = spread_of(limit_times);
  out.peer = spread_of(peer_times);
  return out;
}

bool is_not_asked(BenchReport& report, const std::string& who, const Status& answer) {
  if (answer.code() != Code::kUnsupported) return false;
  report.remark(who, answer.text());
  return true;
}

void note_beside_flat_arrays(BenchReport& report, const std::string& who, const Compared& times,
                             const std::string& shown) {
  report.value(who + ", ratio of sums", times.ratio());
  report.remark(shown.empty() ? who + ", ratio of sums" : shown,
                fmt::format("{:8.2f} x flat arrays    {:10.2f} us at median {:10.1f} at p95; theirs {:.2f}, {:.1f}    "
                            "({} questions)",
                            times.ratio(), times.peer.median, times.peer.p95, times.limit.median, times.limit.p95,
                            times.questions));
  report.value(who + ", median us", times.peer.median);
  report.value(who + ", p95 us", times.peer.p95);
  report.value(who + ", flat arrays beside it, median us", times.limit.median);
  report.value(who + ", flat arrays beside it, p95 us", times.limit.p95);
  report.value(who + ", questions", static_cast<double>(times.questions));
}

}  // namespace amont
