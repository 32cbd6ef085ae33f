// What an approval says about the data of one use: which, which variables, which years, and how much they may tell of people.
#pragma once

#include "query/coverage/approvals.h"
#include "query/coverage/things.h"
#include "query/coverage/users.h"

namespace amont::approvals {

struct OnData {
  // When its `covers` edges fulfil the first check, the first two, and all three.
  Times scope, depth, identifiability;
  bool of_sources = false;  // it covers what the data were made from, and not the data themselves
};

// The years that were read: as the edge says, else those of the data.
Stretch years_read(const UsedEdge& edge, const Thing& thing);
// The variables that were read; empty when nobody said.
std::vector<std::string> variables_read(const UsedEdge& edge, Things& things);
// R11: was a variable read for years that do not have it?
bool reads_missing_variable(const UsedEdge& edge, Things& things, Thing& thing);

// The approval's own limits, which hold for derived data too: the years that were read, and how much the data tell of people.
bool allows_years(const ApprovalWords& approval, const UsedEdge& edge, const Thing& thing);
bool allows_telling(const ApprovalWords& approval, Things& things, Thing& thing);

OnData on_data(const Approval& approval, const UsedEdge& edge, Things& things, Thing& thing);
// The transaction since which the register has known of `covers` edges that fulfil all at an instant at which they do.
TxNumber covers_since(const Approval& approval, const UsedEdge& edge, Things& things, Thing& thing, Micros instant);

}  // namespace amont::approvals
