// Was every use approved, then?

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/render/coverage.h"
#include "tools/render/table_report.h"
#include "tools/show_report.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

constexpr std::size_t kUsesAtOnce = 4096;

struct CoverageArguments {
  AskArguments ask;
  std::string as_of;
  bool gaps_only = false;
  std::vector<std::string> projects;
};

// Own options, understood, and as the answer's heading tells them.
Result<CoverageOptions> coverage_options(const CoverageArguments& arguments, Question& question) {
  CoverageOptions options;
  options.ask = question.options;
  std::string& told = question.heading.options;
  if (!arguments.as_of.empty()) {
    AMONT_LET(options.as_of, Timestamp::parse_date_or_time(arguments.as_of).while_doing("--as-of"));
    append_member(told, "as_of");
    append_json_string(told, options.as_of->text());
  }
  options.gaps_only = arguments.gaps_only;
  if (arguments.gaps_only) {
    append_member(told, "gaps");
    told += "true";
  }
  if (arguments.projects.empty()) return options;
  append_member(told, "project");
  told += "[";
  for (const std::string& project : arguments.projects) {
    AMONT_LET(const NodeId id, resolve(question, project));
    options.projects.push_back(id);
    if (told.back() != '[') told += ", ";
    append_json_string(told, project);
  }
  told += "]";
  return options;
}

std::string closing_words(const Coverage& answer) {
  std::string out = counted(answer.checked, "use") + (answer.checked == 1 ? " needs an approval" : " need an approval");
  if (answer.checked > 0)
    out += answer.uncovered == 0 ? ", all are covered" : fmt::format(", {} not covered throughout", answer.uncovered);
  return answer.open == 0 ? out
                          : out + fmt::format("; {} more {} none", answer.open, answer.open == 1 ? "needs" : "need");
}

Status show(Session& session, Format format, const Coverage& answer, const Question& question, bool raw) {
  Output& out = session.out();
  const TableLook look = {session.colour(), session.width()};
  const std::string counts = coverage_counts_json(answer);
  if (format == Format::kJson) out.add(question.heading.open_json() + counts + ",\n \"uses\": [");
  if (format == Format::kNdjson) out.add(question.heading.json_line(counts) + "\n");
  if (format == Format::kCsv) out.add(coverage_csv_header());
  std::vector<std::vector<TableCell>> rows;
  RefTexts refs;
  const std::span<const UseCoverage> uses(answer.uses);
  for (std::size_t first = 0; first < uses.size(); first += kUsesAtOnce) {
    const auto some = uses.subspan(first, std::min(kUsesAtOnce, uses.size() - first));
    AMONT_TRY(refs.read(question.view, some));
    for (std::size_t i = 0; i < some.size(); ++i) {
      switch (format) {
        case Format::kTable:
        case Format::kMarkdown:
        case Format::kHtml: add_coverage_rows(rows, some[i], refs); break;
        case Format::kJson: out.add((first + i ? ",\n  " : "\n  ") + coverage_json(some[i], refs)); break;
        case Format::kNdjson: out.add(coverage_json(some[i], refs) + "\n"); break;
        case Format::kCsv: out.add(coverage_csv(some[i], refs, raw)); break;
        default: break;  // formats that this verb has not
      }
    }
  }
  if (format == Format::kJson) out.add("]}\n");
  if (format == Format::kTable) {
    write_table(out, coverage_columns(), rows, look);
    if (!rows.empty()) out.add("\n");
    write_closing(out, question.heading, closing_words(answer), look);
  }
  if (format == Format::kMarkdown || format == Format::kHtml) {
    return show_blocks(session, format, question.heading, {block_of("", coverage_columns(), rows)},
                       closing_words(answer), raw);
  }
  if (format == Format::kCsv) session.note(question.heading.closing_line(closing_words(answer)));
  return out.flush();
}

Result<int> run_coverage(Session& session, const CoverageArguments& arguments, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, arguments.ask, "coverage", words));
  AMONT_LET(const CoverageOptions options, coverage_options(arguments, question));
  AMONT_LET(const std::vector<NodeId> of, resolve(question, words));
  AMONT_LET(const Coverage answer, coverage(question.view, of, options));
  AMONT_TRY(question.heading.take(answer.completeness, question.view));
  AMONT_TRY(show(session, format, answer, question, arguments.ask.raw));
  const int code = exit_code(session, question, arguments.ask);
  return code == kYes && answer.uncovered > 0 ? kNo : code;
}

}  // namespace

std::vector<Verb> coverage_verbs(Session& session) {
  const auto arguments = std::make_shared<CoverageArguments>();
  Verb verb;
  verb.name = "coverage";
  verb.group = "ask";
  verb.words = "[REF...]";
  verb.summary = "was every use approved, then";
  verb.about =
      "Looks at each use of data that need an approval: in the ancestry of results (datasets, outputs, publications), "
      "of\n"
      "runs, of projects with the runs performed for them, or in the whole register without REF. Says which approvals\n"
      "covered it, or from when to when none did, why, and which came nearest. query/COVERAGE.md tells the rules.\n"
      "Exit code 1 when something is not covered.";
  verb.examples =
      "amont coverage publication:doi/10.1000/1\n"
      "amont coverage project:p --gaps --as-of 2026-01-01\n"
      "amont coverage --gaps --format csv\n"
      "amont coverage run:r --known-at 2024-03-03 --json";
  verb.words_max = kAnyNumber;
  verb.formats = report_formats();
  verb.options.push_back({"--as-of", "TIME",
                          "how far to look at runs that have not ended; without it, at their beginning only",
                          tool::into(arguments->as_of)});
  verb.options.push_back({"--gaps", "", "only uses that are not covered throughout", tool::into(arguments->gaps_only)});
  verb.options.push_back(
      {"--project", "REF,...", "only uses for these projects", into_list(arguments->projects), true});
  AskArguments& ask = arguments->ask;
  add_walk_options(verb.options, ask);
  verb.options.push_back(
      {"--limit", "N", "list only the first N; the answer says how many more there are", tool::into(ask.limit)});
  verb.options.push_back({"--valid-at", "TIME|FROM/TO", "only uses that went on then", tool::into(ask.valid_at)});
  add_time_options(verb.options, ask);
  verb.options.push_back(
      {"--raw", "", "CSV for machines: texts that look like formulas stay as they are", tool::into(ask.raw)});
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_coverage(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
