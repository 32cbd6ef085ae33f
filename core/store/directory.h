// The directory of a store, and the file that says which register it is.
//
//   hub/register   "AMRG" version:u32=1 register:16 created:i64 checksum:u64      made last: without it there is no store
//   hub/LOCK       held by the writer
//   hub/head       the acknowledged head in a second place (core/log/head_file.h)
//   hub/log/       the log: the truth
//   hub/index/     the index: can be made anew from the log
#pragma once

#include <string>

#include "core/io/files.h"
#include "core/record/logged.h"

namespace amont {

struct RegisterFile {
  RegisterId id{};
  Timestamp created;
};

inline std::string log_directory(const std::string& store) { return store + "/log"; }
inline std::string index_directory(const std::string& store) { return store + "/index"; }
inline std::string lock_path(const std::string& store) { return store + "/LOCK"; }

// kNotFound when there is no store here; kDamaged when the file is not what was written.
Result<RegisterFile> read_register_file(Files& files, const std::string& store);
// Puts it there as a whole or not at all; returns when it is on disk.
Status write_register_file(Files& files, const std::string& store, const RegisterFile& file);

// Makes the directory ready for a new register: it must be absent, empty, or hold only what an interrupted create left.
Status clear_unfinished(Files& files, const std::string& store);
// Removes a directory and all files in it, if it is there.
Status remove_tree(Files& files, const std::string& directory);

}  // namespace amont
