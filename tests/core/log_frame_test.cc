#include "core/log/frame.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/core/log_history.h"

namespace amont {
namespace {

using namespace log_history;

TEST(LogFrame, TheBytesOfAFrameAreWhatTheFormatSays) {
  EncodedRecord record;
  record.number = 0x0102;
  record.bytes = "record";
  std::string frame;
  append_frame(frame, record, 0x0101, 7);
  ASSERT_EQ(frame.size(), 46U);
  EXPECT_EQ(frame.substr(0, 32), std::string("AMTX"
                                             "\0\0\0\6"
                                             "\0\0\0\0\0\0\1\2"
                                             "\0\0\0\0\0\0\1\1"
                                             "\0\0\0\6"
                                             "\0\0\0\0",
                                             32));
  EXPECT_EQ(frame.substr(40), "record");
  const auto header = decode_frame_header(frame);
  ASSERT_TRUE(header.ok());
  std::string space;
  EXPECT_EQ(*open_frame(*header, frame, 7, space), "record");
  EXPECT_EQ(open_frame(*header, frame, 8, space).code(), Code::kDamaged);
}

TEST(LogFrame, EveryFlippedBitOfAFrameIsFound) {
  EncodedRecord record;
  record.number = 5;
  record.bytes = std::string(2000, 'a') + "b";
  std::string frame;
  append_frame(frame, record, 3, 7);
  ASSERT_LT(frame.size(), 200U);
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    std::string flipped = frame;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto header = decode_frame_header(flipped);
    std::string space;
    EXPECT_TRUE(!header || !open_frame(*header, flipped, 7, space)) << bit;
  }
}

}  // namespace
}  // namespace amont
