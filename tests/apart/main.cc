#include <gtest/gtest.h>

#include "amont/apart.h"

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == amont::kApartWord) amont::serve_apart();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
