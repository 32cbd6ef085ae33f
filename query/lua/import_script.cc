// An import with a script: files in, changes out, all or nothing.

#include <fmt/format.h>

#include <algorithm>

#include "amont/script.h"
#include "core/aside.h"
#include "core/text/utf8.h"
#include "query/lua/import_context.h"
#include "query/lua/sandbox.h"
#include "query/lua/script_parts.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::size_t kJsonBytesMax = 256 << 20;
constexpr std::uint64_t kSharedBytesMax = 4 << 20;
constexpr const char* kUndo = "undo";  // what a script takes back with that it remembers of a record

constexpr std::string_view kGlobals[] = {"node",       "edge",       "retract", "schema", "known",  "json",
                                         "from_json",  "warn",       "reject",  "time",   "totime", "null",
                                         "empty_list", "has_others", "convert", "finish", "undo",   "keeps_going"};
constexpr std::span<const std::string_view> kNames(kGlobals);

int install(lua_State* L) {
  install_import(L, static_cast<ImportContext*>(lua_touserdata(L, 1)));
  define_parts(L);
  install_guesses(L, kNames);
  return 0;
}

void push_file(lua_State* L, const ImportContext& context) {
  lua_createtable(L, 0, 2);
  push_text(L, context.path);
  lua_setfield(L, -2, "path");
  if (!context.rows) return;
  const std::vector<std::string>& names = context.rows->names();
  lua_createtable(L, static_cast<int>(names.size()), 0);
  for (std::size_t i = 0; i < names.size(); ++i) {
    push_text(L, names[i]);
    lua_rawseti(L, -2, static_cast<lua_Integer>(i) + 1);
  }
  lua_setfield(L, -2, "columns");
}

int push_lines(lua_State* L) {
  ImportContext* context = static_cast<ImportContext*>(lua_touserdata(L, 1));
  push_reader(L, context);
  push_file(L, *context);
  return 2;
}

// convert(document, file); raises when the document is no JSON, and leaves the failure in the context.
int push_document(lua_State* L) {
  ImportContext* context = static_cast<ImportContext*>(lua_touserdata(L, 1));
  JsonReading* reading = &*context->json;
  if (!(context->shared ? push_shared_json(L, context, reading, context->shared) : push_json(L, context, reading))) {
    context->json->failed = !context->status.ok();
    std::swap(context->failure, context->status);
    return raise_status(L, context->failure);
  }
  push_file(L, *context);
  return 2;
}

int push_whole(lua_State* L) {
  ImportContext* context = static_cast<ImportContext*>(lua_touserdata(L, 1));
  push_parts(L, context);
  push_file(L, *context);
  return 2;
}

class ScriptedImport {
 public:
  ScriptedImport(Store& store, const ImportOptions& options, const ScriptRunLimits& limits)
      : options_(options), importer_(store, options), context_(importer_, options_, limits), limits_(limits) {}

  Status load(std::string_view name, std::string_view source) {
    AMONT_LET(header_, read_script_header(name, source));
    if (header_.input.empty())
      return invalid(fmt::format("{} is no import script: its header has no --- @format and --- @input", name));
    if (header_.input == "json items shared") {
      shared_.emplace(std::min<std::uint64_t>(limits_.memory_bytes / 16, kSharedBytesMax));
      context_.shared = &*shared_;
    }
    importer_.set_source({header_.format, options_.file, options_.sha256, {}, {}});
    context_.path = name;
    AMONT_LET(sandbox_, Sandbox::create(limits_, nullptr));
    AMONT_TRY(sandbox_->install(install, &context_));
    AMONT_TRY(load_parts(*sandbox_, header_));
    AMONT_TRY(sandbox_->load(name, source));
    AMONT_TRY(told(sandbox_->run()));
    AMONT_TRY(end_record());
    if (sandbox_->has_function("convert")) return {};
    return {Code::kScript, fmt::format("{}: an import script needs a function convert", name)};
  }

  Status convert(const ImportFile& file) {
    context_.path = file.path;
    context_.allowance.begin();
    sandbox_->budget().renew();
    AMONT_TRY(convert_input(file));
    return context_.tell_progress(0);
  }

  // The function finish of the script, if it has one, may add what only shows when all files are read.
  Result<ImportReport> finish() {
    context_.path = options_.file;
    sandbox_->budget().renew();
    if (sandbox_->has_function("finish")) AMONT_TRY(told(sandbox_->call("finish", nullptr, nullptr)));
    AMONT_TRY(end_record());
    // What the script held takes a while to give back, and nobody asks for it any more.
    const std::future<Status> closed = aside([this] {
      sandbox_.reset();
      return Status();
    });
    return importer_.finish();
  }

 private:
  Status convert_input(const ImportFile& file) {
    if (header_.input == "json") return convert_json(file);
    if (header_.input == "json parts") return convert_parts(file);
    if (header_.input.starts_with("json items")) return convert_items(file);
    if (header_.input == "triples") return convert_triples(file);
    return header_.input == "csv" ? convert_rows(file) : convert_lines(file);
  }

  // The failure in its own words rather than in those of the script that met it.
  Status told(Status status) {
    if (status.ok() || context_.failure.ok()) return status;
    return std::exchange(context_.failure, Status());
  }

  // What was put since the last record stands, unless that one was refused: then the script forgets it too.
  Status end_record() {
    const bool refused = context_.refused;
    AMONT_TRY(context_.end_record());
    if (!refused || !sandbox_->has_function(kUndo)) return {};
    return told(sandbox_->call(kUndo, nullptr, nullptr));
  }

  // An error of the script while it reads a record is the record's fault: an import that keeps going can do without it.
  Status end_conversion(Status converted) {
    if (converted.code() == Code::kScript && context_.failure.ok()) {
      context_.has_record = true;  // all that was put since the last one
      converted = context_.refuse_record({Code::kScript, "the script could not read this: " + converted.text()},
                                         context_.where());
    }
    AMONT_TRY(told(std::move(converted)));
    return end_record();
  }

  // Calls convert() with the reader of the file's lines, rows or triples. Rows stand for themselves, so after one that the script could not read it
  // goes on with the next; lines do not.
  Status convert_records() {
    while (true) {
      const std::uint64_t line = context_.where().line;
      Status converted = sandbox_->call("convert", push_lines, &context_);
      const bool stumbled = !converted.ok();
      AMONT_TRY(end_conversion(std::move(converted)));
      if (!stumbled || !context_.rows || !context_.rows->can_go_on() || context_.where().line == line) return {};
    }
  }

  Status convert_lines(const ImportFile& file) {
    context_.lines.emplace(file.bytes);
    AMONT_TRY(convert_records());
    if (!context_.lines->at_end()) {
      AMONT_LET(const auto more, context_.lines->next());
      if (more)
        context_.importer.warn(context_.where(), "the script stopped reading here; what follows was not imported");
    }
    context_.bytes_before += context_.lines->bytes();
    context_.lines.reset();
    return {};
  }

  Status convert_rows(const ImportFile& file) {
    context_.rows.emplace(file.bytes);
    if (Status bad = context_.rows->read_names(); !bad.ok()) {
      AMONT_TRY(importer_.refuse(bad, context_.where(), {}));
    } else {
      AMONT_TRY(convert_records());
      AMONT_LET(const bool more, context_.rows->can_go_on() ? context_.rows->next() : Result<bool>(false));
      if (more)
        context_.importer.warn(context_.where(), "the script stopped reading here; what follows was not imported");
    }
    context_.bytes_before += context_.rows->bytes();
    context_.rows.reset();
    return {};
  }

  Status convert_triples(const ImportFile& file) {
    context_.triples.emplace(file.bytes, file.path);
    AMONT_TRY(convert_records());
    const Result<const Triple*> more = context_.triples->next();
    if (more.ok() && *more)
      context_.importer.warn(context_.where(), "the script stopped reading here; what follows was not imported");
    context_.bytes_before += context_.triples->bytes();
    context_.triples.reset();
    return {};
  }

  Status convert_json(const ImportFile& file) {
    AMONT_LET(std::string text, read_all(file.bytes, file.path, kJsonBytesMax));
    context_.bytes_before += text.size();
    context_.json.emplace(std::move(text));
    return convert_document(file);
  }

  Status convert_parts(const ImportFile& file) {
    AMONT_LET(const std::string text, read_all(file.bytes, file.path, kJsonBytesMax));
    const std::uint64_t size = text.size();
    if (const std::size_t misfit = first_misfit(text, TextRule::kNoNul); misfit != size)
      return importer_.refuse(invalid(misfit_text(text, misfit)), position_in(file.path, text, misfit), {});
    const Held held(sandbox_->budget(), size);
    context_.json.emplace(text, size);
    context_.parts.emplace(context_.json->text);
    context_.part_line = context_.part_bytes = 0;
    context_.part_at = context_.part_end = 0;
    const Status ended = end_conversion(sandbox_->call("convert", push_whole, &context_));
    context_.parts.reset();
    context_.json.reset();
    context_.part_line = 0;
    context_.bytes_before += size;
    return ended;
  }

  Status convert_items(const ImportFile& file) {
    context_.items.emplace(file.bytes, shared_.has_value());
    while (true) {
      const Result<const JsonItem*> item = context_.items->next();
      if (!item.ok()) {
        const Position where{file.path, context_.items->line(), 0};
        AMONT_TRY(importer_.refuse(item.status(), where, {}));
        break;  // kept going: what follows can't be read
      }
      if (!*item) break;
      if (shared_) shared_->begin((*item)->text, (*item)->objects);
      context_.json.emplace((*item)->text, (*item)->misfit);
      AMONT_TRY(convert_document(file));
      AMONT_TRY(context_.tell_progress(context_.items->bytes()));
    }
    context_.bytes_before += context_.items->bytes();
    context_.items.reset();
    return {};
  }

  // The one in context_.json.
  Status convert_document(const ImportFile& file) {
    const Held held(sandbox_->budget(), context_.json->text.size());
    context_.has_record = true;
    Status converted = sandbox_->call("convert", push_document, &context_);
    // A document that is none is the file's fault and not the script's, so an import that keeps going can do without
    // it.
    if (!context_.failure.ok() && context_.json->failed) {
      const Status why = std::exchange(context_.failure, Status());
      Position where = position_in(file.path, context_.json->text, context_.json->failed_at);
      if (context_.items && where.line > 1) where.line += context_.items->line() - 1;
      if (context_.items && where.line == 1)
        where = {file.path, context_.items->line(), where.column + context_.items->column() - 1};
      converted = importer_.refuse(why, where, context_.record());
    }
    converted = end_conversion(std::move(converted));
    context_.json.reset();
    return converted;
  }

  const ImportOptions options_;
  Importer importer_;
  ImportContext context_;
  const ScriptRunLimits limits_;
  ScriptHeader header_;
  std::optional<SharedJson> shared_;
  std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace

Position position_in(const std::string& path, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t begin = before.rfind('\n');
  return {path, line, before.size() - (begin == std::string_view::npos ? 0 : begin + 1) + 1};
}

Result<ImportReport> import_with_script(Store& store, std::string_view name, std::string_view source,
                                        const std::function<Result<std::optional<ImportFile>>()>& next_file,
                                        const ImportOptions& options, const ScriptRunLimits& limits) {
  ScriptedImport import(store, options, limits);
  AMONT_TRY(import.load(name, source));
  while (true) {
    AMONT_LET(const std::optional<ImportFile> file, next_file());
    if (!file) return import.finish();
    AMONT_TRY(import.convert(*file));
  }
}

}  // namespace amont
