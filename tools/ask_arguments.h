// The options that questions share, and opening the register at the moment that they ask about.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amont/query.h"
#include "amont/store.h"
#include "tools/render/answer.h"
#include "tools/session.h"

namespace amont::tool {

struct AskArguments {
  std::optional<std::uint64_t> depth;
  std::optional<std::uint64_t> limit;
  std::vector<std::string> kinds;
  std::vector<std::string> through;  // as typed: "+K" adds
  bool exact = false;
  bool downstream = false;
  bool reduce = false;
  bool each = false;
  std::string to;                      // a ref; empty: none
  std::optional<std::uint64_t> count;  // of paths
  std::string granularity;
  std::string known_at;
  std::string valid_at;
  std::uint64_t timeout_micros = 0;  // 0: none
  bool strict = false;
  bool no_props = false;
  bool no_edges = false;
  bool raw = false;
};

// Each adds a group of options, which fill `ask`. `ask` must outlive them.
void add_time_options(std::vector<Option>& options, AskArguments& ask);     // --known-at --timeout --strict
void add_valid_options(std::vector<Option>& options, AskArguments& ask);    // --valid-at
void add_walk_options(std::vector<Option>& options, AskArguments& ask);     // --depth --through --exact --granularity
void add_listing_options(std::vector<Option>& options, AskArguments& ask);  // --kind --limit
void add_shape_options(std::vector<Option>& options, AskArguments& ask);    // --no-props --no-edges --raw

// A register opened for one question.
struct Question {
  std::unique_ptr<Store> store;
  Snapshot view;
  AskOptions options;
  Heading heading;  // all but completeness
};

// kInvalid for an option that makes no sense, and what opening the store says.
Result<Question> open_question(Session& session, const AskArguments& ask, std::string verb,
                               std::vector<std::string> start);

// What --valid-at says: nothing when it is empty, a time, or all times between two. kInvalid.
struct ValidAt {
  std::optional<Timestamp> at, until;
};
Result<ValidAt> parse_valid_at(const std::string& typed);

// The view that --known-at asks for; now when it is empty. kInvalid beyond the head.
Result<Snapshot> view_known_at(Store& store, const std::string& known_at);

// The node a ref names, alive in the view. kInvalid for no ref; kNotFound says since when it is gone, or what is near
// it.
Result<NodeId> resolve(const Question& question, const std::string& ref);
Result<std::vector<NodeId>> resolve(const Question& question, const std::vector<std::string>& refs);

// What is said of the two words of a question, and of what they name, when no path joins these.
std::string no_path(const std::vector<std::string>& words, std::span<const NodeId> ends);

// What the command returns for an answer that was given: 4 out of time or, under --strict, partial; 6 from a damaged
// store.
int exit_code(const Session& session, const Question& question, const AskArguments& ask);

}  // namespace amont::tool
