// Why one node comes from another, and why it does not.
#pragma once

#include <string>
#include <vector>

#include "amont/query.h"
#include "amont/store.h"

namespace amont {

// A step of a path, with the record on which it rests.
struct WhyStep {
  FollowedEdge edge;
  TxNumber tx = 0;      // that wrote the edge as it is
  std::string because;  // why the step is no more than possible; empty when it is exact
};

// path() from `a` to `b`, step by step: the lineage edges on which it rests, and not the part_of, version_of and same_as by which several
// nodes are one thing. `path` is empty when neither comes from the other. Errors as in query.h.
struct Why {
  PathAnswer path;
  std::vector<WhyStep> steps;  // one for each edge of the path
};
Result<Why> why(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options = {});

// What keeps `b` out of upstream(a) as it was asked, each with the path that would lead there otherwise.
struct WhyNotFinding {
  // What would have to be otherwise:
  //   exact        --exact leaves out what is only possible
  //   depth        it is further away
  //   valid_at     it was so, but not at that time
  //   granularity  the dataset comes from it, the variable not as far as is known (or the other way round)
  //   through      by lineage it does
  //   direction    it is the other way round: b comes from a
  //   structure    they are joined by what is part, version or twin of what, and not by lineage
  //   later        it was recorded after the transaction that was asked
  //   earlier      it was said so until transaction `tx` took a step away
  std::string reason;
  PathAnswer path;
  TxNumber tx = 0;  // later, earlier: before it one was true, after it the other
};
struct WhyNot {
  bool upstream = false;  // it is upstream after all: one finding, "reached", has the path
  std::vector<WhyNotFinding> findings;
  std::vector<UnknownOrigin> unknown;  // where the lineage of `a` stops short: `b` may be behind one of these
  std::vector<NodeId> common;          // up to five of the nearest that both come from
  Completeness completeness;           // reasons only: out of time, not all was looked at
};
// `newest` is the last transaction that "later" looks at. `store` may be absent: then nothing is said of other transactions than the
// view's. For "earlier" it looks at no more than 200 transactions, the newest first; where there are more, at those that changed something
// in or about the upstream of `a`. `completeness` tells how many it passed over.
Result<WhyNot> why_not(Store* store, const Snapshot& view, NodeId a, NodeId b, const AskOptions& options = {},
                       const Snapshot* newest = nullptr);

}  // namespace amont
