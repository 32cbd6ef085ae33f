#include "core/log/chain.h"

#include <fmt/format.h>

namespace amont {

Status Chain::take(const Segment& segment, TxNumber last, const std::function<Status(TxNumber)>& done) {
  AMONT_TRY(check_header(segment));
  const auto take_one = [&](const FrameHeader& frame, std::uint64_t offset, std::string_view record) -> Status {
    if (Status checked = check_record(record); !checked.ok())
      return std::move(checked).while_doing(segment.place(offset));
    return done ? done(frame.number) : Status();
  };
  AMONT_LET(const ScanEnd end, segment.scan(kSegmentHeaderBytes, segment.first(), last, take_one));
  end_ = end.offset;
  if (!end.damage.empty()) return damaged(fmt::format("{}: {}", segment.place(end.offset), end.damage));
  return {};
}

Status Chain::check_header(const Segment& segment) const {
  const auto wrong = [&](std::string_view what) { return damaged(fmt::format("{}: {}", segment.place(0), what)); };
  AMONT_LET(const SegmentHeader header, segment.header().while_doing(segment.place(0)));
  if (header.register_id != register_id_) return wrong("the segment is of another register");
  if (header.first != segment.first() || header.first != tree_.size() + 1)
    return wrong(
        fmt::format("the segment begins with transaction {} where {} should come", header.first, tree_.size() + 1));
  if (header.previous_root != tree_.root()) return wrong("the segment does not follow from the transactions before it");
  return {};
}

Status Chain::check_record(std::string_view record) {
  AMONT_LET(const RecordHead decoded, decode_head(record));
  if (decoded.head.register_id != register_id_) return damaged("the record is of another register");
  if (decoded.head.number != tree_.size() + 1)
    return damaged(fmt::format("transaction {} stands where {} should", decoded.head.number, tree_.size() + 1));
  if (decoded.head.previous_root != tree_.root())
    return damaged(fmt::format("transaction {} does not follow from those before it", decoded.head.number));
  tree_.append(decoded.leaf);
  return {};
}

}  // namespace amont
