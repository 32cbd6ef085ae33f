// W1: the packages that this machine's apt knows of, through the import script that ships with Amont. Real, and cyclic.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "amont/script.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/workload.h"

namespace amont {
namespace {

class PackagesWorkload final : public Workload {
 public:
  PackagesWorkload(std::string file, const std::string& folder)
      : file_(std::move(file)), listed_(folder + "/packages") {}

  std::string name() const override { return "the packages of Debian (W1)"; }
  const SchemaGrowth& schema() const override { return none_; }  // the script brings it
  std::vector<std::string> node_kinds() const override { return {"package"}; }
  std::vector<std::string> edge_kinds() const override { return {"depends_on", "recommends"}; }

  Result<Filled> fill(Store& store) override {
    if (file_.empty()) {
      const std::string command = fmt::format("apt-cache dumpavail > '{}'", listed_);
      if (std::system(command.c_str()) != 0 || std::filesystem::file_size(listed_) == 0)
        return not_found("apt-cache gave no packages; name a file in their format by --packages");
    }
    const ShippedScript* const script = find_shipped_script("formats/debian-packages");
    if (!script) return not_found("formats/debian-packages does not ship with this build");
    std::ifstream in(file_.empty() ? listed_ : file_, std::ios::binary);
    if (!in) return not_found("can't read " + file_);
    bool given = false;
    const auto next_file = [&]() -> Result<std::optional<ImportFile>> {
      if (given) return std::optional<ImportFile>();
      given = true;
      return std::optional<ImportFile>({"packages", [&in](std::span<char> to) -> Result<std::size_t> {
                                          in.read(to.data(), static_cast<std::streamsize>(to.size()));
                                          return static_cast<std::size_t>(in.gcount());
                                        }});
    };
    ScriptRunLimits limits;  // the list is long, and trusted
    limits.steps_max = UINT64_MAX / 2;
    limits.time_ms = 24ull * 3600 * 1000;
    limits.memory_bytes = 2ull << 30;
    ImportOptions options;
    options.file = "packages";
    const auto start = BenchClock::now();
    AMONT_LET(const ImportReport imported,
              import_with_script(store, script->name, script->source, next_file, options, limits));
    Filled out;
    out.seconds = seconds_since(start);
    out.records = imported.records;
    out.how = "apt's list, read by a script";
    nodes_ = imported.nodes;
    edges_ = imported.edges;
    return out;
  }

  // A package of which apt knows several versions is put more than once.
  Status check(std::uint64_t nodes, std::uint64_t edges, std::uint64_t) const override {
    if (nodes > 0 && nodes <= nodes_ && edges > 0 && edges <= edges_) return {};
    return damaged(
        fmt::format("the register holds {} nodes and {} edges; {} and {} were put in", nodes, edges, nodes_, edges_));
  }

 private:
  const SchemaGrowth none_;
  const std::string file_, listed_;
  std::uint64_t nodes_ = 0, edges_ = 0;
};

}  // namespace

std::unique_ptr<Workload> packages_workload(std::string file, const std::string& folder) {
  return std::make_unique<PackagesWorkload>(std::move(file), folder);
}

}  // namespace amont
