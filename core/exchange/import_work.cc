#include "core/exchange/import_work.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/exchange/fit.h"
#include "core/store/batch_door.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::size_t kRejectBytesMax = 64 << 10;

// Not the register's, nor the machine's.
bool is_the_records_fault(Code code) {
  return code == Code::kInvalid || code == Code::kNotFound || code == Code::kRefused || code == Code::kLimit ||
         code == Code::kScript;
}

// A text that may be a timestamp begins with a digit.
bool may_be_time(const PropertyChange& prop) {
  if (!prop.value) return false;
  const std::string* const text = std::get_if<std::string>(&*prop.value);
  return text ? !text->empty() && (*text)[0] >= '0' && (*text)[0] <= '9' : std::holds_alternative<List>(*prop.value);
}

}  // namespace

ImportWork::ImportWork(Store& store, const ImportOptions& options, Manner manner)
    : store_(store), options_(options), manner_(manner) {
  heading_.author = options.author;
  heading_.reason = options.reason;
  heading_.source.file = options.file;
  heading_.source.sha256 = options.sha256;
  heading_.idempotency_key = options.idempotency_key;
  heading_.again = options.again;
  heading_.override_rules = options.override_rules;
}

Status ImportWork::open_batch() {
  if (batch_) return {};
  auto batch = store_.begin_batch(heading_, manner_.dry);
  if (!batch) return end_with(std::move(batch).status());
  batch_ = *std::move(batch);
  return {};
}

Status ImportWork::allow_redacted(bool allowed) {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  BatchDoor::allow_redacted(*batch_, allowed);
  return {};
}

Result<const Schema*> ImportWork::schema() {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  return &batch_->schema();
}

Result<std::optional<Node>> ImportWork::node(const Ref& ref) {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  return batch_->node(ref);
}

Result<std::optional<Properties>> ImportWork::edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                              std::string_view label) {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  return batch_->edge_properties(kind, from, to, label);
}

Status ImportWork::take(Change&& change, Place where, std::string_view record, const std::string& file) {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  ++report_.records;
  if (options_.warn && !plain_) warn_of_invisible(change, where, file);
  Culprit culprit;
  if (Status misfit = fit(change, culprit); !misfit.ok())
    return reject(misfit, locate(where, record, culprit), record, file);
  return offer(std::move(change), where, record, file, manner_.may_wait);
}

Result<bool> ImportWork::take(FlatPut& put, Place where, std::string_view record) {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  if (options_.warn && !plain_ && !put.has_ascii_names) return false;
  if (manner_.may_wait && put.is_edge) {
    const auto waits = deferred_.may_hold(put);
    if (!waits) return end_with(waits.status());
    if (*waits) return false;
  }
  const auto taken = BatchDoor::add(*batch_, put);
  if (taken && !*taken) return false;
  ++report_.records;
  if (!taken) {
    AMONT_TRY(reject(taken.status(), where, record, {}));
    return true;
  }
  kept_any_ = true;
  ++(put.is_edge ? report_.edges : report_.nodes);
  return true;
}

void ImportWork::expect(const FlatPuts& puts, std::size_t i) const {
  if (!batch_) return;
  const auto expect = [&](std::size_t ahead, Pending::Step step) {
    if (i + ahead < puts.size()) BatchDoor::expect(*batch_, puts[i + ahead], step);
  };
  // Far enough apart for what one step asked of the memory to have come when the next one needs it.
  expect(24, Pending::Step::kSlots);
  expect(16, Pending::Step::kNames);
  expect(8, Pending::Step::kTextsAndEdge);
}

// Gives texts the declared type. Most have it already, and a look at the first letter says so.
Status ImportWork::fit(Change& change, Culprit& culprit) const {
  std::vector<PropertyChange>* props = nullptr;
  if (auto* node = std::get_if<PutNode>(&change)) props = &node->props;
  if (auto* edge = std::get_if<PutEdge>(&change)) props = &edge->props;
  if (!props) return {};
  const std::vector<PropertyRow>* rows = nullptr;
  for (std::size_t i = 0; i < props->size(); ++i) {
    PropertyChange& prop = (*props)[i];
    if (!may_be_time(prop)) continue;
    if (!rows) rows = declared_for(change, batch_->schema());
    const PropertyRow* const row = rows ? find_row(*rows, prop.name) : nullptr;
    if (!row) continue;
    culprit = {Culprit::Part::kProperty, i};
    AMONT_TRY(fit_text(prop, *row));
  }
  return {};
}

Status ImportWork::offer(Change&& change, Place where, std::string_view record, const std::string& file,
                         bool may_wait) {
  if (may_wait) {
    const auto follows = follows_deferred(change);
    if (!follows) return end_with(follows.status());
    if (*follows) return defer(change, where, record, file);
  }
  const auto changed = batch_->add(std::move(change));
  if (changed) {
    count(change, *changed);
    return {};
  }
  const bool has_no_ends = changed.code() == Code::kNotFound && std::holds_alternative<PutEdge>(change);
  if (may_wait && has_no_ends) return defer(change, where, record, file);
  return reject(changed.status(), locate(where, record, find_culprit(change, changed.status())), record, file);
}

// A change of an edge that waits must not overtake it.
Result<bool> ImportWork::follows_deferred(const Change& change) const {
  if (const auto* put = std::get_if<PutEdge>(&change)) return deferred_.may_hold(*put);
  if (const auto* retraction = std::get_if<RetractEdge>(&change)) return deferred_.may_hold(*retraction);
  return false;
}

Status ImportWork::defer(const Change& change, Place where, std::string_view record, const std::string& file) {
  Deferred entry{where.line, where.column, file, {}, {}};
  if (options_.keep_going && options_.reject) entry.record = record.substr(0, kRejectBytesMax);
  if (const auto* put = std::get_if<PutEdge>(&change))
    entry.what = *put;
  else
    entry.what = std::get<RetractEdge>(change);
  return end_unless_ok(deferred_.push(entry));
}

Status ImportWork::offer_deferred() {
  at_end_ = true;
  locate_ = {};  // the records are gone
  while (true) {
    Deferred entry;
    const auto more = deferred_.pop(entry);
    if (!more) return end_with(more.status());
    if (!*more) return {};
    const Place where{entry.line, entry.column};
    if (const auto* refused_before = std::get_if<DeferredReject>(&entry.what)) {
      AMONT_TRY(tell_reject(refused_before->reason, where, entry.record, entry.file));
      continue;
    }
    auto* const put = std::get_if<PutEdge>(&entry.what);
    Change change = put ? Change(std::move(*put)) : Change(std::get<RetractEdge>(std::move(entry.what)));
    AMONT_TRY(offer(std::move(change), where, entry.record, entry.file, false));
  }
}

Status ImportWork::refuse(const Status& why, Place where, std::string_view record, const std::string& file) {
  if (!failed_.ok()) return failed_;
  ++report_.records;
  return reject(why, where, record, file);
}

Status ImportWork::reject(const Status& why, Place where, std::string_view record, const std::string& file) {
  if (!options_.keep_going || !is_the_records_fault(why.code())) return fail(why, where, file);
  ++report_.rejected;
  if (first_reject_.empty()) first_reject_ = fmt::format("{}: {}", position(where, file).text(), why.text());
  return tell_reject(why.text(), where, record.substr(0, kRejectBytesMax), file);
}

// In the order of the input: after the edges that wait and came before.
Status ImportWork::tell_reject(const std::string& reason, Place where, std::string_view record,
                               const std::string& file) {
  if (!options_.reject) return {};
  if (!at_end_ && !deferred_.empty())
    return end_unless_ok(deferred_.push({where.line, where.column, file, std::string(record), DeferredReject{reason}}));
  return end_unless_ok(options_.reject({position(where, file), reason, std::string(record)}));
}

Status ImportWork::fail(const Status& why, Place where, const std::string& file) {
  if (!failed_.ok()) return failed_;
  return end_with(Status(why.code(), fmt::format("{}: {}", position(where, file).text(), why.text())));
}

Status ImportWork::end_with(Status why) {
  failed_ = std::move(why);
  batch_.reset();  // other commits need not wait until the caller has told of it
  return failed_;
}

Status ImportWork::end_unless_ok(Status status) { return status.ok() ? Status() : end_with(std::move(status)); }

void ImportWork::warn(Place where, std::string_view text, const std::string& file) {
  ++report_.warnings;
  if (options_.warn) options_.warn(position(where, file), text);
}

void ImportWork::warn_of_invisible(const Change& change, Place where, const std::string& file) {
  const auto look = [&](std::string_view what, std::string_view text) {
    if (is_ascii(text) || !has_invisible_characters(text)) return;
    warn(where, fmt::format("the {} {} holds invisible characters", what, in_quotes(text)), file);
  };
  const auto look_at_names = [&](const std::vector<PropertyChange>& props) {
    for (const PropertyChange& prop : props) look("property name", prop.name);
  };
  if (const auto* node = std::get_if<PutNode>(&change)) {
    look("key", node->ref.key);
    look_at_names(node->props);
  } else if (const auto* edge = std::get_if<PutEdge>(&change)) {
    look("label", edge->label);
    look_at_names(edge->props);
  }
}

Status ImportWork::progress(std::uint64_t bytes_done) {
  if (!failed_.ok()) return failed_;
  if (!options_.progress || options_.progress("importing", bytes_done, options_.total_bytes)) return {};
  return end_with(Status(Code::kTimeout, "the import was cancelled; nothing of it is in the register"));
}

Place ImportWork::locate(Place where, std::string_view record, const Culprit& culprit) const {
  return locate_ && culprit.part != Culprit::Part::kWhole ? locate_(where, record, culprit) : where;
}

// Asks again what the register asked, part by part.
Culprit ImportWork::find_culprit(const Change& change, const Status& why) const {
  const auto* const node = std::get_if<PutNode>(&change);
  const auto* const edge = std::get_if<PutEdge>(&change);
  if (!node && !edge) return {};
  if (edge && why.code() == Code::kNotFound)
    return {why.text().starts_with(edge->from.text() + " ") ? Culprit::Part::kFrom : Culprit::Part::kTo, 0};
  if (edge && !check_label(edge->label).ok()) return {Culprit::Part::kLabel, 0};
  const std::vector<PropertyRow>* const rows = declared_for(change, batch_->schema());
  const std::vector<PropertyChange>& props = node ? node->props : edge->props;
  for (std::size_t i = 0; i < props.size(); ++i) {
    const Culprit culprit{Culprit::Part::kProperty, i};
    if (!check_property_name(props[i].name).ok()) return culprit;
    if (!props[i].value) continue;
    Value value = *props[i].value;
    if (!check_value(value).ok()) return culprit;
    const PropertyRow* const row = rows ? find_row(*rows, props[i].name) : nullptr;
    if (row && !check_type(*row, {}, value).ok()) return culprit;
  }
  const bool may_be_interval =
      why.code() == Code::kInvalid && (node ? node->valid_from || node->valid_to : edge->valid_from || edge->valid_to);
  return {may_be_interval ? Culprit::Part::kInterval : Culprit::Part::kWhole, 0};
}

void ImportWork::count(const Change& change, bool changed) {
  kept_any_ |= !std::holds_alternative<GrowSchema>(change);
  if (!changed)
    ++report_.unchanged;
  else if (std::holds_alternative<PutNode>(change))
    ++report_.nodes;
  else if (std::holds_alternative<PutEdge>(change))
    ++report_.edges;
  else if (std::holds_alternative<RetractNode>(change) || std::holds_alternative<RetractEdge>(change))
    ++report_.retractions;
}

Position ImportWork::position(Place where, const std::string& file) const {
  return {file.empty() ? options_.file : file, where.line, where.column};
}

// An input of which all was left out is more likely another format than an empty register.
Status ImportWork::check_kept() const {
  if (kept_any_ || report_.rejected == 0) return {};
  return invalid(fmt::format("{}; of all that was read nothing was kept ({} record{} left out)", first_reject_,
                             report_.rejected, report_.rejected == 1 ? "" : "s"));
}

Result<ImportReport> ImportWork::finish() {
  if (!failed_.ok()) return failed_;
  AMONT_TRY(open_batch());
  AMONT_TRY(offer_deferred());
  if (Status none = check_kept(); !none.ok()) return end_with(std::move(none));
  if (report_.edges == 0) BatchDoor::keep_refs(*batch_);  // of nodes alone: their edges may follow
  auto receipt = batch_->close();
  if (!receipt) return end_with(std::move(receipt).status());
  report_.receipt = *receipt;
  failed_ = Status(Code::kClosed, "the import is finished");
  batch_.reset();
  return report_;
}

}  // namespace amont
