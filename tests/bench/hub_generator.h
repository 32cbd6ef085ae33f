// W2: a generated hub. Sources, and layer upon layer of runs that used what was there and made something new: heavy-tailed, with
// refs and properties as a real hub has them. The same seed gives the same bytes everywhere.
//
// With variables it is W2V: datasets have variables that come from each other, tables are part of bases, sets are versions of others,
// runs tell each other something, and projects use and make what no run is known of: all that query/WALKS.md has rules for, but twins.
//
// Nothing is kept of an edge, and of a node twenty bytes: what its ref is made from, and how deep it lies.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace amont {

struct HubShape {
  std::uint64_t edges = 1'000'000;  // about: it stops once there are as many
  std::uint64_t seed = 7;
  bool has_variables = false;
};

class HubGenerator {
 public:
  explicit HubGenerator(const HubShape& shape);

  // Appends the next lines of JSONL, a study at most; false when there are `edges` already. Nodes are numbered in the order in
  // which they are written, each before the edges that join it.
  bool more(std::uint64_t edges, std::string& out);

  std::uint64_t nodes() const { return names_.size(); }
  std::uint64_t edges() const { return edges_; }
  // The sum of fingerprint_of() over all edges.
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  struct Name {
    std::uint32_t owner = 0;   // the source's number, or the study's
    std::uint32_t salt = 0;    // of a run
    std::uint16_t number = 0;  // within the study
    std::uint8_t made = 0;     // 0: a run or a source; else which of the sets that the run made
    bool is_source = false;
    bool is_variable = false;  // `owner` is its dataset, `number` which of its variables
    bool is_project = false;
  };
  // The variables of a dataset stand in a row.
  struct Variables {
    std::uint32_t first = 0, count = 0;
  };

  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  std::uint64_t heavy(std::uint64_t most);
  void append_ref(const Name& name);
  std::uint32_t node(const Name& name, std::string_view props, std::uint32_t layer);
  void edge(std::string_view kind, std::uint32_t from, std::uint32_t to);
  void source(std::uint32_t number);
  std::uint32_t input(const std::vector<std::uint32_t>& own);
  void run(std::uint32_t study, std::uint16_t number, std::vector<std::uint32_t>& own);

  // hub_variables.cc
  void tie(std::string_view kind, std::uint32_t from, std::uint32_t to);
  Variables variables_of(std::uint32_t dataset) const;
  void add_variables(std::uint32_t dataset, std::uint64_t count);
  void add_base(std::uint32_t source);
  void add_project();
  bool used_by_variable(std::uint32_t run, std::uint32_t input);
  void add_ties_of_run(std::uint32_t run);
  void add_origins(std::uint32_t made, const std::vector<std::uint32_t>& inputs, const std::vector<std::uint32_t>& own);

  const bool has_variables_;
  std::mt19937_64 engine_;
  std::string* out_ = nullptr;
  std::vector<Name> names_;
  std::vector<std::uint8_t> layers_;
  std::uint64_t edges_ = 0;
  std::uint64_t fingerprint_ = 0;
  std::uint32_t sources_ = 0;
  std::vector<std::uint32_t> source_nodes_;
  std::uint32_t studies_ = 0;     // begun
  std::uint32_t study_runs_ = 0;  // of the last study: how many there will be
  std::uint32_t study_runs_done_ = 0;
  std::vector<std::uint32_t> own_;     // what the last study made
  std::vector<std::uint32_t> shared_;  // made by one study, known to all
  std::vector<Variables> variables_;   // by node, where there are any
  std::uint32_t project_ = 0;          // of the last study
  std::vector<std::uint32_t> runs_;    // of the last study
};

}  // namespace amont
