#include "core/evidence/canonical_json.h"

#include <algorithm>
#include <charconv>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
constexpr std::string_view kLetters = "btnfr\"\\";
constexpr std::string_view kDigits = "0123456789abcdef";

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const std::size_t known = kShort.find(c);
    if (known != std::string_view::npos) {
      out += '\\';
      out += kLetters[known];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void write(std::string& out, const Json& json) {
  if (json.is_null()) {
    out += "null";
  } else if (const bool* truth = std::get_if<bool>(&json.value)) {
    out += *truth ? "true" : "false";
  } else if (const std::int64_t* number = json.integer()) {
    out += std::to_string(*number);
  } else if (const std::string* text = json.text()) {
    write_string(out, *text);
  } else if (const Json::Array* items = json.array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      write(out, (*items)[i]);
    }
    out += ']';
  } else {
    const Json::Object& members = *json.object();
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      write_string(out, members[i].first);
      out += ':';
      write(out, members[i].second);
    }
    out += '}';
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool finished() const { return ok_ && at_ == text_.size(); }
  std::size_t at() const { return at_; }

  Json value(int depth) {
    if (depth > kJsonDepthMax) return fail();
    switch (peek()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return Json(string());
      case 't': return word("true", Json(true));
      case 'f': return word("false", Json(false));
      case 'n': return word("null", Json());
      default: return number();
    }
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (!ok_ || peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  Json fail() {
    ok_ = false;
    return {};
  }

  Json word(std::string_view word, Json meaning) {
    if (!text_.substr(at_).starts_with(word)) return fail();
    at_ += word.size();
    return meaning;
  }

  Json number() {
    const std::size_t digits = at_ + (peek() == '-' ? 1 : 0);
    const std::size_t end = std::min(text_.find_first_not_of("0123456789", digits), text_.size());
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(text_.data() + at_, text_.data() + end, number);
    const bool leads_with_zero = end > digits && text_[digits] == '0' && (end > digits + 1 || digits > at_);
    if (error != std::errc() || stop != text_.data() + end || end == digits || leads_with_zero ||
        number > kJsonIntegerMax || number < -kJsonIntegerMax)
      return fail();
    at_ = end;
    return Json(number);
  }

  std::string string() {
    std::string out;
    if (!take('"')) ok_ = false;
    while (ok_) {
      const std::size_t run = std::min(text_.find_first_of("\"\\", at_), text_.size());
      const std::string_view plain = text_.substr(at_, run - at_);
      if (std::ranges::any_of(plain, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) ok_ = false;
      out.append(plain);
      at_ = run;
      if (take('"')) break;
      if (!take('\\')) ok_ = false;
      if (ok_) escape(out);
    }
    return out;
  }

  void escape(std::string& out) {
    const std::size_t known = at_ < text_.size() ? kLetters.find(text_[at_]) : std::string_view::npos;
    if (known != std::string_view::npos) {
      out += kShort[known];
      ++at_;
      return;
    }
    const std::string_view four = text_.substr(at_, 5);
    const std::size_t high = four.size() == 5 ? kDigits.find(four[3]) : std::string_view::npos;
    const std::size_t low = four.size() == 5 ? kDigits.find(four[4]) : std::string_view::npos;
    const auto c = static_cast<char>(high << 4 | low);
    if (!four.starts_with("u00") || high > 1 || low > 15 || kShort.find(c) != std::string_view::npos) {
      ok_ = false;
      return;
    }
    out += c;
    at_ += 5;
  }

  Json array(int depth) {
    Json::Array items;
    take('[');
    if (take(']')) return Json(std::move(items));
    do {
      items.push_back(value(depth + 1));
    } while (take(','));
    return take(']') ? Json(std::move(items)) : fail();
  }

  Json object(int depth) {
    Json::Object members;
    take('{');
    if (!take('}')) {
      do {
        std::string name = string();
        if (!take(':') || (!members.empty() && name <= members.back().first)) return fail();
        members.emplace_back(std::move(name), value(depth + 1));
      } while (take(','));
      if (!take('}')) return fail();
    }
    Json out;
    out.value = std::move(members);
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace

Json::Json(Object members) {
  std::ranges::sort(members, {}, &Object::value_type::first);
  value = std::move(members);
}

const Json* Json::member(std::string_view name) const {
  const Object* const members = object();
  if (!members) return nullptr;
  const auto found =
      std::ranges::lower_bound(*members, name, {}, [](const auto& one) -> std::string_view { return one.first; });
  return found != members->end() && found->first == name ? &found->second : nullptr;
}

bool Json::has_exactly(std::initializer_list<std::string_view> names) const {
  const Object* const members = object();
  return members &&
         std::ranges::equal(*members, names, {}, [](const auto& one) -> std::string_view { return one.first; });
}

std::string write_json(const Json& json) {
  std::string out;
  write(out, json);
  return out;
}

Result<Json> read_canonical_json(std::string_view text) {
  // U+0000 is written \u0000, so that a raw one is a misfit already.
  if (const std::size_t at = first_misfit(text, TextRule::kNoNul); at != text.size())
    return invalid("not canonical JSON: " + misfit_text(text, at));
  Reader reader(text);
  Json json = reader.value(1);
  if (!reader.finished()) return invalid("not canonical JSON at byte offset " + std::to_string(reader.at()));
  return json;
}

}  // namespace amont
