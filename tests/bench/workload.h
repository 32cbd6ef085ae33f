// Workloads: what fills an empty register.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "amont/schema.h"
#include "amont/store.h"
#include "tests/bench/hub_generator.h"

namespace amont {

struct Filled {
  std::uint64_t records = 0;
  double seconds = 0;
  std::string how;                // what was imported; and what its time holds besides
  TxNumber early = 0;             // a transaction at which a share of it was not there yet; 0: none
  std::uint64_t early_nodes = 0;  // ids 0.. that were there then
};

class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::string name() const = 0;
  virtual const SchemaGrowth& schema() const = 0;
  virtual Result<Filled> fill(Store& store) = 0;
  // kDamaged when the register does not hold what was put in. Edges add up to `fingerprint`.
  virtual Status check(std::uint64_t nodes, std::uint64_t edges, std::uint64_t fingerprint) const = 0;
  // Two groups of the lineage kinds that a question may be restricted to.
  virtual std::vector<std::string> node_kinds() const = 0;
  virtual std::vector<std::string> edge_kinds() const = 0;
};

std::unique_ptr<Workload> hub_workload(const HubShape& shape, const std::string& folder);  // W2
std::unique_ptr<Workload> packages_workload(std::string file, const std::string& folder);  // W1; "": apt's own lists

}  // namespace amont
