#include "core/exchange/line_sorter.h"

#include <algorithm>
#include <deque>
#include <queue>

#include "core/text/bytes.h"

namespace amont {
namespace {

// The next entry of a run: key:text line:text.
struct RunHead {
  EntryReader reader;
  std::string_view key;
  std::string_view line;

  explicit RunHead(Spool& run) : reader(run) {}
  Result<bool> next() {
    std::string_view entry;
    AMONT_LET(const bool more, reader.next(entry));
    if (!more) return false;
    ByteReader in(entry);
    key = in.text();
    line = in.text();
    return in.finished() ? Result<bool>(true)
                         : Result<bool>(io_error("a temporary file does not hold what was written to it"));
  }
};

struct Later {
  bool operator()(const RunHead* a, const RunHead* b) const { return a->key > b->key; }
};

}  // namespace

Status LineSorter::add(std::string_view key, std::string_view line) {
  entries_.push_back({bytes_.size(), static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(line.size())});
  bytes_ += key;
  bytes_ += line;
  return bytes_.size() + entries_.size() * sizeof(Entry) > memory_bytes_ ? end_run() : Status();
}

void LineSorter::sort() {
  std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) { return key_of(a) < key_of(b); });
}

Status LineSorter::end_run() {
  sort();
  auto run = std::make_unique<Spool>(256 << 10);
  std::string packed;
  for (const Entry& entry : entries_) {
    packed.clear();
    append_text(packed, key_of(entry));
    append_text(packed, line_of(entry));
    AMONT_TRY(append_entry(*run, packed));
  }
  runs_.push_back(std::move(run));
  entries_.clear();
  bytes_.clear();
  return {};
}

Status LineSorter::tell(const std::function<Status(std::string_view line)>& line) {
  if (!runs_.empty()) return merge(line);
  sort();
  for (const Entry& entry : entries_) AMONT_TRY(line(line_of(entry)));
  return {};
}

Status LineSorter::merge(const std::function<Status(std::string_view line)>& line) {
  if (!entries_.empty()) AMONT_TRY(end_run());
  std::deque<RunHead> heads;
  std::priority_queue<RunHead*, std::vector<RunHead*>, Later> order;
  for (const auto& run : runs_) {
    RunHead& head = heads.emplace_back(*run);
    AMONT_LET(const bool more, head.next());
    if (more) order.push(&head);
  }
  while (!order.empty()) {
    RunHead* const head = order.top();
    order.pop();
    AMONT_TRY(line(head->line));
    AMONT_LET(const bool more, head->next());
    if (more) order.push(head);
  }
  return {};
}

}  // namespace amont
