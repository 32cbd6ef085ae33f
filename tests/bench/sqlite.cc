#include <fmt/format.h>

#include "tests/bench/peer.h"
#include "tests/bench/rows.h"
#include "tests/bench/sqlite_file.h"

namespace amont {
namespace {

class Sqlite final : public Peer {
 public:
  explicit Sqlite(std::string path) : path_(std::move(path)) {}
  std::string name() const override { return fmt::format("SQLite {}", sqlite3_libversion()); }

  Status load(const Lineage& lineage) override {
    AMONT_TRY(db_.open(path_));
    AMONT_TRY(
        db_.run("PRAGMA journal_mode = WAL; PRAGMA cache_size = -1048576;"
                "CREATE TABLE up (near INTEGER, far INTEGER, PRIMARY KEY (near, far)) WITHOUT ROWID;"
                "CREATE TABLE down (near INTEGER, far INTEGER, PRIMARY KEY (near, far)) WITHOUT ROWID; BEGIN"));
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      const char* const table = direction == Direction::kUpstream ? "up" : "down";
      AMONT_LET(const SqliteStatement insert,
                db_.prepare(fmt::format("INSERT OR IGNORE INTO {} VALUES (?, ?)", table)));
      const Rows rows(lineage, direction);  // in the table's order, which is how it fills fastest and packs best
      for (std::uint32_t near = 0; near < lineage.nodes; ++near) {
        for (std::uint32_t i = rows.begin[near]; i < rows.begin[near + 1]; ++i) {
          sqlite3_bind_int64(insert.get(), 1, near);
          sqlite3_bind_int64(insert.get(), 2, rows.targets[i]);
          AMONT_TRY(db_.step(insert));
        }
      }
      AMONT_LET(auto closure,
                db_.prepare(fmt::format("WITH RECURSIVE reached(node) AS (VALUES(?1) UNION SELECT far FROM reached "
                                        "JOIN {0} ON {0}.near = reached.node) SELECT node FROM reached",
                                        table)));
      closures_.push_back(std::move(closure));
    }
    AMONT_TRY(db_.run("COMMIT; ANALYZE"));
    AMONT_LET(reaches_,
              db_.prepare("WITH RECURSIVE reached(node) AS (VALUES(?1) UNION SELECT far FROM reached "
                          "JOIN up ON up.near = reached.node) SELECT 1 FROM reached WHERE node = ?2 LIMIT 1"));
    // One transaction for all that is asked, as a snapshot is: else each question locks the file and lets go of it.
    return db_.run("BEGIN");
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    sqlite3_stmt* const statement = closures_[static_cast<std::size_t>(direction)].get();
    sqlite3_bind_int64(statement, 1, start);
    found_.clear();
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
      const auto node = static_cast<std::uint32_t>(sqlite3_column_int64(statement, 0));
      if (node != start) found_.push_back(node);
    }
    sqlite3_reset(statement);
    if (step != SQLITE_DONE) return db_.failed();
    return found_.size();
  }
  std::vector<std::uint32_t> found() const override { return found_; }

  Result<std::optional<bool>> reaches(std::uint32_t a, std::uint32_t b) override {
    sqlite3_bind_int64(reaches_.get(), 1, b);
    sqlite3_bind_int64(reaches_.get(), 2, a);
    const int step = sqlite3_step(reaches_.get());
    sqlite3_reset(reaches_.get());
    if (step != SQLITE_DONE && step != SQLITE_ROW) return db_.failed();
    return std::optional(step == SQLITE_ROW);
  }

 private:
  std::string path_;
  SqliteFile db_;
  std::vector<SqliteStatement> closures_;  // by direction; statements go before the database
  SqliteStatement reaches_;
  std::vector<std::uint32_t> found_;
};

}  // namespace

std::unique_ptr<Peer> sqlite(const std::string& folder) { return std::make_unique<Sqlite>(folder + "/edges.sqlite"); }

}  // namespace amont
