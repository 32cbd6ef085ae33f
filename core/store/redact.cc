// Redaction: find the texts, write down that they go, let them go.
//
//   redact -> find_texts -> `redacting` marked -> the redaction's transaction on disk, first of a new segment
//          -> Index::apply takes the values out -> Log::replace takes the parts out -> Table::forget_old_values -> mark removed
//
// The mark says that the log may name parts which are still there: whoever opens the store for writing then erases what is left.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/record/parts.h"
#include "core/store/copies.h"
#include "core/store/engine.h"
#include "core/store/find_texts.h"
#include "core/store/redacting.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

// The parts to go, by transaction.
std::map<TxNumber, std::vector<std::uint32_t>> by_transaction(std::span<const LoggedRedaction> redactions) {
  std::map<TxNumber, std::vector<std::uint32_t>> parts;
  for (const LoggedRedaction& redaction : redactions)
    for (const ErasedPart& one : redaction.erased) parts[one.tx].push_back(one.part);
  for (auto& [tx, some] : parts) {
    std::ranges::sort(some);
    some.erase(std::ranges::unique(some).begin(), some.end());
  }
  return parts;
}

// Those of `parts` that a record still has.
Result<std::vector<std::uint32_t>> still_there(std::string_view record, std::span<const std::uint32_t> parts) {
  AMONT_LET(const SplitRecord split, split_record(record, false));
  std::vector<std::uint32_t> left;
  for (const std::uint32_t part : parts) {
    if (part >= split.parts.size()) return damaged("a redaction names a part that this transaction does not have");
    if (!split.parts[part].empty()) left.push_back(part);
  }
  return left;
}

std::string list_of(const std::vector<TxNumber>& numbers) {
  constexpr std::size_t kShown = 10;
  const std::span<const TxNumber> shown = std::span(numbers).first(std::min(kShown, numbers.size()));
  return fmt::format("{}{}", fmt::join(shown, ", "), numbers.size() > kShown ? "..." : "");
}

// Why a text that was asked for has no part to erase; kOk when it was all erased before.
Status why_nothing(const FoundText& found) {
  const RedactText& asked = *found.asked;
  const bool is_of_record = asked.of == RedactText::Of::kNode || asked.of == RedactText::Of::kEdge;
  if (found.gone > 0) return {};
  if (!found.is_known)
    return not_found(is_of_record ? fmt::format("{}: there never was such a record", asked.text())
                                  : fmt::format("there is no transaction {}", asked.tx));
  if (!is_of_record) return not_found(fmt::format("transaction {} has none: {}", asked.tx, asked.text()));
  if (found.unsealed > 0)
    return refused(fmt::format(
        "{} is no text, or marked plain by the schema: it has no commitment of its own and can't be redacted",
        asked.text()));
  if (found.put_by.empty()) return not_found(fmt::format("{}: the record never had this property", asked.text()));
  return not_found(fmt::format("transaction {} did not put {}; those that did: {}", asked.tx, in_quotes(asked.property),
                               list_of(found.put_by)));
}

// Redactions of another register: nothing of theirs is here.
Result<std::vector<LoggedRedaction>> kept_redactions(const Index& index, std::span<const RedactText> texts) {
  std::vector<LoggedRedaction> kept;
  for (const RedactText& text : texts) {
    LoggedRedaction one;
    one.name = text.property;
    one.only = text.tx;
    one.of = text.of == RedactText::Of::kNode   ? LoggedRedaction::Of::kNode
             : text.of == RedactText::Of::kEdge ? LoggedRedaction::Of::kEdge
                                                : LoggedRedaction::Of::kHeading;  // of no transaction of ours
    if (one.of == LoggedRedaction::Of::kHeading) {
      kept.push_back(std::move(one));
      continue;
    }
    AMONT_LET(const auto node, index.reader()->find(text.node.text()));
    if (!node) continue;
    one.id = *node;
    if (text.of == RedactText::Of::kEdge) {
      const EdgeRow* const row = index.schema_at(kNewest)->edge(text.edge_kind);
      AMONT_LET(const auto to, index.reader()->find(text.to.text()));
      if (!row || !to) continue;
      one.id = {};
      one.edge = {row->kind, *node, *to, text.label};
    }
    kept.push_back(std::move(one));
  }
  return kept;
}

}  // namespace

std::string RedactText::text() const {
  switch (of) {
    case Of::kNode: return fmt::format("{} of {}", in_quotes(property), node.text());
    case Of::kEdge:
      return fmt::format("{} of {} -{}-> {}{}{}", in_quotes(property), node.text(), edge_kind, to.text(),
                         label.empty() ? "" : " ", label);
    case Of::kAuthor: return fmt::format("the author of transaction {}", tx);
    case Of::kReason: return fmt::format("the reason of transaction {}", tx);
    case Of::kSource: return fmt::format("the source of transaction {}", tx);
    case Of::kAgain: return fmt::format("why transaction {} put redacted texts again", tx);
  }
  return {};
}

Result<RedactionReport> Engine::redact(const Redaction& redaction, bool dry, const Progress& progress) {
  AMONT_TRY(may_write());
  if (redaction.texts.empty()) return invalid("a redaction names no text");
  if (!redaction.elsewhere && (redaction.author.empty() || redaction.reason.empty()))
    return invalid("a redaction needs an author and a reason: they are all that will tell of the text");
  Transaction heading;
  heading.author = redaction.author;
  heading.reason = redaction.reason;
  heading.source = redaction.source;
  AMONT_TRY(check_heading(heading));
  for (const RedactText& text : redaction.texts) {
    const bool is_of_record = text.of == RedactText::Of::kNode || text.of == RedactText::Of::kEdge;
    if (is_of_record) AMONT_TRY(check_property_name(text.property));
    if (redaction.elsewhere) continue;  // a transaction's number is one of the other register
    if (text.tx > log_->head().number || (!is_of_record && text.tx == 0))
      return not_found(fmt::format("there is no transaction {}; the last is {}", text.tx, log_->head().number));
  }
  AMONT_LET(const WithWriter writer, take_writer());
  AMONT_TRY(ready_to_write());
  return redaction.elsewhere ? keep_redaction(redaction, dry) : redact_as_writer(redaction, dry, progress);
}

// The transaction that says what is redacted, the first of a segment.
Result<Receipt> Engine::write_redactions(const Redaction& redaction, std::span<const LoggedRedaction> redactions) {
  LoggedTransaction transaction;
  transaction.author = redaction.author;
  transaction.reason = redaction.reason;
  transaction.source = redaction.source;
  for (const LoggedRedaction& one : redactions) transaction.changes.emplace_back(one);
  const std::shared_ptr<Index> index = writers_index();
  const std::shared_ptr<const IndexView> view = index->newest_view();
  const Pending nothing(*index, *view);
  LogHead tip = log_->head();
  const TxNumber head = tip.number;
  AMONT_LET(Sealed sealed, seal(Unsealed(std::move(transaction), TxKind::kPlain, 0, nothing), tip));
  const Receipt receipt = sealed.receipt;
  AMONT_TRY(land(std::span(&sealed, 1), head, true));
  return receipt;
}

// One that another register made.
Result<RedactionReport> Engine::keep_redaction(const Redaction& redaction, bool dry) {
  AMONT_LET(const auto redactions, kept_redactions(*writers_index(), redaction.texts));
  RedactionReport report;
  report.receipt = {log_->head().number, false};
  if (redactions.empty() || dry) return report;
  AMONT_LET(report.receipt, write_redactions(redaction, redactions));
  return report;
}

Result<RedactionReport> Engine::redact_as_writer(const Redaction& redaction, bool dry, const Progress& progress) {
  const std::shared_ptr<Index> index = writers_index();
  AMONT_LET(const FoundTexts found, find_texts(*log_, *index, redaction.texts, progress));
  RedactionReport report;
  std::vector<LoggedRedaction> redactions;
  for (const FoundText& text : found.texts) {
    for (const ErasedPart& one : text.redaction.erased)
      report.erased.push_back({*text.asked, one.tx, one.until, hex(one.commitment)});
    if (text.redaction.erased.empty())
      AMONT_TRY(why_nothing(text));
    else
      redactions.push_back(text.redaction);
  }
  redactions.insert(redactions.end(), found.requests.begin(), found.requests.end());
  report.request_digests = found.requests.size();
  report.log_records = by_transaction(redactions).size();
  AMONT_LET(report.copies, copies());
  report.receipt = {log_->head().number, false};
  if (redactions.empty() || dry) {
    if (!dry && is_redacting(files_, path_)) AMONT_TRY(finish_redactions_as_writer(progress));
    return report;
  }

  AMONT_TRY(mark_redacting(files_, path_));
  AMONT_TRY(log_->begin_segment());
  AMONT_LET(report.receipt, write_redactions(redaction, redactions));
  Status erased = erase_parts(redactions, report.log_records);
  if (erased.ok()) return report;
  return Status(
      erased.code(),
      fmt::format("transaction {} says what is redacted, but not all of it is erased yet: {}; erasing goes on "
                  "when the register is next opened for writing",
                  report.receipt.tx, erased.text()));
}

// All that these name goes from the log, the index and the caches; then the mark goes too.
Status Engine::erase_parts(std::span<const LoggedRedaction> redactions, std::uint64_t& records) {
  std::map<TxNumber, std::vector<std::uint32_t>> parts = by_transaction(redactions);
  for (auto at = parts.begin(); at != parts.end();) {
    AMONT_TRY(log_->read(at->first, at->first, [&](TxNumber, std::string_view record) -> Status {
      AMONT_LET(at->second, still_there(record, at->second));
      return {};
    }));
    at = at->second.empty() ? parts.erase(at) : std::next(at);
  }
  records = parts.size();
  std::vector<TxNumber> numbers;
  for (const auto& [number, some] : parts) numbers.push_back(number);
  AMONT_TRY(log_->replace(numbers, [&](TxNumber number, std::string_view record) -> Result<EncodedRecord> {
    AMONT_LET(RedactedRecord redacted, redact_record(record, parts.at(number)));
    return std::move(redacted.record);
  }));
  if (index_in_memory_)
    return Status(Code::kNoSpace, "the index takes no writes, and its files may still hold the texts");
  AMONT_TRY(writers_index()->table().forget_old_values());
  log_bytes_flushed_ = log_->bytes();
  return unmark_redacting(files_, path_);
}

Status Engine::finish_redactions(const Progress& progress) {
  AMONT_TRY(may_write());
  AMONT_LET(const WithWriter writer, take_writer());
  AMONT_TRY(ready_to_write());
  return finish_redactions_as_writer(progress);
}

Status Engine::finish_redactions_as_writer(const Progress& progress) {
  AMONT_TRY(mark_redacting(files_, path_));
  // What a crash left of a segment on its way.
  AMONT_LET(const auto entries, files_.list(log_directory(path_)));
  for (const FileEntry& entry : entries)
    if (entry.name.ends_with(".seg.new")) AMONT_TRY(files_.remove(log_directory(path_) + "/" + entry.name));
  std::vector<LoggedRedaction> redactions;
  const TxNumber head = log_->head().number;
  AMONT_TRY(read_split_records(*log_, 1, head, [&](const SplitRecord& record) -> Status {
    for (std::size_t i = 0; i < record.parts.size(); ++i) {
      if (!is_redaction(record.parts[i])) continue;
      AMONT_LET(LoggedChange change, decode_change(record.parts[i]));
      redactions.push_back(std::get<LoggedRedaction>(std::move(change)));
    }
    if (!progress || progress("looking for redactions", record.head.number, head)) return {};
    return Status(Code::kTimeout, "cancelled; erasing goes on when the register is next opened for writing");
  }));
  std::uint64_t records = 0;
  return erase_parts(redactions, records);
}

Result<std::vector<KnownCopy>> Engine::copies() const { return known_copies(files_, path_); }

Status Engine::note_copy(const std::string& kind, const std::string& path, TxNumber up_to) const {
  return amont::note_copy(files_, path_, {kind, path, up_to, now()});
}

}  // namespace amont
