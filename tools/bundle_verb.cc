// An answer in one file with what proves it.
#include <filesystem>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/make_bundle.h"
#include "amont/script.h"
#include "core/merkle/sha256.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/find_script.h"
#include "tools/key_files.h"
#include "tools/render/report.h"
#include "tools/script_arguments.h"
#include "tools/script_limits.h"
#include "tools/text_output.h"
#include "tools/trust.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct BundleArguments {
  AskArguments ask;
  std::string verb;
  std::string script;
  std::string as_of;
  bool gaps_only = false;
  std::vector<std::string> projects;
  std::string sign;
  std::string out;
  std::string checkpoint;
  TrustArguments trust;
};

// A question opened with a checkpoint that proves its view. One that is kept is as good as a new one; to sign, the store is opened
// for writing first.
struct ProvableQuestion {
  Question question;
  std::string checkpoint;
};
Result<ProvableQuestion> open_provable(Session& session, const BundleArguments& arguments, const std::string& signer,
                                       const std::vector<std::string>& start) {
  for (bool signed_now = false;; signed_now = true) {
    AMONT_LET(Question question, open_question(session, arguments.ask, arguments.verb, start));
    Result<std::string> note = checkpoint_for_bundle(*question.store, question.view, signer);
    if (note.ok()) return ProvableQuestion{std::move(question), *std::move(note)};
    if (note.code() != Code::kNotFound || signed_now) return std::move(note).status();
    Result<std::unique_ptr<Store>> writer = session.open_to_write();
    if (writer.code() == Code::kLocked)
      return Status(Code::kLocked,
                    note.status().text() + ", and another process has the store: let that one sign, or wait");
    AMONT_TRY(writer.status());
    AMONT_TRY((*writer)->sign_checkpoint(signer).status());
  }
}

Result<BundleRequest> request_of(const BundleArguments& arguments, const Question& question,
                                 const std::vector<std::string>& words) {
  BundleRequest request;
  request.verb = arguments.verb;
  AMONT_LET(request.starts, resolve(question, words));
  request.options.ask = question.options;
  if (!arguments.as_of.empty()) {
    AMONT_LET(request.options.as_of, Timestamp::parse_date_or_time(arguments.as_of).while_doing("--as-of"));
  }
  request.options.gaps_only = arguments.gaps_only;
  AMONT_LET(request.options.projects, resolve(question, arguments.projects));
  request.known_at = arguments.ask.known_at;
  return request;
}

// What the script says, as JSON on one line.
Result<std::string> report_json(const Heading& heading, const Report& report) {
  TextOutput text;
  write_report_json(text.out(), {heading, report, {}});
  return text.take();
}

Result<std::string> make_of_script(Session& session, const BundleArguments& arguments, const std::string& signer,
                                   const std::vector<std::string>& words) {
  AMONT_LET(const FoundScript script, find_script(arguments.script));
  AMONT_LET(const bool trusted, is_trusted(script, arguments.trust));
  AMONT_LET(const ScriptHeader header, read_script_header(script.name, script.source));
  if (!header.format.empty())
    return invalid(fmt::format("{} reads or writes a format, and answers nothing", script.name));
  AMONT_LET(const ScriptArguments given, read_script_arguments(header, words));
  AMONT_LET(ProvableQuestion provable, open_provable(session, arguments, signer, {}));
  Question& question = provable.question;
  AMONT_LET(std::string path, session.store_path());
  const ScriptPlace place = {question.store.get(), std::move(path),
                             limits_of(ScriptLimitArguments(), arguments.ask.timeout_micros), &session.interrupted()};
  AMONT_LET(const Report report, run_where_trusted(script, trusted, question.view, given, place));
  AMONT_TRY(question.heading.take(report.completeness, question.view));
  AMONT_LET(std::string text, report_json(question.heading, report));
  const ScriptToBundle told = {script.name, script.source, given.named, std::move(text), report.completeness};
  return make_bundle(*question.store, question.view, told, provable.checkpoint, signer);
}

Result<std::string> make_of_question(Session& session, const BundleArguments& arguments, const std::string& signer,
                                     const std::vector<std::string>& words) {
  AMONT_LET(ProvableQuestion provable, open_provable(session, arguments, signer, words));
  AMONT_LET(BundleRequest request, request_of(arguments, provable.question, words));
  request.checkpoint = provable.checkpoint;
  if (!arguments.checkpoint.empty()) {
    AMONT_LET(request.compare_with, read_note_file(arguments.checkpoint));
  }
  return make_bundle(*provable.question.store, provable.question.view, request, signer);
}

Status check_use(const BundleArguments& arguments, const std::vector<std::string>& words) {
  if (arguments.sign.empty())
    return invalid("a bundle is signed: --sign FILE, the private key that `amont keygen` made");
  if (arguments.out.empty()) return invalid("a bundle is a file: -o FILE");
  const bool covers = arguments.verb == "coverage";
  if (arguments.script.empty() && words.empty() && !covers) return invalid("a bundle is of something: name a REF");
  if (!covers && (!arguments.as_of.empty() || arguments.gaps_only || !arguments.projects.empty()))
    return invalid("--as-of, --gaps and --project go with --question coverage");
  if (arguments.script.empty()) return {};
  const AskArguments& ask = arguments.ask;
  if (ask.depth || ask.limit || !ask.kinds.empty() || !ask.through.empty() || ask.exact || !ask.valid_at.empty() ||
      !ask.granularity.empty() || !arguments.checkpoint.empty())
    return invalid(
        "with --script, what is asked is in the script; of the options --known-at, --timeout and --strict go with it");
  return {};
}

// So that who redacts is told where a text may still be. The bundle is whole in any case.
void note_bundle(Session& session, const std::string& file, TxNumber up_to) {
  const Result<std::unique_ptr<Store>> store = session.open_to_read();
  std::error_code failed;
  const std::string path = std::filesystem::absolute(file, failed).lexically_normal().string();
  const Status noted = store.ok() ? (*store)->note_copy("bundle", failed ? file : path, up_to) : store.status();
  if (!noted.ok())
    session.note(fmt::format(
        "warning: the register does not note where this bundle is, and redactions won't tell of it: {}", noted.text()));
}

Result<int> run_bundle(Session& session, BundleArguments& arguments, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  if (!arguments.script.empty() && !arguments.verb.empty())
    return invalid("--question and --script exclude each other");
  if (arguments.verb.empty()) arguments.verb = arguments.script.empty() ? "upstream" : "run";
  AMONT_TRY(check_use(arguments, words));
  AMONT_LET(const std::string signer, read_signer_file(arguments.sign));
  AMONT_LET(const std::string bundle, arguments.script.empty() ? make_of_question(session, arguments, signer, words)
                                                               : make_of_script(session, arguments, signer, words));
  // What does not verify is given to nobody.
  Result<VerifiedBundle> told = verify_bundle(bundle, {});
  if (!told.ok())
    return damaged(fmt::format("nothing was written, for the bundle does not verify ({}); run `amont verify`",
                               told.status().text()));
  FileOutput file(arguments.out);
  AMONT_TRY(file.open());
  file.out().add(bundle);
  AMONT_TRY(file.finish());
  note_bundle(session, arguments.out, told->tx);

  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1";
    append_member(json, "file");
    append_json_string(json, arguments.out);
    out.add(json + fmt::format(", \"bytes\": {}, \"sha256\": \"{}\", \"nodes\": {}, \"edges\": {}, \"recomputed\": {}, "
                               "\"complete\": {}, \"known_at\": {{\"tx\": {}, \"time\": \"{}\"}}, \"head\": {}}}\n",
                               bundle.size(), hex(sha256(bundle)), told->listed.size(), told->followed.size(),
                               told->recomputed, told->complete, told->tx, told->time.text(), told->head));
  } else {
    const TableLook look = {session.colour(), session.width()};
    write_line(
        out,
        fmt::format("{}: {} and {} of {}, proven in {} bytes", arguments.out, counted(told->listed.size(), "node"),
                    counted(told->followed.size(), "edge"), told->verb, bundle.size()),
        look);
    write_line(out, fmt::format("check it with: amont verify-bundle {} --key {}.pub", arguments.out, arguments.sign),
               look, Style::kFaint);
  }
  AMONT_TRY(out.flush());
  return arguments.ask.strict && !told->complete ? kIncomplete : kYes;
}

}  // namespace

std::vector<Verb> bundle_verbs(Session& session) {
  const auto arguments = std::make_shared<BundleArguments>();
  Verb verb;
  verb.name = "bundle";
  verb.group = "prove";
  verb.words = "REF... | --script NAME|FILE.lua [ARGUMENT...]";
  verb.words_max = kAnyNumber;
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = "an answer in one file with what proves it, for who has only the public key";
  verb.about =
      "Holds the question, the answer, the recorded parts behind each node and edge in it, proofs that these are in "
      "the log,\n"
      "and a signed checkpoint; nothing else of the register. The newest kept checkpoint serves if it is recent "
      "enough; else\n"
      "one is signed. Check it with `amont verify-bundle`, or with scripts/verify_bundle.py and nothing of Amont's; "
      "open it with\n"
      "`amont -s FILE upstream REF`. A coverage bundle also shows the approvals behind each use. --checkpoint makes it "
      "show that\n"
      "the log began with what somebody was given before.";
  verb.examples =
      "amont -s hub bundle publication:doi/10.1000/1 -o study.bundle --sign ~/keys/hub\n"
      "amont -s hub bundle publication:doi/10.1000/1 --question coverage -o uses.bundle --sign ~/keys/hub\n"
      "amont -s hub bundle --script sources-of result=output:x -o sources.bundle --sign ~/keys/hub";
  verb.options = {
      {"-o,--out", "FILE", "where the bundle goes", into(arguments->out)},
      {"--sign", "FILE", "the private key of the register", into(arguments->sign)},
      {"--question",
       "VERB",
       "upstream unless told: or downstream, sources, touches or coverage",
       into(arguments->verb),
       false,
       {"upstream", "downstream", "sources", "touches", "coverage"}},
      {"--script", "NAME|FILE.lua", "the answer of a script instead; what it names is proven", into(arguments->script)},
      {"--checkpoint", "FILE", "a checkpoint given away before, that a reader will hold the bundle against",
       into(arguments->checkpoint)},
      {"--as-of", "TIME", "of coverage: how far to look at runs that have not ended", into(arguments->as_of)},
      {"--gaps", "", "of coverage: only uses that are not covered throughout", into(arguments->gaps_only)},
      {"--project", "REF,...", "of coverage: only uses for these projects", into_list(arguments->projects), true}};
  add_trust_options(verb.options, arguments->trust);
  add_walk_options(verb.options, arguments->ask);
  add_listing_options(verb.options, arguments->ask);
  add_valid_options(verb.options, arguments->ask);
  add_time_options(verb.options, arguments->ask);
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_bundle(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
