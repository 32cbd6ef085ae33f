// An excerpt: parts of a log with what shows that they are in it, in a few bytes. FORMAT.md, section 13.
//
//   excerpt     := version:u8=1 count:varint transaction* count:varint sibling:32*       ascending by number
//   transaction := header:160 count:varint entry* count:varint sibling:32*
//   entry       := step:varint (00 salt:32 part:text | 01 commitment:32)                 step: from the part after the one before
//
// A transaction's siblings lead from its entries' commitments to its parts' root, the last ones from the headers to the log's
// (core/merkle/inclusion.h). 01 is a part that was redacted: nobody has its text any more.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/merkle/inclusion.h"
#include "core/record/provable.h"

namespace amont {

struct ExcerptPart {
  std::uint32_t index = 0;
  Digest salt{};      // of a redacted part, its commitment
  std::string bytes;  // empty: redacted

  bool redacted() const { return bytes.empty(); }
};

struct ExcerptTransaction {
  std::string header;
  std::vector<ExcerptPart> parts;  // ascending
  std::vector<Digest> siblings;
};

struct Excerpt {
  std::vector<ExcerptTransaction> transactions;  // ascending by number
  std::vector<Digest> siblings;
};

std::string encode_excerpt(const Excerpt& excerpt);
// kInvalid for anything that encode_excerpt() does not give.
Result<Excerpt> decode_excerpt(std::string_view bytes);

// A transaction that was shown to be in the log.
struct ProvenTransaction {
  LoggedHead head;
  Digest leaf{};
  TxNumber visible = 0;  // with which it became visible: its own number, or its batch's close
  std::vector<ExcerptPart> parts;
};

// Is all of it in the log of this register, which has `size` transactions and this root? kRefused says what is not. Every transaction
// of a batch needs the batch's close.
Result<std::vector<ProvenTransaction>> prove(Excerpt&& excerpt, const RegisterId& register_id, std::uint64_t size,
                                             const Digest& root);

}  // namespace amont
