#include "tests/bench/sqlite_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "tests/bench/json_text.h"
#include "tests/bench/rows.h"

namespace amont {
namespace {

std::string json_of(const std::string& text) { return json_text(text); }
std::string json_of(std::int64_t number) { return fmt::format("{}", number); }
std::string json_of(double number) { return fmt::format("{}", number); }
std::string json_of(bool yes) { return yes ? "true" : "false"; }
std::string json_of(Timestamp time) { return json_text(time.text()); }
std::string json_of(const List& list) {
  std::string out = "[";
  for (const Scalar& item : list) {
    if (out.size() > 1) out += ',';
    out += std::visit([](const auto& one) { return json_of(one); }, item);
  }
  return out + ']';
}

void bind_value(const SqliteStatement& statement, int at, std::string_view text) {
  sqlite3_bind_text(statement.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}
void bind_value(const SqliteStatement& statement, int at, std::uint64_t number) {
  sqlite3_bind_int64(statement.get(), at, static_cast<sqlite3_int64>(number));
}
std::string_view text_of(const SqliteStatement& statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
  return {text ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), column))};
}

}  // namespace

std::string json_of(const Properties& props) {
  std::string out = "{";
  for (const Property& property : props) {
    if (out.size() > 1) out += ',';
    out += json_text(property.name) + ':' + std::visit([](const auto& one) { return json_of(one); }, property.value);
  }
  return out + '}';
}

// Kinds by their numbers, as anyone would who minds the room; rows in the order of their keys, the index of refs when all are there.
Status SqliteContent::load(const Snapshot& view, const Lineage& lineage, const std::string& path) {
  path_ = path;
  AMONT_TRY(db_.open(path));
  AMONT_TRY(
      db_.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1048576;"
              "CREATE TABLE kinds (number INTEGER PRIMARY KEY, name TEXT);"
              "CREATE TABLE nodes (id INTEGER PRIMARY KEY, ref TEXT NOT NULL, kind INTEGER, props TEXT);"
              "CREATE TABLE up (near INTEGER, far INTEGER, kind INTEGER, props TEXT,"
              " PRIMARY KEY (near, far, kind)) WITHOUT ROWID;"
              "CREATE TABLE down (near INTEGER, far INTEGER, kind INTEGER, props TEXT,"
              " PRIMARY KEY (near, far, kind)) WITHOUT ROWID; BEGIN"));
  AMONT_LET(const SqliteStatement kind, db_.prepare("INSERT INTO kinds VALUES (?, ?)"));
  for (const NodeRow& row : view.schema().nodes()) {
    bind_value(kind, 1, number_of(row.kind));
    bind_value(kind, 2, row.name);
    AMONT_TRY(db_.step(kind));
  }
  AMONT_TRY(load_nodes(view));
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream})
    AMONT_TRY(load_edges(view, lineage, direction));
  AMONT_TRY(db_.run("CREATE UNIQUE INDEX by_ref ON nodes(ref); COMMIT; ANALYZE"));
  // One transaction for all that is read, as a snapshot is: else each statement locks the file and lets go of it.
  AMONT_TRY(db_.run("BEGIN"));
  AMONT_LET(node_, db_.prepare("SELECT id, name, props FROM nodes JOIN kinds ON number = kind WHERE ref = ?"));
  AMONT_LET(up_, db_.prepare("SELECT ref FROM up JOIN nodes ON id = far WHERE near = ?"));
  AMONT_LET(down_, db_.prepare("SELECT ref FROM down JOIN nodes ON id = far WHERE near = ?"));
  return {};
}

Status SqliteContent::load_nodes(const Snapshot& view) {
  AMONT_LET(const SqliteStatement insert, db_.prepare("INSERT INTO nodes VALUES (?, ?, ?, ?)"));
  std::vector<NodeId> ids;
  for (std::uint64_t first = 0; first < view.id_count(); first += 512) {
    ids.clear();
    for (std::uint64_t id = first; id < std::min(first + 512, view.id_count()); ++id) ids.push_back(NodeId(id));
    AMONT_LET(const auto nodes, view.nodes(ids));
    for (const auto& node : nodes) {
      if (!node) continue;
      const std::string ref = node->ref.text(), props = json_of(node->props);
      bind_value(insert, 1, number_of(node->id));
      bind_value(insert, 2, ref);
      bind_value(insert, 3, number_of(node->kind));
      bind_value(insert, 4, props);
      AMONT_TRY(db_.step(insert));
    }
  }
  return {};
}

// Properties of edges stand in one of the two tables.
Status SqliteContent::load_edges(const Snapshot& view, const Lineage& lineage, Direction direction) {
  const bool up = direction == Direction::kUpstream;
  AMONT_LET(const SqliteStatement insert, db_.prepare(up ? "INSERT OR IGNORE INTO up VALUES (?, ?, ?, ?)"
                                                         : "INSERT OR IGNORE INTO down VALUES (?, ?, ?, ?)"));
  const auto put = [&](std::uint64_t near, std::uint64_t far, std::uint64_t kind, std::string_view props) {
    bind_value(insert, 1, near);
    bind_value(insert, 2, far);
    bind_value(insert, 3, kind);
    if (props.empty())
      sqlite3_bind_null(insert.get(), 4);
    else
      bind_value(insert, 4, props);
    return db_.step(insert);
  };
  if (up && lineage.detailed) {
    for (std::uint64_t id = 0; id < lineage.nodes; ++id) {
      AMONT_LET(const auto edges, view.edges(NodeId(id), direction));
      for (const Edge& edge : edges)
        AMONT_TRY(put(id, number_of(edge.to), number_of(edge.kind), edge.props.empty() ? "" : json_of(edge.props)));
    }
    return {};
  }
  const Rows rows(lineage, direction, true);
  for (std::uint32_t near = 0; near < lineage.nodes; ++near)
    for (std::uint32_t i = rows.begin[near]; i < rows.begin[near + 1]; ++i)
      AMONT_TRY(put(near, rows.targets[i], rows.traits[i] / kEdgeKindBit, ""));
  return {};
}

Status SqliteContent::read(std::string_view ref, PointRead& out) {
  bind_value(node_, 1, ref);
  if (sqlite3_step(node_.get()) != SQLITE_ROW) return not_found(std::string(ref));
  const sqlite3_int64 id = sqlite3_column_int64(node_.get(), 0);
  out.kind = text_of(node_, 1);
  out.props = text_of(node_, 2);
  sqlite3_reset(node_.get());
  for (const auto& [statement, refs] : {std::pair(&up_, &out.up), std::pair(&down_, &out.down)}) {
    refs->clear();
    sqlite3_bind_int64(statement->get(), 1, id);
    while (sqlite3_step(statement->get()) == SQLITE_ROW) refs->emplace_back(text_of(*statement, 0));
    sqlite3_reset(statement->get());
  }
  return {};
}

Result<std::uint64_t> SqliteContent::bytes() {
  std::error_code failed;
  const std::uint64_t bytes = std::filesystem::file_size(path_, failed);
  if (failed) return io_error(failed.message());
  return bytes;
}

}  // namespace amont
