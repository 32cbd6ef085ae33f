// Whether a bundle is what somebody signed, and what it proves. Needs no store.
#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/key_files.h"
#include "tools/render/bundle.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct VerifyBundleArguments {
  std::string key;
  std::string checkpoint;
};

int refuse(Session& session, Format format, const std::string& why) {
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1, \"verified\": false, \"why\": ";
    append_json_string(json, why);
    session.out().add(json + "}\n");
    (void)session.out().flush();
  }
  session.error("not verified: " + why);
  return kNo;
}

Result<int> run_verify_bundle(Session& session, const VerifyBundleArguments& arguments, const std::string& path) {
  AMONT_LET(const Format format, session.format());
  if (arguments.key.empty())
    return invalid(
        "--key FILE.pub: the public key of the register, got from somebody you trust and not with the bundle");
  BundleTrust trust;
  AMONT_LET(trust.verifier, read_verifier_file(arguments.key));
  if (!arguments.checkpoint.empty()) {
    AMONT_LET(trust.checkpoint, read_note_file(arguments.checkpoint));
  }
  AMONT_LET(const std::string bundle, read_text_file(path, kBundleBytesMax));
  const Result<VerifiedBundle> told = verify_bundle(bundle, trust);
  if (told.code() == Code::kRefused || told.code() == Code::kUnsupported)
    return refuse(session, format, told.status().text());
  AMONT_TRY(told.status());
  if (format == Format::kJson)
    write_bundle_json(session.out(), *told);
  else
    write_bundle_table(session.out(), path, *told, {session.colour(), session.width()});
  AMONT_TRY(session.out().flush());
  return kYes;
}

}  // namespace

std::vector<Verb> verify_bundle_verbs(Session& session) {
  const auto arguments = std::make_shared<VerifyBundleArguments>();
  Verb verb;
  verb.name = "verify-bundle";
  verb.group = "prove";
  verb.words = "FILE";
  verb.words_min = verb.words_max = 1;
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = "check a bundle, without a store, and show the lineage that it proves";
  verb.about =
      "Says what the bundle proves and what it does not, then shows the lineage from its proven parts: with whom and "
      "when each\n"
      "record came. With --checkpoint the log that it is from must also agree with a checkpoint that you got elsewhere "
      "before.\n"
      "Exit code 0: it verifies; 1: it does not. scripts/verify_bundle.py is a second opinion that shares no code with "
      "this.";
  verb.examples =
      "amont verify-bundle study.bundle --key hub.pub\n"
      "amont verify-bundle study.bundle --key hub.pub --checkpoint 2025.checkpoint --json";
  verb.options = {{"--key", "FILE.pub", "the public key of the register", into(arguments->key)},
                  {"--checkpoint", "FILE", "a checkpoint of the register, got elsewhere", into(arguments->checkpoint)}};
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_verify_bundle(session, *arguments, words[0]);
  };
  return {verb};
}

}  // namespace amont::tool
