// The checkpoints that a store keeps: one file for each size that was signed, and beside them the tree at the last one.
//
//   hub/checkpoints/00000000000000000042   the signed note of the first 42 transactions, with its cosignatures
//   hub/checkpoints/tree                   "AMCT" version:u32=1 size:u64 count:u32 peak:32*
//
// A note is on disk, name and all, before its signature is given to anyone: so what was signed can't be forgotten in a crash, and
// no other root is signed for the same size. `tree` only saves work: it counts when its peaks give the root of a checkpoint, and
// else is as good as absent. Other names are ignored. For the store's writer, but what only reads is for anyone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evidence/checkpoint.h"
#include "core/io/files.h"
#include "core/merkle/tree.h"

namespace amont {

inline std::string checkpoint_directory(const std::string& store) { return store + "/checkpoints"; }

class KeptCheckpoints {
 public:
  KeptCheckpoints(Files& files, const std::string& store, std::string origin)
      : files_(files), directory_(checkpoint_directory(store)), origin_(std::move(origin)) {}

  // Of all that are kept, ascending.
  Result<std::vector<std::uint64_t>> sizes() const;
  // kNotFound; kDamaged when the file is no checkpoint of this register and this size.
  Result<SignedCheckpoint> read(std::uint64_t size) const;
  // The one of the largest size.
  Result<std::optional<SignedCheckpoint>> last() const;
  // Returns when it is on disk. Whoever calls must have made sure that it does not contradict what is kept.
  Status keep(const SignedCheckpoint& kept) const;

  // The tree at that size if it was saved and has that root.
  std::optional<MerkleFrontier> tree_at(const Checkpoint& checkpoint) const;
  // Not durable, and no harm if it fails.
  void save_tree(const MerkleFrontier& tree) const;

  std::string path_of(std::uint64_t size) const;

 private:
  Status write(const std::string& name, std::string_view bytes) const;

  Files& files_;
  std::string directory_;
  std::string origin_;
};

// Writes a file beside `path`, named by the `ending`, and renames it there: after a crash the old or the new one is there, whole.
// Returns when that is on disk. The directory must exist. Who may meet others at the same path takes an ending of its own.
Status replace_file(Files& files, const std::string& path, std::string_view bytes, std::string_view ending = ".new");

}  // namespace amont
