// Behind: what lies behind derived data (R2). Whoever uses what was made from restricted data needs an approval for each restricted
// source, unless the way from there to here leads through something that was made harmless.
#pragma once

#include <memory>
#include <vector>

#include "query/coverage/approvals.h"
#include "query/coverage/things.h"

namespace amont::approvals {

using ApprovalList = std::vector<const Approval*>;  // by ref, each once

// The transaction since which the register has known that the approval covers the thing, as a whole, else a variable of it, at that
// instant, whatever years and variables; nothing when it does not.
std::optional<TxNumber> covered_since(const Approval& approval, Things& things, Thing& thing,
                                      std::optional<Micros> instant);

// An approval that covers a source, or something on the way there.
struct SourceCover {
  const Approval* approval = nullptr;
  TxNumber recorded_in = 0;  // the last of the `covers` edges that were needed
};

struct Behind {
  std::vector<NodeId> uncovered;    // sources, ascending
  std::vector<SourceCover> covers;  // in the order of approvals
  std::vector<Thing*> linked;       // what was brought together by a linkage, itself and on the way
  // What lies behind whatever was made from it lies behind that, too, unless it is in a cycle that is its own source.
  bool is_part_of_others = true;

  bool any() const { return !uncovered.empty() || !covers.empty(); }
  bool covered() const { return uncovered.empty() && !covers.empty(); }
  std::size_t bytes() const {
    return sizeof(Behind) + uncovered.capacity() * sizeof(NodeId) + covers.capacity() * sizeof(SourceCover) +
           linked.capacity() * sizeof(Thing*);
  }
};

class Sources {
 public:
  Sources(Things& things, Clock& clock) : things_(things), clock_(clock) {}

  // What lies behind the thing for a use that began at `began`, and which of these approvals cover it at `instant`, or ever without
  // one. The thing itself is not asked whether it is covered. Good until the next call; means nothing once the clock has stopped.
  const Behind& behind(Thing& thing, const ApprovalList& approvals, Micros began, std::optional<Micros> instant);
  // One approval has to cover all of each thing behind it that was linked: when these cover it together and none does so alone, the
  // one that lacks least; else nullptr.
  const Approval* best_of_linked(Thing& thing, const ApprovalList& approvals, Micros began,
                                 std::optional<Micros> instant);

 private:
  using Found = std::shared_ptr<const Behind>;
  struct Key {
    const Thing* thing = nullptr;
    std::size_t approvals = 0;  // number of the list
    auto operator<=>(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      return std::hash<const void*>()(key.thing) * 31 + key.approvals * 0x9e3779b97f4a7c15ull;
    }
  };
  // Asked about.
  struct Question {
    const ApprovalList& approvals;
    std::size_t list = 0;  // their number
    Micros began = 0;
    std::optional<Micros> instant;
  };
  enum class Way : std::uint8_t { kOfNoInterest, kCovered, kEnd, kGoesOn };
  struct Search;  // under way
  // What to do at an input; adds those that cover it.
  Way way_at(const Question& question, Thing& input, std::vector<SourceCover>* covers);
  Found look(const Question& question, Thing& start);
  Found searched(const Question& question, Thing& start, std::size_t way_max);  // nullptr when the way was longer
  void prepare(const Question& question, Thing& start);
  void meet(Search& search, Thing& input);
  void add_passed_sources(Search& search);
  Found finish(Search& search);
  void keep(const Key& key, const Found& found);
  std::size_t uncovered_by(Thing& thing, const Approval& approval, const Question& question);
  std::size_t number_of_list(const ApprovalList& approvals);
  Found find(const Key& key) const;

  bool depends_on_time_ = false;  // what look() found
  Things& things_;
  Clock& clock_;
  boost::unordered_flat_map<Key, Found> known_;
  boost::unordered_flat_map<Key, const Approval*> bests_;  // of some of these
  std::size_t bytes_known_ = 0;
  boost::unordered_flat_map<ApprovalList, std::size_t> lists_;  // their numbers
  Found last_;
};

}  // namespace amont::approvals
