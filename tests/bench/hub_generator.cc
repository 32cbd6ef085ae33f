#include "tests/bench/hub_generator.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::string_view kBases[] = {"dcir", "pmsi-mco", "pmsi-ssr", "pmsi-had", "rim-p", "cepidc", "egb", "damir"};
constexpr std::string_view kHow[] = {"extract", "filter", "join", "aggregate", "pseudonymise", "enrich"};
constexpr std::uint32_t kLayersMax = 60;

class Generator {
 public:
  Generator(const HubShape& shape, const std::function<void(std::string_view)>& line)
      : shape_(shape), line_(line), engine_(shape.seed) {}

  GeneratedHub run() {
    const std::uint64_t sources = std::max<std::uint64_t>(8, shape_.edges / 100);
    for (std::uint64_t i = 0; i < sources; ++i) source(i);
    for (std::uint64_t project = 0; hub_.edges.size() < shape_.edges; ++project) study(project);
    return std::move(hub_);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  // 1, 2, 3... each half as likely again as heavy tails have it.
  std::uint64_t heavy(std::uint64_t most) {
    const double u = (static_cast<double>(below(1'000'000)) + 1) / 1'000'001;
    return std::min<std::uint64_t>(most, static_cast<std::uint64_t>(1 / u));
  }

  std::uint32_t node(std::string ref, std::string_view props, std::uint32_t layer) {
    line_(fmt::format(R"({{"node":"{}","props":{{{}}}}})", ref, props));
    ++hub_.records;
    hub_.refs.push_back(std::move(ref));
    layer_.push_back(layer);
    return static_cast<std::uint32_t>(hub_.refs.size() - 1);
  }
  void edge(std::string_view kind, std::uint32_t from, std::uint32_t to) {
    line_(fmt::format(R"({{"edge":"{}","from":"{}","to":"{}"}})", kind, hub_.refs[from], hub_.refs[to]));
    ++hub_.records;
    hub_.edges.push_back({from, to});
  }

  void source(std::uint64_t i) {
    const std::string_view base = kBases[i % std::size(kBases)];
    sources_.push_back(
        node(fmt::format("dataset:snds/{}/table-{:05}", base, i),
             fmt::format(R"("title":"Table {} of {}","type":"table","identifiability":"pseudonymised","n_records":{})",
                         i, base, 1000 + below(1'000'000'000)),
             0));
  }

  // What a run reads: mostly what its own study made lately, else one of the sources, the known ones more often.
  std::uint32_t input(const std::vector<std::uint32_t>& own) {
    if (!own.empty() && below(10) < 8) {
      const std::uint32_t picked = own[own.size() - 1 - below(std::min<std::uint64_t>(own.size(), 40))];
      if (layer_[picked] < kLayersMax) return picked;
    }
    if (!shared_.empty() && below(10) < 5) return shared_[below(shared_.size())];
    return sources_[heavy(sources_.size()) - 1];
  }

  void study(std::uint64_t project) {
    std::vector<std::uint32_t> own;
    const std::uint64_t runs = 30 + heavy(1000);
    for (std::uint64_t i = 0; i < runs && hub_.edges.size() < shape_.edges; ++i) {
      std::vector<std::uint32_t> inputs;
      for (std::uint64_t k = heavy(40) + below(3); k > 0; --k) inputs.push_back(input(own));
      std::sort(inputs.begin(), inputs.end());
      inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
      std::uint32_t layer = 0;
      for (const std::uint32_t one : inputs) layer = std::max(layer, layer_[one] + 1);
      const std::uint32_t run =
          node(fmt::format("run:p{:06}/{:04}-{:08x}", project, i, engine_() & 0xffffffff),
               fmt::format(R"("type":"analysis","state":"complete","started_at":"20{:02}-{:02}-{:02}T08:00:00Z")",
                           15 + below(11), 1 + below(12), 1 + below(28)),
               layer);
      for (const std::uint32_t one : inputs) edge("used", run, one);
      for (std::uint64_t k = 1 + below(2); k > 0; --k) {
        const std::uint32_t made = node(
            fmt::format("dataset:p{:06}/set-{:04}-{}", project, i, k),
            fmt::format(
                R"("title":"Set {} of study {}","type":"extract","identifiability":"pseudonymised","n_records":{},"how":"{}")",
                i, project, below(10'000'000), kHow[below(std::size(kHow))]),
            layer + 1);
        edge("generated_by", made, run);
        own.push_back(made);
        if (below(30) == 0 && layer < kLayersMax / 2) shared_.push_back(made);
      }
    }
  }

  const HubShape& shape_;
  const std::function<void(std::string_view)>& line_;
  std::mt19937_64 engine_;
  GeneratedHub hub_;
  std::vector<std::uint32_t> layer_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> shared_;  // made by one study, known to all
};

}  // namespace

GeneratedHub generate_hub(const HubShape& shape, const std::function<void(std::string_view)>& line) {
  return Generator(shape, line).run();
}

}  // namespace amont
