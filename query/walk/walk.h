// Walk: one breadth-first search over the pages of a snapshot, by the rules of query/WALKS.md.
//
// A *thing* is what a walk settles: a node, or all nodes that are one (a dataset and its variables, same_as twins). Most nodes
// are things of their own with nothing to look up, and the plain loop in levels.cc settles them without leaving it: there is no
// call for each edge. The others go through settle(), which finds the thing's members and whose edges count for it: its
// *contributors*, that is its members, its parts, its wholes...
//
// Exact first: search(true) takes only exact steps. When that left possible steps, search(false) takes all; what the first one
// settled is exact, the rest is possible. Marks remember which contributors were followed, so that each is followed once in a
// search: the first time is the least deep.
#pragma once

#include <span>
#include <vector>

#include "amont/query.h"
#include "core/index/view.h"
#include "query/walk/function_ref.h"
#include "query/walk/reach_index.h"
#include "query/walk/scratch.h"

namespace amont {

// Tells a long walk when to stop. Asked once per expansion; looks every 1,024.
class Clock {
 public:
  explicit Clock(const AskOptions& options)
      : options_(options),
        timed_(options.deadline || options.cancel || options.keep_going),
        left_(timed_ ? 1 : kNever) {}
  bool stops() { return --left_ == 0 && look(); }
  bool stops_now() { return stopped_ || (timed_ && look()); }
  bool stopped() const { return stopped_; }

 private:
  static constexpr std::uint64_t kNever = ~0ull, kBetweenLooks = 1024;
  bool look();

  const AskOptions& options_;
  bool timed_;
  bool stopped_ = false;
  std::uint64_t left_;
};

// A step as it was recorded: the edge at `near`, which contributes to the thing, to `far`.
struct Step {
  std::uint32_t near = 0;
  std::uint32_t far = 0;
  const Page* page = nullptr;
  std::uint32_t edge = 0;  // in the page
  bool exact = false;
  bool counts = false;  // at valid_at
};

class Walk {
 public:
  // What marks say of a node.
  enum Bit : std::uint32_t {
    kStart = 1,       // is asked about
    kStartThing = 2,  // is of a start's thing
    kOwn = 4,         // and never listed
    kCounts = 8,
    kCountsNot = 16,
    kExactly = 32,  // settled by the exact search
    kTemp = 64,
    kMissedByDepth = 128,
    kMissedByExact = 256,
    kMissedByTime = 512,
    kUser = 1024,  // touches: an edge joins it to a start
  };
  // And what they say in each phase: the two searches, and looks at steps afterwards. Shifted by the phase.
  enum PhaseBit : std::uint32_t {
    kFollowedExact = 1,     // contributes, as exact
    kFollowedPossible = 2,  // as possible
    kDown = 4,              // and so do all its parts, as exact
    kDownPossible = 8,      // as possible
    kUp = 16,               // and all its wholes, as possible
    kDone = 32,             // is of a settled thing
    kArrived = 64,          // a step led to it, and its variables were thought of
  };
  enum Phase : std::uint32_t { kExactPhase = 11, kAnyPhase = 18, kStepsPhase = 25 };

  Walk(const IndexView& view, const AskOptions& options, Direction direction, Scratch& scratch);

  // Makes the plan and finds the starts' things. kNotFound for a start that is not in the register.
  Status begin(std::span<const NodeId> starts);
  // The number of a node that is in the register. kNotFound.
  Result<std::uint32_t> known(NodeId id);
  // Searches; stops early once `target`, or what is one with it, is met. With a guide, does not go where it can't be.
  Status search(bool exact_only, std::uint32_t target = kNoNode, const ReachGuide* guide = nullptr);
  // Exact first, then all if the options ask for it and it makes a difference.
  Status search_all();
  // The same where nobody asks for depths. True when all exact steps met were between things of their own: then what only possible
  // steps lead to is all that the second search settles, for no node comes twice.
  Result<bool> search_all_without_depths();
  // Makes ready for another kind of search, which goes on by plain_row() and for_each_step().
  void begin_search(bool exact_only);

  // The edges of a node that is a thing of its own, where their kinds alone tell which count; `plain` is false elsewhere. Of one search,
  // and good until pause().
  struct PlainRow {
    bool plain = false;
    PageNode node;
    std::span<const std::uint32_t> far;
    const std::uint16_t* kinds = nullptr;  // of each edge; nullptr when all are taken
    PackedPage::Edges unpacked;            // where that is what `far` and `kinds` are of
  };
  Status plain_row(std::uint32_t id, PlainRow& out) {
    PageShelf::Slot* slot = &row_[id / kPageNodes];
    if (!PageShelf::nodes_of(*slot)) [[unlikely]] {
      AMONT_LET(const PackedPage* const packed, packed_page(first_class_, direction_, id / kPageNodes));
      if (packed) return unpack_row(*packed, id, out);
      AMONT_LET(slot, page(first_class_, direction_, id / kPageNodes));
    }
    const PageNode* const node = slot->nodes + id % kPageNodes;
    const bool all_count = is_plain(slot->traits);
    out.plain = (all_count || looks_at_kinds_) && !plan_.watches(*node);
    out.node = *node;
    out.far = {slot->targets + node[0].begin, slot->targets + node[1].begin};
    out.kinds = all_count ? nullptr : slot->page->kinds.data() + node[0].begin;
    if (!all_count && !knows_kinds_) learn_kinds();
    return {};
  }
  // What this search does with an edge of the row: EdgeTaken, or 0.
  std::uint8_t takes(const PlainRow& row, std::size_t edge) const {
    return row.kinds ? scratch_.taken[row.kinds[edge]] : std::uint8_t{kIsTaken};
  }

  // The last search: what the answer knows.
  const Search& found() const { return *now_; }
  bool searched_any() const { return now_ == &scratch_.any; }
  const Search& exact_search() const { return scratch_.exact; }
  // Was it, or what it is one with, settled by the last search?
  bool settled(std::uint32_t id) const;
  Precision precision(std::uint32_t id) const {
    return !searched_any() || scratch_.marks.has(id, kExactly) ? Precision::kExact : Precision::kPossible;
  }

  // What a search settled, by ascending depth; the members of each thing.
  using SeeThing = FunctionRef<Status(std::span<const std::uint32_t> thing, std::uint32_t depth)>;
  Status for_each_thing(const Search& search, const SeeThing& see);

  // All steps of the thing with these members, taken or not. With `once`, not those of contributors that such a call saw before.
  using SeeStep = FunctionRef<Status(const Step&)>;
  Status for_each_step(std::span<const std::uint32_t> thing, bool with_possible, bool once, const SeeStep& see);
  Status steps_of(const Contributor& contributor, const SeeStep& see);
  // Whose edges count for a thing: its members, its parts (exact), its wholes (possible)... Those not yet marked in this phase.
  Status contributors(std::span<const std::uint32_t> thing, Phase phase, bool with_possible,
                      std::vector<Contributor>& out);

  // Appends the node and all that are one with it, and marks them with the bit. Nothing when it has the bit already.
  Status gather(std::uint32_t id, std::uint32_t bit, std::vector<std::uint32_t>& out);
  Status gather_once(std::uint32_t id, std::vector<std::uint32_t>& out);  // leaves no mark
  // Which of a thing's nodes an answer lists; of the kinds asked for.
  Status listed(std::span<const std::uint32_t> thing, std::vector<std::uint32_t>& out);
  // The same of many nodes that are things of their own.
  Status list_plain(std::span<const std::uint32_t> nodes, std::vector<NodeId>& out);
  // At granularity variable; none at granularity dataset, where they are of the thing.
  Status variables_of(std::span<const std::uint32_t> thing, std::vector<std::uint32_t>& out);

  Result<PageNode> node(std::uint32_t id);
  Result<bool> is_project(std::span<const std::uint32_t> thing);
  Result<bool> has_lineage(std::uint32_t id, Direction direction);
  Result<bool> counts(std::uint32_t id);
  Result<bool> edge_counts(const Page& page, std::uint32_t edge, std::uint32_t near, std::uint32_t far,
                           Direction direction);
  // Good until pause().
  Result<PageShelf::Slot*> page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
    if (PageShelf::Slot* const slot = whole_page(edge_class, direction, number)) [[likely]]
      return slot;
    return fetch(edge_class, direction, number);
  }
  // The page as it stands on a shelf that is tight; nullptr elsewhere, and where there is no room for it. Good until pause().
  Result<const PackedPage*> packed_page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
    if (!shelf_.is_tight()) [[likely]]
      return nullptr;
    return fetch_packed(edge_class, direction, number);
  }

  // The edges of one class and direction at a node, whatever they are. Good until pause().
  struct NodeEdges {
    PageNode node;
    std::span<const std::uint32_t> far;
    const std::uint16_t* kinds = nullptr;
    const Page* page = nullptr;  // which tells more of them, from the edge `first` on; nullptr where they were unpacked
    std::uint32_t first = 0;
    PackedPage::Edges unpacked;
  };
  // `whole`: with the page.
  Status edges_at(EdgeClass edge_class, Direction direction, std::uint32_t id, bool whole, NodeEdges& out);

  // To be called now and then where no page is in use: too many pages that found no place on the shelf are let go.
  void pause() {
    if (scratch_.loose_bytes > shelf_.bytes_max() / 8) [[unlikely]]
      scratch_.let_go();
  }

  const Plan& plan() const { return plan_; }
  const IndexView& view() const { return view_; }
  Marks& marks() { return scratch_.marks; }
  Seen& seen() { return scratch_.seen; }
  // Is it of a start's own thing, which is never listed?
  bool is_own(std::uint32_t id) const { return id == plain_start_ || scratch_.marks.has(id, kOwn); }
  Clock& clock() { return clock_; }
  Direction direction() const { return direction_; }
  std::span<const std::uint32_t> starts() const { return scratch_.starts; }

 private:
  // nullptr when it is not on the shelf, or the walk has not used its row yet.
  PageShelf::Slot* whole_page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
    const PageShelf::Row row = rows_[static_cast<int>(edge_class)][static_cast<int>(direction)];
    return row && PageShelf::nodes_of(row[number]) ? &row[number] : nullptr;
  }
  Result<PageShelf::Slot*> fetch(EdgeClass edge_class, Direction direction, std::uint32_t number);
  Result<const PackedPage*> fetch_packed(EdgeClass edge_class, Direction direction, std::uint32_t number);
  Result<std::shared_ptr<const Page>> read_page(EdgeClass edge_class, Direction direction, std::uint32_t number);
  // The shelf's row, of which the walk takes note.
  const PageShelf::Row& row_of(EdgeClass edge_class, Direction direction);
  Status unpack_row(const PackedPage& page, std::uint32_t id, PlainRow& out);
  // Where the edges of a node that stands on no shelf as a whole are; `node` is shown the node in it.
  Result<const PageShelf::Slot*> slot_at(std::uint32_t id, const PageNode*& node);
  const std::uint16_t* kinds_in(const PageShelf::Slot& slot) const {
    return slot.page ? slot.page->kinds.data() : scratch_.unpacked.edges.kinds.data();
  }
  bool is_plain(std::uint64_t traits) const { return (traits & odd_traits_) == 0; }
  Status not_in_register(NodeId id) const;
  Status mark_own_thing(std::uint32_t start);

  Status search_possible();
  Status go_on();
  void begin_phase(bool exact_only);
  void choose_loops();
  void learn_kinds();  // once a page is met that needs it
  // Puts the far ends of node `place` of the queue that count and were not seen at `tail`; where it is then.
  std::uint32_t* take_by_kind(const std::uint32_t* far, const std::uint32_t* last, const std::uint16_t* kind,
                              std::uint32_t* tail, std::size_t place);
  template <bool kSeeksTarget>
  Status levels();
  Status last_level(std::uint32_t depth);
  void stop(std::size_t next);
  bool leads_to_target(std::uint32_t id) const {
    return !guide_ || id == target_ || guide_->verdict(id, target_) != ReachGuide::Verdict::kNo;
  }
  Status settle(std::uint32_t id, std::uint32_t depth);
  Status expand(std::uint32_t begin, std::uint32_t end);
  Status follow(const Contributor& contributor);
  Status arrive(std::uint32_t id, std::uint32_t depth);

  using SeeTie = FunctionRef<Status(Tie tie, Role role, std::uint32_t far)>;
  Status for_each_tie(std::uint32_t id, Direction direction, const SeeTie& see);
  Status holders_of(std::uint32_t variable, std::vector<std::uint32_t>& out);
  enum class Climb { kUp, kDown, kDownPartsOnly };
  Status climb(std::span<const std::uint32_t> thing, Climb where, std::uint32_t bit, std::vector<std::uint32_t>& out);

  const IndexView& view_;
  const AskOptions& options_;
  Plan& plan_;
  Scratch& scratch_;
  Direction direction_;
  Clock clock_;
  std::shared_ptr<PageShelf> own_shelf_;  // when the view has none
  PageShelf& shelf_;
  PageShelf::Visit visit_;
  PageShelf::Row rows_[kEdgeClasses][2];
  PageShelf::Row row_;  // of first_class_, this way
  std::uint64_t odd_traits_ =
      0;  // a page with one of these has edges that do not count, or only by what more is known of them
  bool looks_at_kinds_ = false;  // their kinds tell which count
  bool knows_kinds_ = false;     // learn_kinds() was called for this search
  std::uint64_t ids_ = 0;
  EdgeClass first_class_ = EdgeClass::kLineage;  // whose pages the plain loop reads
  Search* now_ = nullptr;
  Phase phase_ = kExactPhase;
  bool exact_only_ = true;
  std::uint32_t target_ = kNoNode;
  const ReachGuide* guide_ = nullptr;    // for the target
  std::uint32_t plain_start_ = kNoNode;  // the only start, when it is a thing of its own; then marks say nothing of it
};

}  // namespace amont
