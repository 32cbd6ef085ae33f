#include "tests/bench/sqlite_edges.h"

#include <fmt/format.h>

#include "tests/bench/rows.h"

namespace amont {
namespace {

const char* table_of(Direction direction) { return direction == Direction::kUpstream ? "up" : "down"; }
std::string table_of(Direction direction, const Restriction& only) {
  return std::string(table_of(direction)) + (only.all_edges() ? "" : "_told");
}

// A bit for each kind, as SQL's IN has them.
std::string list_of(std::uint64_t kinds) {
  std::string out;
  for (int kind = 0; kind < 64; ++kind)
    if (kinds >> kind & 1) out += fmt::format("{}{}", out.empty() ? "" : ", ", kind);
  return out;
}

std::string conditions_of(const Restriction& only) {
  std::string out;
  if (only.edge_kinds != Restriction::kAllKinds) out += fmt::format(" AND kind IN ({})", list_of(only.edge_kinds));
  if (only.without & kWeakEdge) out += " AND weak = 0";
  if (only.without & kLateEdge) out += " AND since = 0";
  return out;
}

// `since` is 1 of what came late.
Status make_tables(SqliteFile& db) {
  AMONT_TRY(db.run("CREATE TABLE nodes (id INTEGER PRIMARY KEY, kind INTEGER)"));
  for (const char* const table : {"up", "down"})
    AMONT_TRY(
        db.run(fmt::format("CREATE TABLE {0} (near INTEGER, far INTEGER, PRIMARY KEY (near, far)) WITHOUT ROWID;"
                           "CREATE TABLE {0}_told (near INTEGER, far INTEGER, kind INTEGER, since INTEGER,"
                           " weak INTEGER, PRIMARY KEY (near, far, kind, since)) WITHOUT ROWID",
                           table)));
  return {};
}

Status fill_nodes(SqliteFile& db, const Lineage& lineage) {
  AMONT_LET(const SqliteStatement insert, db.prepare("INSERT INTO nodes VALUES (?, ?)"));
  for (std::uint32_t node = 0; node < lineage.nodes; ++node) {
    sqlite3_bind_int64(insert.get(), 1, node);
    sqlite3_bind_int64(insert.get(), 2, lineage.node_kinds[node]);
    AMONT_TRY(db.step(insert));
  }
  return {};
}

Status fill_edges(SqliteFile& db, const Lineage& lineage, Direction direction) {
  const std::string table = table_of(direction);
  AMONT_LET(const SqliteStatement narrow, db.prepare("INSERT OR IGNORE INTO " + table + " VALUES (?, ?)"));
  AMONT_LET(const SqliteStatement told, db.prepare("INSERT OR IGNORE INTO " + table + "_told VALUES (?, ?, ?, ?, ?)"));
  const Rows rows(lineage, direction, true);  // in the tables' order, which is how they fill fastest and pack best
  for (std::uint32_t near = 0; near < lineage.nodes; ++near) {
    for (std::uint32_t i = rows.begin[near]; i < rows.begin[near + 1]; ++i) {
      for (const SqliteStatement* insert : {&narrow, &told}) {
        sqlite3_bind_int64(insert->get(), 1, near);
        sqlite3_bind_int64(insert->get(), 2, rows.targets[i]);
      }
      sqlite3_bind_int64(told.get(), 3, rows.traits[i] / kEdgeKindBit);
      sqlite3_bind_int64(told.get(), 4, (rows.traits[i] & kLateEdge) != 0);
      sqlite3_bind_int64(told.get(), 5, (rows.traits[i] & kWeakEdge) != 0);
      AMONT_TRY(db.step(narrow));
      AMONT_TRY(db.step(told));
    }
  }
  return {};
}

}  // namespace

Status load_edges(SqliteFile& db, const Lineage& lineage) {
  AMONT_TRY(make_tables(db));
  AMONT_TRY(db.run("BEGIN"));
  AMONT_TRY(fill_nodes(db, lineage));
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream})
    AMONT_TRY(fill_edges(db, lineage, direction));
  // Not of the wider tables: where they have statistics, SQLite 3.40 scans a whole one for each question, to fill a Bloom filter.
  return db.run("COMMIT; ANALYZE up; ANALYZE down; ANALYZE nodes");
}

std::string closure_sql(Direction direction, const Restriction& only) {
  return fmt::format(
      "WITH RECURSIVE reached(node) AS (VALUES(?1) UNION SELECT far FROM reached JOIN {0} ON {0}.near = "
      "reached.node{1}) SELECT node FROM reached{2}",
      table_of(direction, only), conditions_of(only),
      only.all_nodes() ? "" : fmt::format(" JOIN nodes ON id = node WHERE kind IN ({})", list_of(only.node_kinds)));
}

std::string neighbours_sql(Direction direction, const Restriction& only) {
  return fmt::format("SELECT far FROM {} WHERE near = ?1{}", table_of(direction, only), conditions_of(only));
}

}  // namespace amont
