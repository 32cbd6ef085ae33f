// Pending: the register as it will be when what is under way is on disk. It says why a change may not be made, and turns what may
// into what the log holds: ids for names, and only what really changes. Used by one thread at a time.
//
// It remembers every node and edge that it took, and an import takes millions: so everything here is small and lies end to end,
// and records, which are seldom asked for again, go to a temporary file when there are many. When the memory that it was lent is
// full, all that it remembers goes to temporary files (set_aside.cc), and what is asked for again comes back one by one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "amont/transaction.h"
#include "core/check/blocks.h"
#include "core/check/coming_nodes.h"
#include "core/check/edge_table.h"
#include "core/check/name_table.h"
#include "core/index/index.h"
#include "core/io/sorted_runs.h"
#include "core/io/spill_store.h"
#include "core/io/temporary_file.h"
#include "core/record/flat_put.h"
#include "core/record/logged.h"

namespace amont {

class Pending {
 public:
  // Over what `index` shows now: its newest view. Of the memory that is lent, nullptr for as much as it needs, it takes what it needs,
  // and what it does not get it makes room for; then mark() may not be called. `lent` lives longer.
  Pending(const Index& index, const IndexView& view, LentMemory* lent = nullptr);

  // Checks a change and takes it: appends to `out` what it changes, and says whether that is anything. kInvalid, kRefused,
  // kNotFound, kLimit: it was not taken, the state and `out` are as before. After kNotFound `change` is as it was, after the
  // others its properties may have been moved. kIo, kNoSpace: what it remembers could not be put aside, and it is of no more use.
  Result<bool> take(Change&& change, std::vector<LoggedChange>& out);
  // The same, and `change` stays as it is: of a put no more is copied than what is taken.
  Result<bool> take(const Change& change, std::vector<LoggedChange>& out);

  // The short way of the commonest changes: a new node, a new edge. Appends its parts to `out`; false, and nothing is changed but
  // the properties of `put`, when it is anything else or something is wrong with it: then take() decides.
  Result<bool> take(FlatPut& put, PartList& out);
  // Brings near what take() will look at: each step what the next one needs, some puts ahead.
  enum class Step { kSlots, kNames, kTextsAndEdge };
  void expect(const FlatPut& put, Step step);

  // Whether what is taken from now on may put properties that were redacted.
  void allow_redacted(bool allowed) { may_put_redacted_ = allowed; }
  // A node as it stands with all that was taken; nothing when it is unknown or retracted.
  Result<std::optional<Node>> node(const Ref& ref);
  Result<std::optional<Properties>> edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                    std::string_view label);

  // What is taken after mark() can be taken back.
  void mark();
  void take_back();

  // Gives all memory back but for what follows; nothing may be taken or asked any more.
  void end();
  // The same, but for the refs that it knows in memory, if they are worth it, and few; `bytes` is
  // what is still lent for them. The next one, with the same memory lent, begins with them.
  NameTable end_but_refs(std::uint64_t& bytes);
  void know(NameTable refs, std::uint64_t lent_bytes);

  std::uint64_t next_id() const { return next_id_; }
  const std::shared_ptr<const Schema>& schema() const { return schema_; }
  // Those that are new here have no transaction yet.
  const std::shared_ptr<const RuleList>& rules() const { return rules_; }
  NodeKind kind_of(NodeId id) const { return known_node(id).kind; }  // of a node that take() had last, or look_at()
  Status look_at(NodeId id) { return node(id).status(); }            // a node that was taken here

 private:
  // Lives tell whether an edge still stands without listing a node's edges when it is retracted: each retraction here begins
  // the next life, and an edge stands while its ends are in the lives that it joined.
  struct NodeState {
    enum class Record : std::uint8_t { kInIndex, kLogged, kVersion };
    std::uint64_t record_at = 0;  // in records_: the parts of its first put, or an encoded NodeVersion
    std::uint32_t record_bytes = 0;
    std::uint32_t life = 0;
    NodeKind kind{};
    bool alive = false;
    Record has = Record::kInIndex;
    bool changed = false;  // here, since it was read from elsewhere
    bool known = true;     // of no node where nothing was put aside
  };
  struct Lives {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    bool operator==(const Lives&) const = default;
  };
  // An edge's record, in records_: the parts of its first put, or an encoded EdgeVersion.
  struct Detail {
    std::uint64_t at = 0;
    std::uint32_t bytes = 0;
    bool is_logged = false;
  };
  // What few edges have besides their state; never changes.
  struct EdgeMore {
    Lives lives;
    Detail detail;
  };
  // An end of an edge, as it is now.
  struct End {
    NodeId id{};
    NodeKind kind{};
    std::uint32_t life = 0;
  };
  struct Container {
    std::uint32_t to = 0;
    std::uint32_t label = 0;
    EdgeKind kind{};
  };
  // The part_of edges of a variable that were taken here: the first, and whether there are others.
  struct Containers {
    Container first;
    bool has_more = false;
    bool changed = false;  // here, since they were read from elsewhere
  };
  struct AsideItem;
  // What take_back() goes back to, last first. Each of the first three is so common that it is no function of its own.
  struct NodeBound {
    std::uint64_t hash = 0;  // of the ref
  };
  struct NodeBefore {
    NodeId id{};
    NodeState state;
  };
  struct EdgeBefore {
    EdgeKey key;
    EdgeState state;
  };
  using Undo = std::variant<NodeBound, NodeBefore, EdgeBefore, std::function<void()>>;

  // Those of a put may move the properties, which are the ones of the change or a copy of them.
  Result<bool> put(const PutNode& change, std::vector<PropertyChange>& props, std::vector<LoggedChange>& out);
  Result<bool> put(const PutEdge& change, std::vector<PropertyChange>& props, std::vector<LoggedChange>& out);
  Result<bool> retract(const RetractNode& change, std::vector<LoggedChange>& out);
  Result<bool> retract(const RetractEdge& change, std::vector<LoggedChange>& out);
  Result<bool> grow(const GrowSchema& change, std::vector<LoggedChange>& out);
  Result<bool> put(PutRule& change, std::vector<LoggedChange>& out);
  Result<bool> remove(const RemoveRule& change, std::vector<LoggedChange>& out);
  void set_rules(RuleList rules);

  Result<bool> put_node(FlatPut& put, PartList& out);
  Result<bool> put_edge(FlatPut& put, PartList& out);

  // Whether what was redacted is to be looked for: mostly nothing ever was.
  bool may_be_redacted() const { return !may_put_redacted_ && index_.has_redactions(); }
  // Of a record that the index may know: does `props` set one that was redacted?
  Status refuse_redacted(const std::string& key, const std::vector<PropertyChange>& props,
                         const std::string& record) const;

  Result<std::optional<NodeId>> find(const Ref& ref);
  Result<std::optional<NodeId>> find(std::string_view ref, std::uint64_t hash, AheadId ahead = {});
  NodeState& known_node(NodeId id);  // that was looked at since take() was called
  const NodeState& known_node(NodeId id) const;
  Result<NodeState*> node(NodeId id);
  Result<std::optional<NodeState>> known_state(NodeId id) const;
  void expect_name(std::uint64_t hash) const;
  std::uint32_t expect_end(std::uint64_t hash) const;
  NodeId bind(std::string_view ref, std::uint64_t hash, NodeState state);
  Result<NodeVersion> record_of(NodeId id, const NodeState& state) const;
  Result<EdgeVersion> record_of(const EdgeState& state) const;
  Result<Detail> keep(const EdgeVersion& version);
  Result<End> living_end(const Ref& ref);
  Result<std::uint32_t> label_number(std::string_view label);  // NameTable::kNone: not known here
  Result<EdgeKey> key_of(const EdgeIdentity& identity);
  Result<bool> looked_at(const EdgeIdentity& identity);
  Result<EdgeState*> known_edge(
      const EdgeKey& key);  // nullptr when it was not looked at here. Good until the next call
  Result<EdgeState*> edge(const EdgeIdentity& identity, const EdgeKey& key, const EdgeRow& row);
  Lives lives_of(const EdgeState& state) const;
  bool stands(const EdgeKey& key, const EdgeState& state) const;
  EdgeState edge_state(bool alive, Lives lives, const Detail& detail);
  bool holds_variable(const EdgeRow& row, NodeKind from, NodeKind to) const;
  Result<std::optional<NodeId>> other_container(const EdgeIdentity& identity, const EdgeRow& row);
  Status refuse_container(NodeId container, const Ref& from);
  Status recall_containers(std::uint32_t variable);
  void remember_container(const EdgeKey& key);
  Status check_ends(const EdgeRow& row, NodeKind from, NodeKind to);
  Status check_stored(const Schema& grown);
  Status check_stored(const EdgeRow& row, const std::vector<PropertyRow>& rows);
  void remember(NodeId id, const NodeState& old);
  void remember(const EdgeKey& key, const EdgeState& old);
  void go_back(const Undo& undo);

  // Memory, and what is put aside when it is full: set_aside.cc.
  std::uint64_t bytes_with_some_more() const;
  Status make_room();
  Status set_aside();
  Status set_states_aside();
  void forget();
  void give_room_back();
  std::vector<AsideItem> what_changed() const;
  void describe(const AsideItem& item, std::string& key, std::string& value) const;
  bool is_before(const AsideItem& one, const AsideItem& other) const;
  EdgeState read_edge_state(std::string_view value);
  Result<std::optional<NodeState>> state_aside(NodeId id) const;

  const Index& index_;
  const std::uint64_t first_new_id_;
  const bool index_has_edges_;  // any that is alive
  std::uint64_t next_id_;
  std::shared_ptr<const Schema> schema_;
  std::shared_ptr<const RuleList> rules_;
  SpillStore records_;
  NameTable refs_;  // of nodes new here, and of those looked for -> id
  ComingNodes coming_;
  NameTable labels_;  // of edges looked at here -> number
  std::uint32_t label_count_ = 0;
  std::uint64_t first_in_memory_;                                    // of the new nodes
  Blocks<NodeState> new_nodes_;                                      // by id, from there on
  boost::unordered_flat_map<NodeId, NodeState> looked_at_;           // others
  EdgeTable edges_;                                                  // labels by number in labels_
  Blocks<EdgeMore> edge_more_;                                       // of edges_, from number 1 on
  boost::unordered_flat_map<std::uint32_t, Containers> containers_;  // by variable
  boost::unordered_flat_map<std::uint32_t, std::vector<Container>> more_containers_;
  LentMemory* const lent_;
  std::uint64_t lent_bytes_ = 0;
  std::uint32_t taken_since_look_ = 0;  // at the memory
  std::unique_ptr<SortedRuns> aside_;   // all but states of nodes
  TemporaryFile states_aside_;          // a NodeState for each id, zeros where there is none
  boost::unordered_flat_map<std::uint64_t, bool> fitting_ends_;
  std::string text_;  // scratch
  bool may_put_redacted_ = false;
  bool marked_ = false;
  // Edges that the transaction at hand put, and of which nothing was known here before. One that came and went within it was in no state
  // that anybody could see, and is forgotten when the next begins.
  std::vector<EdgeKey> begun_;
  std::vector<Undo> undo_;
};

}  // namespace amont
