// Where the index of an open store lives: in RocksDB; in memory; or in memory upon a RocksDB that is only read, because another
// process writes it or because its disk is full. Whatever it is, the log brings it up to date.
#pragma once

#include <memory>
#include <string>

#include "amont/options.h"
#include "core/index/index.h"
#include "core/io/files.h"
#include "core/log/log.h"

namespace amont {

class IndexHome {
 public:
  // `lock` is the writer's; the index and the snapshots taken from it keep it, so that no second writer meets open files.
  IndexHome(Files& files, std::string store, const Options& options, const RegisterId& register_id,
            std::shared_ptr<FileLock> lock)
      : files_(files), store_(std::move(store)), options_(options), register_id_(register_id), lock_(std::move(lock)) {}

  // For the writer. kDamaged: the index can't be opened; made anew, it can.
  Result<std::shared_ptr<Index>> open() const;
  // Upon what is on disk, which is only read.
  Result<std::shared_ptr<Index>> open_for_reading() const;
  // Upon a table that takes no writes any more.
  Result<std::shared_ptr<Index>> upon(std::shared_ptr<Table> table) const;
  // Deletes what is on disk. Nothing may have it open.
  Status erase() const;

 private:
  Result<std::shared_ptr<Index>> index_on(std::shared_ptr<Table> table) const;

  Files& files_;
  std::string store_;
  const Options& options_;
  RegisterId register_id_;
  std::shared_ptr<FileLock> lock_;
};

// Decodes what the log holds of first..last, in order.
Status read_records(const Log& log, TxNumber first, TxNumber last, bool check_hashes,
                    const std::function<Status(const DecodedRecord&)>& visit);
// The same, as parts.
Status read_split_records(const Log& log, TxNumber first, TxNumber last, const TakeRecord& visit);

// Applies what the log has and the index has not, up to transaction `last`. `done`, if given, is told each number.
Status catch_up(Index& index, const Log& log, TxNumber last, const std::function<Status(TxNumber)>& done = {});

}  // namespace amont
