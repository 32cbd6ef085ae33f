#include "tests/bench/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/bench/json_text.h"

namespace amont {
namespace {

// What is no number is null: JSON has no word for it.
std::string json_number(std::optional<double> number) {
  return number && std::isfinite(*number) ? fmt::format("{:.6g}", *number) : "null";
}

}  // namespace

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

void BenchReport::value(const std::string& what, double value) { values_.push_back({section_, what, value}); }

void BenchReport::remark(const std::string& what, const std::string& text) {
  fmt::print(people_, "  {:<40} {}\n", what, text);
  std::fflush(people_);
}

void BenchReport::note(const std::string& what, double number, const std::string& figure) {
  value(what, number);
  remark(what, figure);
}

void BenchReport::fact(const std::string& group, const std::string& name, std::string_view text) {
  std::string& members = facts_[group];
  members += fmt::format("{}{}: {}", members.empty() ? "" : ", ", json_text(name), json_text(text));
}

void BenchReport::fact(const std::string& group, const std::string& name, std::uint64_t number) {
  std::string& members = facts_[group];
  members += fmt::format("{}{}: {}", members.empty() ? "" : ", ", json_text(name), number);
}

std::optional<double> BenchReport::figure(std::string_view section, std::string_view begins,
                                          std::string_view ends) const {
  for (const auto& [of, what, value] : values_)
    if ((section.empty() || of == section) && what.starts_with(begins) && what.ends_with(ends)) return value;
  return {};
}

void BenchReport::goal(const std::string& what, const std::string& bound, std::optional<double> found,
                       std::optional<double> ratio, const std::string& verdict) {
  const auto shown = [](std::optional<double> number) { return number ? fmt::format("{:.4g}", *number) : ""; };
  fmt::print(people_, "  {:<56} {:>12} {:>12} {:>8}  {}\n", what, bound, shown(found), shown(ratio), verdict);
  goals_.push_back(fmt::format(R"({{"what": {}, "goal": {}, "figure": {}, "ratio": {}, "verdict": {}}})",
                               json_text(what), json_text(bound), json_number(found), json_number(ratio),
                               json_text(verdict)));
}

std::string BenchReport::json() const {
  std::vector<std::string> members;
  for (const auto& [group, facts] : facts_) members.push_back(fmt::format("{}: {{{}}}", json_text(group), facts));
  for (const auto& [section, what, value] : values_)
    members.push_back(fmt::format("{}: {}", json_text(section + ": " + what), json_number(value)));
  if (!goals_.empty()) members.push_back(fmt::format("\"goals\": [\n  {}]", fmt::join(goals_, ",\n  ")));
  return fmt::format("{{{}}}", fmt::join(members, ",\n "));
}

}  // namespace amont
