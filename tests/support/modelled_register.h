// A random register in memory and the plain model of it, side by side.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "amont/store.h"
#include "tests/support/crash_files.h"
#include "tests/support/model_store.h"

namespace amont {

class ModelledRegister {
 public:
  explicit ModelledRegister(std::uint64_t memory_bytes = Options().memory_bytes);
  explicit ModelledRegister(const SchemaGrowth& schema, std::uint64_t memory_bytes = Options().memory_bytes);

  // Commits those of the changes that the model takes, and of those that retract a node with all its edges one in `keeps`; none when
  // that is 0. Returns whether that was anything.
  bool land(Dice& dice, const std::vector<Change>& changes, std::uint64_t keeps = 6);

  Store& store() { return *store_; }
  const ModelStore& model() const { return model_; }

 private:
  std::unique_ptr<CrashFiles> disk_;  // never crashes here, and syncs for nothing
  std::int64_t clock_ = 1'700'000'000'000'000;
  ModelStore model_;
  std::unique_ptr<Store> store_;
};

}  // namespace amont
