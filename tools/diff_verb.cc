// The diff verb: what differs between two states of the register, as records in the lineage of nodes, or in what approvals cover.

#include "tools/diff_shown.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct DiffArguments {
  AskArguments ask;
  bool coverage = false;
  std::string as_of;
};

Result<int> run_diff(Session& session, const DiffArguments& arguments, const std::vector<std::string>& words) {
  const AskArguments& ask = arguments.ask;
  AMONT_LET(const Format format, session.format());
  const std::vector<std::string> refs(words.begin() + 2, words.end());
  AskArguments asked = ask;
  asked.known_at = words[1];
  AMONT_LET(Question question, open_question(session, asked, "diff", refs));
  append_text(question.heading.options, "from", words[0]);
  AMONT_LET(Snapshot before, view_known_at(*question.store, words[0]));
  const States states{std::move(before), question.view};
  AMONT_LET(const std::vector<Ref> of, refs_of(refs));
  if (arguments.coverage) {
    if (ask.limit || ask.downstream)
      return invalid("--coverage takes neither --limit nor --downstream; leave them out");
    return show_coverage_diff(session, format, question, states, ask, of, arguments.as_of);
  }
  if (!arguments.as_of.empty()) return invalid("--as-of is about coverage; add --coverage");
  if (!refs.empty() && ask.limit)
    return invalid("--limit is about records, and the lineage of REFs is told whole; leave it out");
  if (refs.empty() && ask.downstream) return invalid("--downstream is about the lineage of REFs, and none was given");
  return refs.empty() ? show_record_diff(session, format, question, states, ask)
                      : show_lineage_diff(session, format, question, states, ask, of);
}

}  // namespace

std::vector<Verb> diff_verbs(Session& session) {
  const auto arguments = std::make_shared<DiffArguments>();
  AskArguments* const ask = &arguments->ask;
  Verb verb;
  verb.name = "diff";
  verb.group = "ask";
  verb.words = "TX|TIME TX|TIME [REF...]";
  verb.words_min = 2;
  verb.words_max = kAnyNumber;
  verb.formats = report_formats();
  verb.summary = "what differs between two states of the register";
  verb.about =
      "The records that were added, removed or changed between two transactions or times, each with the last "
      "transaction\n"
      "that changed it; with REFs, where their upstream is not the same. With --coverage, which uses of restricted "
      "data\n"
      "(behind the REFs, or all) became covered by approvals or stopped being so, and the transaction that made it "
      "so.\n"
      "Exit code 1 when something differs.";
  verb.examples =
      "amont diff 12 15\n"
      "amont diff 2026-01-01 2026-03-01 output:x\n"
      "amont diff 12 15 dataset:y --downstream --json\n"
      "amont diff 2026-01-01 2026-03-01 project:p --coverage --as-of 2026-03-01";
  verb.options = {{"--downstream", "", "what was made from the REFs, instead of what they were made from",
                   tool::into(ask->downstream)},
                  {"--limit", "N", "at most N records", tool::into(ask->limit)},
                  {"--coverage", "", "compare what approvals cover", tool::into(arguments->coverage)},
                  {"--as-of", "TIME", "with --coverage: how far to look at runs that have not ended",
                   tool::into(arguments->as_of)}};
  add_walk_options(verb.options, *ask);
  add_valid_options(verb.options, *ask);
  std::vector<Option> time;
  add_time_options(time, *ask);
  for (Option& option : time)
    if (option.names != "--known-at") verb.options.push_back(std::move(option));
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_diff(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
