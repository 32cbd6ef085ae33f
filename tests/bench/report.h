// What a benchmark found: figures under names, printed as a table or as JSON.
#pragma once

#include <chrono>
#include <string>
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

class Report {
 public:
  // A heading of the table.
  void section(const std::string& text);
  // `value` for programs, `figure` for people.
  void note(std::string what, double value, std::string figure);
  void print(bool json) const;

 private:
  struct Row {
    std::string section;
    std::string what;
    std::string figure;
    double value = 0;
  };
  std::string section_;
  std::vector<Row> rows_;
};

}  // namespace amont
