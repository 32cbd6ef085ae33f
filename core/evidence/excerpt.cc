#include "core/evidence/excerpt.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

void append_digests(std::string& out, const std::vector<Digest>& digests) {
  append_varint(out, digests.size());
  for (const Digest& digest : digests) out.append(view_of(digest));
}

Digest read_digest(ByteReader& in) {
  Digest digest{};
  const std::string_view bytes = in.bytes(digest.size());
  if (in.ok()) std::ranges::copy(bytes, reinterpret_cast<char*>(digest.data()));
  return digest;
}

std::vector<Digest> read_digests(ByteReader& in) {
  std::vector<Digest> digests;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) digests.push_back(read_digest(in));
  return digests;
}

ExcerptTransaction read_transaction(ByteReader& in) {
  ExcerptTransaction out;
  out.header = in.bytes(kHeaderBytes);
  std::uint64_t next = 0;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    ExcerptPart part;
    const std::uint64_t step = in.varint();
    if (next > UINT32_MAX || step > UINT32_MAX - next) in.fail();
    part.index = static_cast<std::uint32_t>(next + step);
    next = std::uint64_t{part.index} + 1;
    const std::uint8_t tag = in.u8();
    part.salt = read_digest(in);
    if (tag == 0) part.bytes = in.text();
    if (tag > 1 || (tag == 0 && part.bytes.empty())) in.fail();
    out.parts.push_back(std::move(part));
  }
  out.siblings = read_digests(in);
  return out;
}

Status check_parts(const ExcerptTransaction& transaction, const Header& header) {
  std::vector<TreeLeaf> leaves;
  leaves.reserve(transaction.parts.size());
  for (const ExcerptPart& part : transaction.parts)
    leaves.push_back({part.index, part.redacted() ? part.salt : merkle_leaf(view_of(part.salt), part.bytes)});
  const auto root = root_of_inclusion(header.parts, leaves, transaction.siblings);
  if (root && *root == header.parts_root) return {};
  return refused(fmt::format("a part of transaction {} is not what was recorded", header.head.number));
}

// With what each becomes visible.
Status find_closes(std::vector<ProvenTransaction>& transactions) {
  std::map<TxNumber, TxNumber> closes;
  for (const ProvenTransaction& one : transactions)
    if (one.head.kind == TxKind::kBatchClose) closes[one.head.batch] = one.head.number;
  for (ProvenTransaction& one : transactions) {
    one.visible = one.head.number;
    if (one.head.kind == TxKind::kPlain) continue;
    const auto close = closes.find(one.head.batch);
    if (close == closes.end() || close->second < one.head.number)
      return refused(
          fmt::format("transaction {} is of a batch, and nothing shows that it was closed", one.head.number));
    one.visible = close->second;
  }
  return {};
}

}  // namespace

std::string encode_excerpt(const Excerpt& excerpt) {
  std::string out(1, '\1');
  append_varint(out, excerpt.transactions.size());
  for (const ExcerptTransaction& one : excerpt.transactions) {
    out.append(one.header);
    append_varint(out, one.parts.size());
    std::uint32_t next = 0;
    for (const ExcerptPart& part : one.parts) {
      append_varint(out, part.index - next);
      next = part.index + 1;
      out.push_back(part.redacted() ? 1 : 0);
      out.append(view_of(part.salt));
      if (!part.redacted()) append_text(out, part.bytes);
    }
    append_digests(out, one.siblings);
  }
  append_digests(out, excerpt.siblings);
  return out;
}

Result<Excerpt> decode_excerpt(std::string_view bytes) {
  ByteReader in(bytes);
  Excerpt out;
  if (in.u8() != 1) return invalid("the excerpt is of a newer format, or none; use a later Amont");
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) out.transactions.push_back(read_transaction(in));
  out.siblings = read_digests(in);
  if (!in.finished()) return invalid("the excerpt is cut, or has bytes too many");
  return out;
}

Result<std::vector<ProvenTransaction>> prove(Excerpt&& excerpt, const RegisterId& register_id, std::uint64_t size,
                                             const Digest& root) {
  std::vector<ProvenTransaction> out;
  std::vector<TreeLeaf> leaves;
  for (ExcerptTransaction& one : excerpt.transactions) {
    const Result<Header> read = decode_header(one.header);
    if (!read.ok()) return refused(read.status().text());
    const Header& header = *read;
    const TxNumber number = header.head.number;
    if (header.head.register_id != register_id)
      return refused(fmt::format("transaction {} is of another register", number));
    if (number == 0 || number > size)
      return refused(fmt::format("the checkpoint does not cover transaction {}", number));
    if (!out.empty() && number <= out.back().head.number) return refused("the transactions are not in order");
    if (!out.empty() && header.head.time < out.back().head.time)
      return refused(fmt::format("transaction {} is older than one before it", number));
    AMONT_TRY(check_parts(one, header));
    leaves.push_back({number - 1, merkle_leaf(one.header)});
    out.push_back({header.head, leaves.back().digest, 0, std::move(one.parts)});
  }
  const auto given = root_of_inclusion(size, leaves, excerpt.siblings);
  if (!given || *given != root) return refused("the transactions are not in the log that the checkpoint tells of");
  AMONT_TRY(find_closes(out));
  return out;
}

}  // namespace amont
