// Random transactions over a small world of refs, so that puts, merges, retractions and new lives meet often.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amont/transaction.h"
#include "tests/support/crash_disk.h"
#include "tests/support/model_store.h"

namespace amont {

class RandomRegister {
 public:
  struct Shape {
    std::uint64_t keys_per_kind = 8;  // how many refs of each kind there are to choose from
    std::uint64_t changes_max = 8;    // in one transaction
  };

  RandomRegister(std::uint64_t seed, Shape shape) : dice_(seed), shape_(shape) {}

  // One change, mostly one that `state` accepts, about one in twenty of them wrong in some way.
  Change change(const ModelState& state);
  std::vector<Change> changes(const ModelState& state);

  Ref ref(const ModelState& state);
  Dice& dice() { return dice_; }
  bool one_in(std::uint64_t n) { return dice_.below(n) == 0; }

 private:
  Ref ref_of_kind(const std::string& kind);
  Ref alive_or_any(const ModelState& state, const std::vector<std::string>& kinds);
  Value value_for(const std::string& name);
  std::vector<PropertyChange> props();
  void interval(TimeChange& from, TimeChange& to);
  PutNode put_node(const ModelState& state);
  PutEdge put_edge(const ModelState& state);
  Change retraction(const ModelState& state);
  Change wrong(const ModelState& state);

  Dice dice_;
  Shape shape_;
};

// A growth that the schema of the tests takes, or refuses.
SchemaGrowth random_growth(Dice& dice);

}  // namespace amont
