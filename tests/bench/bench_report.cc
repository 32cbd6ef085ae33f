#include "tests/bench/bench_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace amont {

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  Spread out{values[values.size() / 2], values[values.size() * 95 / 100], 0};
  for (const double value : values) out.sum += value;
  return out;
}

void BenchReport::section(const std::string& text) {
  section_ = text;
  fmt::print(people_, "\n{}\n", text);
  std::fflush(people_);
}

void BenchReport::value(const std::string& what, double value) {
  values_.emplace_back(fmt::format("{}: {}", section_, what), value);
}

void BenchReport::remark(const std::string& what, const std::string& text) {
  fmt::print(people_, "  {:<40} {}\n", what, text);
  std::fflush(people_);
}

void BenchReport::note(const std::string& what, double number, const std::string& figure) {
  value(what, number);
  remark(what, figure);
}

std::string BenchReport::json() const {
  std::string out = "{";
  for (const auto& [name, value] : values_)
    out += fmt::format("{}\"{}\": {:.6g}", out.size() > 1 ? ",\n " : "", name, value);
  return out + "}";
}

}  // namespace amont
