// A register's content in SQLite: nodes with their properties, edges both ways with their kinds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/snapshot.h"
#include "tests/bench/lineage.h"
#include "tests/bench/sqlite_file.h"

namespace amont {

// What a point read gives.
struct PointRead {
  std::string kind;
  std::string props;                  // JSON
  std::vector<std::string> up, down;  // refs
};

std::string json_of(const Properties& props);

class SqliteContent {
 public:
  Status load(const Snapshot& view, const Lineage& lineage, const std::string& path);
  // kNotFound when no node has the ref.
  Status read(std::string_view ref, PointRead& out);
  // Of the file, all in it.
  Result<std::uint64_t> bytes();

 private:
  Status load_nodes(const Snapshot& view);
  Status load_edges(const Snapshot& view, const Lineage& lineage, Direction direction);

  std::string path_;
  SqliteFile db_;
  SqliteStatement node_, up_, down_;
};

}  // namespace amont
