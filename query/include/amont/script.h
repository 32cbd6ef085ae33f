// Scripts: questions in Lua that anyone may run. A script runs in a sandbox (query/lua/sandbox.h) over a snapshot; it can read
// and compute, never write, and ends within its limits.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/exchange.h"
#include "amont/query.h"
#include "amont/report.h"
#include "amont/snapshot.h"
#include "amont/store.h"

namespace amont {

// `--- @param result ref  the published result`; "result?" makes it optional.
struct ScriptParameter {
  std::string name;
  std::string type;  // ref text integer date kind boolean
  std::string help;
  bool optional = false;
};

struct ScriptHeader {
  std::string name;         // "sources-of"
  std::string description;  // the first `---` lines
  std::vector<ScriptParameter> parameters;
  std::string format;  // of a script that reads or writes a foreign one: `--- @format table-schema`
  // Of an import script: "json", "json items", "json items shared", "json parts", "csv", "lines" or "triples".
  std::string input;
  std::string output;  // of an export script: "json", "csv", "text" or "rdf": `--- @output json`
  // `--- @sign "eventTime" "producer"`: how a file of the format is known: its beginning has all texts of one such line.
  std::vector<std::vector<std::string>> signs;
  std::vector<std::string> uses;  // parts that it shares with other scripts of formats: `--- @uses formats/lib/records`
};
Result<ScriptHeader> read_script_header(std::string_view name, std::string_view source);

struct ScriptRunLimits {
  std::uint64_t steps_max = 100'000'000;
  std::uint64_t time_ms = 10'000;
  std::uint64_t memory_bytes = 64ull << 20;
  std::uint64_t rows_max = 1'000'000;
  std::uint64_t output_bytes_max = 16ull << 20;
};

struct ScriptArguments {
  std::vector<std::pair<std::string, std::string>> named;  // checked against the header before the script runs
};

// kInvalid or kNotFound for arguments, kScript ("name:line: message"), kLimit, kTimeout. `store` serves at{known_at=...} if given.
Result<Report> run_script(const Snapshot& view, Store* store, std::string_view name, std::string_view source,
                          const ScriptArguments& arguments, const ScriptRunLimits& limits = {},
                          const std::atomic<bool>* cancel = nullptr);

// A script that ships with Amont, by its path below scripts/: "formats/table-schema". The schema hub is none (hub_schema()).
struct ShippedScript {
  std::string name;
  std::string source;
};
const std::vector<ShippedScript>& shipped_scripts();
const ShippedScript* find_shipped_script(std::string_view name);
// The import script that knows a file by its beginning (64 KiB tell); null when none does, or more than one.
const ShippedScript* script_that_reads(std::string_view beginning);

// One file offered to an import script.
struct ImportFile {
  std::string path;  // relative to what was imported; for messages and for the script
  ByteSource bytes;
};
// Runs an import script (scripts/formats/) over files, one after the other. All or nothing, as every import.
Result<ImportReport> import_with_script(Store& store, std::string_view name, std::string_view source,
                                        const std::function<Result<std::optional<ImportFile>>()>& next_file,
                                        const ImportOptions& options, const ScriptRunLimits& limits = {});

struct ExportReport {
  std::vector<std::string> notes;  // what the script had to say, such as what the format has no place for
  Completeness completeness;       // of what it asked
};
// Runs an export script (scripts/formats/out/): what it writes goes to `sink` piece by piece, so what came before an error has
// gone there too. It may use its limits anew for every 256 KiB that it has written. Codes as those of run_script, and the sink's own.
Result<ExportReport> export_with_script(const Snapshot& view, Store* store, std::string_view name,
                                        std::string_view source, const ScriptArguments& arguments, const ByteSink& sink,
                                        const ScriptRunLimits& limits = {}, const std::atomic<bool>* cancel = nullptr);

}  // namespace amont
