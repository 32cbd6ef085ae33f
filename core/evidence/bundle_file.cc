#include "core/evidence/bundle_file.h"

#include <fmt/format.h>

#include "amont/bundle.h"
#include "core/merkle/sha256.h"
#include "core/text/base64.h"

namespace amont {
namespace {

constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
constexpr std::string_view kBeginning = "{\"payload\":\"";

std::string what_is_signed(std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", kPayloadType.size(), kPayloadType, payload.size(), payload);
}

std::string key_id_text(const VerifierKey& key) { return fmt::format("{:08x}", key.key_id); }

Json subject_of(const std::string& answer) {
  Json::Object digest = {{"sha256", hex(sha256(answer))}};
  return Json(Json::Array{Json(Json::Object{{"digest", Json(std::move(digest))}, {"name", "answer"}})});
}

Status check_signature(const Json& envelope, std::string_view payload, const VerifierKey& key) {
  const Json& one = (*envelope.member("signatures")->array())[0];
  const auto signature = from_base64(*one.member("sig")->text());
  if (*one.member("keyid")->text() != key_id_text(key))
    return refused(
        fmt::format("it is signed with the key {}, not with {}", *one.member("keyid")->text(), key_id_text(key)));
  if (!signature || !ed25519_verify(key.public_key, what_is_signed(payload), *signature))
    return refused("its signature is not good: it was changed after it was signed, or another key signed it");
  return {};
}

bool is_envelope(const Json& json) {
  if (!json.has_exactly({"payload", "payloadType", "signatures"})) return false;
  const Json::Array* const signatures = json.member("signatures")->array();
  const std::string* const type = json.member("payloadType")->text();
  if (!json.member("payload")->text() || !type || *type != kPayloadType) return false;
  if (!signatures || signatures->size() != 1 || !(*signatures)[0].has_exactly({"keyid", "sig"})) return false;
  return (*signatures)[0].member("keyid")->text() && (*signatures)[0].member("sig")->text();
}

// By value, for an answer may be large.
Json take(Json& object, std::string_view name) {
  for (auto& [key, value] : std::get<Json::Object>(object.value))
    if (key == name) return std::move(value);
  return {};
}

}  // namespace

bool looks_like_bundle(std::string_view bytes) { return bytes.starts_with(kBeginning); }

Result<std::string> write_bundle(const BundleContent& content, const SignerKey& key) {
  if (key.verifier.type != KeyType::kSigns) return invalid("a witness's key signs no bundles; give the register's key");
  const std::string answer = write_json(content.answer);
  // The answer is the largest member but one, so it is written once: "predicate" by hand, its names ascending.
  const std::string payload = fmt::format(
      R"({{"_type":"{}","predicate":{{"answer":{},"checkpoint":{},"excerpt":"{}","script":{}}},"predicateType":"{}","subject":{}}})",
      kStatementType, answer, write_json(content.checkpoint), base64(content.excerpt), write_json(content.script),
      kPredicateType, write_json(subject_of(answer)));
  AMONT_LET(const std::string signature, ed25519_sign(key.seed, what_is_signed(payload)));
  return fmt::format("{}{}\",\"payloadType\":\"{}\",\"signatures\":[{{\"keyid\":\"{}\",\"sig\":\"{}\"}}]}}\n",
                     kBeginning, base64(payload), kPayloadType, key_id_text(key.verifier), base64(signature));
}

Result<BundleContent> read_bundle(std::string_view file, const VerifierKey* key) {
  if (file.size() > kBundleBytesMax) return refused("it is larger than a bundle can be");
  if (!looks_like_bundle(file) || !file.ends_with("\n")) return refused("it is no bundle, or the end of it is missing");
  const Result<Json> envelope = read_canonical_json(file.substr(0, file.size() - 1));
  if (!envelope.ok() || !is_envelope(*envelope)) return refused("it is no bundle: its envelope is not of the form");
  const auto payload = from_base64(*envelope->member("payload")->text());
  if (!payload) return refused("it is no bundle: its payload is no base64");
  if (key) AMONT_TRY(check_signature(*envelope, *payload, *key));

  Result<Json> statement = read_canonical_json(*payload);
  if (!statement.ok()) return refused("its statement: " + statement.status().text());
  if (!statement->has_exactly({"_type", "predicate", "predicateType", "subject"}) ||
      *statement->member("_type") != Json(kStatementType))
    return refused("it is no in-toto statement");
  if (*statement->member("predicateType") != Json(kPredicateType))
    return Status(Code::kUnsupported, "its statement is no bundle of a form that is known here; use a later Amont");
  Json predicate = take(*statement, "predicate");
  if (!predicate.has_exactly({"answer", "checkpoint", "excerpt", "script"}) ||
      !predicate.member("checkpoint")->text() || !predicate.member("excerpt")->text())
    return refused("its predicate is not of the form");
  BundleContent out{take(predicate, "answer"), *predicate.member("checkpoint")->text(), {}, take(predicate, "script")};
  if (*statement->member("subject") != subject_of(write_json(out.answer)))
    return refused("its subject is not the digest of its answer");
  auto excerpt = from_base64(*predicate.member("excerpt")->text());
  if (!excerpt) return refused("its excerpt is no base64");
  out.excerpt = *std::move(excerpt);
  return out;
}

}  // namespace amont
