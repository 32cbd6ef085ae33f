// The file of a bundle: a DSSE envelope around an in-toto statement (v1), both in canonical JSON. FORMAT.md, section 13.
//
//   file      := {"payload":BASE64,"payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":HEX8,"sig":BASE64}]} "\n"
//   payload   := {"_type":"https://in-toto.io/Statement/v1","predicate":PREDICATE,"predicateType":kPredicateType,
//                 "subject":[{"digest":{"sha256":HEX64 of ANSWER},"name":"answer"}]}
//   PREDICATE := {"answer":ANSWER,"checkpoint":NOTE,"excerpt":BASE64,"script":null | SCRIPT}
//
// What is signed is DSSE's pre-authentication encoding of type and payload: "DSSEv1 28 application/vnd.in-toto+json LEN PAYLOAD". No
// checkpoint can be that text, for it would have to end in a newline.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/evidence/canonical_json.h"
#include "core/evidence/note.h"

namespace amont {

inline constexpr std::string_view kPredicateType = "urn:amont:bundle:1";

struct BundleContent {
  Json answer;
  std::string checkpoint;
  std::string excerpt;
  Json script;
};

// kInvalid when the key is one that cosigns.
Result<std::string> write_bundle(const BundleContent& content, const SignerKey& key);
// Looks at the signature when there is a key. kRefused: it is not that key's, or this is no bundle; kUnsupported.
Result<BundleContent> read_bundle(std::string_view file, const VerifierKey* key);

}  // namespace amont
