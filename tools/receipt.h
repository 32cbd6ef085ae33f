// Telling what a write did.
#pragma once

#include <string>
#include <vector>

#include "amont/transaction.h"
#include "tools/session.h"

namespace amont::tool {

// What says who wrote and why, and makes a repeated delivery harmless.
struct WriteArguments {
  std::string author;
  std::string reason;
  std::string key;
  std::string again;
  std::vector<std::string> override_rules;
};
void add_write_options(std::vector<Option>& options, WriteArguments& arguments);

// A limit that the input exceeds is bad input (exit code 2), not a budget that ran out (4).
Status as_bad_input(Status status);

// Notes what rules found in a transaction and did not refuse.
Status tell_findings(const Session& session, Store& store, TxNumber tx);

// Commits and prints "transaction 7", or that nothing changed. Returns the exit code.
Result<int> commit_and_tell(Session& session, Store& store, Transaction transaction, const WriteArguments& arguments);

}  // namespace amont::tool
