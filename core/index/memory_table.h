// A table in memory: for tests, throw-away stores and verify's replay; and, laid over a table that is only read, a reader's view
// of the log's tail.
#pragma once

#include <array>
#include <map>
#include <shared_mutex>

#include "core/index/table.h"

namespace amont {

class MemoryTable final : public Table {
 public:
  // `below` shows through where nothing was written here; it must outlive this.
  explicit MemoryTable(const Table* below = nullptr) : below_(below) {}

  Result<std::optional<std::string>> get(Space space, std::string_view key) const override;
  Result<std::vector<std::optional<std::string>>> multi_get(Space space,
                                                            const std::vector<std::string>& keys) const override;
  using Table::write;
  Status write(std::span<const TableBatch> batches) override;
  Status write_bulk(std::span<const TableBatch> batches) override;
  Status flush() override { return {}; }
  Status start_flush() override { return {}; }
  Status compact(const std::function<bool()>&) override { return {}; }
  Status forget_old_values() override { return {}; }  // of its own, it has none
  Status scan(const Visit& visit) const override;     // of what was written here
  std::uint64_t bytes() const override;

 private:
  struct Entry {
    enum class Base : std::uint8_t { kBelow, kValue, kErased };
    Base base = Base::kBelow;
    std::string value;
    std::string deltas;  // what no one has folded into the value yet
  };
  Result<std::optional<std::string>> folded(Space space, std::string_view key, const Entry& entry) const;
  Status apply(const TableOp& op);

  const Table* below_;
  mutable std::shared_mutex mutex_;
  std::array<std::map<std::string, Entry, std::less<>>, kSpaces> spaces_;
  std::uint64_t bytes_ = 0;
};

}  // namespace amont
