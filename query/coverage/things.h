// Things: the data that are used, what they are parts of, and what they were made from. A variable is one with the dataset or
// output that it is part of.
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
  NodeId id{};
  Role role{};
  std::optional<bool> restricted;  // as it says itself
  bool is_public = false;
  Identifiability identifiability{};
  Stretch years;
  bool passed_check = false;
  Micros checked_at = kBeginning;  // when it passed; from the beginning when nobody wrote that down
  std::vector<NodeId> parents;     // part_of and version_of, and what is the same under another name
  std::vector<NodeId> variables;   // of it
  std::vector<NodeId> makers;      // runs, and projects that stand for one
  std::vector<NodeId> origins;     // what it derives from, unless that made it harmless

  // Worked out on demand; see Things.
  std::optional<std::vector<NodeId>> wholes;
  std::optional<Identifiability> told;
  std::optional<bool> closed;
  std::optional<bool> closed_behind[2];  // dated checks not counted, counted
  // Its own before those of what it is a version of; once they were read.
  std::optional<boost::unordered_flat_map<std::string, const VariableFacts*>> variables_by_name;
  bool has_inputs() const { return !makers.empty() || !origins.empty(); }
};

// A run, or a project that stands for one, as what made something.
struct Maker {
  bool links = false;  // brings together what it used
  std::vector<NodeId> used;
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
  const Maker* maker(NodeId id) const;
  // What a variable is part of; nullptr when it is no variable that was read.
  const Thing* holder(NodeId variable);
  // Of a variable that is part of something; its name and where it is.
  const std::string* variable_name(NodeId id);

  // It, and all that it is part of or a version of.
  const std::vector<NodeId>& wholes(Thing& thing);
  // Is an approval needed to use it, whatever lies behind it?
  bool is_closed(Thing& thing);
  Identifiability identifiability(Thing& thing);  // its own, or that of the nearest that it is part of
  bool tells_of_people(Thing& thing);             // unless it is anonymised or aggregated
  // Does nothing need to be asked of whoever uses it at that instant, since it was made harmless?
  bool is_harmless(Thing& thing, Micros instant);
  // Does something closed, other than itself, lie behind it, on a way where nothing was made harmless? Checks that have a date count
  // as passed, or as not passed, whatever the date.
  bool is_closed_behind(Thing& thing, bool dated_checks_count = false);
  // What it was made from, as things, without code lists; each once.
  std::vector<Thing*> inputs(Thing& thing);
  bool is_linked(const Thing& thing) const;  // made by a linkage
  // The variable of that name, of the thing or of what it is a version of; nullptr when there is none.
  const VariableFacts* variable(Thing& thing, const std::string& name);

 private:
  Status read_level(std::vector<NodeId>& ids, std::vector<NodeId>& next);
  Status take(NodeFacts& facts, std::vector<NodeId>& next);
  Status take_inputs_of_variables(Thing& thing);
  void take_maker(NodeFacts& facts, std::vector<NodeId>& next);
  void climb(Thing& thing, const FunctionRef<bool(std::span<Thing* const> level)>& see);
  Role role_of(NodeKind kind) const { return reader_.schema().node(kind).role; }

  FactReader& reader_;
  EdgeWords words_;
  boost::unordered_flat_map<NodeId, std::unique_ptr<Thing>> things_;
  boost::unordered_flat_map<NodeId, Maker> makers_;
  boost::unordered_flat_map<NodeId, NodeId> holders_;  // of variables
  boost::unordered_flat_map<NodeId, std::unique_ptr<VariableFacts>> variables_;
  boost::unordered_flat_set<NodeId> with_variables_;  // things whose variables were read
  boost::unordered_flat_set<NodeId> seen_;
};

}  // namespace amont::approvals
