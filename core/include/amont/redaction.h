// Redaction: a text is erased for good, and that it was there, who erased it, when and why stays provable.
//
//   Redaction gone;
//   gone.texts.push_back(RedactText::of_node(Ref{"dataset", "claims"}, "contact"));
//   gone.author = "dpo";
//   gone.reason = "asked for by the person, letter of 3 May";
//   AMONT_LET(const RedactionReport done, store->redact(gone));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amont/transaction.h"

namespace amont {

// Which text is to go: the value of a node's or an edge's property, in all its versions or in that of one transaction; or one of the
// texts that a transaction tells of itself.
struct RedactText {
  enum class Of : std::uint8_t { kNode, kEdge, kAuthor, kReason, kSource, kAgain };
  Of of{};
  Ref node;               // the node, or the edge's `from`
  std::string edge_kind;  // the edge's, as are the next two
  Ref to;
  std::string label;
  std::string property;
  TxNumber tx = 0;  // of kAuthor to kAgain: the transaction; else 0, or the one transaction whose value is to go

  static RedactText of_node(Ref node, std::string property, TxNumber only = 0) {
    return {Of::kNode, std::move(node), {}, {}, {}, std::move(property), only};
  }
  static RedactText of_edge(std::string kind, Ref from, Ref to, std::string label, std::string property,
                            TxNumber only = 0) {
    return {Of::kEdge, std::move(from), std::move(kind), std::move(to), std::move(label), std::move(property), only};
  }
  static RedactText of_transaction(Of of, TxNumber tx) { return {of, {}, {}, {}, {}, {}, tx}; }

  // "title of dataset:x", "the author of transaction 7".
  std::string text() const;
};

struct Redaction {
  std::vector<RedactText> texts;
  std::string author;  // both are required, unless it was made elsewhere
  std::string reason;
  Source source;  // of one that is imported from another register
  // It was made in the register whose history is imported, where the texts went. Nothing is erased here: only that it was made is
  // kept, and forbids later puts. Of records that this register does not know nothing is kept.
  bool elsewhere = false;
};

// One text that was erased.
struct ErasedText {
  RedactText of;           // as it was asked for
  TxNumber tx = 0;         // the transaction that put it
  TxNumber until = 0;      // which replaced it; 0: it stood until now; `tx`: it was never shown
  std::string commitment;  // the hash that the log keeps in its place, hexadecimal
};

// A copy of the register, or of a part of it, that is known to have been made.
struct KnownCopy {
  std::string kind;  // "backup", "bundle", "export"
  std::string path;  // as it was given then
  TxNumber up_to = 0;
  Timestamp made;
};

struct RedactionReport {
  Receipt receipt;
  std::vector<ErasedText> erased;
  std::uint64_t request_digests = 0;  // of idempotency keys, which went with the texts
  std::uint64_t log_records = 0;      // written anew
  std::vector<KnownCopy> copies;      // which may still hold what was erased
};

// What is left of a text.
struct RedactedText {
  std::string property;  // of a heading: "author", "reason", "source", "again"
  TxNumber tx = 0;       // the transaction that put it
  TxNumber until = 0;    // as in ErasedText
  TxNumber by = 0;       // the transaction that redacted it; Store::log(by, by) says who, when and why
  std::string commitment;
  bool operator==(const RedactedText&) const = default;
};

}  // namespace amont
