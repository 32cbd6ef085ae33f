// What a benchmark found: figures under names, shown as they come, and all of them as JSON in the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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
  // What the figures hold for, for programs: "machine", "cores", 2. In the JSON each group is an object.
  void fact(const std::string& group, const std::string& name, std::string_view text);
  void fact(const std::string& group, const std::string& name, std::uint64_t number);
  // The first figure of a section (empty: of any) whose name begins and ends so: "SQLite", ", ratio of sums", whichever version.
  std::optional<double> figure(std::string_view section, std::string_view begins, std::string_view ends) const;
  // A goal, what was found, and whether that is enough; nothing found is null in the JSON.
  void goal(const std::string& what, const std::string& bound, std::optional<double> found, std::optional<double> ratio,
            const std::string& verdict);
  // One object: figures under "SECTION: NAME", groups of facts, and "goals", a list.
  std::string json() const;

 private:
  struct Named {
    std::string section, what;
    double value = 0;
  };

  std::FILE* people_;
  std::string section_;
  std::vector<Named> values_;
  std::map<std::string, std::string> facts_;  // of each group, its members in JSON
  std::vector<std::string> goals_;            // in JSON
};

}  // namespace amont
