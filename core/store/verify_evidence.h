// What verify holds a log against besides its own hashes: checkpoints that the store keeps, and those that came from elsewhere.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "amont/store.h"
#include "core/evidence/kept.h"
#include "core/merkle/tree.h"

namespace amont {

class EvidenceCheck {
 public:
  // What is wrong with checkpoints by themselves is told to `find`; kInvalid: a key can't be read.
  static Result<EvidenceCheck> begin(Files& files, const std::string& store, const RegisterId& register_id,
                                     const VerifyAgainst& against, const std::function<void(std::string)>& find);

  // The tree that the log's records give: to be called at each size, from 0 up.
  void tree_is(const MerkleFrontier& tree) {
    while (next_ < checkpoints_.size() && checkpoints_[next_].checkpoint.size == tree.size()) compare(tree);
  }
  // The log has no more; says what lies beyond, and puts the counts into the report.
  void finish(std::uint64_t size, VerifyReport& report);

 private:
  struct Held {
    std::string name;  // for messages
    Checkpoint checkpoint;
    std::vector<std::pair<std::size_t, Timestamp>> cosigned;  // by which of the witness keys, and when
  };
  void take(const std::string& name, const SignedCheckpoint& one);
  void compare(const MerkleFrontier& tree);
  void find_unsigned();

  std::string origin_;
  std::function<void(std::string)> find_;
  std::vector<VerifierKey> keys_;
  std::vector<VerifierKey> witness_keys_;
  std::vector<VerifyReport::Witnessed>
      witnessed_;                  // as witness_keys_, of what the log agrees with; without a name: nothing
  std::vector<Held> checkpoints_;  // by size
  std::size_t next_ = 0;
  std::uint64_t signatures_ = 0;
};

}  // namespace amont
