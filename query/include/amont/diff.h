// What differs between two states of a register: its records, the lineage of nodes, and what approvals cover. Errors as in query.h; kInvalid when `before` is
// later than `after`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "amont/coverage.h"
#include "amont/query.h"
#include "amont/store.h"

namespace amont {

enum class DiffKind : std::uint8_t { kAdded, kRemoved, kChanged };

// A node or an edge that is not the same in both states.
struct RecordDiff {
  struct Property {
    std::string name;  // or valid_from, valid_to
    std::optional<Value> before, after;
  };
  DiffKind what = DiffKind::kAdded;
  Ref node;               // the node, or the edge's `from`
  std::string edge_kind;  // empty for a node
  Ref to;
  std::string label;
  std::vector<Property> props;  // those that differ, sorted by name
  TxNumber tx = 0;              // the last transaction that changed it, of those between
};
// Nodes by ref, then edges by kind, from, to, label. Reads the transactions between from the log, and each record that they changed in both
// states; `keep_going` in `options` and its deadline may end that: kTimeout.
Result<std::vector<RecordDiff>> diff_records(Store& store, const Snapshot& before, const Snapshot& after,
                                             const AskOptions& options = {});

// Where the upstream (or downstream) of nodes is not the same in both states.
struct LineageDiff {
  struct NodeDiff {
    DiffKind what = DiffKind::kAdded;  // changed: reached by another depth or precision
    Ref node;
    std::optional<Reached> before, after;
  };
  struct EdgeDiff {
    DiffKind what = DiffKind::kAdded;  // or removed
    std::string kind;
    Ref from, to;
    std::string label;
    TxNumber tx =
        0;  // that put it, or took it back; 0 when the edge itself is as it was and the walk no longer comes by, or newly does
  };
  std::vector<NodeDiff> nodes;  // by ref
  std::vector<EdgeDiff> edges;  // by kind, from, to, label
  Completeness completeness;    // of both walks
};
// `starts` are looked up in each state; one that is absent there has no lineage there. kNotFound when one is in neither.
Result<LineageDiff> diff_lineage(Store& store, const Snapshot& before, const Snapshot& after,
                                 std::span<const Ref> starts, Direction direction, const AskOptions& options = {});

// Where coverage is not the same in both states: which uses became covered, or stopped being so.
struct CoverageDiff {
  // One use, by its run (or the project that stands for one), project, data and label.
  struct UseDiff {
    DiffKind what = DiffKind::kChanged;  // added, removed: in one state only is there such a use that needs an approval
    Ref user, used;
    std::optional<Ref> project;
    std::string label;
    std::optional<UseCoverage> before, after;
    // After that transaction the use stands as in the later state, and before it it did not. When it went back and forth, one of those
    // of which this is true.
    TxNumber tx = 0;

    bool became_covered() const { return after && after->covered() && before && !before->covered(); }
    bool became_uncovered() const { return after && !after->covered() && (!before || before->covered()); }
  };
  std::vector<UseDiff> uses;  // by user, used, project (as refs), label
  Completeness completeness;  // of both answers
};
// A use differs when it needs an approval in one state only, or has other gaps: other stretches of time, or other reasons. By which
// approvals it is covered is not compared. Of `of` as coverage() takes them, by their refs; of everything when empty. gaps_only and ask.limit are not
// looked at. Errors as of diff_lineage(). Asks for coverage at some of the transactions between: about the logarithm of their number for each
// one that made a difference.
Result<CoverageDiff> diff_coverage(Store& store, const Snapshot& before, const Snapshot& after, std::span<const Ref> of,
                                   const CoverageOptions& options = {});

}  // namespace amont
