// Witness: the answers of C2SP tlog-witness, add-checkpoint.
//
//   state/LOCK                       held while a witness has the directory
//   state/<SHA-256 of the origin>    the last checkpoint that was cosigned: a signed note with the log's signature and ours
#include <algorithm>
#include <charconv>
#include <mutex>

#include <fmt/format.h>

#include "core/evidence/checkpoint.h"
#include "core/evidence/kept.h"
#include "core/merkle/consistency.h"
#include "core/text/base64.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

enum Http : int {
  kDone = 200,
  kBadRequest = 400,
  kForbidden = 403,
  kUnknown = 404,
  kConflict = 409,
  kUnprocessable = 422
};

Witness::Answer no(int status, std::string why) { return {status, std::move(why) + "\n"}; }

struct Request {
  std::uint64_t old_size = 0;
  std::vector<Digest> proof;
  SignedCheckpoint offered;
};

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() || (text.size() > 1 && text[0] == '0'))
    return std::nullopt;
  return size;
}

// Strict; kInvalid says which part is wrong.
Result<Request> parse_request(std::string_view body) {
  Request request;
  const auto take_line = [&]() -> std::optional<std::string_view> {
    const std::size_t end = body.find('\n');
    if (end == body.npos) return std::nullopt;
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    return line;
  };
  const auto first = take_line();
  const auto old_size = first && first->starts_with("old ") ? parse_size(first->substr(4)) : std::nullopt;
  if (!old_size) return invalid("the first line is not \"old\" and a size");
  request.old_size = *old_size;
  for (;;) {
    const auto line = take_line();
    if (!line) return invalid("there is no empty line after the proof");
    if (line->empty()) break;
    const auto hash = from_base64(*line);
    if (!hash || hash->size() != sizeof(Digest)) return invalid("a line of the proof is not base 64 of 32 bytes");
    if (request.proof.size() == kConsistencyHashesMax)
      return invalid(fmt::format("the proof has more than {} lines", kConsistencyHashesMax));
    std::copy(hash->begin(), hash->end(), request.proof.emplace_back().begin());
  }
  AMONT_LET(request.offered, parse_signed_checkpoint(body));
  return request;
}

}  // namespace

struct Witness::Rep {
  struct Known {
    std::string origin;
    VerifierKey key;
  };

  Result<Answer> answer(const Request& request, Timestamp now) const;
  std::optional<Answer> is_refused(const Request& request) const;
  std::string path_of(const std::string& origin) const { return fmt::format("{}/{}", directory, hex(sha256(origin))); }
  Result<std::optional<SignedCheckpoint>> remembered(const std::string& origin) const;
  Status check_clock(const SignedCheckpoint& last, std::int64_t seconds) const;

  Files& files;
  std::string directory;
  SignerKey key;
  std::vector<Known> logs;
  std::unique_ptr<FileLock> lock;
  std::mutex mutex;  // one request at a time
};

Witness::Witness(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Witness::Witness(Witness&&) noexcept = default;
Witness& Witness::operator=(Witness&&) noexcept = default;
Witness::~Witness() = default;

Result<Witness> Witness::open(const std::string& directory, std::string_view signer, const std::vector<Log>& logs,
                              Files* files) {
  auto rep = std::unique_ptr<Rep>(new Rep{files ? *files : posix_files(), directory, {}, {}, {}, {}});
  AMONT_LET(rep->key, parse_signer_key(signer));
  if (rep->key.verifier.type != KeyType::kCosigns)
    return invalid(
        fmt::format("the key {} signs a register's checkpoints; make a witness's with: amont keygen --witness FILE",
                    in_quotes(rep->key.verifier.name)));
  for (const Log& log : logs) {
    AMONT_LET(VerifierKey key, parse_verifier_key(log.verifier));
    if (key.type != KeyType::kSigns)
      return invalid(fmt::format("the key {} is a witness's, and signs for no log", in_quotes(key.name)));
    rep->logs.push_back({log.origin, std::move(key)});
  }
  AMONT_TRY(rep->files.make_directory(directory));
  const std::size_t slash = directory.find_last_of('/');
  AMONT_TRY(rep->files.sync_directory(slash == directory.npos ? "." : directory.substr(0, slash + 1)));
  AMONT_LET(rep->lock, rep->files.lock(directory + "/LOCK"));
  return Witness(std::move(rep));
}

Result<std::optional<SignedCheckpoint>> Witness::Rep::remembered(const std::string& origin) const {
  const std::string path = path_of(origin);
  const Result<std::string> bytes = read_file(files, path, kNoteBytesMax);
  if (bytes.code() == Code::kNotFound) return std::optional<SignedCheckpoint>();
  AMONT_TRY(bytes.status());
  Result<SignedCheckpoint> kept = parse_signed_checkpoint(*bytes);
  // Nothing is cosigned upon a memory that is no longer ours.
  if (!kept || kept->checkpoint.origin != origin || !has_good_signature(kept->note, key.verifier))
    return damaged(
        fmt::format("{} is not what this witness wrote; put it back from a backup, or the log {} can't be "
                    "cosigned again with this key",
                    path, in_quotes(origin)));
  return std::optional<SignedCheckpoint>(*std::move(kept));
}

// A cosignature says what was the largest tree at its time: of two, the later must not be of the smaller one.
Status Witness::Rep::check_clock(const SignedCheckpoint& last, std::int64_t seconds) const {
  for (const NoteSignature& one : last.note.signatures)
    if (const auto before = cosigned_at(one, key.verifier); before && *before > seconds)
      return invalid(
          fmt::format("the clock says {}, and this witness cosigned at {}; set the clock, or ask again later",
                      Timestamp{seconds * 1'000'000}.text(), Timestamp{*before * 1'000'000}.text()));
  return {};
}

// Whether one of the log's keys signed it, and every signature that bears the name and id of one is good.
std::optional<Witness::Answer> Witness::Rep::is_refused(const Request& request) const {
  const std::string& origin = request.offered.checkpoint.origin;
  bool known = false, good = false;
  for (const Known& log : logs) {
    if (log.origin != origin) continue;
    known = true;
    const auto bears = [&](const NoteSignature& one) {
      return one.name == log.key.name && one.key_id == log.key.key_id;
    };
    if (std::ranges::none_of(request.offered.note.signatures, bears)) continue;
    if (!has_good_signature(request.offered.note, log.key))
      return no(kForbidden, fmt::format("the signature of {} is not good", in_quotes(log.key.name)));
    good = true;
  }
  if (!known) return no(kUnknown, fmt::format("the log {} is not known here", in_quotes(origin)));
  if (!good) return no(kForbidden, "the checkpoint is not signed by a key of its log");
  return std::nullopt;
}

Result<Witness::Answer> Witness::Rep::answer(const Request& request, Timestamp now) const {
  const Checkpoint& offered = request.offered.checkpoint;
  if (auto refusal = is_refused(request)) return *std::move(refusal);
  if (request.old_size > offered.size) return no(kBadRequest, "the old size is larger than the checkpoint's");
  AMONT_LET(const auto last, remembered(offered.origin));
  const std::uint64_t known_size = last ? last->checkpoint.size : 0;
  if (request.old_size != known_size) return no(kConflict, std::to_string(known_size));
  const Digest known_root = last ? last->checkpoint.root : MerkleFrontier().root();
  if (!is_consistent(known_size, known_root, offered.size, offered.root, request.proof))
    return no(kUnprocessable,
              fmt::format("the checkpoint does not follow from the one of size {} that was seen before: "
                          "keep both, they may prove that the log was forked",
                          known_size));
  const std::int64_t seconds = now.micros / 1'000'000;
  if (last) AMONT_TRY(check_clock(*last, seconds));
  AMONT_LET(NoteSignature cosignature, sign_text(request.offered.note.text, key, seconds));
  // What is remembered bears the signatures that were checked, and ours.
  Note kept{request.offered.note.text, {}};
  for (const NoteSignature& one : request.offered.note.signatures)
    if (std::ranges::any_of(logs, [&](const Known& log) {
          return log.origin == offered.origin && one.name == log.key.name && one.key_id == log.key.key_id;
        }))
      kept.signatures.push_back(one);
  kept.signatures.push_back(cosignature);
  AMONT_TRY(replace_file(files, path_of(offered.origin), format_note(kept)).while_doing("remembering the checkpoint"));
  return Answer{kDone, format_signature(cosignature)};
}

Result<Witness::Answer> Witness::add_checkpoint(std::string_view body, Timestamp now) {
  const Result<Request> request = parse_request(body);
  if (!request) return no(kBadRequest, request.status().text());
  const std::lock_guard lock(rep_->mutex);
  return rep_->answer(*request, now);
}

Result<std::string> Witness::last(const std::string& origin) const {
  const std::lock_guard lock(rep_->mutex);
  AMONT_LET(const auto kept, rep_->remembered(origin));
  if (!kept) return not_found(fmt::format("no checkpoint of {} was cosigned here", in_quotes(origin)));
  return format_note(kept->note);
}

}  // namespace amont
