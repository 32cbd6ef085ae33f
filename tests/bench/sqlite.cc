#include <fmt/format.h>
#include <sqlite3.h>

#include "tests/bench/peer.h"

namespace amont {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

class Sqlite final : public Peer {
 public:
  explicit Sqlite(std::string path) : path_(std::move(path)) {}
  std::string name() const override { return "SQLite"; }

  Status load(std::uint64_t, std::span<const GeneratedEdge> edges) override {
    sqlite3* db = nullptr;
    const int opened = sqlite3_open(path_.c_str(), &db);
    db_.reset(db);
    if (opened != SQLITE_OK) return failed();
    AMONT_TRY(
        run("PRAGMA journal_mode = WAL; PRAGMA cache_size = -524288;"
            "CREATE TABLE up (near INTEGER, far INTEGER, PRIMARY KEY (near, far)) WITHOUT ROWID;"
            "CREATE TABLE down (near INTEGER, far INTEGER, PRIMARY KEY (near, far)) WITHOUT ROWID; BEGIN"));
    for (const bool reverse : {false, true}) {
      AMONT_LET(const Statement insert,
                prepare(fmt::format("INSERT OR IGNORE INTO {} VALUES (?, ?)", reverse ? "down" : "up")));
      for (const GeneratedEdge& edge : edges) {
        sqlite3_bind_int64(insert.get(), 1, reverse ? edge.to : edge.from);
        sqlite3_bind_int64(insert.get(), 2, reverse ? edge.from : edge.to);
        if (sqlite3_step(insert.get()) != SQLITE_DONE) return failed();
        sqlite3_reset(insert.get());
      }
    }
    AMONT_TRY(run("COMMIT; ANALYZE"));
    for (const char* table : {"up", "down"}) {
      AMONT_LET(auto statement,
                prepare(fmt::format("WITH RECURSIVE reached(node) AS (VALUES(?1) UNION SELECT far FROM reached "
                                    "JOIN {0} ON {0}.near = reached.node) SELECT node FROM reached",
                                    table)));
      closures_.push_back(std::move(statement));
    }
    return {};
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
    if (step != SQLITE_DONE) return failed();
    return found_.size();
  }
  std::vector<std::uint32_t> found() const override { return found_; }

 private:
  Status failed() const { return io_error(fmt::format("SQLite: {}", sqlite3_errmsg(db_.get()))); }
  Status run(const char* sql) {
    return sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK ? Status() : failed();
  }
  Result<Statement> prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return failed();
    return Statement(statement);
  }

  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
  std::vector<Statement> closures_;  // by direction; they go before the database
  std::vector<std::uint32_t> found_;
};

}  // namespace

std::unique_ptr<Peer> sqlite(const std::string& folder) { return std::make_unique<Sqlite>(folder + "/edges.sqlite"); }

}  // namespace amont
