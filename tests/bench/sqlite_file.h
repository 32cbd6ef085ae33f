// SQLite's handles, closed by themselves, and its errors as ours.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "amont/status.h"

namespace amont {

struct CloseSqlite {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteStatement = std::unique_ptr<sqlite3_stmt, CloseSqlite>;

class SqliteFile {
 public:
  Status open(const std::string& path);
  Status run(const std::string& sql);
  Result<SqliteStatement> prepare(const std::string& sql);
  // Of a statement that gives no rows: runs it, and makes it ready for the next values.
  Status step(const SqliteStatement& statement);
  // The last error.
  Status failed() const;

 private:
  std::unique_ptr<sqlite3, CloseSqlite> db_;
};

}  // namespace amont
