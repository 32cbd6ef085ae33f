// FlatChanges: the puts of a transaction as views of it, for the short way of Pending (flat.cc). What is out of the ordinary, and
// whatever is wrong, is none of them: the long way takes it, and says what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amont/transaction.h"
#include "core/record/flat_put.h"

namespace amont {

class FlatChanges {
 public:
  // Of a transaction that stays as it is for as long as this lives. One that changes the schema or the rules has none: all of it is
  // looked at together.
  explicit FlatChanges(const Transaction& transaction);

  // Whether its changes may be taken one by one, each to its parts at once.
  bool one_by_one() const { return one_by_one_; }
  // The put that a change is, good until the next call; nullptr when it has to take the long way.
  FlatPut* put(std::size_t change);

 private:
  // Where the texts of refs are in refs_.
  struct Refs {
    std::uint32_t at = 0;
    std::uint32_t bytes = 0;  // 0: it is no such put
    std::uint32_t to_bytes = 0;
    std::uint64_t hash = 0;
    std::uint64_t to_hash = 0;
  };
  bool add(const Ref& ref, std::uint32_t& bytes, std::uint64_t& hash);
  Refs read(const Change& change);
  bool set_props(const std::vector<PropertyChange>& props);

  const std::vector<Change>& changes_;
  bool one_by_one_ = true;
  std::vector<Refs> puts_;
  std::string refs_;
  FlatPut put_;
  std::vector<FlatProperty> props_;
};

}  // namespace amont
