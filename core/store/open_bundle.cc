// A bundle as a register that is only read: its parts, once they are proven, fill an index in memory.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/evidence/verify_bundle.h"
#include "core/index/memory_table.h"
#include "core/record/part_format.h"
#include "core/store/bundle_log.h"
#include "core/store/engine.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// Tables in memory have a place for each id below the largest.
constexpr std::uint64_t kIdsMax = 1ull << 27;

// Where a record stands in its part: what tells it from others, and what it begins.
struct PutHead {
  std::string identity;  // of a node its id, of an edge kind, ends and label, as the part has them
  std::uint64_t id = 0;  // the largest in it
  bool binds = false;
  bool begins = false;
};

PutHead read_put(std::string_view part) {
  ByteReader in(part);
  const bool is_node = in.u8() == kNodePut;
  const std::uint8_t flags = in.u8();
  PutHead out;
  const std::string_view rest = in.rest();
  if (!is_node) in.varint();
  out.id = in.varint();
  if (!is_node) {
    out.id = std::max(out.id, in.varint());
    in.text();
  }
  out.identity = rest.substr(0, rest.size() - in.rest().size());
  out.binds = is_node && (flags & kBinds) != 0;
  out.begins = (flags & kBegins) != 0;
  return out;
}

// Makes of the parts that are shown what a log would hold. A life that begins while another is under way: the retraction between the
// two is not shown, and stands here again.
class Retelling {
 public:
  Result<SplitRecord> retell(const ProvenTransaction& transaction) {
    SplitRecord out;
    out.head = transaction.head;
    out.head.kind = TxKind::kPlain;
    out.head.batch = 0;
    out.leaf = transaction.leaf;
    for (const ExcerptPart& part : transaction.parts) {
      const auto kind = part.redacted() ? std::uint8_t{kSealed} : static_cast<std::uint8_t>(part.bytes[0]);
      if (kind == kNodePut || kind == kEdgePut) end_earlier_life(part.bytes, kind, out.parts);
      add(part.bytes, out.parts);
    }
    if (ids_ > kIdsMax)
      return limit_exceeded(fmt::format(
          "the bundle names nodes with ids beyond {}, and is not opened; `amont verify-bundle` tells what it proves",
          kIdsMax));
    out.head.next_node_id = ids_;
    return out;
  }

 private:
  static void add(std::string_view part, PartList& out) {
    out.bytes.append(part);
    out.ends.push_back(static_cast<std::uint32_t>(out.bytes.size()));
  }

  void end_earlier_life(std::string_view part, std::uint8_t kind, PartList& out) {
    const PutHead put = read_put(part);
    ids_ = std::max(ids_, std::min(put.id, kIdsMax) + 1);
    std::set<std::string>& known = kind == kNodePut ? nodes_ : edges_;
    if (known.insert(put.identity).second || !put.begins) return;
    add(std::string(1, static_cast<char>(kind == kNodePut ? kNodeRetract : kEdgeRetract)) + put.identity, out);
  }

  std::set<std::string> nodes_, edges_;
  std::uint64_t ids_ = 0;
};

}  // namespace

Result<std::shared_ptr<Engine>> Engine::open_bundle(const std::string& path, Options options) {
  options.index_in_memory = true;
  const std::shared_ptr<Engine> engine = make(path, std::move(options), false);
  AMONT_LET(const std::string bundle, read_file(engine->files_, path, kBundleBytesMax));
  if (!looks_like_bundle(bundle)) return invalid(fmt::format("{} is a file, and no bundle; a store is a folder", path));
  const std::string& key = engine->options_.signer;
  BundleTrust trust;
  if (!key.empty()) trust.verifier = key;
  AMONT_LET(const CheckedBundle checked, check_bundle(bundle, trust).while_doing(path));
  engine->register_.id = checked.register_id;
  AMONT_LET(std::unique_ptr<Index> index, Index::open(std::make_shared<MemoryTable>(),
                                                      MemoryPlan(engine->options_.memory_bytes), checked.register_id));
  Retelling retelling;
  std::vector<SplitRecord> records;
  records.reserve(checked.transactions.size());
  for (std::size_t i = 0; i < checked.transactions.size(); ++i) {
    AMONT_LET(SplitRecord record, retelling.retell(checked.transactions[i]));
    record.head.time = checked.told.transactions[i].time;  // of a batch's, that of its close
    records.push_back(std::move(record));
  }
  AMONT_TRY(index->apply_excerpt(records));
  engine->log_ = std::make_unique<BundleLog>(checked.told.tx, checked.told.time, checked.root,
                                             key.empty() ? kOfUnverifiedBundle : kOfBundle, bundle.size());
  engine->show(std::move(index));
  return engine;
}

}  // namespace amont
