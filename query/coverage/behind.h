// Behind: what lies behind derived data (R2). Whoever uses what was made from restricted data needs an approval for each restricted
// source, unless the way from there to here leads through something that was made harmless.
#pragma once

#include <span>
#include <vector>

#include "query/coverage/approvals.h"
#include "query/coverage/things.h"

namespace amont::approvals {

using ApprovalList = std::vector<const Approval*>;  // by ref, each once

// The cover of a thing as a whole, else of a variable of it, that was recorded first, whatever years and variables; nullptr when the
// approval has none at that instant.
const Cover* find_cover(const Approval& approval, Things& things, Thing& thing, std::optional<Micros> instant);

// An approval that covers a source, or something on the way there.
struct SourceCover {
  const Approval* approval = nullptr;
  TxNumber recorded_in = 0;  // the last of the `covers` edges that were needed
};

struct Behind {
  std::vector<NodeId> uncovered;    // sources, ascending
  std::vector<SourceCover> covers;  // in the order of approvals
  std::vector<Thing*> linked;       // what was brought together by a linkage, itself and on the way
  // Of what was linked, no single approval covers all; this one lacks least. Else nullptr.
  const Approval* best_of_linked = nullptr;
  // What lies behind whatever was made from it lies behind that, too: so it does unless it is in a cycle.
  bool is_part_of_others = true;

  bool any() const { return !uncovered.empty() || !covers.empty(); }
  bool covered() const { return uncovered.empty() && !covers.empty(); }
};

class Sources {
 public:
  Sources(Things& things, Clock& clock) : things_(things), clock_(clock) {}

  // What lies behind the thing for a use that began at `began`, and which of these approvals cover it at `instant`, or ever without
  // one. The thing itself is not asked whether it is covered. Good until the next call; means nothing once the clock has stopped.
  const Behind& behind(Thing& thing, const ApprovalList& approvals, Micros began, std::optional<Micros> instant);

 private:
  struct Key {
    const Thing* thing = nullptr;
    std::size_t approvals = 0;  // number of the list
    auto operator<=>(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      return std::hash<const void*>()(key.thing) * 31 + key.approvals * 0x9e3779b97f4a7c15ull;
    }
  };
  struct Search;  // under way
  Behind look(Thing& start, const ApprovalList& approvals, Micros began, std::optional<Micros> instant);
  void meet(Search& search, Thing& input);
  void merge(Search& search, const Behind& known) const;
  void add_passed_sources(Search& search);
  const Approval* best_of_linked(const Behind& found, Micros began, std::optional<Micros> instant);
  std::size_t uncovered_by(Thing& thing, const Approval& approval, Micros began, std::optional<Micros> instant);
  Key key_of(const Thing& thing, const ApprovalList& approvals);
  const Behind* find(const Key& key) const;

  bool depends_on_time_ = false;  // what look() found
  Things& things_;
  Clock& clock_;
  boost::unordered_flat_map<Key, std::unique_ptr<Behind>> known_;
  boost::unordered_flat_map<ApprovalList, std::size_t> lists_;  // their numbers
  Behind last_;                                                 // that is not kept
};

}  // namespace amont::approvals
