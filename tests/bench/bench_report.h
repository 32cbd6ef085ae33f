// What a benchmark found: figures under names, shown as they come, and all of them as JSON in the end.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace amont {

using BenchClock = std::chrono::steady_clock;
inline double seconds_since(BenchClock::time_point start) {
  return std::chrono::duration<double>(BenchClock::now() - start).count();
}

struct Spread {
  double median = 0;
  double p95 = 0;
  double sum = 0;
};
Spread spread_of(std::vector<double> values);

class BenchReport {
 public:
  // Rows for people go there.
  explicit BenchReport(std::FILE* people) : people_(people) {}

  // A heading of the table.
  void section(const std::string& text);
  // `value` for programs, `figure` for people.
  void note(const std::string& what, double value, const std::string& figure);
  // For programs only: people find it in another row's figure.
  void value(const std::string& what, double value);
  // For people only.
  void remark(const std::string& what, const std::string& text);
  std::string json() const;

 private:
  std::FILE* people_;
  std::string section_;
  std::vector<std::pair<std::string, double>> values_;
};

}  // namespace amont
