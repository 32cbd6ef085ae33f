// Deferred: what an import keeps until its end, in order: edges whose ends were not there yet, and rejects that come
// after such an edge, so that rejects are told in the order of the input. Packed, and on disk when there is much of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <boost/unordered/unordered_flat_set.hpp>

#include "amont/exchange.h"
#include "core/exchange/spool.h"
#include "core/io/sorted_runs.h"
#include "core/record/flat_put.h"

namespace amont {

struct DeferredReject {
  std::string reason;
};

struct Deferred {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string file;
  std::string record;
  std::variant<PutEdge, RetractEdge, DeferredReject> what;
};

class DeferredQueue {
 public:
  // `marks_max`: how many edges it knows in memory, by 8 bytes each.
  explicit DeferredQueue(std::size_t marks_max = 256 << 10) : marks_max_(marks_max) {}
  DeferredQueue(const DeferredQueue&) = delete;
  DeferredQueue& operator=(const DeferredQueue&) = delete;

  bool empty() const { return spool_.empty(); }
  // May a change of this edge be among what is kept? Seldom yes when it is not; never no when it is.
  template <class Edge>
  Result<bool> may_hold(const Edge& edge) const {
    return edges_.empty() && more_edges_.empty() ? Result<bool>(false) : holds(mark(edge));
  }

  Status push(const Deferred& entry);
  // In order; not after this may push() be called.
  Result<bool> pop(Deferred& out);

 private:
  template <class Edge>
  static std::uint64_t mark(const Edge& edge);
  static std::uint64_t mark(const FlatPut& edge);
  Result<bool> holds(std::uint64_t mark) const;
  Status add(std::uint64_t mark);

  static constexpr std::uint64_t kFilterBytes = 4 << 20;

  const std::size_t marks_max_;
  Spool spool_;
  EntryReader reader_{spool_};
  boost::unordered_flat_set<std::uint64_t> edges_;  // hashes
  SortedRuns more_edges_{kFilterBytes};             // others, when there are many
  std::string packed_;
};

}  // namespace amont
