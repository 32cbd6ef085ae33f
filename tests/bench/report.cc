#include "tests/bench/report.h"

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

void Report::section(const std::string& text) { section_ = text; }

void Report::note(std::string what, double value, std::string figure) {
  rows_.push_back({section_, std::move(what), std::move(figure), value});
}

void Report::print(bool json) const {
  if (json) {
    std::string out = "{";
    for (const Row& row : rows_)
      out += fmt::format("{}\"{}: {}\": {:.6g}", out.size() > 1 ? ", " : "", row.section, row.what, row.value);
    fmt::print("{}}}\n", out);
    return;
  }
  std::string section;
  for (const Row& row : rows_) {
    if (row.section != section) fmt::print("\n{}\n", row.section);
    section = row.section;
    fmt::print("  {:<40} {}\n", row.what, row.figure);
  }
}

}  // namespace amont
