// Things: the data that are used, what they are parts of, and what they were made from. A variable is one with the dataset or
// output that it is part of. The runs (and projects) that made something are things as well: they need no approval themselves, and
// what they used lies behind them.
#pragma once

#include <memory>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "query/coverage/facts.h"

namespace amont::approvals {

// A variable, as far as years go (R11).
struct VariableFacts {
  std::string name;
  std::optional<std::int64_t> created_year, deleted_year;
  std::vector<std::int64_t> missing_years;
  bool is_there(std::int64_t first_year, std::int64_t last_year) const;  // in all of these
};

struct Thing {
  using VariablesByName = boost::unordered_flat_map<std::string, const VariableFacts*>;

  NodeId id{};
  Role role{};
  bool is_maker = false;  // a run, or a project that stands for one
  bool links = false;     // of a maker: it brings together what it used
  bool is_public = false;
  bool passed_check = false;
  bool was_made = false;             // from anything, or by anyone: this node, or a variable of it
  bool has_harmless_origin = false;  // what was anonymised or aggregated to make it
  Identifiability identifiability{};
  std::optional<bool> restricted;  // as it says itself
  Stretch years;
  Micros checked_at = kBeginning;  // when it passed; from the beginning when nobody wrote that down
  std::vector<NodeId> parents;     // part_of and version_of, and what is the same under another name
  std::vector<NodeId> twins;       // what is the same under another name
  std::vector<NodeId> parts;       // of a dataset, versions not among them
  std::vector<NodeId> variables;   // of it
  std::vector<NodeId>
      made_from;  // makers, and what it derives from unless that made it harmless; of a maker: what it used

  // Worked out on demand; see Things.
  std::optional<bool> closed;
  std::optional<bool> closed_behind[2];  // dated checks not counted, counted
  std::optional<Identifiability> told, told_at_most;
  std::unique_ptr<std::vector<NodeId>> wholes;
  std::unique_ptr<std::vector<Thing*>> inputs;
  std::unique_ptr<VariablesByName>
      variables_by_name;                         // its own before those of what it is a version of; once they were read
  std::uint32_t place = 0;                       // in the part of lineage that is being looked at
  bool is_unfolded = false, is_climbed = false;  // its parts, or what it is a part of, were asked for
};

class Things {
 public:
  explicit Things(FactReader& reader) : reader_(reader), words_(reader.schema()) {}

  // Reads these, all that they are part of and all that they were made from. Ids of variables are read as what they are part of.
  Status need(std::vector<NodeId> ids);
  // A run or project that was read for what it used; it need not be read again for what it made.
  void know_maker(NodeId id, bool links, std::vector<NodeId> used);
  // The variables of these and of what they are part of or versions of, with their names and years.
  Status need_variables(std::vector<NodeId> ids);

  // What is used when this node is: the dataset or output of a variable, else itself. nullptr when it was not read, as code lists
  // are not.
  Thing* find(NodeId id);
  // What a variable is part of; nullptr when it is no variable that was read.
  const Thing* holder(NodeId variable);
  // Of a variable that is part of something; its name and where it is.
  const std::string* variable_name(NodeId id);
  std::size_t count() const { return things_.size(); }

  // It, and all that it is part of or a version of; ascending.
  const std::vector<NodeId>& wholes(Thing& thing);
  // Is an approval needed to use it, whatever lies behind it?
  bool is_closed(Thing& thing);
  Identifiability identifiability(Thing& thing);  // its own, or that of the nearest that it is part of
  bool tells_of_people(Thing& thing);             // unless it is anonymised or aggregated
  // Its own, else the most that anything tells from which it was made; unsaid when nobody knows that of all of them.
  Identifiability told_at_most(Thing& thing);
  // Does nothing need to be asked of whoever uses it at that instant, since it was made harmless?
  bool is_harmless(Thing& thing, Micros instant);
  // Does something closed, other than itself, lie behind it, on a way where nothing was made harmless? Checks that have a date count
  // as passed, or as not passed, whatever the date.
  bool is_closed_behind(Thing& thing, bool dated_checks_count = false);
  // What it was made from, as things, without code lists; each once. Its lineage is by the rules of query/WALKS.md that of its twins
  // and parts, and may be that of what it is a part or a version of.
  const std::vector<Thing*>& inputs(Thing& thing);
  bool is_linked(Thing& thing);  // made by a linkage
  // Closed, and nobody says what it was made from: whatever is recorded of what it is a part of says only what it may have been.
  bool is_a_source(Thing& thing) { return is_closed(thing) && !was_made(thing); }
  // The variable of that name, of the thing or of what it is a version of; nullptr when there is none.
  const VariableFacts* variable(Thing& thing, const std::string& name);

 private:
  // To be read next: things whose parts count, and those that only matter as wholes.
  struct Wanted {
    std::vector<NodeId> things, wholes;
  };
  void want_around(NodeId id, Wanted& next);
  void want_above(NodeId id, Wanted& next);
  Status read_level(std::span<const NodeId> ids);
  Status take(NodeFacts& facts);
  Status take_inputs_of_variables(Thing& thing);
  Thing& take_maker(NodeId id, bool links);
  void climb(Thing& thing, const FunctionRef<bool(std::span<Thing* const> level)>& see);
  std::vector<Thing*> one_with(Thing& thing);
  bool was_made(Thing& thing);  // it, or a twin
  std::vector<Thing*> contributors(Thing& thing);
  // All that lies behind a thing as far as `goes_on` tells, strong components with the deepest first; false when the time was up.
  using GoesOn = FunctionRef<bool(Thing& input)>;
  using SeeComponent = FunctionRef<void(std::span<Thing* const> members)>;
  bool for_each_component(Thing& start, const GoesOn& goes_on, const SeeComponent& see);
  Role role_of(NodeKind kind) const { return reader_.schema().node(kind).role; }

  FactReader& reader_;
  EdgeWords words_;
  boost::unordered_flat_map<NodeId, std::unique_ptr<Thing>> things_;
  boost::unordered_flat_map<NodeId, NodeId> holders_;  // of variables
  boost::unordered_flat_map<NodeId, std::unique_ptr<VariableFacts>> variables_;
  boost::unordered_flat_set<NodeId> with_variables_;  // things whose variables were read
  boost::unordered_flat_set<NodeId> seen_;            // read, or not to be found
};

}  // namespace amont::approvals
