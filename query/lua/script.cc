// A script's run, from its text to its report. What scripts can say, each group in a file of its own:
//
// lua_questions  upstream(x, options) downstream sources touches: a set, each node with depth and precision; reaches(a, b, options).
//                x is a ref, a node, a set, or a list of these. Options: depth, kind, through ("covers" instead of lineage,
//                "+covers" as well), precision or exact, granularity, limit.
// lua_paths      path(a, b, options): a list of nodes, with direction, precision and edges; paths(a, b, options), with count: a
//                list of these; edges(x, options), with direction and reduce: the edges that a walk follows
// lua_graph      order(x, options): a set; cycles(x, options) components: a list of sets; chokepoints(x, options) or
//                chokepoints(a, b, options): a list of {node =, behind =}; reach_counts(x, options): a list of {node =, exact =,
//                possible =}. With direction; x may be left out of the first three
// lua_why        why(a, b, options): a list of steps {kind, from, to, label, tx, because}, with refs, direction and precision;
//                why_not(a, b, options): a list of findings {reason, tx, path}, with upstream and common
// lua_coverage   coverage(x, options): a list of uses, each with what covers it and its gaps. With as_of, gaps, project; x may be
//                left out
// lua_register   node(ref) exists(ref) nodes(kind, ...) find(words, kind, ...) schema() known_at() transaction(number)
//                at{known_at =, valid_at =}: all these functions as methods, at another time: before:upstream(x)
// lua_sets       a & b  a | b  a - b  #a  a == b  a[1]  for item in a do  set{...}  a:only(kind, ...)  a:where{property = value}
//                a:where(function)  a:has(x)  a:refs()  a:incoming(edge kind, ...) a:outgoing(...): the nodes at the far ends
// lua_items      item.ref .kind .key .valid_from .valid_to .tx .alive, from an answer .depth .precision .direct, and its properties;
//                item:get(property)  item:properties()  item:edges("up" or "down", edge kind, ...)  item:incoming(...)  item:outgoing(...)
//                edge.kind .from .to .label .valid_from .valid_to .tx, and its properties; edge:get(property) edge:properties()
// lua_time       time("2026-01-31")  t + days  t - days  t - u  t < u  t.year .month .day .date; text is read as a date beside a time
//                hours(n) days weeks months years: t + months(18)
// lua_words      group sorted map keep join sum average smallest largest median percentile to from titles whole parts
//                projects_of variables_named opens_data in_force: they are written in Lua, scripts/words.lua
// lua_rows       rows{set or list, "column", {"header", "column"}, {"header", function}, title = ...}
// lua_report     text(...)
//                report{title = ..., block, ...}. What a script returns is its report: blocks, sets, plain values.
// lua_tree       tree{x, direction =, depth = ...}: what a walk follows; tree{x, function(node) ... end, depth = ...}
// lua_graph_block graph{set, edges(x), highlight =, gaps =, fold =, legend =}; graph{x, direction = ...}: what a walk follows
// lua_spans      timeline{set or list, label =, from =, to =, kind =}  chart{set or list, label =, value =, shape =, unit =}
// Arguments      arg.name, of the type that the header declares
//
// And of Lua what safe_libraries.h lists.

#include "amont/script.h"

#include "core/merkle/sha256.h"
#include "query/lua/script_arguments.h"
#include "query/lua/script_sandbox.h"
#include "query/lua/script_types.h"

namespace amont {

Result<Report> run_script(const Snapshot& view, Store* store, std::string_view name, std::string_view source,
                          const ScriptArguments& arguments, const ScriptRunLimits& limits,
                          const std::atomic<bool>* cancel) {
  AMONT_LET(const ScriptHeader header, read_script_header(name, source));
  if (!header.format.empty())
    return invalid(std::string(name) + (header.input.empty() ? " writes" : " reads files of") + " the format " +
                   header.format + " and answers no question");
  ScriptContext context(view, store);
  AMONT_LET(const CheckedArguments given, check_arguments(header, arguments, context.now()));
  Report report;
  report.known_at = view.tx();
  report.script_sha256 = hex(sha256(source));

  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, open_script_sandbox(context, given, limits, cancel));
  AMONT_TRY(sandbox->load(name, source));
  AMONT_TRY(sandbox->run(
      [&](lua_State* L, int first, int count) { return read_report(L, first, count, sandbox->budget(), &report); }));
  report.printed = sandbox->printed();
  AMONT_LET(report.completeness, context.completeness());
  return report;
}

}  // namespace amont
