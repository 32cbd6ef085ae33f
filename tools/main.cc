// The `amont` command: reads the command line by the table of verbs, runs the verb, and turns what it says into an exit
// code.

#include <algorithm>
#include <exception>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <fmt/format.h>

#include "amont/apart.h"
#include "tools/arguments.h"
#include "tools/completion.h"
#include "tools/exit_code.h"
#include "tools/help.h"
#include "tools/session.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

std::vector<Verb> all_verbs(Session& session) {
  std::vector<Verb> verbs;
  for (const auto group :
       {store_verbs,  schema_verbs,  write_verbs,   import_verbs,   look_verbs,   walk_verbs,   path_verbs,
        why_verbs,    diff_verbs,    graph_verbs,   coverage_verbs, log_verbs,    run_verbs,    script_verbs,
        repl_verbs,   check_verbs,   keeping_verbs, rules_verbs,    lint_verbs,   keygen_verbs, checkpoint_verbs,
        anchor_verbs, witness_verbs, verify_verbs,  export_verbs,   redact_verbs, bundle_verbs, verify_bundle_verbs}) {
    for (Verb& verb : group(session)) verbs.push_back(std::move(verb));
  }
  return verbs;
}

// The two verbs that tell of all others, and so are made last.
void add_telling_verbs(Session& session, std::vector<Verb>& verbs, const std::vector<Option>& common) {
  Verb completion;
  completion.name = "completion";
  completion.group = "share";
  completion.words = "bash|zsh|fish";
  completion.words_min = completion.words_max = 1;
  completion.summary = "completions for a shell";
  completion.examples =
      "source <(amont completion bash)\n"
      "amont completion fish > ~/.config/fish/completions/amont.fish";
  completion.run = [&session, &verbs, &common](const std::vector<std::string>& words) -> Result<int> {
    AMONT_LET(const std::string text, completion_for(words[0], verbs, common));
    session.out().add(text);
    AMONT_TRY(session.out().flush());
    return kYes;
  };
  verbs.push_back(std::move(completion));
}

Result<const Verb*> find_verb(const std::vector<Verb>& verbs, const std::string& name) {
  const auto found = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& verb) { return verb.name == name; });
  if (found != verbs.end()) return &*found;
  std::vector<std::string> names;
  for (const Verb& verb : verbs) names.push_back(verb.name);
  const std::string near = nearest(name, names);
  return invalid(fmt::format("there is no verb \"{}\"{}", name,
                             near.empty() ? "; `amont --help` lists them" : "; did you mean " + near + "?"));
}

Status check_count(const Verb& verb, std::size_t count) {
  if (count >= verb.words_min && count <= verb.words_max) return {};
  if (verb.words.empty())
    return invalid(fmt::format("{} takes no words; `amont {} --help` tells more", verb.name, verb.name));
  return invalid(fmt::format("{} takes {}; `amont {} --help` tells more", verb.name, verb.words, verb.name));
}

Result<int> print(Session& session, const std::string& text) {
  session.out().add(text);
  AMONT_TRY(session.out().flush());
  return kYes;
}

Result<int> run(Session& session, std::vector<std::string> arguments) {
  const std::vector<Option> common = session.options();
  std::vector<Verb> verbs = all_verbs(session);
  add_telling_verbs(session, verbs, common);

  AMONT_LET(CommandLine line, read_front(common, std::move(arguments)));
  if (session.version) return print(session, "amont " AMONT_VERSION "\n");
  if (line.verb == "help") {  // `amont help VERB` for `amont VERB --help`
    session.help = true;
    line.verb = line.rest.empty() ? "" : line.rest[0];
    line.rest.clear();
  }
  if (line.verb.empty() && session.help) return print(session, overview(verbs, common));
  if (line.verb.empty()) return invalid("no verb; `amont --help` lists them");
  AMONT_LET(const Verb* verb, find_verb(verbs, line.verb));

  std::vector<Option> others;  // the verb's own options come before those of all verbs
  for (const Option& option : common) {
    const auto same = [&](const Option& own) { return own.names == option.names; };
    if (std::none_of(verb->options.begin(), verb->options.end(), same)) others.push_back(option);
  }
  session.answers_in(verb->formats);
  AMONT_LET(const std::vector<std::string> words, read_verb(*verb, others, std::move(line.rest)));
  if (session.version) return print(session, "amont " AMONT_VERSION "\n");
  if (session.help) return print(session, help_of(*verb, others));
  AMONT_TRY(check_count(*verb, words.size()));
  return verb->run(words);
}

// What one thread gave back serves the next: an import hands large buffers from thread to thread, and a heap for each thread keeps what
// that one had at most.
void share_one_heap() {
#ifdef __GLIBC__
  (void)mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace
}  // namespace amont::tool

int main(int argc, char** argv) {
  using namespace amont::tool;
  if (argc == 2 && argv[1] == amont::kApartWord) amont::serve_apart();  // the child that runs a script apart
  share_one_heap();
  Session session;
  try {
    const auto code = run(session, {argv + 1, argv + argc});
    if (code.ok()) return *code;
    session.error(code.status().text());
    return exit_code(code.code());
  } catch (const std::exception& error) {  // memory ran out, here or in a library
    session.error(fmt::format("stopped: {}", error.what()));
    return kIncomplete;
  }
}
