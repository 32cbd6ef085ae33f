#include "tools/receipt.h"

#include <fmt/format.h>

#include "tools/exit_code.h"
#include "tools/render/history.h"
#include "tools/render/table.h"

namespace amont::tool {

void add_write_options(std::vector<Option>& options, WriteArguments& arguments) {
  options.push_back({"--author", "NAME", "who says so", into(arguments.author)});
  options.push_back({"--reason", "TEXT", "why", into(arguments.reason)});
  options.push_back(
      {"--key", "KEY", "idempotency key: the same content under the same key is written once", into(arguments.key)});
  options.push_back({"--again", "REASON", "why texts come back that were redacted; kept", into(arguments.again)});
  options.push_back(
      {"--override", "RULE,...",
       "write although these rules of the register (or \"all\") refuse; needs an author and a reason, and is recorded",
       into_list(arguments.override_rules), true});
}

Status tell_findings(const Session& session, Store& store, TxNumber tx) {
  AMONT_LET(const std::vector<TxEntry> entries, store.log(tx, tx));
  for (const TxEntry& entry : entries)
    for (const RuleFinding& finding : entry.findings) {
      std::string refs;
      for (const Ref& ref : finding.nodes) refs += (refs.empty() ? ": " : ", ") + ref.text();
      session.note(fmt::format("rule {}{}", finding_text(finding), refs));
    }
  return {};
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
  transaction.override_rules = arguments.override_rules;
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
  if (done->written) AMONT_TRY(tell_findings(session, store, done->tx));
  return kYes;
}

}  // namespace amont::tool
