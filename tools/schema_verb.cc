// The schema verb: printing and growing what kinds of node and edge there are.

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/receipt.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

constexpr std::size_t kSchemaBytesMax = 4 << 20;

struct SchemaArguments {
  std::string grow;
  std::string known_at;
  bool version = false;
  WriteArguments write;
};

void append_text(std::string& json, std::string_view name, std::string_view text) {
  append_member(json, name);
  append_json_string(json, text);
}

void append_rows(std::string& json, const std::vector<PropertyRow>& rows) {
  append_member(json, "props");
  json += "{";
  for (const PropertyRow& row : rows) append_text(json, row.name, row.type_text());
  json += "}";
}

std::string schema_json(const Schema& schema) {
  constexpr std::string_view kClasses[] = {"lineage", "structure", "governance"};
  std::string json = fmt::format("{{\"amont\": 1, \"schema\": {{\"version\": {}, \"nodes\": [", schema.version());
  for (std::size_t i = 0; i < schema.nodes().size(); ++i) {
    const NodeRow& row = schema.nodes()[i];
    std::string one = "{";
    append_text(one, "kind", row.name);
    append_rows(one, row.props);
    append_text(one, "lua", row.text());
    json += (i ? ",\n  " : "\n  ") + one + "}";
  }
  json += "],\n \"edges\": [";
  for (std::size_t i = 0; i < schema.edges().size(); ++i) {
    const EdgeRow& row = schema.edges()[i];
    std::string one = "{";
    append_text(one, "kind", row.name);
    append_text(one, "class", kClasses[static_cast<std::size_t>(row.edge_class)]);
    append_member(one, "weak");
    one += row.weak ? "true" : "false";
    append_rows(one, row.props);
    append_text(one, "lua", row.text());
    json += (i ? ",\n  " : "\n  ") + one + "}";
  }
  return json + "]}}\n";
}

Result<int> print_schema(Session& session, const SchemaArguments& arguments) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const Snapshot view, view_known_at(*store, arguments.known_at));
  const Schema& schema = view.schema();
  Output& out = session.out();
  if (arguments.version) {
    out.add(format == Format::kJson
                ? fmt::format("{{\"amont\": 1, \"schema\": {{\"version\": {}}}}}\n", schema.version())
                : fmt::format("{}\n", schema.version()));
  } else if (format == Format::kJson) {
    out.add(schema_json(schema));
  } else {
    for (const NodeRow& row : schema.nodes()) write_line(out, row.text(), {});
    out.add("\n");
    for (const EdgeRow& row : schema.edges()) write_line(out, row.text(), {});
  }
  AMONT_TRY(out.flush());
  return kYes;
}

Result<int> grow_schema(Session& session, const SchemaArguments& arguments) {
  AMONT_LET(const std::string lua, read_text_file(arguments.grow, kSchemaBytesMax));
  AMONT_LET(SchemaGrowth growth, read_schema(lua, arguments.grow));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  Transaction transaction;
  transaction.changes.push_back(GrowSchema{std::move(growth)});
  transaction.source.file = arguments.grow;
  return commit_and_tell(session, *store, std::move(transaction), arguments.write);
}

}  // namespace

std::vector<Verb> schema_verbs(Session& session) {
  const auto arguments = std::make_shared<SchemaArguments>();
  Verb schema;
  schema.name = "schema";
  schema.group = "store";
  schema.formats = {Format::kTable, Format::kJson};
  schema.summary = "print the kinds of node and edge, or declare more";
  schema.about =
      "A schema may grow: new kinds, new properties, new ends of an edge. A declared type never changes, and what is\n"
      "stored never becomes invalid.";
  schema.examples =
      "amont schema\n"
      "amont schema --grow packages.lua --author me --reason 'Debian packages'";
  schema.options = {
      {"--grow", "FILE.lua", "declare what this file says, in one transaction", into(arguments->grow)},
      {"--version", "", "print only how often the schema grew", into(arguments->version)},
      {"--known-at", "TX|TIME", "the schema as it was then", into(arguments->known_at)},
  };
  add_write_options(schema.options, arguments->write);
  schema.run = [&session, arguments](const std::vector<std::string>&) {
    return arguments->grow.empty() ? print_schema(session, *arguments) : grow_schema(session, *arguments);
  };
  return {schema};
}

}  // namespace amont::tool
