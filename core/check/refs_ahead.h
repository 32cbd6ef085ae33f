// RefsAhead: asks the index for the ids of many refs at once, before Pending needs them, on the thread that reads an import's input.
// What it learns stands in the puts: an id is right for ever; that there is none, while the index has as many nodes as when it was made.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/check/kept_refs.h"
#include "core/index/index.h"
#include "core/record/flat_put.h"

namespace amont {

class RefsAhead {
 public:
  RefsAhead() = default;  // asks for nothing
  // `known`: those that Pending will begin with, or nullptr.
  RefsAhead(const Index& index, std::shared_ptr<const RefMarks> known);

  // Fills ref_ahead and to_ahead where that is worth it. What can't be read is left to Pending, which tells of it.
  void look_up(std::span<FlatPut> puts);

 private:
  void want(std::string_view ref, std::uint64_t hash, AheadId& out);

  std::shared_ptr<const IndexReader> index_;  // nullptr: it holds no node
  std::uint32_t nodes_ = 0;
  std::shared_ptr<const RefMarks> known_;
  std::vector<std::uint64_t> asked_;  // hashes of refs, each in its slot: Pending most likely still knows them
  std::vector<std::string> refs_;     // to be asked
  std::vector<AheadId*> out_;
};

}  // namespace amont
