// Signed notes (C2SP signed-note): a text, and signatures under it that name the keys which made them.
//
//   note      := text "\n" signature+             the text ends in a newline; the last empty line parts it from the signatures
//   signature := "— " name " " base64(key_id:u32be bytes) "\n"
//   key_id    := the first 4 bytes of SHA-256(name "\n" type:u8 public_key:32)
//   verifier  := name "+" hex(key_id) "+" base64(type public_key)                    what FILE.pub holds
//   signer    := "PRIVATE+KEY+" name "+" hex(key_id) "+" base64(type seed:32)        what FILE holds
//
// Two types of key: 1 signs the text (Ed25519); 4 cosigns a checkpoint at a time (C2SP tlog-cosignature, v1): its bytes are
// seconds:u64be signature:64, and what it signs is "cosignature/v1\ntime " seconds "\n" text.
//
// A note's text means nothing until a signature of a key that one trusts was found good. Any thread may call anything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amont/evidence.h"
#include "core/evidence/ed25519.h"

namespace amont {

inline constexpr std::size_t kNoteBytesMax = 1 << 20;
inline constexpr std::size_t kNoteSignaturesMax = 100;
inline constexpr std::size_t kKeyNameBytesMax = 1024;
inline constexpr std::size_t kKeyTextBytesMax = 4096;  // of a key's one line

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;  // what follows the key id
  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // with its last newline
  std::vector<NoteSignature> signatures;
  bool operator==(const Note&) const = default;
};

// Strict: whatever is taken gives the same bytes again by format_note(). kInvalid says what is wrong, kLimit is too long or has too
// many signatures. Looks at no signature.
Result<Note> parse_note(std::string_view bytes);
std::string format_note(const Note& note);
// One line of a signature, with its newline; and lines like that, as a witness answers them.
std::string format_signature(const NoteSignature& signature);
Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines);

struct VerifierKey {
  std::string name;
  std::uint32_t key_id = 0;
  KeyType type = KeyType::kSigns;
  Ed25519PublicKey public_key{};
};
// A secret; wiped when it goes.
struct SignerKey {
  VerifierKey verifier;
  Ed25519Seed seed{};
  SignerKey() = default;
  SignerKey(const SignerKey&) = default;
  SignerKey& operator=(const SignerKey&) = default;
  ~SignerKey() { wipe(seed); }
};

// kInvalid when the name is empty, is not UTF-8 or has a space, a control character or a "+" in it; kLimit when it is too long.
Status check_key_name(std::string_view name);
// A new key from the system's random numbers.
Result<SignerKey> make_signer_key(std::string name, KeyType type);
// One line, with or without its newline. kInvalid says what is wrong, and never shows the key.
Result<VerifierKey> parse_verifier_key(std::string_view line);
Result<SignerKey> parse_signer_key(std::string_view line);
std::string format_verifier_key(const VerifierKey& key);
std::string format_signer_key(const SignerKey& key);

// The text with one signature. kInvalid when it is no text for a note (UTF-8, no control character but newlines, a newline at its
// end) or the key is one that cosigns.
Result<Note> sign_note(std::string text, const SignerKey& key);
// A signature of either type over a note's text; `seconds` since 1970 goes into a cosignature, and must not be negative.
Result<NoteSignature> sign_text(std::string_view text, const SignerKey& key, std::int64_t seconds);

// Whether the key signed the text: a signature bears its name and id, and every one that does is good.
bool has_good_signature(const Note& note, const VerifierKey& key);
// When a cosignature was made; nothing when it is none.
std::optional<std::int64_t> cosigned_at(const NoteSignature& signature, const VerifierKey& key);

}  // namespace amont
