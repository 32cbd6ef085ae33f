// The example hub, examples/hub, for tests of scripts: each chapter is a transaction, a day after the other, from the second of January
// 2026 on.
#pragma once

#include <fstream>

#include "amont/exchange.h"
#include "tests/query/lua/hub_register.h"

namespace amont {

class ExampleHub : public HubRegister {
 public:
  ExampleHub() {
    for (const char* chapter :
         {"01-catalogue", "02-variables", "03-projects", "04-runs", "05-results", "06-corrections", "07-withdrawal"}) {
      now = Timestamp{now.micros + 86'400'000'000};
      std::ifstream file(std::string(AMONT_SOURCE_DIR "/examples/hub/") + chapter + ".jsonl");
      ImportOptions options;
      options.author = "curator";
      options.reason = chapter;
      const Result<ImportReport> done = import_jsonl(
          store(),
          [&](std::span<char> into) -> Result<std::size_t> {
            file.read(into.data(), static_cast<std::streamsize>(into.size()));
            return static_cast<std::size_t>(file.gcount());
          },
          options);
      EXPECT_TRUE(done.ok()) << done.status().text();
    }
  }
};

}  // namespace amont
