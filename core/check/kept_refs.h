// KeptRefs: what a batch knew of refs when it closed, for another one that follows at once. The ids in it are right for ever; it is only
// as of use as it is likely that the same refs come again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/check/name_table.h"
#include "core/index/index.h"

namespace amont {

// Whether a ref is most likely in a NameTable, by its hash: a megabyte, for a thread that may not look into the table itself.
class RefMarks {
 public:
  explicit RefMarks(const NameTable& refs) : bits_(kBits) {
    refs.each([this](std::uint32_t tag, std::uint32_t) { bits_[place_of(tag)] = true; });
  }
  bool has(std::uint64_t hash) const { return bits_[place_of(static_cast<std::uint32_t>(hash >> 32))]; }

 private:
  static constexpr std::size_t kBits = 1 << 23;
  static std::size_t place_of(std::uint32_t tag) { return tag / ((std::uint64_t{1} << 32) / kBits); }

  std::vector<bool> bits_;
};

struct KeptRefs {
  std::weak_ptr<Index> index;  // of which they are
  NameTable refs;
  std::unique_ptr<LentMemory> lent;
  std::uint64_t lent_bytes = 0;  // by it, for them
  std::shared_ptr<const RefMarks> marks;
};

}  // namespace amont
