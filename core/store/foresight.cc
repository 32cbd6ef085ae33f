#include "core/store/foresight.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/store/engine.h"

namespace amont {
namespace {

constexpr std::uint64_t kBytesMax = 1ull << 30;  // of what is applied in memory

}  // namespace

Status Foresight::apply(const SplitRecord& record) {
  // The parts of a batch that is about to be closed are in the log, its close is not.
  const ReadRecords read = [&](TxNumber from, TxNumber to, const TakeRecord& visit) -> Status {
    const TxNumber head = log_.head().number;
    AMONT_TRY(read_split_records(log_, from, std::min(to, head), [&](SplitRecord& part) -> Status {
      if (ahead_->table().bytes() > kBytesMax)
        return limit_exceeded(
            fmt::format("the register has rules, and what they would have to look at before it is written takes more "
                        "than {} MiB of "
                        "memory; import it in smaller pieces, or take the rules out meanwhile",
                        kBytesMax >> 20));
      return visit(part);
    }));
    if (to <= head) return {};
    SplitRecord last = record;
    return visit(last);
  };
  return ahead_->apply(record, read);
}

Result<Foresight::Views> Foresight::look(std::span<const Sealed> accepted, const SplitRecord& next) {
  if (!ahead_) ahead_ = Index::upon(index_);
  for (const Sealed& one : accepted)
    if (one.split.head.number > ahead_->last_seen()) AMONT_TRY(apply(one.split));
  Snapshot before(ahead_->newest_view());
  AMONT_TRY(apply(next));
  return Views{std::move(before), Snapshot(ahead_->newest_view())};
}

}  // namespace amont
