// Finding all parts of the log that hold a text which is to be redacted: of every transaction, those of batches that were voided
// too, whose ids may since have been given to others.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "amont/redaction.h"
#include "amont/store.h"
#include "core/index/index.h"
#include "core/log/log.h"

namespace amont {

// What became of one text that was asked for.
struct FoundText {
  const RedactText* asked = nullptr;
  LoggedRedaction redaction;     // with the parts that are still there
  bool is_known = false;         // there is such a record or transaction
  std::uint64_t gone = 0;        // parts that an earlier redaction erased
  std::uint64_t unsealed = 0;    // values that are no text, or whose property the schema marks plain
  std::vector<TxNumber> put_by;  // the transactions that put it, whatever --tx said
};

struct FoundTexts {
  std::vector<FoundText> texts;           // in the order asked for
  std::vector<LoggedRedaction> requests;  // digests of the requests that brought them
};

// kNotFound for a kind of edge that the schema does not have; kTimeout when `progress` says so.
Result<FoundTexts> find_texts(const Log& log, const Index& index, std::span<const RedactText> asked,
                              const Progress& progress);

}  // namespace amont
