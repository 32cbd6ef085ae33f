// Imports of the same text into the same register, in several ways, and all that they leave behind, which must be the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "amont/exchange.h"
#include "amont/store.h"
#include "tests/support/crash_files.h"
#include "tests/support/exchange_desk.h"

namespace amont {

// All that an import leaves behind.
struct Outcome {
  Status status;
  ImportReport report;
  std::vector<std::string> told;  // rejects and warnings
  std::vector<std::string> log;   // its files
  std::string exported;
};
void expect_same(const Outcome& got, const Outcome& wanted);

// So little that what a batch remembers goes to temporary files again and again.
constexpr std::uint64_t kNoMemory = 16 << 10, kLittleMemory = 512 << 10;

// A register with the small schema, to be imported into again and again.
class Start {
 public:
  using Way = Result<ImportReport> (*)(Store&, const std::string& text, const ImportOptions&);

  explicit Start(std::uint64_t part_bytes);

  KnownSchemas& schemas() { return schemas_; }
  Outcome after(Way way, const std::string& text, ImportOptions with,
                std::uint64_t memory_bytes = Options().memory_bytes) const;
  // Goes on from what an import of JSONL leaves.
  void import(const std::string& text);

 private:
  Options options(CrashFiles& files, std::uint64_t memory_bytes) const;

  std::uint64_t part_bytes_;
  std::unique_ptr<CrashFiles> files_ = std::make_unique<CrashFiles>();
  KnownSchemas schemas_;
};

}  // namespace amont
