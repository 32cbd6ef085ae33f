#include "core/exchange/jsonl_line.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "core/exchange/json_value.h"
#include "core/text/suggest.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

// In the order of LineField.
constexpr std::string_view kFieldNames[] = {"node",       "edge",     "retract", "schema", "tx",       "redact",
                                            "comment",    "rule",     "from",    "to",     "label",    "props",
                                            "valid_from", "valid_to", "mode",    "lua",    "arguments"};
static_assert(std::size(kFieldNames) == kLineFields);
constexpr std::size_t kLeadingFields = 8;  // exactly one of these says what a line is

constexpr unsigned bit(LineField field) { return 1u << static_cast<unsigned>(field); }
constexpr unsigned kOfNode = bit(LineField::kProps) | bit(LineField::kValidFrom) | bit(LineField::kValidTo);
constexpr unsigned kOfRule = bit(LineField::kMode) | bit(LineField::kLua) | bit(LineField::kArguments);
constexpr unsigned kOfEdge = kOfNode | bit(LineField::kFrom) | bit(LineField::kTo) | bit(LineField::kLabel);

std::optional<std::size_t> index_in(std::string_view name, std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  return {};
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += fmt::format("{}{}", i == 0 ? "" : i + 1 < names.size() ? ", " : " and ", names[i]);
  return out;
}

Status unknown_field(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view near = nearest_word(name, known);
  if (!near.empty()) return invalid(fmt::format("unknown field {}; did you mean \"{}\"?", in_quotes(name), near));
  return invalid(fmt::format("unknown field {}; known here are {}", in_quotes(name), listed(known)));
}

Status given_twice(std::string_view what, std::string_view name) {
  return invalid(fmt::format("the {} {} is given twice", what, in_quotes(name)));
}

// An object with these fields, each at most once: `read(index)` reads the value of one. `seen` gets a bit for each.
template <class Read>
bool read_fields(JsonCursor& in, std::string& scratch, std::span<const std::string_view> names, unsigned& seen,
                 Read&& read) {
  seen = 0;
  return in.object(scratch, [&](std::string_view name, std::size_t at) {
    const auto field = index_in(name, names);
    if (!field) return in.fail(unknown_field(name, names), at);
    if (seen >> *field & 1) return in.fail(given_twice("field", name), at);
    seen |= 1u << *field;
    return read(*field);
  });
}

bool read_count(JsonCursor& in, std::uint64_t& out) {
  const std::size_t at = in.offset();
  Scalar number;
  if (!in.number(number)) return false;
  const std::int64_t* const whole = std::get_if<std::int64_t>(&number);
  if (!whole || *whole < 1) return in.fail(invalid("a transaction's number is an integer from 1"), at);
  out = static_cast<std::uint64_t>(*whole);
  return true;
}

}  // namespace

JsonlLine JsonlLineReader::read(std::string_view line) {
  seen_ = 0;
  field_at_.fill(0);
  prop_at_.clear();
  props_.clear();
  label_.clear();
  valid_from_.reset();
  valid_to_.reset();
  rule_ = {};

  JsonCursor in(line);
  if (line.starts_with("\xef\xbb\xbf")) {
    in.fail(invalid("the text begins with a byte order mark (BOM); save it as UTF-8 without one"), 0);
  } else if (in.peek() != '{') {
    in.expected("an object, { ... },");
  } else {
    in.object(scratch_, [&](std::string_view name, std::size_t at) { return read_field(in, name, at); });
  }
  if (in.ok() && in.expect_end() && check_fields(in)) return std::move(*this).made();
  return BadLine{in.status(), in.failed_at()};
}

bool JsonlLineReader::read_field(JsonCursor& in, std::string_view name, std::size_t name_at) {
  const auto index = index_in(name, kFieldNames);
  if (!index) return in.fail(unknown_field(name, kFieldNames), name_at);
  const LineField field = static_cast<LineField>(*index);
  if (has(field)) return in.fail(given_twice("field", name), name_at);
  seen_ |= bit(field);
  field_at_[*index] = static_cast<std::uint32_t>(in.offset());
  return read_value_of(in, field, field_at_[*index]);
}

bool JsonlLineReader::read_value_of(JsonCursor& in, LineField field, std::size_t at) {
  switch (field) {
    case LineField::kNode: return read_ref(in, node_);
    case LineField::kFrom: return read_ref(in, from_);
    case LineField::kTo: return read_ref(in, to_);
    case LineField::kEdge: return read_text(in, text_, "the name of an edge kind");
    case LineField::kSchema: return read_text(in, text_, "a schema's Lua text, in a string,");
    case LineField::kComment: return read_text(in, text_, "a text");
    case LineField::kLabel: {
      if (!read_text(in, label_, "a text")) return false;
      Status bad = check_label(label_);
      return bad.ok() ? true : in.fail(std::move(bad), at);
    }
    case LineField::kProps: return read_props(in);
    case LineField::kValidFrom: return read_time_change(in, valid_from_);
    case LineField::kValidTo: return read_time_change(in, valid_to_);
    case LineField::kRetract: return read_retract(in);
    case LineField::kTx: return read_tx(in);
    case LineField::kRedact: return read_redact(in);
    case LineField::kRule: return read_text(in, rule_.name, "the name of a rule");
    case LineField::kLua: return read_text(in, rule_.source, "a rule's Lua text, in a string,");
    case LineField::kArguments: return read_arguments(in);
    case LineField::kMode: {
      std::string word;
      if (!read_text(in, word, "refuse or annotate")) return false;
      const Result<RuleMode> mode = parse_rule_mode(word);
      if (!mode) return in.fail(mode.status(), at);
      rule_.mode = *mode;
      return true;
    }
  }
  return false;
}

bool JsonlLineReader::read_ref(JsonCursor& in, Ref& out) {
  const std::size_t at = in.offset();
  std::string_view text;
  if (!in.string(text, scratch_, "a ref such as \"dataset:x\"")) return false;
  auto ref = Ref::parse(text);
  if (!ref) return in.fail(std::move(ref).status(), at);
  out = *std::move(ref);
  return true;
}

bool JsonlLineReader::read_text(JsonCursor& in, std::string& out, std::string_view what) {
  const std::size_t at = in.offset();
  std::string_view text;
  if (!in.string(text, scratch_, what)) return false;
  if (text.size() > kTextBytesMax)
    return in.fail(limit_exceeded(fmt::format("a text of {} bytes is more than {}", text.size(), kTextBytesMax)), at);
  out = text;
  return true;
}

bool JsonlLineReader::read_time_change(JsonCursor& in, TimeChange& out) {
  out.emplace();
  if (in.null()) return true;
  return read_json_time(in, scratch_, out->emplace());
}

bool JsonlLineReader::read_props(JsonCursor& in) {
  const bool read = in.object(scratch_, [&](std::string_view name, std::size_t at) {
    if (props_.size() >= kPropertiesMax)
      return in.fail(limit_exceeded(fmt::format("a record has at most {} properties", kPropertiesMax)), at);
    if (props_.capacity() == 0) props_.reserve(6);
    PropertyChange& change = props_.emplace_back();
    change.name = name;
    prop_at_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(in.offset())});
    return read_json_value(in, scratch_, change.value);
  });
  return read && sort_props(in);
}

// As the register wants them. Offsets go along.
bool JsonlLineReader::sort_props(JsonCursor& in) {
  const auto before = [&](std::uint32_t a, std::uint32_t b) { return props_[a].name < props_[b].name; };
  by_name_.resize(props_.size());
  std::iota(by_name_.begin(), by_name_.end(), 0);
  if (!std::is_sorted(by_name_.begin(), by_name_.end(), before)) {
    std::stable_sort(by_name_.begin(), by_name_.end(), before);
    std::vector<PropertyChange> props;
    std::vector<PropertyOffsets> offsets;
    props.reserve(props_.size());
    offsets.reserve(props_.size());
    for (const std::uint32_t i : by_name_) {
      props.push_back(std::move(props_[i]));
      offsets.push_back(prop_at_[i]);
    }
    props_ = std::move(props);
    prop_at_ = std::move(offsets);
  }
  for (std::size_t i = 1; i < props_.size(); ++i)
    if (props_[i].name == props_[i - 1].name) return in.fail(given_twice("property", props_[i].name), prop_at_[i].name);
  return true;
}

bool JsonlLineReader::read_retract(JsonCursor& in) {
  constexpr std::string_view kNames[] = {"node", "edge", "from", "to", "label", "rule"};
  const std::size_t at = in.offset();
  RemoveRule rule;
  RetractNode node;
  RetractEdge edge;
  unsigned seen = 0;
  const bool read = read_fields(in, scratch_, kNames, seen, [&](std::size_t field) {
    switch (field) {
      case 0: return read_ref(in, node.ref);
      case 1: return read_text(in, edge.kind, "the name of an edge kind");
      case 2: return read_ref(in, edge.from);
      case 3: return read_ref(in, edge.to);
      case 4: return read_text(in, edge.label, "a text");
      default: return read_text(in, rule.name, "the name of a rule");
    }
  });
  if (!read) return false;
  constexpr unsigned kNodeOnly = 1, kEdgeNeeds = 2 | 4 | 8, kLabel = 16, kRuleOnly = 32;
  if (seen == kRuleOnly)
    retract_ = std::move(rule);
  else if (seen == kNodeOnly)
    retract_ = std::move(node);
  else if ((seen & ~kLabel) == kEdgeNeeds)
    retract_ = std::move(edge);
  else
    return in.fail(
        invalid(
            "a retraction names a node, {\"node\": ...}, a rule, {\"rule\": ...}, or an edge with its edge, from, to "
            "and label"),
        at);
  return true;
}

bool JsonlLineReader::read_arguments(JsonCursor& in) {
  return in.object(scratch_, [&](std::string_view name, std::size_t at) {
    if (rule_.arguments.size() >= kRuleArgumentsMax)
      return in.fail(limit_exceeded(fmt::format("a rule has at most {} arguments", kRuleArgumentsMax)), at);
    auto& argument = rule_.arguments.emplace_back(std::string(name), std::string());
    return read_text(in, argument.second, "an argument, in a string,");
  });
}

// Of what rules found only what was overridden is asked: the rules find the rest again.
bool JsonlLineReader::read_findings(JsonCursor& in) {
  constexpr std::string_view kNames[] = {"rule", "mode", "overridden", "checked", "violations", "nodes"};
  return in.array([&] {
    std::string rule, ignored;
    bool overridden = false, checked = true;
    Scalar number;
    unsigned seen = 0;
    const bool read = read_fields(in, scratch_, kNames, seen, [&](std::size_t field) {
      switch (field) {
        case 0: return read_text(in, rule, "the name of a rule");
        case 1: return read_text(in, ignored, "refuse or annotate");
        case 2: return in.boolean(overridden);
        case 3: return in.boolean(checked);
        case 4: return in.number(number);
        default: return in.array([&] { return read_text(in, ignored, "a ref"); });
      }
    });
    if (read && overridden) tx_.overrides.push_back(std::move(rule));
    return read;
  });
}

bool JsonlLineReader::read_tx(JsonCursor& in) {
  constexpr std::string_view kNames[] = {"number", "time", "author", "reason", "source", "key", "again", "rules"};
  const std::size_t at = in.offset();
  tx_ = {};
  unsigned seen = 0;
  const bool read = read_fields(in, scratch_, kNames, seen, [&](std::size_t field) {
    switch (field) {
      case 0: return read_count(in, tx_.number);
      case 1: return read_json_time(in, scratch_, tx_.time);
      case 2: return read_text(in, tx_.author, "a text");
      case 3: return read_text(in, tx_.reason, "a text");
      case 4: return read_source(in, tx_.source);
      case 5: return read_text(in, tx_.key, "a text");
      case 6: return read_text(in, tx_.again, "a text");
      default: return read_findings(in);
    }
  });
  if (!read) return false;
  if ((seen & 3) != 3) return in.fail(invalid("a transaction needs its number and time"), at);
  return true;
}

bool JsonlLineReader::read_redact(JsonCursor& in) {
  constexpr std::string_view kNames[] = {"node", "edge", "from", "to", "label", "property", "tx"};
  const std::size_t at = in.offset();
  RedactText& text = redact_.text;
  text = {};
  unsigned seen = 0;
  const bool read = read_fields(in, scratch_, kNames, seen, [&](std::size_t field) {
    switch (field) {
      case 0:
      case 2: return read_ref(in, text.node);
      case 1: return read_text(in, text.edge_kind, "the name of an edge kind");
      case 3: return read_ref(in, text.to);
      case 4: return read_text(in, text.label, "a text");
      case 5: return read_text(in, text.property, "the name of a property");
      default: return read_count(in, text.tx);
    }
  });
  if (!read) return false;
  constexpr unsigned kOfNode = 1 | 32, kOfEdge = 2 | 4 | 8 | 32, kOfHeading = 32 | 64, kLabel = 16, kTx = 64;
  if ((seen & ~kTx) == kOfNode)
    text.of = RedactText::Of::kNode;
  else if ((seen & ~(kTx | kLabel)) == kOfEdge)
    text.of = RedactText::Of::kEdge;
  else if (seen == kOfHeading)
    text.of = RedactText::Of::kAuthor;  // or another one, as `property` says
  else
    return in.fail(invalid("a redaction names a property, and its node, its edge with from, to and label, or its tx"),
                   at);
  return true;
}

bool JsonlLineReader::read_source(JsonCursor& in, Source& out) {
  constexpr std::string_view kNames[] = {"format", "file", "sha256", "original_number", "original_time"};
  unsigned seen = 0;
  return read_fields(in, scratch_, kNames, seen, [&](std::size_t field) {
    switch (field) {
      case 0: return read_text(in, out.format, "a text");
      case 1: return read_text(in, out.file, "a text");
      case 2: return read_text(in, out.sha256, "a text");
      case 3: return read_count(in, out.original_number.emplace());
      default: return read_json_time(in, scratch_, out.original_time.emplace());
    }
  });
}

// Exactly one leading field, and beside it only what belongs to it.
bool JsonlLineReader::check_fields(JsonCursor& in) {
  std::optional<std::size_t> leading;
  for (std::size_t i = 0; i < kLeadingFields; ++i) {
    if (!(seen_ >> i & 1)) continue;
    if (leading)
      return in.fail(
          invalid(fmt::format("a line can't have both \"{}\" and \"{}\"", kFieldNames[*leading], kFieldNames[i])),
          std::max(field_at_[*leading], field_at_[i]));
    leading = i;
  }
  if (!leading)
    return in.fail(invalid("a line must have one of node, edge, retract, schema, rule, tx, redact and comment"), 0);
  const unsigned fitting = has(LineField::kNode)   ? kOfNode
                           : has(LineField::kEdge) ? kOfEdge
                           : has(LineField::kRule) ? kOfRule
                                                   : 0;
  for (std::size_t i = kLeadingFields; i < kLineFields; ++i)
    if (seen_ & ~fitting & 1u << i)
      return in.fail(invalid(fmt::format("\"{}\" can't stand beside \"{}\"", kFieldNames[i], kFieldNames[*leading])),
                     field_at_[i]);
  if (has(LineField::kEdge) && !(has(LineField::kFrom) && has(LineField::kTo)))
    return in.fail(invalid("an edge needs \"from\" and \"to\""), 0);
  if (has(LineField::kRule) && !(has(LineField::kMode) && has(LineField::kLua)))
    return in.fail(invalid("a rule needs \"mode\" and \"lua\""), 0);
  return true;
}

JsonlLine JsonlLineReader::made() && {
  if (has(LineField::kNode)) return Change(PutNode{std::move(node_), std::move(props_), valid_from_, valid_to_});
  if (has(LineField::kEdge))
    return Change(PutEdge{std::move(text_), std::move(from_), std::move(to_), std::move(label_), std::move(props_),
                          valid_from_, valid_to_});
  if (has(LineField::kRetract)) return std::move(retract_);
  if (has(LineField::kRule)) return Change(PutRule{std::move(rule_)});
  if (has(LineField::kSchema)) return SchemaLine{std::move(text_)};
  if (has(LineField::kTx)) return std::move(tx_);
  if (has(LineField::kRedact)) return std::move(redact_);
  return CommentLine{};
}

}  // namespace amont
