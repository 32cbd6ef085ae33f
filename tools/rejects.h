// Where records go that an import left out: a file of JSON lines, or the first of them to stderr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "amont/exchange.h"
#include "tools/output.h"
#include "tools/session.h"

namespace amont::tool {

class Rejects {
 public:
  explicit Rejects(const Session& session) : session_(session) {}

  // Empty: to stderr. kInvalid when it can't be written.
  Status open(const std::string& path);
  Status take(const Reject& reject);
  // The file appears now, and only now.
  Status finish() { return file_ ? file_->finish() : Status(); }
  bool empty() const { return count_ == 0; }

 private:
  const Session& session_;
  std::optional<FileOutput> file_;
  std::uint64_t count_ = 0;
};

}  // namespace amont::tool
