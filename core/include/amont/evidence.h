// Evidence: keys, signed checkpoints, witnesses. What a register proves to those who do not trust the machine it is on.
//
//   AMONT_LET(const KeyPair keys, make_key_pair("hub.example", KeyType::kSigns));
//   AMONT_LET(const std::string note, store->sign_checkpoint(keys.signer));     // give it away: that is what makes it evidence
//   AMONT_LET(const auto report, Store::verify("hub", {}, {}, {.keys = {keys.verifier}, .checkpoints = {{"mine", note}}}));
//
// Keys, checkpoints and cosignatures are texts in the formats of C2SP (signed-note, tlog-checkpoint, tlog-cosignature,
// tlog-witness), so other tools read them. EVIDENCE.md says how to keep keys, and what a proof does not prove. Any thread may call
// anything.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/model.h"
#include "amont/status.h"

namespace amont {

class Files;

enum class KeyType : std::uint8_t {
  kSigns = 1,  // a register's: signs its checkpoints (Ed25519)
  kCosigns =
      4,  // a witness's: says when it saw a checkpoint, and that it follows from what it saw before (cosignature/v1)
};

// One line each, with its newline. Whoever has `signer` can sign; `verifier` is for everyone.
struct KeyPair {
  std::string signer;
  std::string verifier;
};
// From the system's random numbers. kInvalid: no name, or a space, a control character or a "+" in it; kLimit: over 1,024 bytes.
Result<KeyPair> make_key_pair(const std::string& name, KeyType type);

// What a checkpoint says; nothing of it is true before a signature was checked.
struct CheckpointSummary {
  struct Signature {
    std::string name;
    std::string key_id;                // eight hexadecimal digits
    std::optional<Timestamp> claimed;  // of what has the form of a cosignature: the time in it
  };
  std::string origin;  // which log: "amont/" and a register's id
  std::uint64_t size = 0;
  std::string root;  // hexadecimal
  std::vector<Signature> signatures;
};
// kInvalid says what is wrong with the note.
Result<CheckpointSummary> read_checkpoint(std::string_view note);
// Whether that key signed, or cosigned, the checkpoint. kInvalid when either can't be read.
Result<bool> is_signed_by(std::string_view note, std::string_view verifier);

// A text that came from outside, and what messages call it.
struct NamedText {
  std::string name;
  std::string text;
};

// What Store::verify() holds a register against, besides its own hashes. Whoever gives keys asks that they signed something.
struct VerifyAgainst {
  std::vector<std::string> keys;  // verifier lines: each kept and given checkpoint must be signed by one of them
  std::vector<std::string> witness_keys;  // of each, a kept or given checkpoint must bear a good cosignature
  std::vector<NamedText> checkpoints;     // notes from elsewhere: the log must begin with what they say
};

// A witness: remembers the last checkpoint of each log it was shown, and cosigns only what follows from that. What it remembers
// lies in a directory of its own, a file for each origin, and is on disk before a cosignature is given.
class Witness {
 public:
  // A log that the witness knows: whose key signs for which origin.
  struct Log {
    std::string origin;
    std::string verifier;
  };
  // An answer as C2SP tlog-witness has it.
  struct Answer {
    int status = 0;    // 200; 400, 403, 404, 409, 422: refused
    std::string body;  // 200: lines of cosignatures; 409: the size that is remembered; else why it is refused
  };

  // `directory` is made if absent. kInvalid when a key can't be read or `signer` is no witness's; kLocked while another has the
  // directory.
  static Result<Witness> open(const std::string& directory, std::string_view signer, const std::vector<Log>& logs,
                              Files* files = nullptr);
  // Takes the body of an add-checkpoint request: old size, proof, checkpoint. `now` goes into the cosignature. A Status is for what
  // the disk did, or kInvalid for a clock behind the log's last cosignature; the request then counts as not made.
  Result<Answer> add_checkpoint(std::string_view request, Timestamp now);
  // The last checkpoint remembered of that origin, with the cosignature; kNotFound.
  Result<std::string> last(const std::string& origin) const;

  Witness(Witness&&) noexcept;
  Witness& operator=(Witness&&) noexcept;
  ~Witness();

 private:
  struct Rep;
  explicit Witness(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace amont
