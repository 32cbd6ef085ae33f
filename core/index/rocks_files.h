// RocksDB's files through the Files door: every byte RocksDB reads or writes passes through `files`.
//
// RocksDB's own log (LOG) is never written. Direct and memory-mapped I/O are not offered: options that ask for them are
// ignored. DB::SyncWAL() and FlushWAL(true) answer NotSupported, as a WritableFile takes one thread at a time; a write
// with sync = true is synced as usual. `files` must outlive what is returned and every database opened with it.
#pragma once

#include <memory>

#include "core/io/files.h"

namespace rocksdb {
class Env;
class FileSystem;
}  // namespace rocksdb

namespace amont {

std::shared_ptr<rocksdb::FileSystem> rocks_file_system(Files& files);

// An Env with that file system, the threads of rocksdb::Env::Default() and its clock, except that no sleep is longer than
// 10 ms. For Options::env.
std::unique_ptr<rocksdb::Env> rocks_env(Files& files);

}  // namespace amont
