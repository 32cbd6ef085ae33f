// A hub to import into, with a script of the test's own or one that ships.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tests/query/lua/hub_register.h"

namespace amont {

struct TextFile {
  std::string path;
  std::string text;
};

// Gives the files one after the other, each in small pieces.
inline std::function<Result<std::optional<ImportFile>>()> each_of(std::vector<TextFile> files) {
  auto rest = std::make_shared<std::vector<TextFile>>(std::move(files));
  auto next = std::make_shared<std::size_t>(0);
  return [rest, next]() -> Result<std::optional<ImportFile>> {
    if (*next == rest->size()) return std::optional<ImportFile>();
    const TextFile& file = (*rest)[(*next)++];
    auto at = std::make_shared<std::size_t>(0);
    ByteSource bytes = [&file, rest, at](std::span<char> out) -> Result<std::size_t> {
      const std::size_t count = std::min({out.size(), file.text.size() - *at, std::size_t{1000}});
      std::memcpy(out.data(), file.text.data() + *at, count);
      *at += count;
      return count;
    };
    return std::optional(ImportFile{file.path, std::move(bytes)});
  };
}

struct ImportDesk {
  Result<ImportReport> import(const std::string& name, const std::string& source, std::vector<TextFile> files,
                              bool keep_going = false, const ScriptRunLimits& limits = {}) {
    ImportOptions options;
    options.file = "input";
    options.keep_going = keep_going;
    options.reject = [this](const Reject& reject) {
      said.push_back("rejected " + reject.where.text() + ": " + reject.reason + " [" + reject.record.substr(0, 60) +
                     "]");
      return Status();
    };
    options.warn = [this](const Position& where, std::string_view text) {
      said.push_back("warning " + where.text() + ": " + std::string(text));
    };
    return import_with_script(hub.store(), name, source, each_of(std::move(files)), options, limits);
  }
  Result<ImportReport> import(const std::string& name, std::vector<TextFile> files, bool keep_going = false) {
    return import(name, find_shipped_script(name)->source, std::move(files), keep_going);
  }

  // All that is in the register, as JSONL.
  std::string exported() {
    std::string text;
    const Result<Snapshot> view = hub.store().snapshot();
    EXPECT_TRUE(view.ok());
    const Status done = export_jsonl(*view, [&](std::string_view bytes) {
      text += bytes;
      return Status();
    });
    EXPECT_TRUE(done.ok()) << done.text();
    return text;
  }

  HubRegister hub;
  std::vector<std::string> said;
};

}  // namespace amont
