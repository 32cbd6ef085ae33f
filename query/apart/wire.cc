#include "query/apart/wire.h"

#include <bit>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "core/text/timestamp.h"
#include "core/text/utf8.h"
#include "query/apart/check_report.h"
#include "query/apart/fields.h"

namespace amont {
namespace {

constexpr std::uint64_t kRequestBytesMax = 64 << 20;
constexpr std::uint64_t kStatusBytesMax = 64 << 10;

class Writer {
 public:
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<char>(value >> shift));
  }
  void bytes(const std::string& text) {
    number(text.size());
    out_ += text;
  }
  void text(const std::string& text) { bytes(text); }
  void flag(bool value) { out_.push_back(value ? 1 : 0); }
  template <class Enum>
  void choice(Enum value, Enum) {
    out_.push_back(static_cast<char>(value));
  }
  void real(double value) { number(std::bit_cast<std::uint64_t>(value)); }
  void time(Timestamp value) { number(static_cast<std::uint64_t>(value.micros)); }
  void id(NodeId value) { number(number_of(value)); }
  void list(const auto& items, const auto& each) {
    number(items.size());
    for (const auto& item : items) each(item);
  }
  void maybe(const auto& value, const auto& each) {
    flag(value.has_value());
    if (value) each(*value);
  }
  void cell(const Cell& value) {
    out_.push_back(static_cast<char>(value.index()));
    std::visit([this](const auto& held) { scalar(held); }, value);
  }

  std::string take() { return std::move(out_); }

 private:
  void scalar(std::monostate) {}
  void scalar(const std::string& value) { text(value); }
  void scalar(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
  void scalar(double value) { real(value); }
  void scalar(bool value) { flag(value); }
  void scalar(Timestamp value) { time(value); }

  std::string out_;
};

// Once something is wrong nothing more is read, and values are what they were made with.
class Reader {
 public:
  Reader(std::string_view left, std::uint64_t memory, std::uint64_t ids) : left_(left), memory_(memory), ids_(ids) {}

  template <std::unsigned_integral Number>
  void number(Number& out) {
    if (!has(8)) return;
    std::uint64_t value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(left_[static_cast<std::size_t>(i)]);
    left_.remove_prefix(8);
    if (value > std::numeric_limits<Number>::max()) return fail("a number is too large");
    out = static_cast<Number>(value);
  }
  void bytes(std::string& out) {
    std::uint64_t size = 0;
    number(size);
    if (!has(size) || !take(size)) return;
    out = left_.substr(0, size);
    left_.remove_prefix(size);
  }
  void text(std::string& out) {
    bytes(out);
    if (!ok()) return;
    const std::size_t misfit = first_misfit(out, TextRule::kNoNul);
    if (misfit != out.size()) fail("a text is none: " + misfit_text(out, misfit));
  }
  void flag(bool& out) {
    std::uint8_t value = 0;
    byte(value, 1);
    out = value == 1;
  }
  template <class Enum>
  void choice(Enum& out, Enum last) {
    std::uint8_t value = 0;
    byte(value, static_cast<std::uint8_t>(last));
    out = static_cast<Enum>(value);
  }
  void real(double& out) {
    std::uint64_t value = 0;
    number(value);
    out = std::bit_cast<double>(value);
    if (!std::isfinite(out)) fail("a number is none");
  }
  void time(Timestamp& out) {
    std::uint64_t value = 0;
    number(value);
    out.micros = static_cast<std::int64_t>(value);
    if (!check_timestamp(out).ok()) fail("a time is outside of the years 1 to 9999");
  }
  void id(NodeId& out) {
    std::uint64_t value = 0;
    number(value);
    if (value >= ids_) return fail("it names a node that the register does not know");
    out = NodeId{value};
  }
  template <class Items>
  void list(Items& items, const auto& each) {
    std::uint64_t count = 0;
    number(count);
    // Every item takes a byte at least, so a count alone makes no memory be taken.
    for (; count > 0 && ok(); --count) {
      if (!has(1) || !take(2 * sizeof(typename Items::value_type))) return;
      each(items.emplace_back());
    }
  }
  template <class Value>
  void maybe(std::optional<Value>& out, const auto& each) {
    bool present = false;
    flag(present);
    if (present && ok()) each(out.emplace());
  }
  void cell(Cell& out) {
    std::uint8_t which = 0;
    byte(which, std::variant_size_v<Cell> - 1);
    switch (which) {
      case 1: return text(out.emplace<std::string>());
      case 2: {
        std::uint64_t value = 0;
        number(value);
        out = static_cast<std::int64_t>(value);
        return;
      }
      case 3: return real(out.emplace<double>());
      case 4: return flag(out.emplace<bool>());
      case 5: return time(out.emplace<Timestamp>());
      default: return;
    }
  }

  bool ok() const { return wrong_.ok(); }
  // What was wrong, or that there is more than there should be.
  Status finish() {
    if (ok() && !left_.empty()) fail("there is more than it announces");
    return std::move(wrong_);
  }

 private:
  bool has(std::uint64_t bytes) {
    if (ok() && bytes > left_.size()) fail("it ends too early");
    return ok();
  }
  bool take(std::uint64_t memory) {
    if (memory > memory_) fail("it is larger than its limits allow");
    memory_ -= std::min(memory, memory_);
    return ok();
  }
  void byte(std::uint8_t& out, std::uint8_t last) {
    if (!has(1)) return;
    const auto value = static_cast<std::uint8_t>(left_[0]);
    left_.remove_prefix(1);
    if (value > last) return fail("a code has no meaning");
    out = value;
  }
  void fail(std::string why) {
    if (wrong_.ok()) wrong_ = invalid(std::move(why));
  }

  std::string_view left_;
  std::uint64_t memory_;
  std::uint64_t ids_;
  Status wrong_;
};

}  // namespace

std::string encode_layout() {
  Writer writer;
  writer.number(kApartLayout);
  return writer.take();
}

std::string encode_request(const ApartRequest& request) {
  Writer writer;
  request_fields(writer, request);
  return writer.take();
}

Result<ApartRequest> decode_request(std::string_view bytes) {
  Reader reader(bytes, kRequestBytesMax, 0);
  ApartRequest request;
  request_fields(reader, request);
  AMONT_TRY(reader.finish());
  return request;
}

std::string encode_status(const Status& status) {
  Writer writer;
  writer.number(static_cast<std::uint64_t>(status.code()));
  writer.text(status.text());
  return writer.take();
}

Status decode_status(std::string_view bytes, Status* status) {
  Reader reader(bytes, kStatusBytesMax, 0);
  std::uint8_t code = 0;
  std::string text;
  reader.number(code);
  reader.bytes(text);  // an error may quote what a script said, which need not be text; who shows it makes it harmless
  AMONT_TRY(reader.finish());
  if (code == 0 || code > static_cast<std::uint8_t>(Code::kClosed)) return invalid("its error has no meaning");
  *status = {static_cast<Code>(code), std::move(text)};
  return {};
}

std::string encode_report(const Report& report) {
  Writer writer;
  report_fields(writer, report);
  return writer.take();
}

Result<Report> decode_report(std::string_view bytes, const ReportCaps& caps) {
  Reader reader(bytes, caps.bytes_max, caps.ids);
  Report report;
  report_fields(reader, report);
  AMONT_TRY(reader.finish());
  AMONT_TRY(check_report(report, caps.rows_max));
  return report;
}

}  // namespace amont
