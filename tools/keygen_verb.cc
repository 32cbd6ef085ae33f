// Making keys: a register's, and a witness's.
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/key_files.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct KeygenArguments {
  std::optional<std::string> name;
  bool witness = false;
};

// A register's key is best named as its checkpoints' origin: witnesses may then know one by the other.
Result<std::string> name_for(Session& session, const KeygenArguments& arguments, const std::string& path) {
  if (arguments.name) return *arguments.name;
  if (arguments.witness || !session.has_store()) return std::filesystem::path(path).filename().string();
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  return "amont/" + store->info().register_id;
}

Result<int> run_keygen(Session& session, const KeygenArguments& arguments, const std::string& path) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::string name, name_for(session, arguments, path));
  AMONT_LET(const KeyPair keys, make_key_pair(name, arguments.witness ? KeyType::kCosigns : KeyType::kSigns));
  AMONT_TRY(write_key_files(path, keys));
  const std::string line = keys.verifier.substr(0, keys.verifier.size() - 1);
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1";
    for (const auto& [member, value] :
         {std::pair("private", path), {"public", path + ".pub"}, {"name", name}, {"key", line}}) {
      append_member(json, member);
      append_json_string(json, value);
    }
    out.add(json + "}\n");
  } else {
    write_line(out, line, {session.colour()});
  }
  AMONT_TRY(out.flush());
  session.note(fmt::format(
      "{} is the private key: keep it to yourself, and a copy of it offline. {}.pub is for everyone", path, path));
  return kYes;
}

}  // namespace

std::vector<Verb> keygen_verbs(Session& session) {
  const auto arguments = std::make_shared<KeygenArguments>();
  Verb keygen;
  keygen.name = "keygen";
  keygen.group = "prove";
  keygen.words = "FILE";
  keygen.words_min = keygen.words_max = 1;
  keygen.formats = {Format::kTable, Format::kJson};
  keygen.summary = "make a key to sign with: FILE, and FILE.pub for everyone";
  keygen.about =
      "Ed25519, in the format of C2SP signed notes. FILE is for its owner alone (0600); neither file may be there "
      "already, and\n"
      "none may lie inside a store. A key has a name, which its signatures bear: the register's origin when -s says "
      "which\n"
      "register it is for, else FILE's name. Prints the public key.";
  keygen.examples =
      "amont -s hub keygen ~/keys/hub\n"
      "amont keygen --witness --name witness.example/w ~/keys/witness";
  keygen.options = {
      {"--name", "NAME", "the key's name: no space, no +",
       [arguments](const std::string& value) {
         arguments->name = value;
         return Status();
       }},
      {"--witness", "", "a key for `amont witness`, which cosigns checkpoints", into(arguments->witness)}};
  keygen.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_keygen(session, *arguments, words[0]);
  };
  return {keygen};
}

}  // namespace amont::tool
