// Whether a store is sound, and is still what was signed and given away.
#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/key_files.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct VerifyArguments {
  std::vector<std::string> keys;
  std::vector<std::string> witness_keys;
  std::vector<std::string> checkpoints;
};

Result<VerifyAgainst> read_against(const VerifyArguments& arguments) {
  VerifyAgainst against;
  AMONT_LET(against.keys, read_verifier_files(arguments.keys));
  AMONT_LET(against.witness_keys, read_verifier_files(arguments.witness_keys));
  for (const std::string& path : arguments.checkpoints) {
    AMONT_LET(std::string note, read_note_file(path));
    against.checkpoints.push_back({path, std::move(note)});
  }
  return against;
}

Result<int> run_verify(Session& session, const VerifyArguments& arguments) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::string path, session.store_path());
  AMONT_LET(const VerifyAgainst against, read_against(arguments));
  Result<VerifyReport> looked = Store::verify(path, {}, session.progress(), against);
  VerifyReport report;
  if (looked.ok()) {
    report = *std::move(looked);
  } else if (looked.code() == Code::kDamaged || looked.code() == Code::kIo) {
    report.findings.push_back(looked.status().text());  // not verified, whatever the cause
  } else {
    return std::move(looked).status();
  }
  const bool sound = report.findings.empty();
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json =
        fmt::format("{{\"amont\": 1, \"verified\": {}, \"transactions\": {}, \"parts\": {}, \"index_records\": {}",
                    sound, report.transactions, report.parts, report.index_records);
    append_member(json, "root");
    append_json_string(json, report.root);
    json += fmt::format(", \"checkpoints\": {}, \"signatures\": {}, \"witnessed\": [", report.checkpoints,
                        report.signatures);
    for (const VerifyReport::Witnessed& one : report.witnessed) {
      json += json.ends_with('[') ? "{\"name\": " : ", {\"name\": ";
      append_json_string(json, one.name);
      json += fmt::format(", \"size\": {}, \"time\": \"{}\"}}", one.size, one.time.text());
    }
    json += "]";
    append_member(json, "findings");
    json += "[";
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
      json += i ? ", " : "";
      append_json_string(json, report.findings[i]);
    }
    out.add(json + "]}\n");
  } else {
    const TableLook look = {session.colour()};
    for (const std::string& finding : report.findings) write_line(out, finding, look, Style::kWarning);
    const std::string seen = fmt::format("{}, {}, {}", counted(report.transactions, "transaction"),
                                         counted(report.parts, "part"), counted(report.index_records, "index record"));
    if (sound) write_line(out, fmt::format("verified: {}; root {}", seen, report.root), look, Style::kGood);
    if (report.checkpoints > 0)
      write_line(out,
                 fmt::format("{} held against the log, {}", counted(report.checkpoints, "checkpoint"),
                             arguments.keys.empty() && arguments.witness_keys.empty()
                                 ? "signatures not looked at: no --key was given"
                                 : counted(report.signatures, "good signature")),
                 look);
    for (const VerifyReport::Witnessed& one : report.witnessed)
      write_line(out,
                 fmt::format("the witness {} vouches for the first {}, as of {}", one.name,
                             counted(one.size, "transaction"), one.time.text()),
                 look);
    if (!sound)
      write_line(out, fmt::format("not verified: {}; {} looked at", counted(report.findings.size(), "finding"), seen),
                 look);
  }
  AMONT_TRY(out.flush());
  return sound ? kYes : kNo;
}

std::function<Status(const std::string&)> onto(std::vector<std::string>& target) {
  return [&target](const std::string& value) {
    target.push_back(value);
    return Status();
  };
}

}  // namespace

std::vector<Verb> verify_verbs(Session& session) {
  const auto arguments = std::make_shared<VerifyArguments>();
  Verb verb;
  verb.name = "verify";
  verb.group = "prove";
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = "check everything: log, hashes, checkpoints, and that replaying the log gives the index";
  verb.about =
      "The log must begin with what each kept checkpoint says, and each one given with --checkpoint: only one that was "
      "held\n"
      "elsewhere shows that the whole store was rolled back or written anew. Prints what is wrong, where, and what to "
      "do. Exit code\n"
      "0 when nothing is, 1 when something is.";
  verb.examples =
      "amont -s hub verify && echo sound\n"
      "amont -s hub verify --key hub.pub --checkpoint /mnt/auditor/newest.checkpoint --witness-key witness.pub";
  verb.options = {
      {"--key", "FILE.pub", "each checkpoint must be signed by this key, or another one given; there must be one",
       onto(arguments->keys), true},
      {"--checkpoint", "FILE", "a checkpoint from elsewhere; repeats", onto(arguments->checkpoints), true},
      {"--witness-key", "FILE.pub", "a checkpoint must be cosigned by this witness; repeats",
       onto(arguments->witness_keys), true}};
  verb.run = [&session, arguments](const std::vector<std::string>&) { return run_verify(session, *arguments); };
  return {verb};
}

}  // namespace amont::tool
