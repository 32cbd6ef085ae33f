// Files that the user names: reading them, whole or as a stream, and walking folders of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/exchange.h"

namespace amont::tool {

// A whole text file, at most `bytes_max`. kNotFound, kInvalid, kLimit.
Result<std::string> read_text_file(const std::string& path, std::size_t bytes_max);

struct NamedFile {
  std::string path;         // "-" is standard input
  std::string name;         // relative to the folder that was asked for; what messages call it
  std::uint64_t bytes = 0;  // 0 for what is no regular file
  bool regular = false;     // can be read twice
};

// A file, or "-". kNotFound, kInvalid.
Result<NamedFile> look_at(const std::string& path);
bool is_directory(const std::string& path);
// The regular files under a folder whose names end in one of `endings` (none: all), sorted by path as bytes. Hidden
// files and folders, and links to folders, are passed over.
Result<std::vector<NamedFile>> files_under(const std::string& directory, const std::vector<std::string>& endings);

// Streams the file; ends with kTimeout when `interrupted` is set while it waits.
Result<ByteSource> open_bytes(const NamedFile& file, const std::atomic<bool>& interrupted);

// SHA-256 of one file's bytes; of several, of the lines that sha256sum would print for them in this order. Empty when
// one of them can't be read twice. `progress` may end it.
Result<std::string> fingerprint(const std::vector<NamedFile>& files, const std::atomic<bool>& interrupted,
                                const Progress& progress);

}  // namespace amont::tool
