// Importing an exported history: {"tx": {...}} opens each transaction, and the lines after it are its changes. First
// everything is checked, as one dry batch, while the text is put aside; then each transaction is committed from the
// text put aside. It is all or nothing: a history with holes would be another history, so keep_going does not apply. Only a rule that the
// register keeps judges each transaction as it is written, upon those before it: where it refuses one, those before it stay, and the
// message says how many.
#pragma once

#include "amont/exchange.h"
#include "core/exchange/read_ahead.h"

namespace amont {

// `first` is the chunk of `chunks` that was taken last; it holds the first transaction, and before that only comments.
Result<ImportReport> import_history(Store& store, JsonlAhead& chunks, JsonlChunk& first, ImportOptions options);

}  // namespace amont
