#include "core/store/redacting.h"

namespace amont {
namespace {

std::string mark_path(const std::string& store) { return store + "/redacting"; }

}  // namespace

Status mark_redacting(Files& files, const std::string& store) {
  {
    AMONT_LET(const auto mark, files.open_for_writing(mark_path(store), OpenMode::kCreateIfAbsent));
    AMONT_TRY(mark->sync());
  }
  return files.sync_directory(store);
}

Status unmark_redacting(Files& files, const std::string& store) {
  const Status removed = files.remove(mark_path(store));
  if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
  return files.sync_directory(store);
}

bool is_redacting(Files& files, const std::string& store) { return files.stat(mark_path(store)).ok(); }

}  // namespace amont
