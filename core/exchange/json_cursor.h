// JsonCursor: one JSON text read from left to right, as strictly as RFC 8259 says: no comments, no trailing commas, no
// NaN, no leading zeros, no lone surrogates, no control characters in strings. It knows the offset of what it can't
// read. It never calls itself: the caller asks for what its format has, so nesting is bounded by the format.
//
// The text must be UTF-8 without U+0000 (first_misfit); the cursor does not look at that again.
#pragma once

#include <string>
#include <string_view>

#include "amont/model.h"

namespace amont {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  // After a failure every call returns false, and status() and failed_at() tell the first.
  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }
  std::size_t failed_at() const { return failed_at_; }
  bool fail(Status why, std::size_t at);

  // The next byte that is no space, not taken; U+0000 at the end.
  char peek();
  // Of the next byte that is no space.
  std::size_t offset() { return peek(), static_cast<std::size_t>(at_ - begin_); }
  // Reads on from there.
  void go_to(std::size_t offset) { at_ = begin_ + offset; }
  bool take(char c);
  bool expect(char c, std::string_view after);
  bool expect_end();

  // A string. `out` is good until `scratch` changes; it is in the text itself when nothing in it is escaped.
  bool string(std::string_view& out, std::string& scratch, std::string_view what);
  // A number: an integer when it has neither point nor exponent.
  bool number(Scalar& out);
  // true or false.
  bool boolean(bool& out);
  bool null();
  bool next_is_number() { return (peek() >= '0' && *at_ <= '9' && at_ != end_) || peek() == '-'; }

  // Fails, saying what was expected and what is there.
  bool expected(std::string_view what);

  // An object: `field(name, offset of the name)` reads each field's value, and returns false after a failure.
  template <class Field>
  bool object(std::string& scratch, Field&& field) {
    if (!expect('{', {})) return false;
    if (take('}')) return true;
    do {
      const std::size_t name_at = offset();
      std::string_view name;
      if (!string(name, scratch, "a field's name in double quotes")) return false;
      if (!expect(':', "a field's name")) return false;
      if (!field(name, name_at)) return false;
    } while (take(','));
    return expect('}', "a field, or a comma and another field,");
  }
  // An array: `item()` reads each item, and returns false after a failure.
  template <class Item>
  bool array(Item&& item) {
    if (!expect('[', {})) return false;
    if (take(']')) return true;
    do {
      if (!item()) return false;
    } while (take(','));
    return expect(']', "an item, or a comma and another item,");
  }

 private:
  bool escape(const char*& at, std::string& out);
  bool word(std::string_view word);

  const char* begin_;
  const char* at_;
  const char* end_;
  Status status_;
  std::size_t failed_at_ = 0;
};

}  // namespace amont
