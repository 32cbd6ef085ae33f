// Verbs about the store itself: making one, what it is, healing its index.

#include <algorithm>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

constexpr std::size_t kSchemaBytesMax = 4 << 20;

Result<int> run_init(Session& session, const std::string& schema_file, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  if (!words.empty()) session.set_store(words[0]);
  AMONT_LET(const std::string path, session.store_path());
  SchemaGrowth schema = hub_schema();
  if (!schema_file.empty()) {
    AMONT_LET(const std::string lua, read_text_file(schema_file, kSchemaBytesMax));
    AMONT_LET(schema, read_schema(lua, schema_file));
  }
  AMONT_LET(Options options, session.store_options());
  AMONT_LET(const std::unique_ptr<Store> store, Store::create(path, schema, std::move(options)));
  const StoreInfo info = store->info();
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1, \"path\": ";
    append_json_string(json, path);
    append_member(json, "register_id");
    append_json_string(json, info.register_id);
    out.add(json + "}\n");
  } else {
    write_line(out, fmt::format("made the register {} in {}", info.register_id, path), {session.colour()});
  }
  AMONT_TRY(out.flush());
  return kYes;
}

// A row of `info`: its name in JSON, which the table shows with spaces, and its value, bare in JSON when it is a
// number.
struct Fact {
  std::string name;
  std::string value;
  bool bare = false;
};

std::vector<Fact> facts_of(const StoreInfo& info) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  return {
      {"path", info.path},
      {"register_id", info.register_id},
      {"created", info.created.text()},
      {"last_commit", info.last_commit.text()},
      {"head", number(info.head), true},
      {"visible", number(info.visible), true},
      {"root", info.root},
      {"nodes", number(info.nodes), true},
      {"edges", number(info.edges), true},
      {"schema_version", number(info.schema_version), true},
      {"log_bytes", number(info.log_bytes), true},
      {"index_bytes", number(info.index_bytes), true},
      {"checkpoint", number(info.checkpoint), true},
      {"damage", info.damage},
  };
}

Result<int> run_info(Session& session) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  const StoreInfo info = store->info();
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1, \"info\": {";
    for (const Fact& fact : facts_of(info)) {
      append_member(json, fact.name);
      if (fact.bare) json += fact.value;
      if (!fact.bare) append_json_string(json, fact.value);
    }
    out.add(json + "}}\n");
  } else {
    std::vector<std::vector<TableCell>> rows;
    for (Fact& fact : facts_of(info)) {
      std::replace(fact.name.begin(), fact.name.end(), '_', ' ');
      if (fact.name == "damage" && fact.value.empty()) fact.value = "none known";
      rows.push_back({fact.name, fact.value});
    }
    write_table(out, {{""}, {""}}, rows, {session.colour(), session.width()});
  }
  AMONT_TRY(out.flush());
  if (info.damage.empty() || is_of_bundle(info.damage)) return kYes;
  session.error("the store is damaged: " + info.damage);
  return kBroken;
}

void append_counts(std::string& json, std::string_view name, const std::vector<KindCount>& counts) {
  append_member(json, name);
  json += "{";
  for (const KindCount& one : counts) {
    append_member(json, one.name);
    json += std::to_string(one.count);
  }
  json += "}";
}

Result<int> run_stats(Session& session) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const StoreStats stats, store->stats());
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1, \"stats\": {";
    append_counts(json, "nodes", stats.nodes);
    append_counts(json, "edges", stats.edges);
    append_member(json, "transactions");
    json += std::to_string(stats.transactions);
    append_member(json, "retracted_nodes");
    out.add(json + std::to_string(stats.retracted_nodes) + "}}\n");
  } else if (format == Format::kCsv) {
    out.add("what,kind,count\n");
    for (const KindCount& one : stats.nodes) out.add(fmt::format("node,{},{}\n", one.name, one.count));
    for (const KindCount& one : stats.edges) out.add(fmt::format("edge,{},{}\n", one.name, one.count));
  } else {
    std::vector<std::vector<TableCell>> rows;
    for (const KindCount& one : stats.nodes)
      if (one.count > 0) rows.push_back({"node", one.name, std::to_string(one.count)});
    for (const KindCount& one : stats.edges)
      if (one.count > 0) rows.push_back({"edge", one.name, std::to_string(one.count)});
    const TableLook look = {session.colour(), session.width()};
    write_table(out, {{"what"}, {"kind"}, {"count", true}}, rows, look);
    if (!rows.empty()) out.add("\n");
    write_line(out,
               fmt::format("{}, {}", counted(stats.transactions, "transaction"),
                           counted(stats.retracted_nodes, "retracted node")),
               look);
  }
  AMONT_TRY(out.flush());
  return kYes;
}

Result<int> run_rebuild(Session& session) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::string path, session.store_path());
  AMONT_TRY(Store::rebuild(path, {}, session.progress()));
  if (format == Format::kJson) session.out().add("{\"amont\": 1, \"rebuilt\": true}\n");
  if (format == Format::kTable) session.out().add("rebuilt the index from the log\n");
  AMONT_TRY(session.out().flush());
  return kYes;
}

Verb store_verb(std::string name, std::string summary, std::string about, std::string examples) {
  Verb verb;
  verb.name = std::move(name);
  verb.group = "store";
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = std::move(summary);
  verb.about = std::move(about);
  verb.examples = std::move(examples);
  return verb;
}

}  // namespace

std::vector<Verb> store_verbs(Session& session) {
  const auto schema_file = std::make_shared<std::string>();
  Verb init = store_verb("init", "make a new register in a directory that is absent or empty",
                         "The schema is `hub`, for a data hub, unless --schema names a file with another one (in Lua).",
                         "amont init hub\n"
                         "amont -s hub init --schema mine.lua");
  init.words = "[DIR]";
  init.words_max = 1;
  init.options = {{"--schema", "FILE.lua", "the schema to begin with", into(*schema_file)}};
  init.run = [&session, schema_file](const std::vector<std::string>& words) {
    return run_init(session, *schema_file, words);
  };

  Verb info = store_verb("info", "what this store is: its id, head, root, sizes", "",
                         "amont -s hub info\namont -s hub info --json");
  info.run = [&session](const std::vector<std::string>&) { return run_info(session); };

  Verb stats = store_verb("stats", "how many nodes and edges of each kind there are now", "", "amont -s hub stats");
  stats.formats = {Format::kTable, Format::kJson, Format::kCsv};
  stats.run = [&session](const std::vector<std::string>&) { return run_stats(session); };

  Verb rebuild = store_verb("rebuild", "delete the index and make it anew from the log",
                            "Heals every damage of the index. Needs the store for itself.", "amont -s hub rebuild");
  rebuild.run = [&session](const std::vector<std::string>&) { return run_rebuild(session); };
  return {init, info, stats, rebuild};
}

}  // namespace amont::tool
