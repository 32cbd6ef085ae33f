#include "tools/import_format.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "amont/script.h"
#include "tools/arguments.h"
#include "tools/schema_file.h"

namespace amont::tool {
namespace {

constexpr std::size_t kScriptBytesMax = 4 << 20;
constexpr std::size_t kBytesLookedAt = 64 << 10;
constexpr std::string_view kFormatScripts = "formats/";

// In the folder itself: those below it do other things.
bool reads_files(const ShippedScript& script) {
  return script.name.starts_with(kFormatScripts) && script.name.find('/', kFormatScripts.size()) == std::string::npos;
}

// The script's word for its input decides which files of a folder it is given.
Result<Reading> reading_by_script(std::string name, std::string source, const std::string& word) {
  AMONT_LET(const ScriptHeader header, read_script_header(name, source));
  if (!header.output.empty())
    return invalid(fmt::format("--format: {} writes a format and reads none: `amont export --format {}`", name, word));
  Reading reading{Reading::By::kScript, header.format.empty() ? name : header.format, std::move(source), {}};
  if (header.input == "json" || header.input == "json parts") reading.endings = {".json"};
  if (header.input.starts_with("json items")) reading.endings = {".json", ".jsonl", ".ndjson"};
  if (header.input == "csv") reading.endings = {".csv"};
  if (header.input == "triples") reading.endings = {".ttl", ".nt", ".trig", ".owl", ".rdf"};
  return reading;
}

Result<Reading> reading_named(const std::string& format) {
  if (format == "jsonl" || format == "ndjson") return Reading{Reading::By::kJsonl, "jsonl", {}, {".jsonl", ".ndjson"}};
  if (format == "csv") return Reading{Reading::By::kCsv, "csv", {}, {".csv", std::string(kSchemaFile)}};
  if (format.ends_with(".lua")) {
    AMONT_LET(std::string source, read_text_file(format, kScriptBytesMax));
    return reading_by_script(std::filesystem::path(format).stem().string(), std::move(source), format);
  }
  const ShippedScript* script = find_shipped_script(std::string(kFormatScripts) + format);
  if (script) return reading_by_script(format, script->source, format);
  const std::vector<std::string> names = format_names();
  const std::string near = nearest(format, names);
  return invalid(fmt::format("--format: \"{}\" is none of {}, nor a script FILE.lua{}", format, fmt::join(names, ", "),
                             near.empty() ? "" : "; did you mean " + near + "?"));
}

Result<std::string> beginning_of(const NamedFile& file, const std::atomic<bool>& interrupted) {
  AMONT_LET(const ByteSource bytes, open_bytes(file, interrupted));
  std::string text(kBytesLookedAt, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    AMONT_LET(const std::size_t got, bytes(std::span<char>(text).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  text.resize(size);
  return text;
}

// Whether it begins as Amont's own formats do. Whatever else they hold, they are no other's.
bool is_own(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.starts_with("kind,")) return true;
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  constexpr std::string_view kFirst[] = {"\"node\"",   "\"edge\"",        "\"retract\"",
                                         "\"schema\"", "\"transaction\"", "\"rule\""};
  return std::ranges::any_of(kFirst, [&](std::string_view name) { return text.starts_with(name); });
}

// "openlineage", or "" when the file does not tell.
Result<std::string> told_by_content(const NamedFile& file, const std::atomic<bool>& interrupted) {
  if (!file.regular) return std::string();  // what is read once can't be looked at before
  AMONT_LET(const std::string beginning, beginning_of(file, interrupted));
  const ShippedScript* script = is_own(beginning) ? nullptr : script_that_reads(beginning);
  return script ? script->name.substr(kFormatScripts.size()) : std::string();
}

std::string told_by_name(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".jsonl" || ending == ".ndjson") return "jsonl";
  return ending == ".csv" || path.ends_with(kSchemaFile) ? "csv" : "";
}

// The files that may tell a format.
Result<std::vector<NamedFile>> files_to_look_at(const std::string& path) {
  if (path != "-" && is_directory(path)) {
    AMONT_LET(std::vector<NamedFile> found,
              files_under(path, {".json", ".jsonl", ".ndjson", ".csv", ".ttl", ".nt", ".trig", ".owl", ".rdf"}));
    if (found.empty())
      return not_found(
          fmt::format("no file under {} ends in .json, .jsonl, .ndjson, .csv, .ttl, .nt, .trig, .owl or .rdf", path));
    return found;
  }
  AMONT_LET(NamedFile file, look_at(path));
  return std::vector<NamedFile>{std::move(file)};
}

// Files by their format, each with where they were asked for.
using Guesses = std::map<std::string, std::vector<std::string>>;

// "openlineage (a.json, b.json and 10 more), csv (c.csv)"
std::string guesses_text(const Guesses& guesses) {
  constexpr std::size_t kNamed = 2;
  std::string text;
  for (const auto& [format, files] : guesses) {
    text += fmt::format("{}{} ({}", text.empty() ? "" : ", ", format, files[0]);
    for (std::size_t i = 1; i < std::min(kNamed, files.size()); ++i) text += ", " + files[i];
    if (files.size() > kNamed) text += fmt::format(" and {} more", files.size() - kNamed);
    text += ")";
  }
  return text;
}

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names = {"jsonl", "csv"};
  for (const ShippedScript& script : shipped_scripts())
    if (reads_files(script)) names.push_back(script.name.substr(kFormatScripts.size()));
  return names;
}

std::string formats_listed() {
  std::string text = fmt::format("  {:<18}{}\n  {:<18}{}\n", "jsonl", "Amont's own, one record a line", "csv",
                                 "Amont's own tables, nodes.csv and edges.csv, with schema.lua");
  for (const ShippedScript& script : shipped_scripts()) {
    if (!reads_files(script)) continue;
    const Result<ScriptHeader> header = read_script_header(script.name, script.source);
    if (header.ok()) text += fmt::format("  {:<18}{}\n", header->format, header->description);
  }
  return text;
}

Result<Reading> reading_for(Session& session, const std::string& format, const std::vector<std::string>& paths) {
  if (!format.empty()) return reading_named(format);
  Guesses guesses;
  std::vector<std::string> silent;  // files that tell nothing
  bool by_content = false;
  for (const std::string& path : paths) {
    AMONT_LET(const std::vector<NamedFile> files, files_to_look_at(path));
    for (const NamedFile& file : files) {
      AMONT_LET(std::string one, told_by_content(file, session.interrupted()));
      by_content = by_content || !one.empty();
      if (one.empty()) one = told_by_name(file.path);
      (one.empty() ? silent : guesses[one]).push_back(file.name);
    }
  }
  if (!silent.empty())
    return invalid(fmt::format("neither what {} holds nor its name tells its format{}; say --format {}", silent[0],
                               guesses.empty() ? "" : fmt::format(" (others look like {})", guesses_text(guesses)),
                               fmt::join(format_names(), "|")));
  if (guesses.size() > 1)
    return invalid(fmt::format("the files are of {} formats: {}; import those of each with --format and its name",
                               guesses.size(), guesses_text(guesses)));
  const auto& [guess, files] = *guesses.begin();
  if (by_content)
    session.note(fmt::format("read as {}: {} holds what that format has; --format NAME says otherwise", guess,
                             paths.size() == 1 ? paths[0] : files[0]));
  return reading_named(guess);
}

std::string other_format(const Session& session, const Reading& reading, const std::vector<NamedFile>& files) {
  constexpr std::size_t kLookedAt = 100;
  for (std::size_t i = 0; i < std::min(files.size(), kLookedAt); ++i) {
    const Result<std::string> told = told_by_content(files[i], session.interrupted());
    if (told.ok() && !told->empty() && *told != reading.name)
      return fmt::format("{} looks like {}: say --format {}", files[i].name, *told, *told);
  }
  return {};
}

Result<std::vector<NamedFile>> files_of(const std::vector<std::string>& paths, const Reading& reading) {
  std::vector<NamedFile> files;
  for (const std::string& path : paths) {
    if (path == "-" || !is_directory(path)) {
      AMONT_LET(NamedFile file, look_at(path));
      files.push_back(std::move(file));
      continue;
    }
    AMONT_LET(std::vector<NamedFile> found, files_under(path, reading.endings));
    if (found.empty())
      return not_found(fmt::format("no file under {} ends in {}", path, fmt::join(reading.endings, " or ")));
    // Edges need their nodes, and nodes their kinds.
    if (reading.by == Reading::By::kCsv)
      for (const std::string_view first : {std::string_view("nodes.csv"), kSchemaFile})
        std::stable_partition(found.begin(), found.end(),
                              [&](const NamedFile& file) { return file.name.ends_with(first); });
    std::move(found.begin(), found.end(), std::back_inserter(files));
  }
  return files;
}

}  // namespace amont::tool
