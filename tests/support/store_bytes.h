// What the files of a store hold, looked for by someone who knows where to look.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amont {

class Files;

// The files of a store in which `text` stands: as raw bytes, in the log's records decompressed, or in RocksDB's tables read through
// RocksDB. Empty: nowhere.
std::vector<std::string> files_that_hold(Files& files, const std::string& store, std::string_view text);

}  // namespace amont
