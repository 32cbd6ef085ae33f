#include "amont/transaction.h"

#include "amont/store.h"

namespace amont {

std::string_view name_of(TxKind kind) {
  switch (kind) {
    case TxKind::kPlain: return "plain";
    case TxKind::kBatchOpen: return "batch_open";
    case TxKind::kBatchPart: return "batch_part";
    case TxKind::kBatchClose: return "batch_close";
    case TxKind::kBatchVoid: return "batch_void";
  }
  return "unknown";
}

}  // namespace amont
