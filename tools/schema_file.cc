#include "tools/schema_file.h"

#include <fmt/format.h>

#include "amont/schema_script.h"

namespace amont::tool {
namespace {

constexpr std::size_t kBytesMax = 4 << 20;

}  // namespace

// Nodes first: an edge may name only kinds that are declared.
void write_schema_file(const Schema& schema, Output& out) {
  out.add("-- What kinds there are. `amont import FOLDER` declares them before it reads the tables.\n");
  for (const NodeRow& row : schema.nodes()) out.add(row.text() + "\n");
  for (const EdgeRow& row : schema.edges()) out.add(row.text() + "\n");
}

Status import_schema_file(Session& session, Store& store, const NamedFile& file, const ImportOptions& options) {
  AMONT_LET(const std::string lua, read_text_file(file.path, kBytesMax));
  AMONT_LET(SchemaGrowth growth, read_schema(lua, file.name));
  Transaction transaction;
  transaction.author = options.author;
  transaction.reason = options.reason;
  transaction.idempotency_key = options.idempotency_key;
  transaction.override_rules = options.override_rules;
  transaction.source = {"csv", file.name, {}, {}, {}};
  transaction.changes.push_back(GrowSchema{std::move(growth)});
  Result<Receipt> done = store.commit(transaction);
  if (!done.ok()) return std::move(done).status().while_doing(file.name);
  if (done->written) session.note(fmt::format("{}: the schema grew; transaction {}", file.name, done->tx));
  return {};
}

}  // namespace amont::tool
