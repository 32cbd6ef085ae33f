// A store in memory to import into and export from, with the small schema; and readers of texts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/exchange.h"
#include "amont/store.h"
#include "tests/support/crash_files.h"

namespace amont {

// Gives at most `piece` bytes at a time.
ByteSource source_of(std::string text, std::size_t piece = 1 << 20);

// Reads the growths that it was told of, by their text.
class KnownSchemas {
 public:
  void add(std::string lua, SchemaGrowth growth) { known_[std::move(lua)] = std::move(growth); }
  // The text that an export writes for this schema.
  void add(const Schema& schema);
  SchemaReader reader() const;

 private:
  std::map<std::string, SchemaGrowth, std::less<>> known_;
};

class ExchangeDesk {
 public:
  explicit ExchangeDesk(Judge judge = {});

  Store& store() { return *store_; }
  KnownSchemas& schemas() { return schemas_; }
  // For the file "in.jsonl" or "in.csv"; rejects and warnings are kept, as "place: text".
  ImportOptions options(const std::string& file);

  Result<ImportReport> jsonl(const std::string& text, bool keep_going = false);
  Result<ImportReport> csv(const std::string& text, bool keep_going = false);

  std::string exported_jsonl(std::optional<TxNumber> at = {});
  std::string exported_history();
  std::string exported_nodes();
  std::string exported_edges();

  std::vector<Reject> rejects;
  std::vector<std::string> warnings;

 private:
  Snapshot view(std::optional<TxNumber> at = {});

  CrashFiles files_;  // none of them is ever on a disk
  std::int64_t clock_ = 1'700'000'000'000'000;
  std::unique_ptr<Store> store_;
  KnownSchemas schemas_;
};

}  // namespace amont
