#include "core/store/index_home.h"

#include <algorithm>
#include <utility>

#include "core/aside.h"
#include "core/index/memory_table.h"
#include "core/index/rocks_table.h"
#include "core/store/directory.h"

namespace amont {
namespace {

// What RocksDB opened, together with the lock that lets nobody else open it.
std::shared_ptr<Table> holding(std::unique_ptr<Table> table, std::shared_ptr<FileLock> lock) {
  struct Held {
    std::shared_ptr<FileLock> lock;
    std::unique_ptr<Table> table;
  };
  auto held = std::make_shared<Held>(Held{std::move(lock), std::move(table)});
  return {held, held->table.get()};
}

std::shared_ptr<Table> memory_upon(std::shared_ptr<Table> below) {
  struct Both {
    explicit Both(std::shared_ptr<Table> table) : below(std::move(table)), memory(below.get()) {}
    std::shared_ptr<Table> below;
    MemoryTable memory;
  };
  auto both = std::make_shared<Both>(std::move(below));
  return {both, &both->memory};
}

template <class Record>
struct Reading {
  Record record;
  std::future<Status> done;  // goes first, and waits
};

// A large record is read aside by `read`, while the one before it is visited.
template <class Record>
Status read_aside(const Log& log, TxNumber first, TxNumber last,
                  const std::function<Result<Record>(std::string_view)>& read,
                  const std::function<Status(Record&)>& visit) {
  if (first > last) return {};
  constexpr std::size_t kLarge = 256 << 10;
  std::shared_ptr<Reading<Record>> ahead;
  const auto visit_ahead = [&]() -> Status {
    const std::shared_ptr<Reading<Record>> one = std::exchange(ahead, nullptr);
    if (!one) return {};
    AMONT_TRY(one->done.get());
    return visit(one->record);
  };
  Status done = log.read(first, last, [&](TxNumber number, std::string_view bytes) -> Status {
    auto next = std::make_shared<Reading<Record>>();
    const auto read_one = [next = next.get(), &log, &read, number](std::string_view from) -> Status {
      Result<Record> record = read(from);
      if (!record) return std::move(record).status().while_doing(log.place_of(number));
      next->record = *std::move(record);
      return {};
    };
    if (bytes.size() < kLarge) {
      AMONT_TRY(visit_ahead());
      AMONT_TRY(read_one(bytes));
      return visit(next->record);
    }
    next->done = aside([read_one, copy = std::string(bytes)] { return read_one(copy); });
    AMONT_TRY(visit_ahead());
    ahead = std::move(next);
    return {};
  });
  Status visited = visit_ahead();
  return visited.ok() ? done : visited;
}

}  // namespace

Result<std::shared_ptr<Index>> IndexHome::index_on(std::shared_ptr<Table> table) const {
  const MemoryPlan memory(options_.memory_bytes);
  const std::uint64_t bulk_bytes = std::min(8 * options_.batch_part_bytes, memory.unwritten);
  AMONT_LET(auto index, Index::open(std::move(table), memory, register_id_, bulk_bytes));
  return std::shared_ptr<Index>(std::move(index));
}

Result<std::shared_ptr<Index>> IndexHome::open() const {
  if (options_.index_in_memory) return index_on(std::make_shared<MemoryTable>());
  AMONT_LET(auto table, open_rocks_table(files_, index_directory(store_), {MemoryPlan(options_.memory_bytes), false}));
  return index_on(holding(std::move(table), lock_));
}

Result<std::shared_ptr<Index>> IndexHome::open_for_reading() const {
  if (options_.index_in_memory) return index_on(std::make_shared<MemoryTable>());
  AMONT_LET(auto table, open_rocks_table(files_, index_directory(store_), {MemoryPlan(options_.memory_bytes), true}));
  return index_on(memory_upon(holding(std::move(table), lock_)));
}

Result<std::shared_ptr<Index>> IndexHome::upon(std::shared_ptr<Table> table) const {
  return index_on(memory_upon(std::move(table)));
}

Status IndexHome::erase() const { return remove_tree(files_, index_directory(store_)); }

Status read_records(const Log& log, TxNumber first, TxNumber last, bool check_hashes,
                    const std::function<Status(const DecodedRecord&)>& visit) {
  return read_aside<DecodedRecord>(
      log, first, last, [check_hashes](std::string_view bytes) { return decode_record(bytes, check_hashes); }, visit);
}

Status read_split_records(const Log& log, TxNumber first, TxNumber last, const TakeRecord& visit) {
  return read_aside<SplitRecord>(
      log, first, last, [](std::string_view bytes) { return split_record(bytes, false); }, visit);
}

Status catch_up(Index& index, const Log& log, TxNumber last, const std::function<Status(TxNumber)>& done) {
  if (index.last_seen() > last)
    return damaged("the index holds transactions that the log does not have; run `amont rebuild`");
  const ReadRecords read = [&log](TxNumber from, TxNumber to, const TakeRecord& visit) {
    return read_split_records(log, from, to, visit);
  };
  return read_split_records(log, index.last_seen() + 1, last, [&](const SplitRecord& record) -> Status {
    AMONT_TRY(index.apply(record, read));
    return done ? done(record.head.number) : Status();
  });
}

}  // namespace amont
