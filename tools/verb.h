// A verb of the command as one row of a table: from it come the parsing of arguments, the help and the shell
// completions, so that none can say what another does not.
#pragma once

#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/status.h"
#include "tools/format.h"

namespace amont::tool {

struct Option {
  std::string names;  // "-s,--store"
  std::string value;  // what the help calls its value; empty for a flag
  std::string help;
  std::function<Status(const std::string&)> set;  // takes the value; "" for a flag
  bool repeats = false;
  std::vector<std::string> choices = {};  // the only values there are; empty: any

  bool is_flag() const { return value.empty(); }
};

inline constexpr std::size_t kAnyNumber = SIZE_MAX;

struct Verb {
  std::string name;
  std::string group;     // "store", "write", "ask", "script", "prove", "share"
  std::string words;     // what follows the verb, for the help: "REF [NAME=VALUE...]"
  std::string summary;   // one line
  std::string about;     // the rest of the help, wrapped by hand at 100 columns; may be empty
  std::string examples;  // one command a line
  std::size_t words_min = 0;
  std::size_t words_max = 0;
  std::vector<Option> options = {};
  std::vector<Format> formats = {Format::kTable, Format::kJson, Format::kNdjson, Format::kCsv};
  bool keeps_unknown_options = false;  // they are a script's arguments: passed on among the words
  // Takes the words; returns the exit code, or why there is no answer.
  std::function<Result<int>(const std::vector<std::string>& words)> run = {};
};

inline std::function<Status(const std::string&)> into(std::string& target) {
  return [&target](const std::string& value) {
    target = value;
    return Status();
  };
}

inline std::function<Status(const std::string&)> into(bool& target) {
  return [&target](const std::string&) {
    target = true;
    return Status();
  };
}

// Decimal digits only.
inline Result<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    return invalid("\"" + std::string(text) + "\" is not a whole number from 0");
  return count;
}

inline std::function<Status(const std::string&)> into(std::uint64_t& target) {
  return [&target](const std::string& value) -> Status {
    AMONT_LET(target, parse_count(value));
    return {};
  };
}

inline std::function<Status(const std::string&)> into(std::optional<std::uint64_t>& target) {
  return [&target](const std::string& value) -> Status {
    AMONT_LET(target, parse_count(value));
    return {};
  };
}

// Seconds, with or without a fraction, as microseconds; 0 is refused, as it would allow nothing.
inline std::function<Status(const std::string&)> into_seconds(std::uint64_t& micros) {
  return [&micros](const std::string& value) -> Status {
    double seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    const bool whole = error == std::errc() && end == value.data() + value.size();
    if (!whole || !(seconds > 0) || seconds > 1e9)
      return invalid("\"" + value + "\" is not a number of seconds above 0");
    micros = static_cast<std::uint64_t>(seconds * 1e6);
    if (micros == 0) micros = 1;
    return {};
  };
}

// "a,b" adds both.
inline std::function<Status(const std::string&)> into_list(std::vector<std::string>& target) {
  return [&target](const std::string& value) -> Status {
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t comma = std::min(value.find(',', at), value.size());
      if (comma == at) return invalid("an empty name in \"" + value + "\"");
      target.push_back(value.substr(at, comma - at));
      at = comma + 1;
    }
    return {};
  };
}

}  // namespace amont::tool
