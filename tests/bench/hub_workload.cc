// W2, imported as JSONL in two parts: three quarters, then the rest, so that there is a past to ask about.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/workload.h"

namespace amont {
namespace {

// Above this a file would take gigabytes: the hub is generated while it is read.
constexpr std::uint64_t kEdgesInFileMax = 20'000'000;

class HubWorkload final : public Workload {
 public:
  HubWorkload(const HubShape& shape, const std::string& folder)
      : shape_(shape), file_(folder + "/hub.jsonl"), generator_(shape) {}

  std::string name() const override {
    return shape_.has_variables ? "a generated hub with variables (W2V)" : "a generated hub (W2)";
  }
  const SchemaGrowth& schema() const override { return hub_schema(); }
  std::vector<std::string> node_kinds() const override { return {"dataset"}; }
  std::vector<std::string> edge_kinds() const override { return {"used", "generated_by"}; }

  Result<Filled> fill(Store& store) override {
    Filled out;
    AMONT_TRY(part(store, shape_.edges - shape_.edges / 4, out));
    AMONT_LET(const Snapshot then, store.snapshot());
    out.early = then.tx();
    out.early_nodes = then.id_count();
    AMONT_TRY(part(store, shape_.edges, out));
    out.how = fmt::format("JSONL in two parts{}", in_file() ? "" : ", generated while it is read");
    return out;
  }

  Status check(std::uint64_t nodes, std::uint64_t edges, std::uint64_t fingerprint) const override {
    if (nodes == generator_.nodes() && edges == generator_.edges() && fingerprint == generator_.fingerprint())
      return {};
    return damaged(fmt::format("the register holds {} nodes and {} edges, and not the {} and {} that were put in",
                               nodes, edges, generator_.nodes(), generator_.edges()));
  }

 private:
  bool in_file() const { return shape_.edges <= kEdgesInFileMax; }

  // Until there are `edges` in all.
  Status part(Store& store, std::uint64_t edges, Filled& out) {
    ImportOptions options;
    options.file = "hub.jsonl";
    if (in_file()) AMONT_TRY(write(edges));
    std::ifstream in(file_, std::ios::binary);
    const ByteSource read = [&in](std::span<char> to) -> Result<std::size_t> {
      in.read(to.data(), static_cast<std::streamsize>(to.size()));
      return static_cast<std::size_t>(in.gcount());
    };
    std::string lines;
    std::size_t at = 0;
    const ByteSource generate = [&, edges](std::span<char> to) -> Result<std::size_t> {
      if (at == lines.size()) {
        lines.clear();
        at = 0;
        generator_.more(edges, lines);
      }
      const std::size_t some = std::min(to.size(), lines.size() - at);
      std::copy_n(lines.data() + at, some, to.data());
      at += some;
      return some;
    };
    const auto start = BenchClock::now();
    AMONT_LET(const ImportReport imported, import_jsonl(store, in_file() ? read : generate, options));
    out.seconds += seconds_since(start);
    out.records += imported.records;
    return {};
  }

  Status write(std::uint64_t edges) {
    std::ofstream out(file_, std::ios::binary);
    std::string lines;
    while (generator_.more(edges, lines)) {
      out << lines;
      lines.clear();
    }
    out.close();
    return out ? Status() : io_error("can't write " + file_);
  }

  const HubShape shape_;
  const std::string file_;
  HubGenerator generator_;
};

}  // namespace

std::unique_ptr<Workload> hub_workload(const HubShape& shape, const std::string& folder) {
  return std::make_unique<HubWorkload>(shape, folder);
}

}  // namespace amont
