// What a table behind an index says.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "core/index/table.h"

namespace amont {

// Every entry, by space and key.
inline std::map<std::pair<Space, std::string>, std::string> contents(const Table& table) {
  std::map<std::pair<Space, std::string>, std::string> out;
  const Status scanned = table.scan([&](Space space, std::string_view key, std::string_view value) {
    out[{space, std::string(key)}] = value;
    return Status();
  });
  EXPECT_TRUE(scanned.ok()) << scanned.text();
  return out;
}

}  // namespace amont
