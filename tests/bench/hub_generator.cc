#include "tests/bench/hub_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tests/bench/lineage.h"

namespace amont {
namespace {

constexpr std::string_view kBases[] = {"dcir", "pmsi-mco", "pmsi-ssr", "pmsi-had", "rim-p", "cepidc", "egb", "damir"};
constexpr std::string_view kHow[] = {"extract", "filter", "join", "aggregate", "pseudonymise", "enrich"};
constexpr std::uint32_t kLayersMax = 60;

}  // namespace

HubGenerator::HubGenerator(const HubShape& shape)
    : has_variables_(shape.has_variables),
      engine_(shape.seed),
      sources_(static_cast<std::uint32_t>(std::max<std::uint64_t>(8, shape.edges / 100))) {}

bool HubGenerator::more(std::uint64_t edges, std::string& out) {
  out_ = &out;
  if (edges_ >= edges) return false;
  if (names_.empty())
    for (std::uint32_t i = 0; i < sources_; ++i) source(i);
  if (study_runs_done_ == study_runs_) {
    own_.clear();
    study_runs_ = static_cast<std::uint32_t>(30 + heavy(1000));
    study_runs_done_ = 0;
    ++studies_;
    if (has_variables_) add_project();
  }
  while (study_runs_done_ < study_runs_ && edges_ < edges)
    run(studies_ - 1, static_cast<std::uint16_t>(study_runs_done_++), own_);
  return true;
}

// 1, 2, 3... each half as likely again as heavy tails have it.
std::uint64_t HubGenerator::heavy(std::uint64_t most) {
  const double u = (static_cast<double>(below(1'000'000)) + 1) / 1'000'001;
  return std::min<std::uint64_t>(most, static_cast<std::uint64_t>(1 / u));
}

void HubGenerator::append_ref(const Name& name) {
  const auto to = std::back_inserter(*out_);
  if (name.is_variable) {
    const std::size_t begin = out_->size();
    append_ref(names_[name.owner]);
    out_->replace(begin, std::string_view("dataset").size(), "variable");
    fmt::format_to(to, "/v{:02}", name.number);
  } else if (name.is_project)
    fmt::format_to(to, "project:p{:06}", name.owner);
  else if (name.is_source)
    fmt::format_to(to, "dataset:snds/{}/table-{:05}", kBases[name.owner % std::size(kBases)], name.owner);
  else if (name.made)
    fmt::format_to(to, "dataset:p{:06}/set-{:04}-{}", name.owner, name.number, name.made);
  else
    fmt::format_to(to, "run:p{:06}/{:04}-{:08x}", name.owner, name.number, name.salt);
}

std::uint32_t HubGenerator::node(const Name& name, std::string_view props, std::uint32_t layer) {
  *out_ += R"({"node":")";
  append_ref(name);
  fmt::format_to(std::back_inserter(*out_), "\",\"props\":{{{}}}}}\n", props);
  names_.push_back(name);
  layers_.push_back(static_cast<std::uint8_t>(layer));
  return static_cast<std::uint32_t>(names_.size() - 1);
}

void HubGenerator::edge(std::string_view kind, std::uint32_t from, std::uint32_t to) {
  fmt::format_to(std::back_inserter(*out_), R"({{"edge":"{}","from":")", kind);
  append_ref(names_[from]);
  *out_ += R"(","to":")";
  append_ref(names_[to]);
  *out_ += "\"}\n";
  ++edges_;
  fingerprint_ += fingerprint_of(from, to);
}

void HubGenerator::source(std::uint32_t number) {
  const std::uint32_t made =
      node({.owner = number, .is_source = true},
           fmt::format(R"("title":"Table {} of {}","type":"table","identifiability":"pseudonymised","n_records":{})",
                       number, kBases[number % std::size(kBases)], 1000 + below(1'000'000'000)),
           0);
  source_nodes_.push_back(made);
  if (has_variables_) add_base(number);
}

// What a run reads: mostly what its own study made lately, else one of the sources, the known ones more often.
std::uint32_t HubGenerator::input(const std::vector<std::uint32_t>& own) {
  if (!own.empty() && below(10) < 8) {
    const std::uint32_t picked = own[own.size() - 1 - below(std::min<std::uint64_t>(own.size(), 40))];
    if (layers_[picked] < kLayersMax) return picked;
  }
  if (!shared_.empty() && below(10) < 5) return shared_[below(shared_.size())];
  return source_nodes_[heavy(sources_) - 1];
}

void HubGenerator::run(std::uint32_t study, std::uint16_t number, std::vector<std::uint32_t>& own) {
  std::vector<std::uint32_t> inputs;
  for (std::uint64_t k = heavy(40) + below(3); k > 0; --k) inputs.push_back(input(own));
  std::sort(inputs.begin(), inputs.end());
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  std::uint32_t layer = 0;
  for (const std::uint32_t one : inputs) layer = std::max<std::uint32_t>(layer, layers_[one] + 1u);
  const auto salt = static_cast<std::uint32_t>(engine_() & 0xffffffff);
  // One at a time, so that the dice fall in the same order whatever the compiler.
  const std::uint64_t year = 15 + below(11), month = 1 + below(12), day = 1 + below(28);
  const std::uint32_t ran =
      node({.owner = study, .salt = salt, .number = number},
           fmt::format(R"("type":"analysis","state":"complete","started_at":"20{:02}-{:02}-{:02}T08:00:00Z")", year,
                       month, day),
           layer);
  for (const std::uint32_t one : inputs)
    if (!has_variables_ || !used_by_variable(ran, one)) edge("used", ran, one);
  if (has_variables_) add_ties_of_run(ran);
  for (std::uint64_t k = 1 + below(2); k > 0; --k) {
    const std::uint64_t records = below(10'000'000), how = below(std::size(kHow));
    const std::uint32_t made = node(
        {.owner = study, .number = number, .made = static_cast<std::uint8_t>(k)},
        fmt::format(
            R"("title":"Set {} of study {}","type":"extract","identifiability":"pseudonymised","n_records":{},"how":"{}")",
            number, study, records, kHow[how]),
        layer + 1);
    edge("generated_by", made, has_variables_ && below(20) == 0 ? project_ : ran);
    if (has_variables_) add_origins(made, inputs, own);
    own.push_back(made);
    if (below(30) == 0 && layer < kLayersMax / 2) shared_.push_back(made);
  }
}

}  // namespace amont
