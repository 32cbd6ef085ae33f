// Import and export in Amont's own formats: JSONL (loses nothing) and CSV. FORMAT.md tells both.
//
// Reading streams: memory is bounded by the longest line (32 MiB) and Options::memory_bytes. Edges that wait for their ends, a history
// that is checked before it is written, what an import remembers of its records, and what an export sorts, go to temporary files when
// there is much of them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/snapshot.h"
#include "amont/store.h"
#include "amont/transaction.h"

namespace amont {

// Fills `out` and returns how many bytes it wrote; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<char> out)>;
using ByteSink = std::function<Status(std::string_view bytes)>;
// Reads a schema growth from its Lua text; query/ has one (amont/schema_script.h).
using SchemaReader = std::function<Result<SchemaGrowth>(std::string_view lua)>;

// A place in an input, from 1; column counts bytes. 0 where it makes no sense.
struct Position {
  std::string file;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string text() const;  // "hub.jsonl:12:7"
};

// A record that was not taken, under keep_going.
struct Reject {
  Position where;
  std::string reason;
  std::string record;  // as it stood in the input, at most 64 KiB of it
};

struct ImportOptions {
  std::string file;    // its name, for messages and for the transaction's source
  std::string sha256;  // of the input, hexadecimal, for the transaction's source; empty: not known
  std::string author;
  std::string reason;
  std::string idempotency_key;
  std::string again;                            // as in Transaction: why it puts redacted texts again
  bool keep_going = false;                      // keep the good records; otherwise it is all or nothing
  std::function<Status(const Reject&)> reject;  // told of each record left out; kept in order
  std::function<void(const Position&, std::string_view)> warn;
  bool take_rules = false;                  // whether lines may put and remove rules; otherwise they are refused
  std::vector<std::string> override_rules;  // as in Transaction; needs an author and a reason
  SchemaReader read_schema;                 // empty: a schema line is refused
  std::uint64_t total_bytes = 0;            // of the input, for progress; 0: unknown
  Progress progress;
};

struct ImportReport {
  std::uint64_t records = 0;  // read
  std::uint64_t nodes = 0;    // puts that changed something
  std::uint64_t edges = 0;
  std::uint64_t retractions = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t rejected = 0;
  std::uint64_t warnings = 0;
  Receipt receipt;  // of the last transaction
};

// Takes changes from any reader and lands them as one: the part that JSONL, CSV and the scripts of foreign formats share.
// An edge whose ends are not there yet waits until finish(). Not for use on many threads.
class Importer {
 public:
  // Takes the store's batch at the first change.
  Importer(Store& store, ImportOptions options);
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // A failure ends the import, unless keep_going turned it into a reject. `record` is told in rejects.
  Status take(Change change, Position where, std::string_view record = {});
  // For readers: a record that never became a change.
  Status refuse(const Status& why, Position where, std::string_view record = {});
  void warn(const Position& where, std::string_view text);
  void set_source(Source source);
  // A node as the register will have it when the import closes; nothing when it is unknown or retracted.
  Result<std::optional<Node>> node(const Ref& ref);
  // The properties of an edge, likewise; one that waits for its ends is not known yet.
  Result<std::optional<Properties>> edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                    std::string_view label);
  // Offers the waiting edges, then closes. After a failure nothing of the import is in the register.
  Result<ImportReport> finish();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// Both close the import. A file exported with history makes one transaction per original, checked as a whole before the first
// is written; keep_going does not apply to it. Errors: "file:line:column: what", kInvalid, kRefused, kNotFound, kLimit. `input` is
// called on the caller's thread only.
Result<ImportReport> import_jsonl(Store& store, const ByteSource& input, const ImportOptions& options);
// nodes.csv or edges.csv, told apart by their header: `kind,key,...` or `kind,from,to,label,...`.
Result<ImportReport> import_csv(Store& store, const ByteSource& input, const ImportOptions& options);

// All alive nodes and edges as of the snapshot, its schema and its rules; sorted, so that equal registers give equal bytes.
Status export_jsonl(const Snapshot& view, const ByteSink& sink, const Progress& progress = {});
// Every visible transaction up to the snapshot's, as it was.
Status export_jsonl_history(Store& store, const Snapshot& view, const ByteSink& sink, const Progress& progress = {});
Status export_csv_nodes(const Snapshot& view, const ByteSink& sink, const Progress& progress = {});
Status export_csv_edges(const Snapshot& view, const ByteSink& sink, const Progress& progress = {});

// One JSONL line without its newline.
std::string to_jsonl(const Node& node);
std::string to_jsonl(const Edge& edge, const Ref& from, const Ref& to);
// Appends a value as JSON: text as a string, reals with a point or an exponent, timestamps as {"@time": "..."}.
void append_json(std::string& out, const Value& value);
void append_json_string(std::string& out, std::string_view text);

}  // namespace amont
