// What export scripts that ship write of a register.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/query/lua/import_desk.h"

namespace amont {

struct Written {
  Status status;
  std::string text;
  std::vector<std::string> notes;
};

// `name` is that of the script: "formats/out/ro-crate".
inline Written written(HubRegister& hub, const std::string& name,
                       std::vector<std::pair<std::string, std::string>> arguments = {}) {
  Written out;
  const Result<Snapshot> view = hub.store().snapshot();
  EXPECT_TRUE(view.ok());
  Store* const store = &hub.store();
  const auto sink = [&out](std::string_view bytes) {
    out.text += bytes;
    return Status();
  };
  const auto report =
      export_with_script(*view, store, name, find_shipped_script(name)->source, {std::move(arguments)}, sink);
  if (report.ok()) out.notes = report->notes;
  if (!report.ok()) out.status = report.status();
  return out;
}

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace amont
