#include "core/store/find_texts.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/index/redactions.h"
#include "core/record/part_format.h"
#include "core/record/parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

using Of = RedactText::Of;

bool is_of_heading(const RedactText& text) { return text.of != Of::kNode && text.of != Of::kEdge; }

std::string_view name_of_heading(Of of) {
  return of == Of::kAuthor ? "author" : of == Of::kReason ? "reason" : of == Of::kSource ? "source" : "again";
}

PartKind heading_kind(Of of) {
  return of == Of::kAuthor ? kAuthor : of == Of::kReason ? kReason : of == Of::kSource ? kSource : kAgain;
}

// A node by name, and its id in the record that is being looked at.
struct Name {
  std::string ref;
  std::optional<NodeId> bound;  // by a transaction that counts
  std::optional<NodeId> here;   // in a batch that was voided, until it ends

  bool is(NodeId id) const { return here ? *here == id : bound == id; }
};

// What a put must match.
struct Wanted {
  FoundText* found = nullptr;
  Name node, to;  // the node, or the edge's ends
  EdgeKind kind{};
  TxNumber batch = 0;                   // of the one transaction that was asked for: its batch
  bool counts = false;                  // a transaction that counts put the record
  std::optional<std::size_t> standing;  // of found->redaction.erased, the value that stands so far
};

class Search {
 public:
  Search(const Log& log, const Index& index, const Progress& progress)
      : log_(log), index_(index), progress_(progress) {}

  Result<FoundTexts> run(std::span<const RedactText> asked) {
    found_.texts.resize(asked.size());
    wanted_.resize(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) AMONT_TRY(want(asked[i], found_.texts[i], wanted_[i]));
    const TxNumber head = log_.head().number;
    AMONT_TRY(log_.read(1, head, [&](TxNumber number, std::string_view bytes) -> Status {
      AMONT_LET(const SplitRecord record, split_record(bytes, false));
      AMONT_TRY(look_at(record, bytes).while_doing(log_.place_of(number)));
      if (!progress_ || progress_("looking through the log", number, head)) return {};
      return Status(Code::kTimeout, "the redaction was cancelled; nothing was changed");
    }));
    for (const Wanted& wanted : wanted_) settle(wanted);
    return std::move(found_);
  }

 private:
  // What only a voided batch put has no id that is its own: it is kept by transaction.
  static void settle(const Wanted& wanted) {
    LoggedRedaction& redaction = wanted.found->redaction;
    if (is_of_heading(*wanted.found->asked) || wanted.counts || redaction.erased.empty()) return;
    redaction.of = LoggedRedaction::Of::kHeading;
    redaction.tx = redaction.erased.front().tx;
  }

  Status want(const RedactText& asked, FoundText& found, Wanted& wanted) {
    wanted.found = &found;
    found.asked = &asked;
    LoggedRedaction& redaction = found.redaction;
    if (asked.tx != 0) {
      AMONT_LET(const auto entry, index_.log_entry(asked.tx));
      if (entry) wanted.batch = entry->batch;
      found.is_known = entry && is_of_heading(asked);
    }
    if (is_of_heading(asked)) {
      redaction.of = LoggedRedaction::Of::kHeading;
      redaction.tx = asked.tx;
      redaction.name = name_of_heading(asked.of);
      return count_gone(wanted);
    }
    redaction.of = asked.of == Of::kNode ? LoggedRedaction::Of::kNode : LoggedRedaction::Of::kEdge;
    redaction.name = asked.property;
    redaction.only = asked.tx;
    wanted.node.ref = asked.node.text();
    if (asked.of == Of::kNode) return {};
    wanted.to.ref = asked.to.text();
    const EdgeRow* const row = index_.schema_at(kNewest)->edge(asked.edge_kind);
    if (!row) return not_found(fmt::format("the schema has no edge kind \"{}\"", asked.edge_kind));
    wanted.kind = row->kind;
    return {};
  }

  // What is gone of a heading does not say what it was; the index does.
  Status count_gone(const Wanted& wanted) const {
    FoundText& found = *wanted.found;
    for (const TxNumber tx : {found.asked->tx, wanted.batch}) {
      AMONT_LET(const auto known, read_redactions(index_.table(), redactions_key_of_heading(tx)));
      for (const KnownRedaction& one : known)
        if (one.name == found.redaction.name) found.gone += one.erased.size();
    }
    return {};
  }

  Status look_at(const SplitRecord& record, std::string_view bytes) {
    AMONT_TRY(follow_batches(record.head));
    parts_.clear();
    for (Wanted& wanted : wanted_)
      if (is_of_heading(*wanted.found->asked)) look_at_heading(record, wanted);
    for (std::size_t i = 0; i < record.parts.size(); ++i) AMONT_TRY(look_at(record, i));
    look_at_request(record);
    return commit_to(bytes);
  }

  // Ids that a voided batch gave hold in it alone.
  Status follow_batches(const LoggedHead& head) {
    if (head.kind == TxKind::kBatchOpen) {
      AMONT_LET(const auto entry, index_.log_entry(head.number));
      is_void_ = entry && !entry->visible;
      in_batch_ = true;
      batch_lost_text_ = false;
    } else if (head.batch == 0) {
      in_batch_ = false;
    }
    if (!in_batch_ || head.kind == TxKind::kBatchVoid) is_void_ = false;
    if (!is_void_)
      for (Wanted& wanted : wanted_) wanted.node.here = wanted.to.here = std::nullopt;
    return {};
  }

  Status look_at(const SplitRecord& record, std::size_t i) {
    const std::string_view part = record.parts[i];
    if (part.empty()) return {};
    const auto kind = static_cast<std::uint8_t>(part[0]);
    if (kind != kNodePut && kind != kEdgePut) return {};
    ByteReader in(part.substr(1));
    const std::uint8_t flags = in.u8();
    if (kind == kEdgePut) {
      const std::uint64_t edge_kind = in.varint();
      const NodeId from{in.varint()}, to{in.varint()};
      const std::string_view label = in.text();
      for (Wanted& wanted : wanted_) {
        const RedactText& asked = *wanted.found->asked;
        if (asked.of == Of::kEdge && number_of(wanted.kind) == edge_kind && wanted.node.is(from) && wanted.to.is(to) &&
            asked.label == label)
          AMONT_TRY(take_put(record, i, wanted));
      }
      return {};
    }
    const NodeId id{in.varint()};
    if (flags & kBinds) bind(in.text(), id);
    for (Wanted& wanted : wanted_)
      if (wanted.found->asked->of == Of::kNode && wanted.node.is(id)) AMONT_TRY(take_put(record, i, wanted));
    return {};
  }

  void bind(std::string_view ref, NodeId id) {
    for (Wanted& wanted : wanted_)
      for (Name* const name : {&wanted.node, &wanted.to})
        if (name->ref == ref) (is_void_ ? name->here : name->bound) = id;
  }

  // Of a put of the record in question: does it set the property, and where is the value?
  Status take_put(const SplitRecord& record, std::size_t i, Wanted& wanted) {
    AMONT_LET(const PutOutline put, outline_put(record.parts[i]));
    FoundText& found = *wanted.found;
    LoggedRedaction& redaction = found.redaction;
    const TxNumber number = record.head.number;
    found.is_known = true;
    if (!is_void_) {
      redaction.id = put.id;
      redaction.edge = put.edge;
      wanted.counts = true;
    }
    const auto named = std::ranges::find(put.props, redaction.name, &PutOutline::Named::name);
    const bool sets = named != put.props.end();
    // A value stands until the property is put again, or the record begins another life.
    if ((sets || put.begins) && !is_void_ && wanted.standing) {
      redaction.erased[*wanted.standing].until = number;
      wanted.standing.reset();
    }
    if (!sets || named->is_removed) return {};
    if (found.put_by.empty() || found.put_by.back() != number) found.put_by.push_back(number);
    if (!is_asked_for(record.head, wanted)) return {};
    if (!named->is_sealed) {
      ++found.unsealed;
      return {};
    }
    const auto sealed_before = std::count_if(put.props.begin(), named, [](const auto& one) { return one.is_sealed; });
    const std::size_t part = i + 1 + static_cast<std::size_t>(sealed_before);
    if (part >= record.parts.size()) return damaged("a sealed value is missing after the last part");
    if (record.parts[part].empty()) {
      ++found.gone;
      return {};
    }
    take_part(part, redaction, number, is_void_ ? number : 0);
    if (!is_void_) wanted.standing = redaction.erased.size() - 1;
    return {};
  }

  // A batch is one transaction to those who ask.
  static bool is_asked_for(const LoggedHead& head, const Wanted& wanted) {
    const TxNumber only = wanted.found->asked->tx;
    return only == 0 || head.number == only || (head.batch != 0 && head.batch == wanted.batch);
  }

  void look_at_heading(const SplitRecord& record, Wanted& wanted) {
    FoundText& found = *wanted.found;
    if (!is_asked_for(record.head, wanted)) return;
    const PartKind kind = heading_kind(found.asked->of);
    for (std::size_t i = 0; i < record.parts.size(); ++i) {
      const std::string_view part = record.parts[i];
      if (part.empty()) continue;
      if (static_cast<std::uint8_t>(part[0]) < kAuthor) return;
      if (static_cast<std::uint8_t>(part[0]) == kind) take_part(i, found.redaction, record.head.number, 0);
    }
  }

  void take_part(std::size_t part, LoggedRedaction& redaction, TxNumber number, TxNumber until) {
    const auto index = static_cast<std::uint32_t>(part);
    parts_.push_back({index, &redaction, redaction.erased.size()});
    redaction.erased.push_back({number, index, until, {}});
  }

  // A digest of the request tells whether a text was guessed right. That of a batch stands in its close.
  void look_at_request(const SplitRecord& record) {
    const bool ends_batch = record.head.kind == TxKind::kBatchClose;
    if (!parts_.empty() && in_batch_) batch_lost_text_ = true;
    if (in_batch_ ? !ends_batch || !batch_lost_text_ : parts_.empty()) return;
    std::string_view key;
    for (std::size_t i = 0; i < record.parts.size(); ++i) {
      const std::string_view part = record.parts[i];
      if (part.empty()) continue;
      if (part[0] == kIdempotencyKey) key = ByteReader(part.substr(1)).text();
      if (part[0] != kRequest) continue;
      requests_.push_back({});
      LoggedRedaction& request = requests_.back();
      request.of = LoggedRedaction::Of::kRequest;
      request.tx = record.head.number;
      request.name = key;
      take_part(i, request, record.head.number, 0);
      return;
    }
  }

  // The commitments of the parts found in this record.
  Status commit_to(std::string_view bytes) {
    if (!parts_.empty()) {
      std::ranges::sort(parts_, {}, &TakenPart::part);
      std::vector<std::uint32_t> numbers;
      for (const TakenPart& taken : parts_)
        if (numbers.empty() || numbers.back() != taken.part) numbers.push_back(taken.part);
      AMONT_LET(const RedactedRecord redacted, redact_record(bytes, numbers));
      for (const TakenPart& taken : parts_) {
        const auto gone = std::ranges::lower_bound(redacted.gone, taken.part, {}, &PartCommitment::part);
        taken.redaction->erased[taken.at].commitment = gone->commitment;
      }
    }
    std::ranges::move(requests_, std::back_inserter(found_.requests));
    requests_.clear();
    return {};
  }

  struct TakenPart {
    std::uint32_t part = 0;
    LoggedRedaction* redaction = nullptr;
    std::size_t at = 0;  // in its `erased`
  };

  const Log& log_;
  const Index& index_;
  const Progress& progress_;
  FoundTexts found_;
  std::vector<Wanted> wanted_;
  bool in_batch_ = false, is_void_ = false, batch_lost_text_ = false;
  std::vector<TakenPart> parts_;           // of the record looked at
  std::vector<LoggedRedaction> requests_;  // the same; at most one
};

}  // namespace

Result<FoundTexts> find_texts(const Log& log, const Index& index, std::span<const RedactText> asked,
                              const Progress& progress) {
  return Search(log, index, progress).run(asked);
}

}  // namespace amont
