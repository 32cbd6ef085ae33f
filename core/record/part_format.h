// The numbers of the parts' layout (core/record/parts.h), for the files of this folder.
#pragma once

#include <cstdint>

namespace amont {

enum PartKind : std::uint8_t {
  kNodePut = 0x01,
  kEdgePut = 0x02,
  kNodeRetract = 0x03,
  kEdgeRetract = 0x04,
  kSealed = 0x05,
  kSchema = 0x06,
  kRulePut = 0x07,
  kRuleRemoval = 0x08,
  kRedaction = 0x09,
  kAuthor = 0x10,
  kReason = 0x11,
  kSource = 0x12,
  kIdempotencyKey = 0x13,
  kRequest = 0x14,
  kFindings = 0x15,
  kAgain = 0x16,
};
enum Flag : std::uint8_t { kBinds = 1, kBegins = 2, kFromSet = 4, kFromCleared = 8, kToSet = 16, kToCleared = 32 };
enum Tag : std::uint8_t {
  kRemoved = 0,
  kText = 1,
  kInteger = 2,
  kReal = 3,
  kFalse = 4,
  kTrue = 5,
  kTime = 6,
  kList = 7,
  kSealedTag = 8,
};

}  // namespace amont
