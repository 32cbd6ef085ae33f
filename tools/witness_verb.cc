// A witness by files: it is shown a checkpoint, and cosigns what follows from what it saw before.
#include <chrono>

#include <fmt/format.h>

#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/key_files.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct WitnessArguments {
  std::string state;
  std::string sign;
  std::vector<std::string> log_keys;
  std::string out;
};

Timestamp now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

// "[ORIGIN=]FILE.pub": without an origin, the one that is the key's name.
Result<std::vector<Witness::Log>> known_logs(const std::vector<std::string>& words) {
  std::vector<Witness::Log> logs;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    std::string origin = equals == std::string::npos ? "" : word.substr(0, equals);
    AMONT_LET(std::string line, read_verifier_file(equals == std::string::npos ? word : word.substr(equals + 1)));
    if (equals == std::string::npos) origin = line.substr(0, line.find('+'));
    if (origin.empty())
      return invalid(word + (equals == std::string::npos ? " holds no public key" : " has no origin before the ="));
    logs.push_back({std::move(origin), std::move(line)});
  }
  return logs;
}

Result<int> run_witness(Session& session, const WitnessArguments& arguments, const std::string& request) {
  if (arguments.state.empty()) return invalid("a witness needs a folder for what it saw: --state DIR");
  if (arguments.sign.empty()) return invalid("a witness needs its private key: --sign FILE");
  if (arguments.log_keys.empty())
    return invalid("a witness needs the keys of the logs it knows: --log-key [ORIGIN=]FILE.pub");
  AMONT_LET(const std::string key, read_signer_file(arguments.sign));
  AMONT_LET(const std::vector<Witness::Log> logs, known_logs(arguments.log_keys));
  AMONT_LET(const std::string body, read_note_file(request));
  if (!arguments.out.empty()) AMONT_TRY(refuse_private_key(arguments.out));  // before anything is remembered
  AMONT_TRY(
      refuse_in_store(arguments.state, "a witness's memory must outlive the store, and be out of its writers' reach"));
  AMONT_LET(Witness witness, Witness::open(arguments.state, key, logs));
  AMONT_LET(const Witness::Answer answer, witness.add_checkpoint(body, now()));
  if (answer.status == 409) {
    session.error(fmt::format("the last checkpoint seen is of {} transactions: ask with --prove {}",
                              answer.body.substr(0, answer.body.size() - 1),
                              answer.body.substr(0, answer.body.size() - 1)));
    return kNo;
  }
  if (answer.status != 200) {
    session.error(answer.body.substr(0, answer.body.size() - 1));
    return answer.status == 400 ? kBadUse : kNo;
  }
  if (arguments.out.empty()) {
    session.out().add(answer.body);
    AMONT_TRY(session.out().flush());
    return kYes;
  }
  FileOutput file(arguments.out);
  AMONT_TRY(file.open());
  file.out().add(answer.body);
  AMONT_TRY(file.finish());
  return kYes;
}

}  // namespace

std::vector<Verb> witness_verbs(Session& session) {
  const auto arguments = std::make_shared<WitnessArguments>();
  Verb verb;
  verb.name = "witness";
  verb.group = "prove";
  verb.words = "REQUEST";
  verb.words_min = verb.words_max = 1;
  verb.formats = {Format::kTable};
  verb.summary = "cosign a checkpoint of a register that follows from what was seen before";
  verb.about =
      "For somebody who is not the register's operator. REQUEST is what `amont checkpoint --prove` writes (the body of "
      "C2SP\n"
      "tlog-witness add-checkpoint). The witness remembers the last checkpoint of each register in DIR, on disk before "
      "it answers,\n"
      "and cosigns a newer one only with the proof that it follows: so a register that it watches can't be rolled back "
      "or forked\n"
      "behind its back. Prints the cosignature; exit code 1 when it is refused. Needs no store.";
  verb.examples =
      "amont witness --state seen --sign ~/keys/witness --log-key hub.pub request -o answer\n"
      "amont witness --state seen --sign ~/keys/witness --log-key amont/0123=a.pub --log-key amont/4567=b.pub request";
  verb.options = {
      {"--state", "DIR", "what was seen; made if absent", into(arguments->state)},
      {"--sign", "FILE", "the witness's private key (`amont keygen --witness`)", into(arguments->sign)},
      {"--log-key", "[ORIGIN=]FILE.pub", "a register's public key; its origin is the key's name unless given",
       [arguments](const std::string& value) {
         arguments->log_keys.push_back(value);
         return Status();
       },
       true},
      {"-o,--out", "FILE", "write the answer there instead", into(arguments->out)}};
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_witness(session, *arguments, words[0]);
  };
  return {verb};
}

}  // namespace amont::tool
