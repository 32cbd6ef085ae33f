// Checkpoints (C2SP tlog-checkpoint): what a log was at one size, as the text of a signed note.
//
//   origin "\n" size "\n" base64(root:32) "\n" (extension "\n")*
//
// The root is that of the RFC 6962 tree over the first `size` transactions. Amont's own origin: "amont/" and the register's id in
// hexadecimal (origin_of), so that a key may serve many registers and a register outlives its keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence/note.h"
#include "core/merkle/sha256.h"
#include "core/record/logged.h"

namespace amont {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Digest root{};
  std::vector<std::string> extensions;  // Amont writes none
  bool operator==(const Checkpoint&) const = default;
};

std::string origin_of(const RegisterId& id);

// Strict: what is taken gives the same text again by format_checkpoint(). kInvalid says which line is wrong.
Result<Checkpoint> parse_checkpoint(std::string_view text);
std::string format_checkpoint(const Checkpoint& checkpoint);

// A note whose text is a checkpoint. Its signatures are not looked at.
struct SignedCheckpoint {
  Note note;
  Checkpoint checkpoint;
};
Result<SignedCheckpoint> parse_signed_checkpoint(std::string_view bytes);

}  // namespace amont
