#include "tools/receipt.h"

#include <fmt/format.h>

#include "tools/exit_code.h"
#include "tools/render/table.h"

namespace amont::tool {

void add_write_options(std::vector<Option>& options, WriteArguments& arguments) {
  options.push_back({"--author", "NAME", "who says so", into(arguments.author)});
  options.push_back({"--reason", "TEXT", "why", into(arguments.reason)});
  options.push_back(
      {"--key", "KEY", "idempotency key: the same content under the same key is written once", into(arguments.key)});
  options.push_back({"--again", "REASON", "why texts come back that were redacted; kept", into(arguments.again)});
}

Status as_bad_input(Status status) {
  if (status.code() != Code::kLimit) return status;
  return invalid(status.text());
}

Result<int> commit_and_tell(Session& session, Store& store, Transaction transaction, const WriteArguments& arguments) {
  AMONT_LET(const Format format, session.format());
  transaction.author = arguments.author;
  transaction.reason = arguments.reason;
  transaction.idempotency_key = arguments.key;
  transaction.again = arguments.again;
  const Result<Receipt> done = store.commit(transaction);
  if (!done.ok()) return as_bad_input(done.status());
  if (format == Format::kJson) {
    session.out().add(fmt::format("{{\"amont\": 1, \"tx\": {}, \"written\": {}}}\n", done->tx, done->written));
  } else if (done->written) {
    session.out().add(fmt::format("transaction {}\n", done->tx));
  } else {
    session.out().add(fmt::format("nothing to do: transaction {} says so already\n", done->tx));
  }
  AMONT_TRY(session.out().flush());
  return kYes;
}

}  // namespace amont::tool
