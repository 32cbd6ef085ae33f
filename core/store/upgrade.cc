// Upgrade: there is one format so far, so that what is left to do is to say so and to look whether the register is sound.
#include "amont/keeping.h"
#include "core/store/engine.h"

namespace amont {

Result<UpgradeReport> Store::upgrade(const std::string& path, Options options, const Progress& progress) {
  const std::string plain = plain_path(path);
  UpgradeReport report;
  {
    // As a writer: nobody else has it open, what a crash left is cleared up, and an index that can't be read is made anew.
    AMONT_LET(const auto engine, Engine::open(plain, options));
    report.from = engine->register_file().version;
  }
  report.to = kFormatVersion;
  AMONT_LET(report.verified, Store::verify(plain, options, progress));
  return report;
}

}  // namespace amont
