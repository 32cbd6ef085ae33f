// Peers: other systems that hold the same lineage and answer the same questions, each at its best.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "amont/model.h"
#include "tests/bench/hub_generator.h"

namespace amont {

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::string name() const = 0;
  virtual Status load(std::uint64_t nodes, std::span<const GeneratedEdge> edges) = 0;
  // How many nodes `start` reaches, itself left out. This is what is timed; found() then tells which they are, in any order.
  virtual Result<std::uint64_t> closure(std::uint32_t start, Direction direction) = 0;
  virtual std::vector<std::uint32_t> found() const = 0;
};

std::unique_ptr<Peer> flat_arrays();                      // the limit
std::unique_ptr<Peer> boost_graph();                      // Boost.Graph's search over its compressed rows
std::unique_ptr<Peer> sqlite(const std::string& folder);  // a prepared recursive CTE over tables clustered both ways
std::unique_ptr<Peer> rocks_keys(const std::string& folder);  // RocksDB, one key for each edge and direction

}  // namespace amont
