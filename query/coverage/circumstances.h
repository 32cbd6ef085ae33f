// Circumstances: the purposes, places and people of uses, and who holds what is used.
#pragma once

#include <span>

#include <boost/unordered/unordered_flat_map.hpp>

#include "query/coverage/facts.h"

namespace amont::approvals {

class Circumstances {
 public:
  explicit Circumstances(FactReader& reader) : reader_(reader), words_(reader.schema()) {}

  Status need_purposes(std::vector<NodeId> ids);  // and all that are broader
  Status need_places(std::vector<NodeId> ids);
  Status need_performers(std::vector<NodeId> ids);  // agents and organisations

  bool is_prohibited(NodeId purpose) const;            // it, or a broader one
  bool is_within(NodeId purpose, NodeId broad) const;  // equal or narrower
  Stretch homologated(NodeId place) const;             // always when nobody said
  Stretch habilitated(NodeId performer) const;         // always when nobody said, as of programs and organisations
  // When one of these, or an organisation that one of these acted for then, held one of those datasets.
  Result<Times> holds(std::span<const NodeId> performers, std::span<const NodeId> datasets);

 private:
  struct Purpose {
    bool prohibited = false;
    std::vector<NodeId> broader;
  };
  // An organisation, and when that was so.
  struct Held {
    NodeId by{};
    Stretch when;
  };
  struct Performer {
    Stretch habilitated;
    std::vector<Held> acts_for;
  };
  std::vector<NodeId> and_broader(NodeId purpose) const;

  FactReader& reader_;
  EdgeWords words_;
  boost::unordered_flat_map<NodeId, Purpose> purposes_;
  boost::unordered_flat_map<NodeId, Stretch> places_;
  boost::unordered_flat_map<NodeId, Performer> performers_;
  boost::unordered_flat_map<NodeId, std::vector<Held>> holders_;  // by dataset
};

}  // namespace amont::approvals
