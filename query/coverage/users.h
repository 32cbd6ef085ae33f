// Users: the runs and projects that used something, what they used and when.
#pragma once

#include <string>
#include <vector>

#include "query/coverage/projects.h"

namespace amont::approvals {

// When a use was. Without `from` nobody knows; from == to is one instant.
struct When {
  std::optional<Micros> from;
  Micros to = 0;
  bool is_open = false;  // it has not ended
};

// A `used` edge.
struct UsedEdge {
  NodeId used{};
  std::string label;
  Interval valid;
  std::optional<Timestamp> at;
  Stretch years;
  std::vector<std::string> columns;
  TxNumber begin = 0;
};

struct User {
  NodeId id{};
  bool is_project = false;
  bool links = false;  // a linkage
  Interval valid;
  std::optional<Timestamp> started, ended;
  std::vector<NodeId> projects, purposes, places, performers, under;
  std::vector<UsedEdge> uses;
};

// Those of these that are runs or projects and used something, in order. A project is its own project.
Status read_users(FactReader& reader, std::span<const NodeId> ids, std::vector<User>& out);

// `project`: of a user that is one.
When when_used(const User& user, const UsedEdge& edge, const Project* project);

}  // namespace amont::approvals
