// Consistency proofs (RFC 6962, section 2.1.2; checked as RFC 9162, section 2.1.4.2 says): that a larger tree begins with the
// leaves of a smaller one, unchanged.
#pragma once

#include <span>
#include <vector>

#include "core/merkle/subtrees.h"

namespace amont {

inline constexpr std::size_t kConsistencyHashesMax = 63;

// For 0 <= old_size <= new_size; empty when the sizes are equal or the old one is 0. Fails only as `leaves` does.
Result<std::vector<Digest>> prove_consistency(std::uint64_t old_size, std::uint64_t new_size, const ReadLeaves& leaves);

// Whether `proof` shows it, and nothing is left over in it. Trees of size 0 have the root of the empty tree; of equal size, equal
// roots and an empty proof.
bool is_consistent(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size, const Digest& new_root,
                   std::span<const Digest> proof);

}  // namespace amont
