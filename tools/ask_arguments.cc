#include "tools/ask_arguments.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/exchange.h"
#include "tools/arguments.h"
#include "tools/exit_code.h"

namespace amont::tool {
namespace {

using namespace std::chrono_literals;

constexpr auto kSuggestionTime = 300ms;  // a mistyped ref is not worth more
constexpr std::uint64_t kSuggestionsRead = 500;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void append_strings(std::string& out, std::string_view name, const std::vector<std::string>& values) {
  append_member(out, name);
  out += "[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += i ? ", " : "";
    append_json_string(out, values[i]);
  }
  out += "]";
}

void append_string(std::string& out, std::string_view name, std::string_view value) {
  append_member(out, name);
  append_json_string(out, value);
}

// One "+" in front of the first of a list speaks for the whole list; all lists must agree.
Status set_through(AskOptions& options, const std::vector<std::string>& typed) {
  bool any_plain = false;
  for (const std::string& word : typed) {
    const bool adds = word.starts_with('+');
    options.through_adds |= adds;
    any_plain |= !adds;
    options.through.push_back(word.substr(adds ? 1 : 0));
  }
  if (options.through_adds && any_plain)
    return invalid("--through either walks the kinds named, or adds them (+K); not both");
  return {};
}

// The question's options as the answer tells them: times as they were understood.
Result<std::string> options_json(const AskArguments& ask, const AskOptions& options) {
  std::string out;
  if (ask.depth) {
    append_member(out, "depth");
    out += std::to_string(*ask.depth);
  }
  if (!ask.kinds.empty()) append_strings(out, "kind", ask.kinds);
  if (!ask.through.empty()) append_strings(out, "through", ask.through);
  if (ask.exact) {
    append_member(out, "exact");
    out += "true";
  }
  if (ask.downstream) {
    append_member(out, "downstream");
    out += "true";
  }
  if (ask.reduce) {
    append_member(out, "reduce");
    out += "true";
  }
  if (ask.each) {
    append_member(out, "each");
    out += "true";
  }
  if (!ask.to.empty()) append_string(out, "to", ask.to);
  if (ask.count) {
    append_member(out, "count");
    out += std::to_string(*ask.count);
  }
  if (!ask.granularity.empty()) append_string(out, "granularity", ask.granularity);
  if (all_digits(ask.known_at)) {
    append_member(out, "known_at");
    AMONT_LET(const TxNumber tx, parse_count(ask.known_at).while_doing("--known-at"));
    out += std::to_string(tx);
  } else if (!ask.known_at.empty()) {
    AMONT_LET(const Timestamp time, Timestamp::parse_date_or_time(ask.known_at).while_doing("--known-at"));
    append_string(out, "known_at", time.text());
  }
  if (options.valid_at) {
    append_string(
        out, "valid_at",
        options.valid_until ? options.valid_at->text() + "/" + options.valid_until->text() : options.valid_at->text());
  }
  if (ask.limit) {
    append_member(out, "limit");
    out += std::to_string(*ask.limit);
  }
  if (ask.timeout_micros) {
    append_member(out, "timeout");
    out += fmt::format("{}", static_cast<double>(ask.timeout_micros) / 1e6);
  }
  return out;
}

Result<AskOptions> ask_options(const AskArguments& ask, const std::atomic<bool>& interrupted) {
  AskOptions options;
  if (ask.depth) options.depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(*ask.depth, kAnyDepth));
  options.kinds = ask.kinds;
  AMONT_TRY(set_through(options, ask.through));
  options.exact = ask.exact;
  options.reduce_edges = ask.reduce;
  if (ask.granularity == "variable") options.granularity = Granularity::kVariable;
  AMONT_LET(const ValidAt valid, parse_valid_at(ask.valid_at).while_doing("--valid-at"));
  options.valid_at = valid.at;
  options.valid_until = valid.until;
  if (ask.limit && *ask.limit == 0) return invalid("--limit: 0 would list nothing; leave it out to list all");
  options.limit = ask.limit.value_or(0);
  if (ask.timeout_micros)
    options.deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(ask.timeout_micros);
  options.cancel = &interrupted;
  return options;
}

// Refs that the one mistyped may have meant: those that begin as it does and end almost so, then the same key under
// another kind. Best effort, so that errors here are no errors.
std::string suggestion(const Question& question, const Ref& ref) {
  AskOptions options;
  options.deadline = std::chrono::steady_clock::now() + kSuggestionTime;
  options.cancel = question.options.cancel;
  std::vector<std::string> known;
  const std::string text = ref.text();
  const std::string beginnings[] = {ref.kind + ":" + ref.key.substr(0, ref.key.size() / 2), ref.key};
  for (const std::string& words : beginnings) {
    const auto found = find(question.view, words, {}, kSuggestionsRead, options);
    if (!found.ok()) continue;
    const auto refs = question.view.refs(*found);
    if (!refs.ok()) continue;
    for (const Ref& one : *refs) {
      if (one.key == ref.key) return one.text();
      known.push_back(one.text());
    }
  }
  return nearest(text, known);
}

}  // namespace

void add_time_options(std::vector<Option>& options, AskArguments& ask) {
  options.push_back({"--known-at", "TX|TIME",
                     "the register as it was known at a transaction or time (a date is 00:00Z)",
                     tool::into(ask.known_at)});
  options.push_back({"--timeout", "SECONDS", "give what was found by then; the answer says it is partial, exit code 4",
                     into_seconds(ask.timeout_micros)});
  options.push_back({"--strict", "", "exit code 4 unless the answer is complete", tool::into(ask.strict)});
}

void add_valid_options(std::vector<Option>& options, AskArguments& ask) {
  options.push_back({"--valid-at", "TIME|FROM/TO", "only what was true then; what has no interval always was",
                     tool::into(ask.valid_at)});
}

void add_walk_options(std::vector<Option>& options, AskArguments& ask) {
  options.push_back({"--depth", "N", "at most N lineage edges away", tool::into(ask.depth)});
  options.push_back({"--through", "EDGE,...",
                     "walk these kinds of edge instead of lineage; +EDGE,... as well as lineage",
                     [&ask](const std::string& value) -> Status {
                       const bool adds = value.starts_with('+');
                       std::vector<std::string> kinds;
                       AMONT_TRY(into_list(kinds)(adds ? value.substr(1) : value));
                       for (std::string& kind : kinds)
                         ask.through.push_back((adds && !kind.starts_with('+') ? "+" : "") + kind);
                       return {};
                     },
                     true});
  options.push_back({"--exact", "", "leave out what is only possible", tool::into(ask.exact)});
  options.push_back({"--granularity",
                     "WHAT",
                     "dataset (a dataset and its variables are one thing) or variable",
                     tool::into(ask.granularity),
                     false,
                     {"dataset", "variable"}});
}

void add_listing_options(std::vector<Option>& options, AskArguments& ask) {
  options.push_back({"--kind", "KIND,...", "list only nodes of these kinds", into_list(ask.kinds), true});
  options.push_back(
      {"--limit", "N", "list only the first N; the answer says how many more there are", tool::into(ask.limit)});
}

void add_shape_options(std::vector<Option>& options, AskArguments& ask) {
  options.push_back({"--no-props", "", "leave properties out of JSON, NDJSON and CSV", tool::into(ask.no_props)});
  options.push_back({"--no-edges", "", "leave edges out of JSON, NDJSON and pictures", tool::into(ask.no_edges)});
  options.push_back(
      {"--raw", "", "CSV for machines: texts that look like formulas stay as they are", tool::into(ask.raw)});
}

Result<ValidAt> parse_valid_at(const std::string& typed) {
  ValidAt valid;
  if (typed.empty()) return valid;
  const std::size_t slash = typed.find('/');
  AMONT_LET(valid.at, Timestamp::parse_date_or_time(typed.substr(0, slash)));
  if (slash == std::string::npos) return valid;
  AMONT_LET(valid.until, Timestamp::parse_date_or_time(typed.substr(slash + 1)));
  if (*valid.at >= *valid.until) return invalid("the first time must be before the second");
  return valid;
}

Result<Snapshot> view_known_at(Store& store, const std::string& known_at) {
  if (known_at.empty()) return store.snapshot();
  if (all_digits(known_at)) {
    AMONT_LET(const TxNumber tx, parse_count(known_at).while_doing("--known-at"));
    return store.snapshot_at(tx).while_doing("--known-at");
  }
  AMONT_LET(const Timestamp time, Timestamp::parse_date_or_time(known_at).while_doing("--known-at"));
  return store.snapshot_at(time).while_doing("--known-at");
}

Result<Question> open_question(Session& session, const AskArguments& ask, std::string verb,
                               std::vector<std::string> start) {
  AMONT_LET(AskOptions options, ask_options(ask, session.interrupted()));
  AMONT_LET(std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(Snapshot view, view_known_at(*store, ask.known_at));
  for (const std::string& kind : ask.kinds) {
    if (!view.schema().node(kind))
      return not_found(fmt::format("--kind: the schema has no kind of node \"{}\"; see `amont schema`", kind));
  }
  Question question{std::move(store), std::move(view), std::move(options), {}};
  question.heading.verb = std::move(verb);
  question.heading.start = std::move(start);
  AMONT_LET(question.heading.options, options_json(ask, question.options));
  question.heading.valid_at = question.options.valid_at;
  question.heading.valid_until = question.options.valid_until;
  question.heading.describe(question.view);
  return question;
}

Result<NodeId> resolve(const Question& question, const std::string& text) {
  AMONT_LET(const Ref ref, Ref::parse(text));
  AMONT_LET(const std::optional<NodeId> id, question.view.find(ref));
  // What a damaged log has lost may have been there.
  const auto not_there = [&](std::string why) {
    const std::string damage = question.view.damage();
    if (is_of_bundle(damage)) return not_found(fmt::format("{}; {}", why, damage));
    return damage.empty() ? not_found(std::move(why)) : damaged(fmt::format("{}, but {}", why, damage));
  };
  if (!id) {
    const std::string near = suggestion(question, ref);
    return not_there(
        fmt::format("there is no {}{}", text,
                    near.empty() ? "; `amont find WORDS` searches keys and titles" : "; did you mean " + near + "?"));
  }
  AMONT_LET(const std::optional<Node> node, question.view.node(*id));
  if (node) return *id;
  return not_there(fmt::format("there is no {} at transaction {}; `amont log {}` tells when there was", text,
                               question.view.tx(), text));
}

Result<std::vector<NodeId>> resolve(const Question& question, const std::vector<std::string>& refs) {
  std::vector<NodeId> ids;
  for (const std::string& ref : refs) {
    AMONT_LET(const NodeId id, resolve(question, ref));
    ids.push_back(id);
  }
  return ids;
}

std::string no_path(const std::vector<std::string>& words, std::span<const NodeId> ends) {
  if (ends[0] == ends[1])
    return fmt::format(
        "A and B are one node, and a path joins two; `amont cycles {}` tells whether it came from itself", words[0]);
  return fmt::format("no path leads from {} to {}, upstream or downstream", words[0], words[1]);
}

int exit_code(const Session& session, const Question& question, const AskArguments& ask) {
  if (is_of_bundle(question.view.damage())) {
    session.note(question.view.damage());
  } else if (!question.view.damage().empty()) {
    session.error("the store is damaged, and this answer is from its good part only: " + question.view.damage());
    return kBroken;
  }
  if (question.heading.out_of_time()) return kIncomplete;
  return ask.strict && !question.heading.complete() ? kIncomplete : kYes;
}

}  // namespace amont::tool
