// Bundles: an answer in one file with what proves it, for somebody who has neither the register nor trust in whoever runs it.
//
//   AMONT_LET(const std::string bundle, make_bundle(*store, view, request, signer));       query: amont/make_bundle.h
//   AMONT_LET(const VerifiedBundle told, verify_bundle(bundle, {.verifier = key}));        offline: needs no register
//
// FORMAT.md, section 13, has the bytes, EVIDENCE.md what a bundle proves and what it does not. Any thread may call anything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/model.h"
#include "amont/schema.h"
#include "amont/status.h"

namespace amont {

// A transaction, as far as the bundle shows it.
struct ProvenTx {
  TxNumber number = 0;
  TxNumber visible = 0;  // with which it became visible: of a batch, its close
  Timestamp time;        // of `visible`
  std::string author;    // empty when there was none, or it was redacted; likewise the next
  std::string reason;
  std::uint32_t redacted = 0;  // how many of its shown parts are gone, of its heading too
};

// A value whose text was redacted: this is all that is left of it.
struct RedactedValue {
  std::string name;
  TxNumber tx = 0;
  std::uint32_t part = 0;
  std::string commitment;  // hexadecimal
};

// Built from parts of the log alone; nothing here is what the answer claims.
struct ProvenNode {
  NodeId id{};
  Ref ref;
  Interval valid;
  Properties props;
  std::vector<RedactedValue> redacted;
  TxNumber tx = 0;  // that changed it last
};
struct ProvenEdge {
  EdgeKind kind{};
  std::string kind_name;
  std::size_t from = 0;  // places in VerifiedBundle::nodes
  std::size_t to = 0;
  std::string label;
  Interval valid;
  Properties props;
  std::vector<RedactedValue> redacted;
  TxNumber tx = 0;
};

// A node that the answer lists.
struct BundleEntry {
  std::size_t node = 0;                // its place in VerifiedBundle::nodes
  std::optional<std::uint32_t> depth;  // absent only in touches
  bool possible = false;
};

// A use that needed an approval, as the coverage question found it; times are text.
struct BundleUse {
  struct Cover {
    std::string approval, from, to;
    bool proven = false;  // the approval, and an edge that joins it to the project of the use
    bool late = false;
  };
  struct Gap {
    std::string from, to, reason, nearest;
  };
  std::string user, project, used, label, from, to;
  std::vector<Cover> by;
  std::vector<Gap> gaps;
};

struct BundleScript {
  std::string name;
  std::string source;
  std::string sha256;
  std::vector<std::pair<std::string, std::string>> arguments;
  std::string report;  // what it answered, as JSON
};

struct VerifiedBundle {
  std::string register_id;  // hexadecimal
  std::string signer;       // the key's name; empty when nobody looked at signatures
  std::string checkpoint;   // the note
  TxNumber head = 0;        // how many transactions the log had
  std::string root;         // of the log, hexadecimal
  TxNumber tx = 0;          // the answer is of the register as it was known then
  Timestamp time;
  Schema schema;

  std::string verb;
  std::vector<std::size_t> starts;  // places in `nodes`
  std::string options;              // of the question, as JSON
  std::string valid_at;             // as JSON: null, a time or two
  bool complete = false;            // says the answer
  std::vector<std::string> reasons;
  std::vector<std::string> unknown;  // refs of which origin or inputs are not recorded
  // Whether the question was asked again of the proven records, with the same answer. Else the answer's nodes and edges are all
  // proven, and which of them belong to it is the signer's word.
  bool recomputed = false;

  std::vector<ProvenTx> transactions;
  std::vector<ProvenNode> nodes;  // of the answer, and what they are tied to
  std::vector<ProvenEdge> edges;
  std::vector<BundleEntry> listed;    // in the answer's order
  std::vector<std::size_t> followed;  // places in `edges`, in the answer's order
  std::vector<BundleUse> uses;        // of a coverage question
  // Places in `edges`: the uses in the lineage that a coverage answer leaves out. It says thereby that they need no approval, unless
  // the question left them out (gaps, project, as_of, limit, valid_at).
  std::vector<std::size_t> unlisted;
  std::optional<BundleScript> script;
};

struct BundleTrust {
  std::optional<std::string>
      verifier;  // the line of a K.pub; without one signatures are not looked at, and nothing is proven
  std::optional<std::string> checkpoint;  // a note got elsewhere, that the log must agree with
};

inline constexpr std::size_t kBundleBytesMax = std::size_t{1} << 30;

// Checks every byte. kRefused: it does not verify, and why; kInvalid: the key or the checkpoint can't be read; kUnsupported: a bundle
// of a newer format.
Result<VerifiedBundle> verify_bundle(std::string_view bundle, const BundleTrust& trust);
// Whether the bytes begin as a bundle does.
bool looks_like_bundle(std::string_view bytes);

// A bundle also opens as a register that is only read: Store::open_read_only("study.bundle", {.signer = K.pub's line}). It is in
// memory, and shows the proven records as of the transaction of the answer, under the ids that the register gave them. What is not in
// the bundle is not seen, so Snapshot::damage() says one of these, and answers are partial for the reason "bundle".
inline constexpr std::string_view kOfBundle = "this is a bundle: it shows what it proves, and nothing else";
inline constexpr std::string_view kOfUnverifiedBundle =
    "this is a bundle that NOBODY VERIFIED, for no public key was given: anybody may have written it";
inline bool is_of_bundle(std::string_view damage) { return damage == kOfBundle || damage == kOfUnverifiedBundle; }
// Why an answer about a view with such damage is partial.
inline std::string_view reason_of(std::string_view damage) { return is_of_bundle(damage) ? "bundle" : "damaged"; }

// An edge to be shown, by what names it.
struct EdgeToShow {
  EdgeKind kind{};
  NodeId from{};
  NodeId to{};
  std::string label;
};

}  // namespace amont
