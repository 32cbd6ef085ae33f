// What every answer says of itself: what was asked, of which state of the register, and how complete the answer is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "amont/query.h"
#include "amont/snapshot.h"

namespace amont::tool {

struct Heading {
  struct Missing {
    std::string ref;
    std::string what;  // "origin" or "inputs"
  };

  std::string verb;
  std::vector<std::string> start;
  std::string options;  // the members of a JSON object: `"depth": 2, "exact": true`; may be empty
  TxNumber tx = 0;
  Timestamp time;
  std::optional<Timestamp> valid_at;
  std::optional<Timestamp> valid_until;
  std::vector<PartialReason> reasons;
  std::vector<Missing> unknown;

  bool complete() const { return reasons.empty(); }
  bool out_of_time() const;

  // Takes tx, time and damage from a view.
  void describe(const Snapshot& view);
  // Adds reasons and unknown, of each of the questions of an answer. kDamaged.
  Status take(const Completeness& completeness, const Snapshot& view);

  // `{"amont": 1, "question": ...` up to completeness; the object is left open for more members.
  std::string open_json() const;
  // The whole object on one line, with `more` members, for NDJSON.
  std::string json_line(std::string_view more = {}) const;
  // The lines that end a table: "complete: 3 nodes; known at transaction 7 (...), valid at any time" and what is
  // unknown. Not escaped.
  std::string closing_line(std::string_view what) const;
  std::string unknown_line() const;  // empty when nothing is
};

// `"name": ` with what separates it from the member before it.
void append_member(std::string& out, std::string_view name);

}  // namespace amont::tool
