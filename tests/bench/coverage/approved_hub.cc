#include "tests/bench/coverage/approved_hub.h"

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::uint64_t kBases = 100, kTables = 10, kRuns = 7;

std::string day(int year, int month, int of_month) {
  return fmt::format("{:04}-{:02}-{:02}T00:00:00Z", year, month, of_month);
}

void edge(std::string& out, const std::string& kind, const std::string& from, const std::string& to,
          const std::string& props = {}) {
  out += fmt::format(R"({{"edge": "{}", "from": "{}", "to": "{}"{}}})"
                     "\n",
                     kind, from, to, props.empty() ? "" : ", \"props\": {" + props + "}");
}

}  // namespace

ApprovedHub::ApprovedHub(std::uint64_t uses) : uses_wanted_(uses) {}

bool ApprovedHub::more(std::string& out) {
  if (!began_) {
    bases(out);
    began_ = true;
    return true;
  }
  if (uses_ >= uses_wanted_) return false;
  project(out);
  return true;
}

void ApprovedHub::bases(std::string& out) {
  for (std::uint64_t b = 0; b < kBases; ++b) {
    out += fmt::format(
        R"({{"node": "dataset:base/{}", "props": {{"title": "Base {}", "restricted": true, "identifiability": "pseudonymised"}}}})"
        "\n",
        b, b);
    for (std::uint64_t t = 0; t < kTables; ++t) {
      out += fmt::format(R"({{"node": "dataset:base/{}/t{}", "props": {{"title": "Table {} of base {}"}}}})"
                         "\n",
                         b, t, t, b);
      edge(out, "part_of", fmt::format("dataset:base/{}/t{}", b, t), fmt::format("dataset:base/{}", b));
    }
  }
  out += R"({"node": "purpose:research"}
{"node": "purpose:research/epidemiology"}
{"node": "environment:space", "props": {"homologated_from": {"@time": "2017-01-01T00:00:00Z"}}}
{"node": "environment:elsewhere"}
{"node": "agent:a", "props": {"habilitated_from": {"@time": "2017-01-01T00:00:00Z"}}}
)";
  edge(out, "part_of", "purpose:research/epidemiology", "purpose:research");
}

// Two approvals, the second a renewal: every tenth project has a hole between them, during which one run went on. Every seventh
// ran once elsewhere. A delivery reads tables; the other runs a table, the extract, and what the run before them made.
void ApprovedHub::project(std::string& out) {
  const std::uint64_t p = projects_++;
  const std::string project = fmt::format("project:p{}", p);
  const bool has_hole = p % 10 == 0, strays = p % 7 == 0;
  out += fmt::format(R"({{"node": "{}", "props": {{"title": "Project {}", "status": "running"}}}})"
                     "\n",
                     project, p);
  edge(out, "for_purpose", project, "purpose:research/epidemiology");
  const std::uint64_t bases[] = {p % kBases, (p * 7 + 1) % kBases};
  for (int version = 1; version <= 2; ++version) {
    ++approvals_;
    const std::string approval = fmt::format("approval:p{}/v{}", p, version);
    const std::string from = version == 1 ? day(2018, 1, 1) : day(2020, has_hole ? 2 : 1, 1);
    out += fmt::format(
        R"({{"node": "{}", "props": {{"title": "Authorisation {} of project {}", "type": "authorisation", "decision": "granted", "identifiability_max": "pseudonymised"}}, "valid_from": "{}", "valid_to": "{}"}})"
        "\n",
        approval, version, p, from, version == 1 ? day(2020, 1, 1) : day(2022, 1, 1));
    edge(out, "for_project", approval, project);
    edge(out, "for_purpose", approval, "purpose:research");
    edge(out, "permits_in", approval, "environment:space");
    for (const std::uint64_t base : bases)
      edge(
          out, "covers", approval, fmt::format("dataset:base/{}", base),
          R"("scope": "all", "data_from": {"@time": "2010-01-01T00:00:00Z"}, "data_to": {"@time": "2022-01-01T00:00:00Z"})");
    if (version == 2) edge(out, "supersedes", approval, fmt::format("approval:p{}/v1", p), R"("kind": "renews")");
  }
  const std::string extract = fmt::format("dataset:extract/p{}", p);
  const std::string years =
      R"("data_from": {"@time": "2012-01-01T00:00:00Z"}, "data_to": {"@time": "2018-01-01T00:00:00Z"})";
  for (std::uint64_t r = 0; r < kRuns; ++r) {
    const std::string run = fmt::format("run:p{}/r{}", p, r);
    const int month = r == 3 ? 1 : 3;  // the fourth in January 2020
    const int year = 2018 + static_cast<int>(r == 3 ? 2 : r / 2);
    out += fmt::format(
        R"({{"node": "{}", "props": {{"title": "Run {} of project {}", "type": "{}", "started_at": {{"@time": "{}"}}, "ended_at": {{"@time": "{}"}}, "state": "complete"}}}})"
        "\n",
        run, r, p, r == 0 ? "delivery" : "analysis", day(year, month, 5), day(year, month, 20));
    edge(out, "performed_for", run, project);
    edge(out, "executed_in", run, strays && r == 6 ? "environment:elsewhere" : "environment:space");
    edge(out, "performed_by", run, "agent:a");
    const auto table = [&](std::uint64_t n) {
      return fmt::format("dataset:base/{}/t{}", bases[n % 2], (r + n) % kTables);
    };
    edge(out, "used", run, table(0), years);
    edge(out, "used", run, r == 0 ? table(1) : extract, years);
    edge(out, "used", run, r == 0 ? table(2) : r == 1 ? table(3) : fmt::format("dataset:made/p{}/{}", p, r - 1));
    if (r == 0) {
      out += fmt::format(
          R"({{"node": "{}", "props": {{"title": "Extract of project {}", "restricted": true, "identifiability": "pseudonymised"}}}})"
          "\n",
          extract, p);
      edge(out, "version_of", extract, fmt::format("dataset:base/{}", bases[0]));
      edge(out, "generated_by", extract, run);
    } else {
      const std::string made = fmt::format("dataset:made/p{}/{}", p, r);
      out += fmt::format(R"({{"node": "{}", "props": {{"title": "Made by run {} of project {}"}}}})"
                         "\n",
                         made, r, p);
      edge(out, "generated_by", made, run);
    }
    uses_ += 3;
    if ((has_hole && r == 3) || (strays && r == 6)) uncovered_ += 3;
  }
}

}  // namespace amont
