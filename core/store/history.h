// A transaction of the log with names for ids.
#pragma once

#include "amont/store.h"
#include "core/index/index.h"
#include "core/log/log.h"

namespace amont {

// kNotFound when the log has none of that number.
Result<TxDetail> describe_transaction(const Index& index, const Log& log, TxNumber number);

}  // namespace amont
