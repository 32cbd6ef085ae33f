// Checkpoints: signing what the log is, showing what was signed, and what goes to witnesses and comes back.
#include <fmt/format.h>

#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/key_files.h"
#include "tools/render/note.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct CheckpointArguments {
  std::string sign;
  std::string out;
  std::string prove;
  std::string cosignature;
  std::vector<std::string> witness_keys;
  std::optional<std::uint64_t> size;
  bool list = false;
};

// To standard output, or to the file after -o, whole or not at all.
Status give(Session& session, const CheckpointArguments& arguments, const std::function<Status(Output&, bool)>& write) {
  if (arguments.out.empty()) {
    AMONT_TRY(write(session.out(), session.on_terminal()));
    return session.out().flush();
  }
  FileOutput file(arguments.out);
  AMONT_TRY(file.open());
  AMONT_TRY(write(file.out(), false));
  return file.finish();
}

Status give_note(Session& session, const CheckpointArguments& arguments, Format format, const std::string& note) {
  return give(session, arguments,
              [&](Output& out, bool on_terminal) { return write_note(session, format, out, note, on_terminal); });
}

Result<int> sign(Session& session, const CheckpointArguments& arguments, Format format) {
  AMONT_LET(const std::string key, read_signer_file(arguments.sign));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  AMONT_LET(const std::string note, store->sign_checkpoint(key));
  AMONT_TRY(give_note(session, arguments, format, note));
  return kYes;
}

Result<int> take_cosignatures(Session& session, const CheckpointArguments& arguments, Format format) {
  if (arguments.witness_keys.empty())
    return invalid("--cosignature needs the public key of the witness: --witness-key FILE.pub");
  AMONT_LET(const std::string lines, read_note_file(arguments.cosignature));
  AMONT_LET(const std::vector<std::string> keys, read_verifier_files(arguments.witness_keys));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  AMONT_LET(const std::string newest, store->checkpoint(arguments.size));
  AMONT_LET(const CheckpointSummary said, read_checkpoint(newest));
  Result<std::string> note = store->add_cosignatures(said.size, lines, keys);
  if (note.code() == Code::kRefused) {
    session.error(note.status().text());
    return kNo;
  }
  AMONT_TRY(note.status());
  AMONT_TRY(give_note(session, arguments, format, *note));
  return kYes;
}

// OLD is a size, or a checkpoint: then the log must begin with what that says.
Result<int> prove(Session& session, const CheckpointArguments& arguments) {
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const std::string note, store->checkpoint(arguments.size));
  AMONT_LET(const CheckpointSummary newest, read_checkpoint(note));
  Result<std::uint64_t> old_size = parse_count(arguments.prove);
  if (!old_size) {
    AMONT_LET(const std::string old_note, read_note_file(arguments.prove));
    AMONT_LET(const CheckpointSummary old, read_checkpoint(old_note));
    AMONT_LET(const bool follows, store->begins_with(old_note));
    if (!follows) {
      session.error(
          fmt::format("the log does not begin with what {} says ({} transactions of {}): it is of another "
                      "register, or one of the two was rolled back or forked. Keep that file; it is evidence",
                      arguments.prove, old.size, old.origin));
      return kNo;
    }
    old_size = old.size;
  }
  AMONT_LET(const std::string request, store->witness_request(*old_size, newest.size));
  AMONT_TRY(give(session, arguments, [&](Output& out, bool) {
    out.add(request);
    return Status();
  }));
  return kYes;
}

Result<int> list(Session& session, const CheckpointArguments& arguments, Format format) {
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const std::vector<std::uint64_t> sizes, store->checkpoints());
  std::vector<std::vector<TableCell>> rows;
  std::string json = "{\"amont\": 1, \"checkpoints\": [";
  for (const std::uint64_t size : sizes) {
    AMONT_LET(const std::string note, store->checkpoint(size));
    AMONT_LET(const CheckpointSummary said, read_checkpoint(note));
    std::string names;
    for (const CheckpointSummary::Signature& one : said.signatures) names += (names.empty() ? "" : ", ") + one.name;
    rows.push_back({std::to_string(size), said.root, names});
    AMONT_LET(const std::string members, note_json(note));
    json += (json.ends_with('[') ? "{" : ", {") + members + "}";
  }
  AMONT_TRY(give(session, arguments, [&](Output& out, bool) {
    const TableLook look = {session.colour(), session.width()};
    if (format == Format::kJson)
      out.add(json + "]}\n");
    else
      write_table(out, {{"size", true}, {"root"}, {"signed by", false, true}}, rows, look);
    return Status();
  }));
  return kYes;
}

Result<int> run_checkpoint(Session& session, const CheckpointArguments& arguments) {
  AMONT_LET(const Format format, session.format());
  const int asked =
      !arguments.sign.empty() + !arguments.prove.empty() + !arguments.cosignature.empty() + arguments.list;
  if (asked > 1) return invalid("--sign, --prove, --cosignature and --list are different things; ask for one of them");
  if (arguments.size && (arguments.list || !arguments.sign.empty()))
    return invalid("--size chooses among the checkpoints that are kept; it goes with --prove, --cosignature or alone");
  if (!arguments.out.empty()) AMONT_TRY(refuse_private_key(arguments.out));
  if (!arguments.sign.empty()) return sign(session, arguments, format);
  if (!arguments.cosignature.empty()) return take_cosignatures(session, arguments, format);
  if (!arguments.prove.empty()) return prove(session, arguments);
  if (arguments.list) return list(session, arguments, format);
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const std::string note, store->checkpoint(arguments.size));
  AMONT_TRY(give_note(session, arguments, format, note));
  return kYes;
}

}  // namespace

std::vector<Verb> checkpoint_verbs(Session& session) {
  const auto arguments = std::make_shared<CheckpointArguments>();
  Verb verb;
  verb.name = "checkpoint";
  verb.group = "prove";
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = "sign what the log is now, or show what was signed last";
  verb.about =
      "A checkpoint says how many transactions there are and what their root is (C2SP tlog-checkpoint). Who holds one "
      "can tell\n"
      "later whether the register was changed before that point: give it away (`amont anchor`, `amont witness`). The "
      "store keeps\n"
      "what it signed and signs nothing that contradicts it: a log that was rolled back or rewritten is refused, exit "
      "code 6.\n"
      "--prove writes what a witness is asked: the newest checkpoint, and the proof that it follows from OLD, a "
      "checkpoint or the\n"
      "size of one (0: the witness knows none). --cosignature takes what it answered.\n"
      "With AMONT_SIGN=FILE every verb that writes signs a checkpoint when it is done.";
  verb.examples =
      "amont -s hub checkpoint --sign ~/keys/hub\n"
      "amont -s hub checkpoint -o newest.checkpoint\n"
      "amont -s hub checkpoint --prove 0 -o request\n"
      "amont -s hub checkpoint --cosignature answer --witness-key witness.pub";
  verb.options = {
      {"--sign", "FILE", "sign with this private key", into(arguments->sign)},
      {"-o,--out", "FILE", "write it there instead", into(arguments->out)},
      {"--prove", "OLD", "the request to a witness that knows OLD: a checkpoint, or its size", into(arguments->prove)},
      {"--cosignature", "FILE", "keep these cosignatures with the checkpoint", into(arguments->cosignature)},
      {"--witness-key", "FILE.pub", "whose cosignatures are taken; repeats",
       [arguments](const std::string& value) {
         arguments->witness_keys.push_back(value);
         return Status();
       },
       true},
      {"--size", "N", "the kept checkpoint of N transactions, not the newest",
       [arguments](const std::string& value) -> Status {
         AMONT_LET(arguments->size, parse_count(value));
         return {};
       }},
      {"--list", "", "all checkpoints that are kept", into(arguments->list)}};
  verb.run = [&session, arguments](const std::vector<std::string>&) { return run_checkpoint(session, *arguments); };
  return {verb};
}

}  // namespace amont::tool
