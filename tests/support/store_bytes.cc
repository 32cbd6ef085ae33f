#include "tests/support/store_bytes.h"

#include "core/index/rocks_table.h"
#include "core/io/files.h"
#include "core/log/find_head.h"
#include "core/log/segment.h"
#include "core/store/directory.h"

namespace amont {
namespace {

void look_in(Files& files, const std::string& directory, std::string_view text, std::vector<std::string>& found) {
  const auto entries = files.list(directory);
  if (!entries) return;
  for (const FileEntry& entry : *entries) {
    const std::string path = directory + "/" + entry.name;
    if (entry.is_directory) {
      look_in(files, path, text, found);
      continue;
    }
    const auto bytes = read_file(files, path, std::uint64_t{1} << 32);
    if (!bytes || bytes->find(text) != std::string::npos) found.push_back(path);
  }
}

}  // namespace

std::vector<std::string> files_that_hold(Files& files, const std::string& store, std::string_view text) {
  std::vector<std::string> found;
  look_in(files, store, text, found);
  const auto firsts = list_segments(files, log_directory(store));
  for (const TxNumber first : firsts ? *firsts : std::vector<TxNumber>()) {
    const Segment segment(files, log_directory(store), first);
    bool holds_it = false;
    (void)segment.scan(88, first, UINT64_MAX, [&](const FrameHeader&, std::uint64_t, std::string_view record) {
      holds_it = holds_it || record.find(text) != std::string_view::npos;
      return Status();
    });
    if (holds_it) found.push_back(segment.path() + " (decompressed)");
  }
  const auto table = open_rocks_table(files, index_directory(store), {MemoryPlan(8 << 20), true});
  if (table)
    (void)(*table)->scan([&](Space, std::string_view key, std::string_view value) {
      if (value.find(text) != std::string_view::npos || key.find(text) != std::string_view::npos)
        found.push_back("index, key " + std::string(key));
      return Status();
    });
  return found;
}

}  // namespace amont
