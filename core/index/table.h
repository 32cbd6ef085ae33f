// The door to where the index is kept: spaces of keys and values, written atomically. Rocks (rocks_table.h) and memory
// (memory_table.h) stand behind it; which may also lie upon another table.
//
// Merges are the deltas of pages (core/index/fold.h): a table may fold them when it likes, and get() always folds.
// get() and write() may be called from many threads, write() by one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/status.h"

namespace amont {

// Numbers are on disk: FORMAT.md.
enum class Space : std::uint8_t {
  kMeta = 0,         // few: see index.cc
  kRefs = 1,         // ref -> id
  kNodes = 2,        // id -> current version
  kNodeHistory = 3,  // id, tx -> older version
  kEdges = 4,        // identity -> current version, of edges with properties or an interval
  kEdgeHistory = 5,  // identity, tx -> older version
  kNodePages = 6,    // page -> kinds, flags and ties of 512 nodes
  kPages = 7,        // class, direction, page -> live edges
  kPageHistory = 8,  // class, direction, page -> dead edges
  kLog = 9,          // tx -> what the log says of it
  kKeys = 10,        // idempotency key -> tx and digest
};
inline constexpr std::size_t kSpaces = 11;

inline constexpr bool is_folded(Space space) {
  return space == Space::kNodePages || space == Space::kPages || space == Space::kPageHistory;
}

struct TableOp {
  enum class What : std::uint8_t { kPut, kMerge, kErase };
  What what{};
  Space space{};
  std::string_view key;
  std::string_view value;
};

// Ops in order, their bytes end to end.
class TableBatch {
 public:
  void put(Space space, std::string_view key, std::string_view value) { add(TableOp::What::kPut, space, key, value); }
  void merge(Space space, std::string_view key, std::string_view delta) {
    add(TableOp::What::kMerge, space, key, delta);
  }
  void erase(Space space, std::string_view key) { add(TableOp::What::kErase, space, key, {}); }

  std::size_t size() const { return ops_.size(); }
  std::uint64_t bytes() const { return bytes_.size(); }
  // Good until the next change.
  TableOp operator[](std::size_t i) const {
    const Place& op = ops_[i];
    const std::string_view from = std::string_view(bytes_).substr(op.at);
    return {op.what, op.space, from.substr(0, op.key_bytes), from.substr(op.key_bytes, op.value_bytes)};
  }

 private:
  struct Place {
    std::uint64_t at = 0;
    std::uint64_t value_bytes = 0;
    std::uint32_t key_bytes = 0;
    TableOp::What what{};
    Space space{};
  };
  void add(TableOp::What what, Space space, std::string_view key, std::string_view value) {
    ops_.push_back({bytes_.size(), value.size(), static_cast<std::uint32_t>(key.size()), what, space});
    bytes_.append(key).append(value);
  }

  std::vector<Place> ops_;
  std::string bytes_;
};

// What batches do, one op for each key, by space and key. What an op shows is good until `visit` returns.
Status visit_keys(std::span<const TableBatch> batches, const std::function<Status(const TableOp&)>& visit);

class Table {
 public:
  virtual ~Table() = default;

  virtual Result<std::optional<std::string>> get(Space space, std::string_view key) const = 0;
  // One entry for each key, in order.
  virtual Result<std::vector<std::optional<std::string>>> multi_get(Space space,
                                                                    const std::vector<std::string>& keys) const = 0;
  // All of it or nothing. Not durable before flush().
  virtual Status write(std::span<const TableBatch> batches) = 0;
  Status write(const TableBatch& batch) { return write(std::span(&batch, 1)); }
  // The same in two steps: nothing is written before what this gives is called, as write() may be called, and once at most. Needs no turn
  // of its own.
  using Write = std::function<Status()>;
  virtual Result<Write> prepare(std::vector<TableBatch>&& batches);
  // The same for many entries at once, better by far for a million than for a few. What is large may be durable at once.
  virtual Status write_bulk(std::span<const TableBatch> batches) = 0;
  // Returns when everything written is on disk.
  virtual Status flush() = 0;
  // Begins to bring it there, and does not wait; a failure is met by a later write().
  virtual Status start_flush() = 0;
  // Some time after the last call, folds deltas in the background if there are many; waits for nothing. A matter of speed alone: all
  // reads say the same before, while and after, and when it fails or the table is closed the deltas stay as they are.
  virtual void settle() {}
  // Makes it as small as it gets, while it is read and written as ever. Asks `go_on` now and then; kTimeout when that says no, and
  // nothing is lost.
  virtual Status compact(const std::function<bool()>& go_on) = 0;
  // Writes everything to disk, and returns when no file holds a value that was overwritten or erased.
  virtual Status forget_old_values() = 0;
  // Every entry, by space and then by key as bytes. Nothing but verify trusts a scan (RocksDB 7.8.3 may leave entries out).
  using Visit = std::function<Status(Space space, std::string_view key, std::string_view value)>;
  virtual Status scan(const Visit& visit) const = 0;
  virtual std::uint64_t bytes() const = 0;  // on disk, about
};

}  // namespace amont
