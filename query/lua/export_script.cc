// An export with a script: the register as it stands in a view, out as text of a foreign format.

#include "query/lua/export_context.h"
#include "query/lua/script_arguments.h"
#include "query/lua/script_parts.h"
#include "query/lua/script_sandbox.h"

namespace amont {
namespace {

int install(lua_State* L) {
  install_export(L, static_cast<ExportContext*>(lua_touserdata(L, 1)));
  return 0;
}

}  // namespace

Result<ExportReport> export_with_script(const Snapshot& view, Store* store, std::string_view name,
                                        std::string_view source, const ScriptArguments& arguments, const ByteSink& sink,
                                        const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  AMONT_LET(const ScriptHeader header, read_script_header(name, source));
  if (header.output.empty())
    return invalid(std::string(name) + " is no export script: its header has no --- @format and --- @output");
  ScriptContext questions(view, store);
  ExportContext context(view.schema(), sink, limits);
  context.is_rdf = header.output == "rdf";
  AMONT_LET(const CheckedArguments given, check_arguments(header, arguments, questions.now()));
  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, open_script_sandbox(questions, given, limits, cancel));
  AMONT_TRY(sandbox->install(install, &context));
  AMONT_TRY(load_parts(*sandbox, header));
  AMONT_TRY(sandbox->load(name, source));
  AMONT_TRY(sandbox->run());
  if (!sandbox->has_function("export"))
    return Status(Code::kScript, std::string(name) + ": an export script needs a function export");
  const Status exported = sandbox->call("export", nullptr, nullptr);
  AMONT_TRY(context.failure);  // in its own words rather than in those of the script that met it
  AMONT_TRY(exported);
  if (context.rdf) AMONT_TRY(context.rdf->finish());
  AMONT_TRY(context.give());
  AMONT_LET(Completeness completeness, questions.completeness());
  return ExportReport{std::move(context.notes), std::move(completeness)};
}

}  // namespace amont
