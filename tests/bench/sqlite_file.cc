#include "tests/bench/sqlite_file.h"

#include <fmt/format.h>

namespace amont {

Status SqliteFile::open(const std::string& path) {
  sqlite3* db = nullptr;
  const int opened = sqlite3_open(path.c_str(), &db);
  db_.reset(db);
  return opened == SQLITE_OK ? Status() : failed();
}

Status SqliteFile::run(const std::string& sql) {
  return sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK ? Status() : failed();
}

Result<SqliteStatement> SqliteFile::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return failed();
  return SqliteStatement(statement);
}

Status SqliteFile::step(const SqliteStatement& statement) {
  if (sqlite3_step(statement.get()) != SQLITE_DONE) return failed();
  sqlite3_reset(statement.get());
  return {};
}

Status SqliteFile::failed() const { return io_error(fmt::format("SQLite: {}", sqlite3_errmsg(db_.get()))); }

}  // namespace amont
