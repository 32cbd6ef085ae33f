// RecordChanges: what a script puts for the record at hand, kept until the record is done, so that one that is refused leaves nothing
// behind. An import that ends with the first refusal needs none of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "amont/exchange.h"

namespace amont {

// A change that the importer takes, or one that it is told to refuse.
Status give_or_refuse(Importer& importer, Result<Change>&& change, Position where, std::string_view record);

class RecordChanges {
 public:
  // A change, or why what the script said is none. `record` is what a reject shows of it.
  void add(Result<Change> change, Position where, std::string_view record);

  // A node, and the properties of an edge, as they will stand when what is kept here is given to the importer.
  Result<std::optional<Properties>> node(Importer& importer, const Ref& ref) const;
  Result<std::optional<Properties>> edge(Importer& importer, std::string_view kind, const Ref& from, const Ref& to,
                                         std::string_view label) const;

  // Gives the importer all of them, in order, and forgets them. What it refuses it tells as always.
  Status give(Importer& importer);
  void forget();

 private:
  struct Kept {
    Result<Change> change;
    Position where;
    std::string record;
  };
  // The positions of what concerns one node or one edge, in order.
  const std::vector<std::size_t>* about(const std::string& name) const;

  std::vector<Kept> kept_;
  boost::unordered_flat_map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace amont
