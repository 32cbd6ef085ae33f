#include "core/evidence/note.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/merkle/sha256.h"
#include "core/text/base64.h"
#include "core/text/bytes.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::string_view kPrivate = "PRIVATE+KEY+";

// White_Space of Unicode 15.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

Status check_note_text(std::string_view text) {
  if (text.empty() || text.back() != '\n') return invalid("the text of a note must end in a newline");
  if (const std::size_t at = first_misfit(text, TextRule::kNoNul); at < text.size())
    return invalid("a note: " + misfit_text(text, at));
  const auto bad = std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
  if (bad == text.end()) return {};
  return invalid(fmt::format("a note: there is a control character at byte offset {}", bad - text.begin()));
}

std::uint32_t key_id_of(std::string_view name, KeyType type, const Ed25519PublicKey& key) {
  std::string bytes(name);
  bytes += '\n';
  bytes += static_cast<char>(type);
  bytes.append(reinterpret_cast<const char*>(key.data()), key.size());
  const Digest hash = sha256(bytes);
  return load_u32(reinterpret_cast<const char*>(hash.data()));
}

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return invalid("a line among the signatures of a note does not begin with a long dash");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos) return invalid("a signature of a note lacks its name or its bytes");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  AMONT_TRY(check_key_name(signature.name).while_doing("a signature of a note"));
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5)
    return invalid(fmt::format("the signature of {} is not base 64 of a key id and more", in_quotes(signature.name)));
  signature.key_id = load_u32(bytes->data());
  signature.bytes = bytes->substr(4);
  return signature;
}

// "name+hexid+base64" taken apart; `what` is for messages, which show nothing of it.
struct KeyLine {
  std::string name;
  std::uint32_t key_id = 0;
  KeyType type{};
  std::array<std::uint8_t, 32> bytes{};
};
Result<KeyLine> parse_key_line(std::string_view line, std::string_view what) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.size() > kKeyTextBytesMax) return invalid(fmt::format("{} is longer than {} bytes", what, kKeyTextBytesMax));
  const std::size_t first = line.find('+');
  const std::size_t second = first == line.npos ? first : line.find('+', first + 1);
  if (second == line.npos) return invalid(fmt::format("{} is not of the form name+id+base64", what));
  KeyLine key;
  key.name = line.substr(0, first);
  AMONT_TRY(check_key_name(key.name).while_doing(what));
  const std::string_view id = line.substr(first + 1, second - first - 1);
  const auto bytes = from_base64(line.substr(second + 1));
  if (id.size() != 8 || id.find_first_not_of("0123456789abcdef") != id.npos)
    return invalid(fmt::format("{}: its id is not eight hexadecimal digits", what));
  if (!bytes || bytes->empty()) return invalid(fmt::format("{}: its last part is not base 64", what));
  key.type = static_cast<KeyType>((*bytes)[0]);
  if (key.type != KeyType::kSigns && key.type != KeyType::kCosigns)
    return Status(Code::kUnsupported,
                  fmt::format("{} is of type {}; only 1 (Ed25519) and 4 (cosignature/v1) can be used", what,
                              static_cast<int>(key.type)));
  if (bytes->size() != 1 + key.bytes.size())
    return invalid(fmt::format("{} has {} bytes where 33 belong", what, bytes->size()));
  for (const char digit : id)
    key.key_id = key.key_id << 4 | static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  std::copy(bytes->begin() + 1, bytes->end(), key.bytes.begin());
  return key;
}

Status check_key_id(const VerifierKey& key, std::string_view what) {
  if (key.key_id == key_id_of(key.name, key.type, key.public_key)) return {};
  return invalid(fmt::format("{} was changed: its id does not follow from its name and bytes", what));
}

std::string format_key(const VerifierKey& key, const std::array<std::uint8_t, 32>& bytes) {
  std::string typed(1, static_cast<char>(key.type));
  typed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return fmt::format("{}+{:08x}+{}", key.name, key.key_id, base64(typed));
}

std::string cosigned_text(std::string_view text, std::uint64_t seconds) {
  return fmt::format("cosignature/v1\ntime {}\n{}", seconds, text);
}

bool bears(const NoteSignature& signature, const VerifierKey& key) {
  return signature.name == key.name && signature.key_id == key.key_id;
}

bool is_good(std::string_view text, const NoteSignature& signature, const VerifierKey& key) {
  if (key.type == KeyType::kSigns) return ed25519_verify(key.public_key, text, signature.bytes);
  const auto seconds = cosigned_at(signature, key);
  if (!seconds) return false;
  const std::string_view bytes = std::string_view(signature.bytes).substr(8);
  return ed25519_verify(key.public_key, cosigned_text(text, static_cast<std::uint64_t>(*seconds)), bytes);
}

}  // namespace

Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
  if (lines.size() > kNoteBytesMax)
    return limit_exceeded(fmt::format("signatures of more than {} bytes", kNoteBytesMax));
  std::vector<NoteSignature> out;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == lines.npos) return invalid("the last signature of a note does not end in a newline");
    if (out.size() == kNoteSignaturesMax)
      return limit_exceeded(fmt::format("a note has more than {} signatures", kNoteSignaturesMax));
    AMONT_LET(NoteSignature signature, parse_signature(lines.substr(0, end)));
    out.push_back(std::move(signature));
    lines.remove_prefix(end + 1);
  }
  if (out.empty()) return invalid("a note has no signatures");
  return out;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) return limit_exceeded(fmt::format("a note is longer than {} bytes", kNoteBytesMax));
  AMONT_TRY(check_note_text(bytes));
  const std::size_t split = bytes.rfind("\n\n");
  if (split == bytes.npos) return invalid("a note has no empty line between its text and its signatures");
  Note note;
  note.text = bytes.substr(0, split + 1);
  AMONT_LET(note.signatures, parse_signatures(bytes.substr(split + 2)));
  return note;
}

std::string format_signature(const NoteSignature& signature) {
  std::string bytes;
  append_u32(bytes, signature.key_id);
  return fmt::format("{}{} {}\n", kDash, signature.name, base64(bytes + signature.bytes));
}

std::string format_note(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) out += format_signature(signature);
  return out;
}

Status check_key_name(std::string_view name) {
  if (name.empty()) return invalid("a key's name is empty");
  if (name.size() > kKeyNameBytesMax)
    return limit_exceeded(fmt::format("a key's name is longer than {} bytes", kKeyNameBytesMax));
  if (const std::size_t at = first_misfit(name, TextRule::kNoControls); at < name.size())
    return invalid(fmt::format("the name {}: {}", in_quotes(name), misfit_text(name, at)));
  for (std::size_t at = 0; at < name.size();) {
    const CodePoint point = code_point_at(name, at);
    if (is_space(point.value) || point.value == '+')
      return invalid(fmt::format("the name {} of a key has a space or a \"+\" in it", in_quotes(name)));
    at += point.size;
  }
  return {};
}

Result<SignerKey> make_signer_key(std::string name, KeyType type) {
  AMONT_TRY(check_key_name(name));
  SignerKey key;
  AMONT_LET(key.seed, make_ed25519_seed());
  key.verifier.name = std::move(name);
  key.verifier.type = type;
  AMONT_LET(key.verifier.public_key, ed25519_public_key(key.seed));
  key.verifier.key_id = key_id_of(key.verifier.name, type, key.verifier.public_key);
  return key;
}

Result<VerifierKey> parse_verifier_key(std::string_view line) {
  constexpr std::string_view kWhat = "a public key";
  if (line.starts_with(kPrivate)) return invalid("a private key stands where a public one belongs: name the file .pub");
  AMONT_LET(KeyLine parsed, parse_key_line(line, kWhat));
  VerifierKey key{std::move(parsed.name), parsed.key_id, parsed.type, parsed.bytes};
  AMONT_TRY(check_key_id(key, kWhat));
  return key;
}

Result<SignerKey> parse_signer_key(std::string_view line) {
  constexpr std::string_view kWhat = "a private key";
  if (!line.starts_with(kPrivate))
    return invalid("what should be a private key does not begin with PRIVATE+KEY+; make one with `amont keygen`");
  AMONT_LET(KeyLine parsed, parse_key_line(line.substr(kPrivate.size()), kWhat));
  SignerKey key;
  key.seed = parsed.bytes;
  wipe(parsed.bytes);
  key.verifier = {std::move(parsed.name), parsed.key_id, parsed.type, {}};
  AMONT_LET(key.verifier.public_key, ed25519_public_key(key.seed));
  AMONT_TRY(check_key_id(key.verifier, kWhat));
  return key;
}

std::string format_verifier_key(const VerifierKey& key) { return format_key(key, key.public_key); }
std::string format_signer_key(const SignerKey& key) {
  return std::string(kPrivate) + format_key(key.verifier, key.seed);
}

Result<NoteSignature> sign_text(std::string_view text, const SignerKey& key, std::int64_t seconds) {
  AMONT_TRY(check_note_text(text));
  NoteSignature signature{key.verifier.name, key.verifier.key_id, {}};
  if (key.verifier.type == KeyType::kSigns) {
    AMONT_LET(signature.bytes, ed25519_sign(key.seed, text));
    return signature;
  }
  if (seconds < 0) return invalid("a cosignature can't be made before 1970; set the clock");
  const auto time = static_cast<std::uint64_t>(seconds);
  append_u64(signature.bytes, time);
  AMONT_LET(const std::string bytes, ed25519_sign(key.seed, cosigned_text(text, time)));
  signature.bytes += bytes;
  return signature;
}

Result<Note> sign_note(std::string text, const SignerKey& key) {
  if (key.verifier.type != KeyType::kSigns)
    return invalid(
        fmt::format("the key {} is a witness's: it cosigns, and signs nothing itself", in_quotes(key.verifier.name)));
  AMONT_LET(NoteSignature signature, sign_text(text, key, 0));
  return Note{std::move(text), {std::move(signature)}};
}

bool has_good_signature(const Note& note, const VerifierKey& key) {
  bool any = false;
  for (const NoteSignature& signature : note.signatures) {
    if (!bears(signature, key)) continue;
    if (!is_good(note.text, signature, key)) return false;
    any = true;
  }
  return any;
}

std::optional<std::int64_t> cosigned_at(const NoteSignature& signature, const VerifierKey& key) {
  if (key.type != KeyType::kCosigns || !bears(signature, key)) return std::nullopt;
  if (signature.bytes.size() != 8 + kEd25519SignatureBytes) return std::nullopt;
  const std::uint64_t seconds = load_u64(signature.bytes.data());
  if (seconds > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

}  // namespace amont
