// Excerpts of a store: the parts of its log behind some records, with the proofs that they are in it (core/evidence/excerpt.h).
#pragma once

#include <span>
#include <string>

#include "amont/bundle.h"
#include "amont/snapshot.h"
#include "core/evidence/excerpt.h"

namespace amont {

// Of these records as of `view`: all puts of their current lives, what gave nodes their ids, and all growths of the schema; of
// `transactions` the headings. `store` is the directory that the view is of; its log is read beside whoever has it open. `size`: of
// the log that the proofs lead to. kNotFound for a record that the view does not have; kInvalid when `size` does not cover the view.
Result<Excerpt> excerpt_of(const std::string& store, const Snapshot& view, std::span<const NodeId> nodes,
                           std::span<const EdgeToShow> edges, std::span<const TxNumber> transactions, TxNumber size);

}  // namespace amont
