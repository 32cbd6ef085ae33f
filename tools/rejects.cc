#include "tools/rejects.h"

#include <fmt/format.h>

#include "tools/render/heading.h"

namespace amont::tool {
namespace {

constexpr std::uint64_t kToldMax = 20;  // on stderr, when no file takes them

}  // namespace

Status Rejects::open(const std::string& path) {
  if (path.empty()) return {};
  file_.emplace(path);
  return file_->open();
}

Status Rejects::take(const Reject& reject) {
  ++count_;
  if (!file_) {
    if (count_ <= kToldMax) session_.note(fmt::format("left out {}: {}", reject.where.text(), reject.reason));
    if (count_ == kToldMax + 1) session_.note("more was left out; --rejects FILE keeps them all");
    return {};
  }
  std::string line = "{";
  append_member(line, "file");
  append_json_string(line, reject.where.file);
  line += fmt::format(", \"line\": {}, \"column\": {}", reject.where.line, reject.where.column);
  append_member(line, "reason");
  append_json_string(line, reject.reason);
  append_member(line, "record");
  append_json_string(line, reject.record);
  file_->out().add(line + "}\n");
  return file_->out().status();
}

}  // namespace amont::tool
