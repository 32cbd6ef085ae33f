// Projects: what they are for, when, and which approvals may count for them.
#pragma once

#include <memory>

#include "query/coverage/approvals.h"

namespace amont::approvals {

struct Project {
  NodeId id{};
  std::vector<NodeId> purposes;
  Interval period;
  std::vector<NodeId> itself_and_superseded;
  std::vector<const Approval*> approvals;  // for any of these, by ref
};

class Projects {
 public:
  Projects(FactReader& reader, Approvals& approvals)
      : reader_(reader), words_(reader.schema()), approvals_(approvals) {}

  // Reads these, those that they supersede, and the approvals for all of them.
  Status need(std::vector<NodeId> ids);
  // nullptr for what was not read. Good as long as these projects.
  const Project* find(NodeId id) const;

 private:
  struct Read {
    Project project;
    std::vector<NodeId> superseded;  // by it itself
    std::vector<NodeId> approved_by;
  };
  Status read(NodeFacts& facts);
  void finish(Read& read) const;

  FactReader& reader_;
  EdgeWords words_;
  Approvals& approvals_;
  boost::unordered_flat_map<NodeId, std::unique_ptr<Read>> known_;
};

}  // namespace amont::approvals
