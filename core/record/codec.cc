#include "core/record/codec.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>

#include "core/merkle/sha256_pair.h"
#include "core/merkle/tree.h"
#include "core/record/provable.h"
#include "core/text/bytes.h"
#include "core/text/timestamp.h"
#include "record.capnp.h"

namespace amont {
namespace {

std::string encode_header(const LoggedHead& head, std::uint32_t parts, const Digest& parts_root) {
  std::string out;
  out.reserve(kHeaderBytes);
  out.push_back(1);
  out.push_back(static_cast<char>(head.kind));
  append_u16(out, 0);
  append_u32(out, parts);
  out.append(reinterpret_cast<const char*>(head.register_id.data()), head.register_id.size());
  append_u64(out, head.number);
  append_u64(out, static_cast<std::uint64_t>(head.time.micros));
  append_u64(out, head.batch);
  append_u64(out, head.next_node_id);
  append_u32(out, head.schema_version);
  append_u32(out, 0);
  out.append(view_of(head.previous_root));
  out.append(view_of(parts_root));
  out.append(32, '\0');
  return out;
}

void copy(std::string_view bytes, std::uint8_t* to) { std::memcpy(to, bytes.data(), bytes.size()); }

kj::ArrayPtr<const kj::byte> data_of(std::string_view bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}
std::string_view view_of_data(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

// Runs `read` on the record in `bytes`; KJ's exceptions end here.
template <class Read>
Status with_record(std::string_view bytes, Read read) {
  if (bytes.size() % 8 != 0 || bytes.size() < 8 || bytes.size() > kRecordSizeMax)
    return damaged("a record of odd size");
  const std::size_t words = bytes.size() / 8;
  std::vector<capnp::word> aligned;
  const capnp::word* begin = reinterpret_cast<const capnp::word*>(bytes.data());
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 != 0) {
    aligned.resize(words);
    std::memcpy(static_cast<void*>(aligned.data()), bytes.data(), bytes.size());
    begin = aligned.data();
  }
  try {
    const kj::ArrayPtr<const capnp::word> segments[] = {kj::arrayPtr(begin, words)};
    capnp::ReaderOptions limits;
    limits.traversalLimitInWords = 4 * words + 1024;
    limits.nestingLimit = 8;
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(segments, 1), limits);
    return read(message.getRoot<wire::Record>());
  } catch (const kj::Exception& error) {
    return damaged(std::string("no Cap'n Proto record: ") + error.getDescription().cStr());
  } catch (const std::exception& error) {
    return damaged(std::string("no Cap'n Proto record: ") + error.what());
  }
}

Result<PartList> split_parts(std::string_view bytes, std::uint32_t count) {
  if (count > bytes.size()) return damaged("the header counts more parts than there are");
  PartList parts;
  parts.bytes.reserve(bytes.size());
  parts.ends.reserve(count);
  ByteReader in(bytes);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    parts.bytes.append(in.text());
    parts.ends.push_back(static_cast<std::uint32_t>(parts.bytes.size()));
  }
  if (!in.finished()) return damaged("the parts do not fill their space");
  return parts;
}

Result<std::vector<SaltSeed>> read_seeds(wire::Record::Reader record) {
  std::vector<SaltSeed> seeds;
  for (const auto seed : record.getSeeds()) {
    SaltSeed one{seed.getLevel(), seed.getIndex(), {}};
    if (seed.getBytes().size() != one.bytes.size()) return damaged("a salt seed of odd size");
    copy(view_of_data(seed.getBytes()), one.bytes.data());
    seeds.push_back(one);
  }
  return seeds;
}

// What is told of redacted parts: each of them is empty.
Result<std::vector<PartCommitment>> read_gone(wire::Record::Reader record, const PartList& parts) {
  std::vector<PartCommitment> gone;
  for (const auto redacted : record.getRedacted()) {
    PartCommitment one{redacted.getPart(), {}};
    const bool ascends = gone.empty() || gone.back().part < one.part;
    if (!ascends || one.part >= parts.size() || !parts[one.part].empty() ||
        redacted.getCommitment().size() != one.commitment.size())
      return damaged("a redaction that does not fit its part");
    copy(view_of_data(redacted.getCommitment()), one.commitment.data());
    gone.push_back(one);
  }
  return gone;
}

struct Commitments {
  Salts salts;
  std::vector<Digest> all;
};

// Each part's commitment to its salt.
std::vector<Digest> leaves_of(const PartList& parts, const Salts& salts) {
  const auto leaf = [&](std::size_t i) { return HashInput{0x00, view_of(salts.salts[i]), parts[i]}; };
  std::vector<Digest> out(parts.size());
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const auto both = sha256_pair(leaf(i), leaf(i + 1));
    out[i] = both[0];
    out[i + 1] = both[1];
  }
  if (parts.size() % 2 != 0) out.back() = merkle_leaf(view_of(salts.salts.back()), parts[parts.size() - 1]);
  return out;
}

// Derives the salts, commits each part to its own, and compares the parts' root with the header's.
Result<Commitments> commit_parts(const std::vector<SaltSeed>& seeds, const PartList& parts,
                                 const std::vector<PartCommitment>& gone, const Digest& expected_root) {
  Commitments out{derive_salts(seeds, static_cast<std::uint32_t>(parts.size())), {}};
  auto next = gone.begin();
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    const bool is_gone = next != gone.end() && next->part == i;
    if (is_gone)
      ++next;
    else if (!out.salts.known[i])
      return damaged("a part without its salt");
  }
  out.all = leaves_of(parts, out.salts);
  for (const PartCommitment& one : gone) out.all[one.part] = one.commitment;
  if (merkle_root(out.all) != expected_root) return damaged("its parts do not give the root in its header");
  return out;
}

// A record whose parts do not all have their salts from one seed.
Result<std::string> build_record(std::string_view header, const std::vector<SaltSeed>& seeds, std::string_view framed,
                                 const std::vector<PartCommitment>& gone) {
  try {
    capnp::MallocMessageBuilder message;
    auto record = message.initRoot<wire::Record>();
    record.setHeader(data_of(header));
    auto wire_seeds = record.initSeeds(static_cast<unsigned>(seeds.size()));
    for (unsigned i = 0; i < seeds.size(); ++i) {
      wire_seeds[i].setLevel(seeds[i].level);
      wire_seeds[i].setIndex(seeds[i].index);
      wire_seeds[i].setBytes(data_of(view_of(seeds[i].bytes)));
    }
    record.setParts(data_of(framed));
    auto wire_gone = record.initRedacted(static_cast<unsigned>(gone.size()));
    for (unsigned i = 0; i < gone.size(); ++i) {
      wire_gone[i].setPart(gone[i].part);
      wire_gone[i].setCommitment(data_of(view_of(gone[i].commitment)));
    }
    const auto canonical = capnp::canonicalize(record.asReader());
    return std::string(reinterpret_cast<const char*>(canonical.begin()), canonical.size() * 8);
  } catch (const kj::Exception& error) {
    return Status(Code::kLimit, std::string("building a record: ") + error.getDescription().cStr());
  }
}

// A batch is named by its opening transaction.
bool has_its_batch(const LoggedHead& head) {
  switch (head.kind) {
    case TxKind::kPlain: return head.batch == 0;
    case TxKind::kBatchOpen: return head.batch == head.number;
    default: return head.batch > 0 && head.batch < head.number;
  }
}

}  // namespace

Result<EncodedRecord> encode_record(const LoggedHead& head, const PartList& parts, const Digest& seed) {
  const auto too_large = [] {
    return limit_exceeded("a transaction of more than 512 MiB; split it or import it as a batch");
  };
  if (parts.bytes.size() > kRecordSizeMax) return too_large();
  const auto count = static_cast<std::uint32_t>(parts.size());
  const Salts salts = derive_salts({{0, 0, seed}}, count);
  std::string framed;
  framed.reserve(parts.bytes.size() + 2 * parts.size());
  for (std::uint32_t i = 0; i < count; ++i) append_text(framed, parts[i]);
  if (framed.size() > kRecordSizeMax - 4096) return too_large();
  const std::string header = encode_header(head, count, merkle_root(leaves_of(parts, salts)));

  // Data fields only, each written once in schema order into one segment that is large enough: canonical as built.
  const std::size_t words = 64 + (header.size() + framed.size()) / 8;
  std::string scratch((words + 1) * 8, '\0');
  EncodedRecord out;
  out.number = head.number;
  out.leaf = merkle_leaf(header);
  try {
    capnp::MallocMessageBuilder message(kj::arrayPtr(reinterpret_cast<capnp::word*>(scratch.data()), words));
    auto record = message.initRoot<wire::Record>();
    record.setHeader(data_of(header));
    auto seeds = record.initSeeds(1);
    seeds[0].setBytes(data_of(view_of(seed)));
    record.setParts(data_of(framed));
    if (message.getSegmentsForOutput().size() != 1 || !message.isCanonical()) {
      const auto canonical = capnp::canonicalize(record.asReader());
      out.bytes.assign(reinterpret_cast<const char*>(canonical.begin()), canonical.size() * 8);
    } else {
      const auto segment = message.getSegmentsForOutput()[0];
      out.bytes.assign(reinterpret_cast<const char*>(segment.begin()), segment.size() * 8);
    }
  } catch (const kj::Exception& error) {
    return Status(Code::kLimit, std::string("building a record: ") + error.getDescription().cStr());
  }
  return out;
}

Result<SplitRecord> split_record(std::string_view bytes, bool check_hashes) {
  SplitRecord out;
  AMONT_TRY(with_record(bytes, [&](wire::Record::Reader record) -> Status {
    const std::string_view header_bytes = view_of_data(record.getHeader());
    AMONT_LET(const Header header, decode_header(header_bytes));
    AMONT_LET(out.parts, split_parts(view_of_data(record.getParts()), header.parts));
    AMONT_LET(out.gone, read_gone(record, out.parts));
    if (check_hashes) {
      AMONT_LET(const auto seeds, read_seeds(record));
      AMONT_TRY(commit_parts(seeds, out.parts, out.gone, header.parts_root).status());
    }
    out.head = header.head;
    out.leaf = merkle_leaf(header_bytes);
    return {};
  }));
  return out;
}

Result<Header> decode_header(std::string_view bytes) {
  if (bytes.size() != kHeaderBytes) return damaged("a header of " + std::to_string(bytes.size()) + " bytes");
  if (bytes[0] != 1)
    return Status(Code::kUnsupported, "a record of format " + std::to_string(bytes[0]) + "; use a later Amont");
  ByteReader in(bytes.substr(1));
  Header out;
  const std::uint8_t kind = in.u8();
  if (kind > static_cast<std::uint8_t>(TxKind::kBatchVoid)) return damaged("a record of unknown kind");
  out.head.kind = static_cast<TxKind>(kind);
  bool reserved = in.u16() != 0;
  out.parts = in.u32();
  copy(in.bytes(16), out.head.register_id.data());
  out.head.number = in.u64();
  out.head.time.micros = static_cast<std::int64_t>(in.u64());
  out.head.batch = in.u64();
  out.head.next_node_id = in.u64();
  out.head.schema_version = in.u32();
  reserved |= in.u32() != 0;
  copy(in.bytes(32), out.head.previous_root.data());
  copy(in.bytes(32), out.parts_root.data());
  reserved |= in.rest().find_first_not_of('\0') != std::string_view::npos;
  if (reserved || !check_timestamp(out.head.time).ok() || !has_its_batch(out.head))
    return damaged("a header that does not fit this format");
  return out;
}

Result<ProvableRecord> read_provable_record(std::string_view bytes) {
  ProvableRecord out;
  AMONT_TRY(with_record(bytes, [&](wire::Record::Reader record) -> Status {
    out.header = view_of_data(record.getHeader());
    AMONT_LET(const Header header, decode_header(out.header));
    AMONT_LET(out.parts, split_parts(view_of_data(record.getParts()), header.parts));
    AMONT_LET(const auto seeds, read_seeds(record));
    AMONT_LET(const auto gone, read_gone(record, out.parts));
    AMONT_LET(Commitments commitments, commit_parts(seeds, out.parts, gone, header.parts_root));
    out.salts = std::move(commitments.salts);
    out.commitments = std::move(commitments.all);
    return {};
  }));
  return out;
}

Result<DecodedRecord> decode_record(std::string_view bytes, bool check_hashes) {
  AMONT_LET(const SplitRecord record, split_record(bytes, check_hashes));
  DecodedRecord out;
  out.transaction.head = record.head;
  out.leaf = record.leaf;
  out.part_count = static_cast<std::uint32_t>(record.parts.size());
  AMONT_TRY(decode_parts(record.parts, out.transaction));
  if (out.transaction.gone.size() != record.gone.size()) return damaged("a part that is gone without its commitment");
  for (std::size_t i = 0; i < record.gone.size(); ++i) out.transaction.gone[i].commitment = record.gone[i].commitment;
  return out;
}

Result<RedactedRecord> redact_record(std::string_view bytes, std::span<const std::uint32_t> which) {
  RedactedRecord out;
  AMONT_TRY(with_record(bytes, [&](wire::Record::Reader record) -> Status {
    const std::string_view header_bytes = view_of_data(record.getHeader());
    AMONT_LET(const Header header, decode_header(header_bytes));
    AMONT_LET(const PartList parts, split_parts(view_of_data(record.getParts()), header.parts));
    AMONT_LET(std::vector<PartCommitment> gone, read_gone(record, parts));
    AMONT_LET(std::vector<SaltSeed> seeds, read_seeds(record));
    AMONT_LET(const Commitments commitments, commit_parts(seeds, parts, gone, header.parts_root));
    for (const std::uint32_t part : which) {
      if (part >= parts.size() || parts[part].empty()) return invalid("there is no part " + std::to_string(part));
      out.gone.push_back({part, commitments.all[part]});
      seeds = puncture(seeds, part, header.parts);
    }
    std::string framed;
    framed.reserve(parts.bytes.size() + 2 * parts.size());
    auto next = out.gone.begin();
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
      const bool goes = next != out.gone.end() && next->part == i;
      if (goes) ++next;
      append_text(framed, goes ? std::string_view() : parts[i]);
    }
    gone.insert(gone.end(), out.gone.begin(), out.gone.end());
    std::sort(gone.begin(), gone.end(), [](const auto& a, const auto& b) { return a.part < b.part; });
    AMONT_LET(out.record.bytes, build_record(header_bytes, seeds, framed, gone));
    out.record.number = header.head.number;
    out.record.leaf = merkle_leaf(header_bytes);
    return {};
  }));
  return out;
}

Result<RecordHead> decode_head(std::string_view bytes) {
  RecordHead out;
  AMONT_TRY(with_record(bytes, [&](wire::Record::Reader record) -> Status {
    const std::string_view header_bytes = view_of_data(record.getHeader());
    AMONT_LET(const Header header, decode_header(header_bytes));
    out.head = header.head;
    out.leaf = merkle_leaf(header_bytes);
    return {};
  }));
  return out;
}

}  // namespace amont
