// W2V: what a hub has besides sets and runs.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tests/bench/hub_generator.h"

namespace amont {

// An edge that is no lineage.
void HubGenerator::tie(std::string_view kind, std::uint32_t from, std::uint32_t to) {
  const std::uint64_t edges = edges_, fingerprint = fingerprint_;
  edge(kind, from, to);
  edges_ = edges;
  fingerprint_ = fingerprint;
}

HubGenerator::Variables HubGenerator::variables_of(std::uint32_t dataset) const {
  return dataset < variables_.size() ? variables_[dataset] : Variables{};
}

void HubGenerator::add_variables(std::uint32_t dataset, std::uint64_t count) {
  variables_.resize(names_.size());
  variables_[dataset] = {static_cast<std::uint32_t>(names_.size()), static_cast<std::uint32_t>(count)};
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t variable =
        node({.owner = dataset, .number = static_cast<std::uint16_t>(i), .is_variable = true},
             fmt::format(R"("name":"v{:02}","type":"{}","identifying":"none")", i, i % 3 ? "integer" : "text"),
             layers_[dataset]);
    tie("part_of", variable, dataset);
  }
}

// A source has variables; one of four is a table of the base at the head of its group.
void HubGenerator::add_base(std::uint32_t source) {
  const std::uint32_t base = source - source % 8;
  if (base != source && below(4) == 0) tie("part_of", source_nodes_[source], source_nodes_[base]);
  add_variables(source_nodes_[source], 3 + heavy(60));
}

// It used some sources itself: nobody knows by which run.
void HubGenerator::add_project() {
  project_ = node({.owner = studies_ - 1, .is_project = true},
                  fmt::format(R"("title":"Study {}","type":"RNIPH","status":"running")", studies_ - 1), 0);
  runs_.clear();
  std::vector<std::uint32_t> used;
  for (std::uint64_t k = 1 + below(3); k > 0; --k) used.push_back(source_nodes_[heavy(sources_) - 1]);
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  for (const std::uint32_t one : used) edge("used", project_, one);
}

// One of four inputs is recorded by some of its variables.
bool HubGenerator::used_by_variable(std::uint32_t run, std::uint32_t input) {
  const Variables has = variables_of(input);
  if (has.count == 0 || below(4) != 0) return false;
  const std::uint64_t begin = below(has.count), some = std::min<std::uint64_t>(has.count - begin, 1 + below(4));
  for (std::uint64_t i = 0; i < some; ++i) edge("used", run, static_cast<std::uint32_t>(has.first + begin + i));
  return true;
}

// One of ten runs was told something by an earlier one.
void HubGenerator::add_ties_of_run(std::uint32_t run) {
  if (!runs_.empty() && below(10) == 0) edge("informed_by", run, runs_[below(runs_.size())]);
  runs_.push_back(run);
}

// Of four sets out of five it is known from which variables theirs came. One of twelve is a version of another.
void HubGenerator::add_origins(std::uint32_t made, const std::vector<std::uint32_t>& inputs,
                               const std::vector<std::uint32_t>& own) {
  if (!own.empty() && below(12) == 0) tie("version_of", made, own[below(own.size())]);
  if (below(5) == 0) return;
  add_variables(made, 2 + below(6));
  const Variables ours = variables_of(made);
  for (std::uint32_t i = 0; i < ours.count; ++i) {
    std::uint32_t last = made;
    for (std::uint64_t k = 1 + below(2); k > 0; --k) {
      const Variables theirs = variables_of(inputs[below(inputs.size())]);
      if (theirs.count == 0) continue;
      const auto origin = static_cast<std::uint32_t>(theirs.first + below(theirs.count));
      if (origin != last) edge("derived_from", ours.first + i, origin);
      last = origin;
    }
  }
}

}  // namespace amont
