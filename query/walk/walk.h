// Walk: one breadth-first search over the pages of a snapshot, by the rules of query/WALKS.md.
//
// A *thing* is what a walk settles: a node, or all nodes that are one (a dataset and its variables, same_as twins). Most nodes
// are things of their own with nothing to look up, and the plain loop in levels.cc settles them without leaving it: there is no
// call for each edge. The others go through settle(), which finds the thing's members and whose edges count for it: its
// *contributors*, that is its members, its parts, its wholes...
//
// A variable that stands for itself is settled by the plain loop too: its dataset, which only may speak for it, is followed besides.
//
// Exact first: search(true) takes only exact steps. When that left possible steps, search(false) takes all; what the first one
// settled is exact, the rest is possible. Where no depths are asked for, the second search goes on from what the first one left.
// Marks remember which contributors were followed, so that each is followed once in a search: the first time is the least deep.
#pragma once

#include <span>
#include <vector>

#include "amont/query.h"
#include "core/index/view.h"
#include "query/walk/function_ref.h"
#include "query/walk/reach_index.h"
#include "query/walk/scratch.h"
#include "query/walk/take.h"

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
  // The same where nobody asks for depths. True when what only possible steps lead to is all that the second search settled: no
  // node comes twice.
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
  // Who contributes only possible steps to what an exact search settled, and was left for that. Each once; not all when the clock stops.
  Status contributors_left(const Search& exact, std::vector<Contributor>& out);
  // The variables of datasets that a step led to, which were left for that.
  Status variables_left(const Search& exact, std::vector<std::uint32_t>& out);

  // Appends the node and all that are one with it, and marks them with the bit. Nothing when it has the bit already.
  Status gather(std::uint32_t id, std::uint32_t bit, std::vector<std::uint32_t>& out) {
    ThingFacts ignored;
    return gather(id, bit, out, ignored);
  }
  Status gather_once(std::uint32_t id, std::vector<std::uint32_t>& out);  // leaves no mark
  // Marks what is one with the node, or enough of it that this function knows it again; whether it had not.
  Result<bool> mark_thing(std::uint32_t id, std::uint32_t bit);
  // Which of a thing's nodes an answer lists; of the kinds asked for.
  Status listed(std::span<const std::uint32_t> thing, std::vector<std::uint32_t>& out);
  // The same of what a search settled, but for the starts' own things.
  Status list_things(const Search& search, std::vector<NodeId>& out);
  // The same of many nodes that are things of their own.
  Status list_plain(std::span<const std::uint32_t> nodes, std::vector<NodeId>& out);
  // At granularity variable; none at granularity dataset, where they are of the thing.
  Status variables_of(std::span<const std::uint32_t> thing, std::vector<std::uint32_t>& out);

  Result<PageNode> node(std::uint32_t id) {
    PageNode found;
    AMONT_TRY(look(id, found));
    return found;
  }
  // The same, for loops.
  [[gnu::always_inline]] Status look(std::uint32_t id, PageNode& out) {
    if (const PageShelf::Slot* const slot = whole_page(first_class_, direction_, id / kPageNodes)) [[likely]] {
      out = slot->nodes[id % kPageNodes];
      return {};
    }
    return look_far(id, out);
  }
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
  PageShelf::Slot* whole_page(EdgeClass edge_class, Direction direction, std::uint32_t number) const {
    const PageShelf::Row row = rows_[static_cast<int>(edge_class)][static_cast<int>(direction)];
    return row && PageShelf::nodes_of(row[number]) ? &row[number] : nullptr;
  }
  Result<PageShelf::Slot*> fetch(EdgeClass edge_class, Direction direction, std::uint32_t number);
  Result<const PackedPage*> fetch_packed(EdgeClass edge_class, Direction direction, std::uint32_t number);
  Result<std::shared_ptr<const Page>> read_page(EdgeClass edge_class, Direction direction, std::uint32_t number);
  // The shelf's row, of which the walk takes note.
  const PageShelf::Row& row_of(EdgeClass edge_class, Direction direction) {
    PageShelf::Row& row = rows_[static_cast<int>(edge_class)][static_cast<int>(direction)];
    if (!row) row = shelf_.row(edge_class, direction);
    return row;
  }
  Status unpack_row(const PackedPage& page, std::uint32_t id, PlainRow& out);
  // Where the edges of a node that stands on no shelf as a whole are; `node` is shown the node in it.
  Result<const PageShelf::Slot*> slot_at(std::uint32_t id, const PageNode*& node);
  const std::uint16_t* kinds_in(const PageShelf::Slot& slot) const {
    return slot.page ? slot.page->kinds.data() : scratch_.unpacked.edges.kinds.data();
  }
  bool is_plain(std::uint64_t traits) const { return (traits & odd_traits_) == 0; }
  Status not_in_register(NodeId id) const;
  Status mark_own_thing(std::uint32_t start);

  // What tells who contributes to a thing, noted while its members are gathered.
  struct ThingFacts {
    bool is_project = false;
    bool is_held = false;           // by granularity variable: a dataset may speak for it
    bool may_have_parts = false;    // datasets
    std::uint8_t dataset_ties = 0;  // of its datasets
    bool has_possible = false;      // there may be contributors whose steps are possible
    std::uint32_t shown = kNoNode;  // the last one that is no variable
    std::uint32_t shown_count = 0;
  };

  Status look_far(std::uint32_t id, PageNode& out);
  Status search_possible();
  Status go_on();
  void choose_loops();
  void learn_kinds();  // once a page is met that needs it
  template <bool kSeeksTarget>
  Status levels();
  Status last_level(std::uint32_t depth);
  void stop(std::size_t next);
  bool leads_to_target(std::uint32_t id) const {
    return !guide_ || id == target_ || guide_->verdict(id, target_) != ReachGuide::Verdict::kNo;
  }
  Status settle(std::uint32_t id, std::uint32_t depth);
  Status expand(std::uint32_t number, ThingFacts& facts);  // of a thing
  Status follow(const Contributor& contributor);
  Status follow_by_kind(const PageShelf::Slot& slot, const Contributor& contributor);
  Status follow_one_by_one(const Contributor& contributor);
  bool begin_variable(std::uint32_t id);
  Status settle_simply(std::uint32_t id, std::uint32_t depth, bool& is_settled);
  Status settle_with_variables(std::uint32_t dataset, std::span<const std::uint32_t> variables, std::uint32_t depth);
  Status settle_alone(std::uint32_t dataset, std::span<const std::uint32_t> variables, std::uint32_t depth);
  Status follow_dataset_of(std::uint32_t variable);
  // Of a page's structure edges, if there is room for them.
  Status make_tie_lists(Direction direction, std::uint32_t number);
  Status find_tie_lists(Direction direction, std::uint32_t number, const TieLists*& out);
  Status find_holder(std::uint32_t variable, std::uint32_t& out);
  Status find_dataset(std::uint32_t id, std::uint32_t& out);
  Status find_simple_thing(std::uint32_t dataset, bool& is_simple, std::span<const std::uint32_t>& variables);
  Status find_variables(std::uint32_t id, bool& is_simple, std::span<const std::uint32_t>& out);
  Status arrive(std::uint32_t id, std::uint32_t depth);
  Status take_variables(std::span<const std::uint32_t> variables, std::uint32_t depth);

  Status contributors(std::span<const std::uint32_t> thing, Phase phase, bool with_possible,
                      std::vector<Contributor>& out);
  Status exact_contributors(std::span<const std::uint32_t> thing, ThingFacts& facts, Phase phase,
                            std::vector<Contributor>& out);
  Status possible_contributors(std::span<const std::uint32_t> thing, const ThingFacts& facts, Phase phase,
                               std::vector<Contributor>& out);
  Status contributors_by_dataset(std::uint32_t dataset, Phase phase, std::vector<Contributor>& out);
  void add_contributors(std::span<const std::uint32_t> nodes, bool exact, Phase phase, std::vector<Contributor>& out);

  Status gather(std::uint32_t id, std::uint32_t bit, std::vector<std::uint32_t>& out, ThingFacts& facts);
  void note(std::uint32_t id, const PageNode& member, ThingFacts& facts) const;
  Status facts_of(std::span<const std::uint32_t> thing, ThingFacts& facts);
  using SeeTie = FunctionRef<Status(Tie tie, Role role, std::uint32_t far)>;
  template <class See>
  Status for_each_tie(std::uint32_t id, Direction direction, const See& see);
  Status for_each_tie_far(std::uint32_t id, Direction direction, const SeeTie& see);
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
  bool depths_matter_ = true;
  bool has_simple_things_ = false;
  bool has_room_for_lists_ = true;
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
