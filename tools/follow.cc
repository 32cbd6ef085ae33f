#include "tools/follow.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "amont/watch.h"
#include "tools/exit_code.h"
#include "tools/render/history.h"
#include "tools/render/table.h"

namespace amont::tool {
namespace {

constexpr std::chrono::milliseconds kLookEvery{200};  // whether the user or the reader has had enough

// A pipe whose reader has gone.
bool nobody_reads() {
  pollfd out = {STDOUT_FILENO, 0, 0};
  return ::poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

std::string text_of(const TxDetail& detail) {
  const TxEntry& entry = detail.entry;
  std::string line = fmt::format("{}  {}  {}", entry.number, entry.time.text(), counted(entry.change_count, "change"));
  if (entry.kind != TxKind::kPlain) line += fmt::format("  {} of {}", name_of(entry.kind), entry.batch);
  for (const std::string& more : {entry.author, entry.reason, source_text(entry.source)})
    if (!more.empty()) line += "  " + more;
  return line;
}

}  // namespace

Result<int> follow_log(Session& session, std::optional<std::uint64_t> from, std::uint64_t limit) {
  AMONT_LET(const Format format, session.format());
  if (format == Format::kJson)
    return invalid("--follow has no end, and a JSON document has one; ask for --format ndjson, a document a line");
  if (format != Format::kNdjson && format != Format::kTable)
    return invalid(fmt::format("--follow tells transactions as a table or as ndjson, not as {}", name_of(format)));
  // A reader that has gone is met as a failed write, not as a signal that ends us in the middle of something.
  std::signal(SIGPIPE, SIG_IGN);
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const std::unique_ptr<Watch> watch, store->watch(from ? *from : store->info().visible + 1));
  for (std::uint64_t told = 0; told < limit && !session.interrupted() && !nobody_reads();) {
    AMONT_LET(const std::optional<TxDetail> next, watch->next(kLookEvery));
    if (!next) continue;
    ++told;
    if (format == Format::kNdjson) session.out().add(detail_json(*next) + "\n");
    if (format == Format::kTable) write_line(session.out(), text_of(*next), {session.colour()});
    if (const Status written = session.out().flush(); !written.ok()) {
      if (nobody_reads()) return kYes;
      return written;
    }
  }
  return kYes;
}

}  // namespace amont::tool
