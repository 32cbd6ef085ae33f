// The directory of a store, and the file that says which register it is.
//
//   hub/register   "AMRG" version:u32=1 register:16 created:i64 checksum:u64      made last, from register.new
//   hub/LOCK       held by the writer
//   hub/head       the acknowledged head in a second place (core/log/head_file.h)
//   hub/log/       the log: the truth
//   hub/ballast    room to give up when the disk is full (core/store/ballast.h); absent from small stores
//   hub/index/     the index: can be made anew from the log
//   hub/checkpoints/  what was signed of the log (core/evidence/kept.h); there once something was
#pragma once

#include <string>

#include "core/io/files.h"
#include "core/record/logged.h"

namespace amont {

// The version of all that a register has on disk. Whatever changes in any of its files makes a later one (FORMAT.md, section 2).
inline constexpr std::uint32_t kFormatVersion = 1;

struct RegisterFile {
  std::uint32_t version = kFormatVersion;
  RegisterId id{};
  Timestamp created;
};

inline std::string log_directory(const std::string& store) { return store + "/log"; }
inline std::string index_directory(const std::string& store) { return store + "/index"; }
inline std::string head_path(const std::string& store) { return store + "/head"; }
inline std::string lock_path(const std::string& store) { return store + "/LOCK"; }

// Without a slash at its end.
inline std::string plain_path(const std::string& path) {
  return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}
// Whether a path is a folder or lies below it, whatever names they go by.
bool lies_within(const std::string& path, const std::string& folder);
// As it is found from everywhere.
std::string absolute_path(const std::string& path);
// The directory that a path stands in.
inline std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// kNotFound when there is no store here; kDamaged when the file is not what was written, or is missing beside a log.
Result<RegisterFile> read_register_file(Files& files, const std::string& store);
// A register that is being made has `register.new` from the beginning, which at the end becomes `register`: so what was not
// finished can be told from a register that has lost the file. Both return when that is on disk.
Status begin_register_file(Files& files, const std::string& store, const RegisterFile& file);
Status finish_register_file(Files& files, const std::string& store);

// kInvalid when anyone on the machine may change what is in the store's directory: then nothing in it can be trusted.
Status check_directory(Files& files, const std::string& store);
// Makes the directory ready for a new register: it must be empty, or hold only what an interrupted create left.
Status clear_unfinished(Files& files, const std::string& store);
// Removes a directory and all files in it, if it is there.
Status remove_tree(Files& files, const std::string& directory);

}  // namespace amont
