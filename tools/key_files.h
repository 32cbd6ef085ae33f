// Keys in files: FILE holds a private key and only its owner may read it, FILE.pub its public one. Neither lies in a store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/evidence.h"

namespace amont::tool {

// Makes both files; kInvalid when one is there already, or the place is inside a store.
Status write_key_files(const std::string& path, const KeyPair& keys);

// The line of a private key. kInvalid when others may read the file, or it lies inside a store.
Result<std::string> read_signer_file(const std::string& path);
// The line of a public key, and of several. Who names the private key's file is told of FILE.pub.
Result<std::string> read_verifier_file(const std::string& path);
Result<std::vector<std::string>> read_verifier_files(const std::vector<std::string>& paths);

// kInvalid when what is at the path is a private key: it would be lost under what is to be written there.
Status refuse_private_key(const std::string& path);
// kInvalid when the path is inside a store, saying that `what` belongs elsewhere and why.
Status refuse_in_store(const std::string& path, std::string_view why);

// A note, a request or cosignatures: a text of at most 1 MiB.
Result<std::string> read_note_file(const std::string& path);

}  // namespace amont::tool
