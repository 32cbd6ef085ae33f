#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "amont/schema_script.h"
#include "amont/script.h"
#include "query/lua/embedded_scripts.h"

namespace amont {
namespace {

// What is there to be read by others, and no script to run: a schema, and words of all scripts.
constexpr std::string_view kHub = "hub", kWords = "words";

}  // namespace

std::string_view embedded_text(std::string_view name) {
  for (const EmbeddedScript& script : std::span(kEmbeddedScripts, kEmbeddedScriptCount))
    if (script.name == name) return script.text;
  std::abort();  // the library was built without it
}

const std::vector<ShippedScript>& shipped_scripts() {
  static const std::vector<ShippedScript> scripts = [] {
    std::vector<ShippedScript> all;
    for (const EmbeddedScript& script : std::span(kEmbeddedScripts, kEmbeddedScriptCount))
      if (script.name != kHub && script.name != kWords && !script.name.starts_with(kPartsFolder))
        all.push_back({std::string(script.name), std::string(script.text)});
    return all;
  }();
  return scripts;
}

const ShippedScript* find_shipped_script(std::string_view name) {
  for (const ShippedScript& script : shipped_scripts())
    if (script.name == name) return &script;
  return nullptr;
}

const ShippedScript* script_that_reads(std::string_view beginning) {
  static const std::vector<std::pair<const ShippedScript*, ScriptHeader>> formats = [] {
    std::vector<std::pair<const ShippedScript*, ScriptHeader>> all;
    for (const ShippedScript& script : shipped_scripts()) {
      Result<ScriptHeader> header = read_script_header(script.name, script.source);
      if (header.ok() && !header->signs.empty()) all.emplace_back(&script, *std::move(header));
    }
    return all;
  }();
  const auto has = [&](const std::string& text) { return beginning.find(text) != std::string_view::npos; };
  const ShippedScript* found = nullptr;
  for (const auto& [script, header] : formats) {
    if (std::ranges::none_of(header.signs, [&](const auto& sign) { return std::ranges::all_of(sign, has); })) continue;
    if (found) return nullptr;
    found = script;
  }
  return found;
}

const SchemaGrowth& hub_schema() {
  static const SchemaGrowth hub = [] {
    Result<SchemaGrowth> read = read_schema(embedded_text(kHub), "hub.lua");
    if (read.ok()) return *std::move(read);
    std::fprintf(stderr, "amont: %s\n", read.status().text().c_str());
    std::abort();  // the library was built with a schema that does not read; tests see to it that none is
  }();
  return hub;
}

}  // namespace amont
