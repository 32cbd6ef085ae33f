#include "core/exchange/history_import.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <boost/unordered/unordered_flat_map.hpp>

#include "core/exchange/import_work.h"
#include "core/exchange/jsonl_take.h"
#include "core/exchange/spool.h"
#include "core/store/engine.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

// As it was, with its old number and time in its source.
Transaction heading_of(const TxLine& tx, const ImportOptions& options) {
  Transaction heading;
  heading.author = tx.author.empty() ? options.author : tx.author;
  heading.reason = tx.reason.empty() ? options.reason : tx.reason;
  heading.source = tx.source;
  heading.source.original_number = tx.number;
  heading.source.original_time = tx.time;
  heading.idempotency_key = tx.key;
  heading.again = tx.again.empty() ? options.again : tx.again;
  // A file can't override rules of itself: only where its own rules are taken with it, and then by their names.
  heading.override_rules = options.override_rules;
  if (options.take_rules)
    std::ranges::copy_if(tx.overrides, std::back_inserter(heading.override_rules),
                         [](const std::string& rule) { return rule != "all"; });
  return heading;
}

// The idempotency keys of a history, and the lines they stand in. They must be new, and differ.
class Keys {
 public:
  Status take(const std::string& key, std::uint64_t line) {
    if (key.empty()) return {};
    const auto [at, is_new] = lines_.emplace(key, line);
    if (is_new) return {};
    return Status(Code::kConflict, fmt::format("line {} has the idempotency key {} too", at->second, in_quotes(key)));
  }

  struct Used {
    std::uint64_t line = 0;
    Status why;
  };
  // The first that a transaction of the register has already.
  Result<std::optional<Used>> find_used(Store& store) const {
    constexpr TxNumber kAtOnce = 4096;
    const TxNumber head = lines_.empty() ? 0 : store.info().head;
    for (TxNumber first = 1; first <= head; first += kAtOnce) {
      AMONT_LET(const auto entries, store.log(first, std::min(head, first + kAtOnce - 1)));
      for (const TxEntry& entry : entries) {
        const auto at = entry.visible ? lines_.find(entry.idempotency_key) : lines_.end();
        if (at == lines_.end()) continue;
        return std::optional<Used>(
            {at->second, Status(Code::kConflict, fmt::format("transaction {} of the register has the idempotency key "
                                                             "{} already; was this history imported before?",
                                                             entry.number, in_quotes(entry.idempotency_key)))});
      }
    }
    return std::optional<Used>();
  }

 private:
  boost::unordered_flat_map<std::string, std::uint64_t> lines_;
};

const TxLine* tx_of(JsonlChunk& chunk, const JsonlChunk::Line& line) {
  const JsonlLine* const content = chunk.content_of(line);
  return content ? std::get_if<TxLine>(content) : nullptr;
}

const RedactLine* redact_of(JsonlChunk& chunk, const JsonlChunk::Line& line) {
  const JsonlLine* const content = chunk.content_of(line);
  return content ? std::get_if<RedactLine>(content) : nullptr;
}

// Everything as one dry batch; the text goes to `text`, which begins at the line `first_line`.
class Check {
 public:
  Check(Store& store, const ImportOptions& options, Spool& text)
      : store_(store), options_(options), text_(text), work_(store, options, {.dry = true, .may_wait = false}) {
    work_.set_heading({});
    work_.set_locate(locate_in_jsonl());
  }

  Status take(JsonlChunk& chunk) {
    AMONT_TRY(text_.append(chunk.text));
    for (const JsonlChunk::Line& line : chunk.lines) {
      if (const auto* tx = tx_of(chunk, line)) {
        const Transaction heading = heading_of(*tx, options_);
        if (Status bad = check_heading(heading); !bad.ok()) return work_.fail(bad, {line.number, 1});
        AMONT_TRY(work_.allow_redacted(!heading.again.empty()));
        if (Status used = keys_.take(tx->key, line.number); !used.ok()) return work_.fail(used, {line.number, 1});
        ++transactions_;
        continue;
      }
      if (redact_of(chunk, line)) continue;  // it changes no record
      AMONT_TRY(take_jsonl(work_, chunk, line, options_.read_schema));
    }
    return {};
  }

  Status progress(std::uint64_t bytes) { return work_.progress(bytes); }
  std::uint64_t transactions() const { return transactions_; }

  Result<ImportReport> finish() {
    AMONT_LET(const auto used, keys_.find_used(store_));
    if (used) return work_.fail(used->why, {used->line, 1});
    return work_.finish();
  }

 private:
  Store& store_;
  const ImportOptions& options_;
  Spool& text_;
  ImportWork work_;
  Keys keys_;
  std::uint64_t transactions_ = 0;
};

// Commits each transaction; everything was checked before, so what fails is the machine, or a commit that came between.
class Writing {
 public:
  Writing(Store& store, const ImportOptions& options, std::uint64_t transactions)
      : store_(store), options_(options), transactions_(transactions) {
    options_.warn = {};  // told by the check
    options_.progress = {};
  }

  Status take(JsonlChunk& chunk) {
    for (const JsonlChunk::Line& line : chunk.lines) {
      if (const auto* tx = tx_of(chunk, line)) {
        AMONT_TRY(close());
        open(*tx);
      } else if (const auto* redact = redact_of(chunk, line)) {
        redaction_.texts.push_back(redact->text);
      } else if (work_) {
        if (Status failed = take_jsonl(*work_, chunk, line, options_.read_schema); !failed.ok())
          return say_how_far(failed);
      }
    }
    return {};
  }

  Status close() {
    if (!work_) return {};
    const auto report = work_->finish();
    work_.reset();
    if (!report) return say_how_far(report.status());
    if (!redaction_.texts.empty()) {
      const auto kept = store_.redact(redaction_);
      redaction_.texts.clear();
      if (!kept) return say_how_far(kept.status());
      if (kept->receipt.written) total_.receipt = kept->receipt;
    }
    ++done_;
    total_.nodes += report->nodes;
    total_.edges += report->edges;
    total_.retractions += report->retractions;
    total_.unchanged += report->unchanged;
    if (report->receipt.written || total_.receipt.tx == 0) total_.receipt = report->receipt;
    return {};
  }

  std::uint64_t done() const { return done_; }
  const ImportReport& total() const { return total_; }

 private:
  void open(const TxLine& tx) {
    work_.emplace(store_, options_, ImportWork::Manner{.dry = false, .may_wait = false});
    const Transaction heading = heading_of(tx, options_);
    redaction_ = {{}, heading.author, heading.reason, heading.source, /*elsewhere=*/true};
    work_->set_heading(heading);
  }

  Status say_how_far(const Status& why) const {
    return Status(why.code(), fmt::format("{} (of {} transactions of this history the first {} are in the register)",
                                          why.text(), transactions_, done_));
  }

  Store& store_;
  ImportOptions options_;
  std::uint64_t transactions_;
  std::optional<ImportWork> work_;
  Redaction redaction_;  // of the transaction under way
  std::uint64_t done_ = 0;
  ImportReport total_;
};

}  // namespace

Result<ImportReport> import_history(Store& store, JsonlAhead& chunks, JsonlChunk& first, ImportOptions options) {
  if (!options.idempotency_key.empty())
    return invalid("a history brings the idempotency keys of its transactions; it can't be imported under another");
  options.keep_going = false;
  Spool text;
  const std::uint64_t first_line = first.first_line;
  Check check(store, options, text);
  for (JsonlChunk* chunk = &first; chunk;) {
    AMONT_TRY(check.take(*chunk));
    AMONT_TRY(check.progress(chunks.bytes_read()));
    AMONT_LET(chunk, chunks.next());
  }
  AMONT_LET(const ImportReport checked, check.finish());

  Writing writing(store, options, check.transactions());
  JsonlAhead again(JsonlChunker([&](std::span<char> out) { return text.read(out); }, first_line));
  while (true) {
    AMONT_LET(JsonlChunk* const chunk, again.next());
    if (!chunk) break;
    AMONT_TRY(writing.take(*chunk));
    if (options.progress) options.progress("writing", writing.done(), check.transactions());
  }
  AMONT_TRY(writing.close());
  ImportReport report = writing.total();
  report.records = checked.records;
  report.warnings = checked.warnings;
  return report;
}

}  // namespace amont
