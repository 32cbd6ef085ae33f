// Status and Result: how every Amont function says that it could not do what was asked.
//
// Nothing in Amont throws. A function returns Status, or Result<T> when there is something to return; both must be looked at.
// A code never changes its number: C and Lua share them.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace amont {

enum class Code : std::uint8_t {
  kOk = 0,
  kInvalid = 1,       // an argument or an input is malformed
  kNotFound = 2,      // a name the caller said must exist does not
  kRefused = 3,       // well-formed, but the schema or a rule of the register forbids it
  kConflict = 4,      // another content under the same idempotency key; a log that moved on
  kLimit = 5,         // more than a documented limit, or a budget, allows
  kTimeout = 6,       // out of time, or cancelled by the caller
  kIo = 7,            // the operating system failed
  kNoSpace = 8,       // the disk is full; writing resumes when there is room
  kDamaged = 9,       // bytes on disk are not what was written
  kLocked = 10,       // another writer has the store open
  kReadOnly = 11,     // this handle, or the store after a failed sync, takes no writes
  kScript = 12,       // a script failed; the text holds its message and line
  kUnsupported = 13,  // written by a newer Amont, or not available in this build
  kClosed = 14,       // the store behind this handle is closed
};

// A short lower-case name, for logs and JSON: "not_found". Static storage.
std::string_view name_of(Code code);

// kOk, or a code and a sentence that says what, where and what to do next. Cheap to move; kOk holds no text.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string text) : code_(code), text_(std::move(text)) {}

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& text() const { return text_; }

  // The same code with "doing: " before the text, for callers that know the context.
  Status while_doing(std::string_view doing) &&;

 private:
  Code code_ = Code::kOk;
  std::string text_;
};

Status invalid(std::string text);
Status not_found(std::string text);
Status refused(std::string text);
Status damaged(std::string text);
Status io_error(std::string text);
Status limit_exceeded(std::string text);

// A T, or the Status that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : rep_(std::in_place_index<0>, std::move(value)) {}
  Result(Status status) : rep_(std::in_place_index<1>, std::move(status)) { assert(!std::get<1>(rep_).ok()); }

  bool ok() const { return rep_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // The status; kOk when there is a value.
  Status status() const& { return ok() ? Status() : std::get<1>(rep_); }
  Status status() && { return ok() ? Status() : std::move(std::get<1>(rep_)); }
  Code code() const { return ok() ? Code::kOk : std::get<1>(rep_).code(); }

  // Only when ok(). Of a temporary it is a value of its own, so that `for (const auto& x : *f())` is as good as it looks.
  T& operator*() & { return std::get<0>(rep_); }
  const T& operator*() const& { return std::get<0>(rep_); }
  T operator*() && { return std::get<0>(std::move(rep_)); }
  T* operator->() { return &std::get<0>(rep_); }
  const T* operator->() const { return &std::get<0>(rep_); }

  Result while_doing(std::string_view doing) && {
    if (ok()) return std::move(*this);
    return std::move(std::get<1>(rep_)).while_doing(doing);
  }

 private:
  std::variant<T, Status> rep_;
};

}  // namespace amont

// Returns from the enclosing function when the status is not kOk.
#define AMONT_TRY(expression) AMONT_TRY_(expression, __COUNTER__)
#define AMONT_TRY_(expression, counter) AMONT_TRY__(expression, counter)
#define AMONT_TRY__(expression, counter)                                                                         \
  do {                                                                                                           \
    if (auto amont_status_##counter = (expression); !amont_status_##counter.ok()) return amont_status_##counter; \
  } while (false)

// AMONT_LET(const Node node, view.node(id)): declares, or returns the status.
#define AMONT_LET(declaration, expression) AMONT_LET_(declaration, expression, __COUNTER__)
#define AMONT_LET_(declaration, expression, counter) AMONT_LET__(declaration, expression, counter)
#define AMONT_LET__(declaration, expression, counter)                                  \
  auto amont_result_##counter = (expression);                                          \
  if (!amont_result_##counter.ok()) return std::move(amont_result_##counter).status(); \
  declaration = *std::move(amont_result_##counter)
