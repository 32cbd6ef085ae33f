#include "amont/status.h"

namespace amont {

std::string_view name_of(Code code) {
  switch (code) {
    case Code::kOk: return "ok";
    case Code::kInvalid: return "invalid";
    case Code::kNotFound: return "not_found";
    case Code::kRefused: return "refused";
    case Code::kConflict: return "conflict";
    case Code::kLimit: return "limit";
    case Code::kTimeout: return "timeout";
    case Code::kIo: return "io";
    case Code::kNoSpace: return "no_space";
    case Code::kDamaged: return "damaged";
    case Code::kLocked: return "locked";
    case Code::kReadOnly: return "read_only";
    case Code::kScript: return "script";
    case Code::kUnsupported: return "unsupported";
    case Code::kClosed: return "closed";
  }
  return "unknown";
}

Status Status::while_doing(std::string_view doing) && {
  if (ok()) return {};
  std::string text(doing);
  text += ": ";
  text += text_;
  return {code_, std::move(text)};
}

Status invalid(std::string text) { return {Code::kInvalid, std::move(text)}; }
Status not_found(std::string text) { return {Code::kNotFound, std::move(text)}; }
Status refused(std::string text) { return {Code::kRefused, std::move(text)}; }
Status damaged(std::string text) { return {Code::kDamaged, std::move(text)}; }
Status io_error(std::string text) { return {Code::kIo, std::move(text)}; }
Status limit_exceeded(std::string text) { return {Code::kLimit, std::move(text)}; }

}  // namespace amont
