#include "core/log/find_head.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr TxNumber kNoLast = std::numeric_limits<TxNumber>::max();

class Search {
 public:
  Search(const HeadSearch& search, const std::optional<HeadSlot>& slot) : search_(search), slot_(slot) {}

  Result<FoundHead> run() {
    AMONT_TRY(look_at_headers());
    AMONT_LET(const bool agrees, slot_agrees());
    if (agrees) {
      found_.head = *slot_;
      while (good_[at_]->first() != slot_->segment) ++at_;
      if (!search_.writable) return finish(slot_->end);
      AMONT_TRY(walk(slot_->end));
    } else if (!good_.empty()) {
      AMONT_TRY(walk(kSegmentHeaderBytes));
    }
    AMONT_TRY(judge());
    return finish(end_.offset);
  }

 private:
  // Which segments there are, and whether each one's header follows from the one before: goes on to the first that
  // misfits.
  Status look_at_headers() {
    Result<std::vector<TxNumber>> firsts = list_segments(search_.files, search_.directory);
    if (firsts.code() == Code::kNotFound && slot_ && slot_->number > 0) firsts = std::vector<TxNumber>();
    AMONT_TRY(firsts.status());
    // What a writer has begun since is none of a reader's business.
    if (!search_.writable && slot_) std::erase_if(*firsts, [&](TxNumber first) { return first > slot_->segment; });
    for (const TxNumber first : *firsts)
      all_.push_back(std::make_shared<Segment>(search_.files, search_.directory, first));
    TxNumber before = 0;
    for (const auto& segment : all_) {
      const Result<SegmentHeader> header = segment->header();
      if (header.code() == Code::kUnsupported) return header.status().while_doing(segment->place(0));
      if (header.code() != Code::kDamaged) AMONT_TRY(header.status());
      bad_bytes_ = !header;
      misfit_ = header ? misfit_of(*header, segment->first(), before) : header.status().text();
      if (!misfit_.empty()) return {};
      headers_.push_back(*header);
      good_.push_back(segment);
      before = segment->first();
    }
    return {};
  }

  std::string misfit_of(const SegmentHeader& header, TxNumber first, TxNumber before) {
    if (header.register_id != search_.register_id) return "the segment is of another register";
    if (header.first != first)
      return fmt::format("the segment begins with transaction {}, not as its name says", header.first);
    if (header.previous_segment == before) return {};
    gap_ = header.previous_segment > before && header.previous_segment < first;
    return "the segment does not follow the one before it";
  }

  Result<bool> slot_agrees() {
    if (!slot_ || slot_->number == 0) return false;
    for (const auto& segment : good_)
      if (segment->first() == slot_->segment) return holds(*segment, *slot_);
    return false;
  }

  // From `offset` in good_[at_] on through all that is good, to end_ in good_[at_].
  Status walk(std::uint64_t offset) {
    for (;; offset = kSegmentHeaderBytes) {
      const Segment& segment = *good_[at_];
      std::string misfit;
      std::uint64_t met_at = 0;
      const auto take = [&](const FrameHeader& frame, std::uint64_t at, std::string_view record) {
        met_at = at;
        return take_record(frame, at, record, misfit);
      };
      Result<ScanEnd> end = segment.scan(offset, found_.head.number + 1, kNoLast, take);
      if (!end && !misfit.empty()) end = ScanEnd{found_.head.number + 1, met_at, misfit};
      if (!end) return end.status().while_doing(segment.place(met_at));
      end_ = *std::move(end);
      if (!end_.damage.empty() || at_ + 1 == good_.size()) return {};
      const SegmentHeader& next = headers_[at_ + 1];
      if (next.first != end_.number) return {};
      if (next.previous_root != found_.head.tree.root()) {
        misfit_ = "the segment does not follow from the transactions before it";
        good_.resize(at_ + 1);  // as if its header were no good
        bad_bytes_ = gap_ = false;
        return {};
      }
      ++at_;
    }
  }

  Status take_record(const FrameHeader& frame, std::uint64_t at, std::string_view bytes, std::string& misfit) {
    const Result<RecordHead> record = decode_head(bytes);
    if (record.code() == Code::kUnsupported) return record.status();
    HeadSlot& head = found_.head;
    if (!record)
      misfit = record.status().text();
    else if (record->head.register_id != search_.register_id)
      misfit = "the record is of another register";
    else if (record->head.number != frame.number)
      misfit = fmt::format("the record is of transaction {}", record->head.number);
    else if (record->head.previous_root != head.tree.root())
      misfit = "the record does not follow from the transactions before it";
    if (!misfit.empty()) return damaged(misfit);
    MerkleFrontier tree = head.tree;
    tree.append(record->leaf);
    if (slot_ && slot_->number == frame.number && slot_->tree.peaks() != tree.peaks()) {
      misfit = fmt::format("transaction {} is not the one that was acknowledged", frame.number);
      return damaged(misfit);
    }
    head = {frame.number, good_[at_]->first(), at, at + frame.frame_bytes(), record->head.time, std::move(tree)};
    return {};
  }

  // What lies behind the last good record: nothing, a torn tail, or damage.
  Status judge() {
    const bool acknowledged = slot_ && slot_->number > found_.head.number;
    if (!end_.damage.empty()) return judge_frame(acknowledged);
    const std::size_t walked = good_.empty() ? 0 : at_ + 1;
    // The next one was begun when this one was whole.
    if (walked < good_.size())
      return say_short(fmt::format("log/{} follows", Segment::name_of(good_[walked]->first())));
    if (walked < all_.size()) return judge_header(*all_[walked], acknowledged);
    if (!acknowledged) return {};
    if (walked == 0 || slot_->segment > good_.back()->first()) return say_missing(slot_->segment);
    return say_short(fmt::format("transaction {} was acknowledged", slot_->number));
  }

  Status judge_frame(bool acknowledged) {
    const Segment& segment = *good_[at_];
    bool was_on_disk = acknowledged || at_ + 1 < all_.size();
    if (!was_on_disk) {
      AMONT_LET(was_on_disk, segment.proves_synced(end_.offset, end_.number));
    }
    if (was_on_disk) return say_damaged(segment.place(end_.offset), end_.damage);
    found_.torn = good_[at_];
    found_.torn_at = end_.offset;
    return {};
  }

  Status judge_header(const Segment& bad, bool acknowledged) {
    const TxNumber next = found_.head.number + 1;
    if (gap_) return say_missing(next);
    AMONT_LET(const std::uint64_t bytes, bad.bytes());
    const bool is_last = &bad == all_.back().get();
    if (acknowledged || !is_last || bad.first() != next || bytes > kSegmentHeaderBytes || !bad_bytes_)
      return say_damaged(bad.place(0), misfit_);
    found_.torn = all_.back();
    return {};
  }

  Status say_damaged(const std::string& place, std::string_view what) {
    found_.damage = fmt::format("{}: {}; the register is good to transaction {}; {}", place, what, found_.head.number,
                                kDamageAdvice);
    return {};
  }
  Status say_short(std::string_view why) {
    return say_damaged(good_[at_]->place(end_.offset),
                       fmt::format("the file ends with transaction {}, but {}", found_.head.number, why));
  }
  Status say_missing(TxNumber first) {
    return say_damaged(fmt::format("log/{} at offset 0", Segment::name_of(first)), "the file is missing");
  }

  Result<FoundHead> finish(std::uint64_t end) {
    found_.segments.assign(good_.begin(), good_.begin() + static_cast<std::ptrdiff_t>(std::min(at_ + 1, good_.size())));
    if (found_.segments.empty()) return std::move(found_);
    found_.end = end;
    found_.unsure = !slot_ || found_.head.number > slot_->number || found_.segments.back()->first() != slot_->segment;
    for (std::size_t i = 0; i + 1 < found_.segments.size(); ++i) {
      AMONT_LET(const std::uint64_t bytes, found_.segments[i]->bytes());
      found_.closed_bytes += bytes;
    }
    return std::move(found_);
  }

  const HeadSearch& search_;
  const std::optional<HeadSlot>& slot_;
  std::vector<std::shared_ptr<Segment>> all_, good_;  // in the directory; those of them whose headers are good so far
  std::vector<SegmentHeader> headers_;                // of the good ones
  std::string misfit_;                                // of the first header that is no good
  bool bad_bytes_ = false;                            // it can't be read at all
  bool gap_ = false;                                  // it says that a segment before it is missing
  std::size_t at_ = 0;                                // in good_
  ScanEnd end_;
  FoundHead found_;
};

}  // namespace

Result<FoundHead> find_head(const HeadSearch& search, const std::optional<HeadSlot>& slot) {
  return Search(search, slot).run();
}

Result<std::vector<TxNumber>> list_segments(Files& files, const std::string& directory) {
  AMONT_LET(const auto entries, files.list(directory));
  std::vector<TxNumber> firsts;
  for (const FileEntry& entry : entries) {
    TxNumber first = 0;
    std::from_chars(entry.name.data(), entry.name.data() + entry.name.size(), first);
    if (first > 0 && entry.name == Segment::name_of(first)) firsts.push_back(first);
  }
  std::sort(firsts.begin(), firsts.end());
  return firsts;
}

Result<bool> holds(const Segment& segment, const HeadSlot& head) {
  AMONT_LET(const ScanEnd end,
            segment.scan(head.last, head.number, head.number,
                         [](const FrameHeader&, std::uint64_t, std::string_view) { return Status(); }));
  return end.number == head.number + 1 && end.offset == head.end;
}

}  // namespace amont
