// Peers: other systems that hold the same lineage and answer the same questions, each at its best.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amont/model.h"
#include "tests/bench/restriction.h"

namespace amont {

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::string name() const = 0;
  virtual Status load(const Lineage& lineage) = 0;
  // How many nodes `start` reaches, itself left out. This is what is timed; found() then tells which they are, in any order.
  virtual Result<std::uint64_t> closure(std::uint32_t start, Direction direction) = 0;
  virtual std::vector<std::uint32_t> found() const = 0;

  // What is below fails with kUnsupported, and says why, for a peer that can't be asked it.

  // Closures are restricted so from now on; to nothing by {}.
  virtual Status restrict_to(const Restriction& only);
  // Does `b` come from `a`, another node?
  virtual Result<bool> reaches(std::uint32_t a, std::uint32_t b);
  // How many edges a shortest path has from `effect` up to `cause`: of edges that aren't weak if there is one, else of all.
  // found() then tells its nodes from end to end, both included; none when there is no path.
  virtual Result<std::uint64_t> path(std::uint32_t effect, std::uint32_t cause);

  // What the last question took, from a peer that measures itself, for the way to it is no part of it. Nothing: its call's time.
  virtual std::optional<double> micros() const { return {}; }
};

std::unique_ptr<Peer> flat_arrays();                          // the limit
std::unique_ptr<Peer> amont_peer(const Snapshot& view);       // Amont itself
std::unique_ptr<Peer> boost_graph();                          // Boost.Graph's search over its compressed rows
std::unique_ptr<Peer> sqlite(const std::string& folder);      // prepared recursive CTEs over tables clustered both ways
std::unique_ptr<Peer> rocks_keys(const std::string& folder);  // RocksDB, one key for each edge and direction

// A system that is asked through Python: a class of tests/bench/python_peers.py, run by `python`. Nothing when the interpreter
// is absent, or lacks the system.
std::unique_ptr<Peer> python_peer(const std::string& python, const std::string& system, const std::string& folder);

}  // namespace amont
