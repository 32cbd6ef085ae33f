// A register in memory, written as lines of text, for tests that ask about small graphs:
//
//   TextHub hub("output:x derived_from dataset:a; dataset:a part_of dataset:base");
//   hub.put("dataset:a", "2020-01-01", "2021-01-01");
//   upstream(hub.view(), hub.ids("output:x"));
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/store.h"
#include "tests/support/crash_files.h"

namespace amont {

class TextHub {
 public:
  // The small schema of the tests and its custom kinds. `edges`: "from kind to [label]", separated by semicolons or line ends;
  // nodes are put as they are met.
  explicit TextHub(std::string_view edges = "");

  void add(std::string_view edges);
  // An interval; empty: unbounded.
  void put(const std::string& ref, const std::string& valid_from = "", const std::string& valid_to = "",
           std::vector<PropertyChange> props = {});
  void put_edge(const std::string& from, const std::string& kind, const std::string& to, const std::string& valid_from,
                const std::string& valid_to);
  void commit(std::vector<Change> changes);

  Snapshot view();
  Store& store() { return *store_; }
  NodeId id(std::string_view ref);
  std::vector<NodeId> ids(std::string_view refs);  // separated by spaces
  std::string ref(NodeId id);

 private:
  CrashFiles disk_;
  std::unique_ptr<Store> store_;
};

}  // namespace amont
