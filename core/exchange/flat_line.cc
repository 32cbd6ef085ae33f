#include "core/exchange/flat_line.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/text/hash.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// In a run of plain string, bytes that end it or are not ASCII show in the high bits of the answer.
constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101, kHighs = 0x8080'8080'8080'8080;
constexpr std::uint64_t zeros_of(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }
constexpr std::uint64_t ends_of(std::uint64_t word) {
  return zeros_of(word ^ kOnes * '"') | zeros_of(word ^ kOnes * '\\') | ((word - kOnes * 0x20) & ~word & kHighs);
}

// No control characters; seldom anything but ASCII.
bool is_name(std::string_view text, bool& all_ascii) {
  unsigned char all = 0;
  bool has_control = false;
  for (const char c : text) {
    all |= static_cast<unsigned char>(c);
    has_control |= c == 0x7f || static_cast<unsigned char>(c) < 0x20;
  }
  if (all < 0x80) return !has_control;
  all_ascii = false;
  return first_misfit(text, TextRule::kNoControls) == text.size();
}

// Reads one line; any false is the end of it.
class FlatLine {
 public:
  FlatLine(std::string_view line, FlatPuts& puts) : at_(line.data()), end_(at_ + line.size()), puts_(puts) {}

  bool read() {
    if (!take('{')) return false;
    do {
      std::string_view name;
      if (!string(name) || !take(':') || !field(name)) return false;
    } while (take(','));
    if (!take('}')) return false;
    skip();
    if (at_ != end_) return false;
    constexpr unsigned kOfNode = kNode | kProps | kFromTime | kToTime;
    constexpr unsigned kEdgeNeeds = kEdge | kFrom | kTo, kOfEdge = kEdgeNeeds | kLabel | kProps | kFromTime | kToTime;
    put.is_edge = seen_ & kEdge;
    return put.is_edge ? (seen_ & ~kOfEdge) == 0 && (seen_ & kEdgeNeeds) == kEdgeNeeds
                       : (seen_ & ~kOfNode) == 0 && (seen_ & kNode) != 0;
  }

  // A value alone.
  bool read(FlatProperty& prop) { return value(prop) && (skip(), at_ == end_); }

  FlatPut put;

 private:
  enum Seen : unsigned {
    kNode = 1,
    kEdge = 2,
    kFrom = 4,
    kTo = 8,
    kLabel = 16,
    kProps = 32,
    kFromTime = 64,
    kToTime = 128
  };

  bool field(std::string_view name) {
    if (name == "node") return once(kNode) && ref(put.ref, put.ref_hash) && kind();
    if (name == "edge") return once(kEdge) && string(put.kind);
    if (name == "from") return once(kFrom) && ref(put.ref, put.ref_hash);
    if (name == "to") return once(kTo) && ref(put.to, put.to_hash);
    if (name == "label") return once(kLabel) && string(put.label) && read_flat_label(put.label, put.has_ascii_names);
    if (name == "props") return once(kProps) && props();
    if (name == "valid_from") return once(kFromTime) && time(put.valid_from);
    if (name == "valid_to") return once(kToTime) && time(put.valid_to);
    return false;
  }
  bool once(Seen field) {
    if (seen_ & field) return false;
    seen_ |= field;
    return true;
  }

  void skip() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  // Without escapes.
  bool string(std::string_view& out) {
    if (!take('"')) return false;
    const char* const begin = at_;
    for (std::uint64_t word; end_ - at_ >= 8; at_ += 8) {
      std::memcpy(&word, at_, 8);
      if (ends_of(word) != 0) break;
    }
    while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) ++at_;
    if (at_ == end_ || *at_ != '"') return false;
    out = {begin, static_cast<std::size_t>(at_++ - begin)};
    return true;
  }

  bool ref(std::string_view& out, std::uint64_t& hash) {
    return string(out) && read_flat_ref(out, hash, put.has_ascii_names);
  }
  bool kind() {
    put.kind = put.ref.substr(0, put.ref.find(':'));
    return true;
  }
  bool time(std::optional<Timestamp>& out) {
    std::string_view text;
    if (!string(text)) return false;
    const auto time = Timestamp::parse(text);
    if (time) out = *time;
    return time.ok();
  }

  bool props() {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      if (puts_.new_properties().size() >= kFlatPropertiesMax) return false;
      FlatProperty& prop = puts_.add_property();
      if (!string(prop.name) || prop.name.empty() || prop.name.size() > kNameBytesMax ||
          !is_name(prop.name, put.has_ascii_names))
        return false;
      if (!take(':') || !value(prop)) return false;
    } while (take(','));
    return take('}') && sort();
  }
  bool sort() {
    const std::span<FlatProperty> props = puts_.new_properties();
    FlatProperty* const begin = props.data();
    FlatProperty* const end = begin + props.size();
    for (FlatProperty* one = begin + 1; one < end; ++one)
      for (FlatProperty* at = one; at > begin && at->name < at[-1].name; --at) std::swap(at[0], at[-1]);
    for (FlatProperty* one = begin + 1; one < end; ++one)
      if (one->name == one[-1].name) return false;
    return true;
  }

  bool value(FlatProperty& prop) {
    using Type = FlatProperty::Type;
    skip();
    if (at_ == end_) return false;
    switch (*at_) {
      case '"':
        prop.type = Type::kText;
        if (!string(prop.text)) return false;
        note_time(prop);
        return true;
      case '{': {
        prop.type = Type::kTime;
        std::string_view name;
        std::optional<Timestamp> at;
        if (!take('{') || !string(name) || name != "@time" || !take(':') || !time(at) || !take('}')) return false;
        prop.bits = static_cast<std::uint64_t>(at->micros);
        return true;
      }
      case 't': return boolean(prop, "true", 1);
      case 'f': return boolean(prop, "false", 0);
      default: return number(prop);
    }
  }
  bool boolean(FlatProperty& prop, std::string_view word, std::uint64_t bits) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
    at_ += word.size();
    prop.type = FlatProperty::Type::kBoolean;
    prop.bits = bits;
    return ends_value();
  }
  // Where a declared time is written as a text.
  static void note_time(FlatProperty& prop) {
    constexpr std::size_t kShortest = 20, kLongest = 32;
    const std::string_view text = prop.text;
    if (text.size() < kShortest || text.size() > kLongest || !is_digit(text[0]) || text[4] != '-') return;
    const auto time = Timestamp::parse(text);
    if (!time) return;
    prop.is_time = true;
    prop.bits = static_cast<std::uint64_t>(time->micros);
  }
  bool number(FlatProperty& prop) {
    const char* const begin = at_;
    if (*at_ == '-') ++at_;
    const char* const first = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    const auto digits = at_ - first;
    if (digits == 0 || (digits > 1 && *first == '0')) return false;
    const bool is_real = at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E');
    if (is_real) return real(prop, begin);
    std::int64_t integer = 0;
    if (std::from_chars(begin, at_, integer).ec != std::errc()) return false;
    prop.type = FlatProperty::Type::kInteger;
    prop.bits = static_cast<std::uint64_t>(integer);
    return ends_value();
  }
  // From its point or exponent on.
  bool real(FlatProperty& prop, const char* begin) {
    const auto digits = [this] {
      const char* const first = at_;
      while (at_ != end_ && is_digit(*at_)) ++at_;
      return at_ != first;
    };
    if (*at_ == '.' && (++at_, !digits())) return false;
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits()) return false;
    }
    double held = 0;
    if (std::from_chars(begin, at_, held).ec != std::errc() || !std::isfinite(held) || held == 0) return false;
    prop.type = FlatProperty::Type::kReal;
    prop.bits = std::bit_cast<std::uint64_t>(held);
    return ends_value();
  }
  bool ends_value() {
    skip();
    return at_ == end_ || *at_ == ',' || *at_ == '}';
  }

  const char* at_;
  const char* end_;
  FlatPuts& puts_;
  unsigned seen_ = 0;
};

}  // namespace

bool read_flat_ref(std::string_view ref, std::uint64_t& hash, bool& is_ascii) {
  std::size_t colon = 0;
  for (; colon < ref.size() && ref[colon] != ':'; ++colon) {
    const char c = ref[colon];
    if (!(c >= 'a' && c <= 'z') && (colon == 0 || !(is_digit(c) || c == '_'))) return false;
  }
  if (colon == 0 || colon > kNameBytesMax || colon + 1 >= ref.size()) return false;
  const std::string_view key = ref.substr(colon + 1);
  if (key.size() > kKeyBytesMax || !is_name(key, is_ascii)) return false;
  hash = hash_of(ref);
  return true;
}

bool read_flat_label(std::string_view label, bool& is_ascii) {
  return label.size() <= kLabelBytesMax && is_name(label, is_ascii);
}

bool read_flat_value(std::string_view json, FlatProperty& out) {
  FlatPuts none;
  return FlatLine(json, none).read(out);
}

bool read_flat_line(std::string_view line, FlatPuts& out) {
  if (line.size() > kFlatBytesMax) return false;
  FlatLine reading(line, out);
  if (!reading.read()) {
    out.drop_new_properties();
    return false;
  }
  out.add(reading.put);
  return true;
}

}  // namespace amont
