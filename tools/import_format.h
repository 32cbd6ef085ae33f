// Which format a file to be imported is written in, and who reads it: the library itself, or a script.
#pragma once

#include <string>
#include <vector>

#include "amont/status.h"
#include "tools/files.h"
#include "tools/session.h"

namespace amont::tool {

struct Reading {
  enum class By { kJsonl, kCsv, kScript };
  By by{};
  std::string name;                  // "jsonl", "table-schema"
  std::string source;                // of the script
  std::vector<std::string> endings;  // of the files that a folder is searched for; empty: all
};

// "jsonl", "csv", and those that scripts read.
std::vector<std::string> format_names();
// The same, one a line, with what each is.
std::string formats_listed();

// What --format says; without it, what the files hold tells, else their names, and all the same. What their contents
// told is noted on stderr. kInvalid when nothing tells, or they differ; kNotFound when one is not there.
Result<Reading> reading_for(Session& session, const std::string& format, const std::vector<std::string>& paths);

// For a failed import: "a.json looks like dbt: say --format dbt", of the first file that holds what another format has; else empty.
std::string other_format(const Session& session, const Reading& reading, const std::vector<NamedFile>& files);

// The files, and those under the folders, that it reads. kNotFound, kInvalid.
Result<std::vector<NamedFile>> files_of(const std::vector<std::string>& paths, const Reading& reading);

}  // namespace amont::tool
