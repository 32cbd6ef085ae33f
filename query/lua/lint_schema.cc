#include "query/lua/lint_schema.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "query/lua/nearest.h"

namespace amont {
namespace {

using What = LuaToken::What;

// Who takes kinds, and how many arguments come before them.
struct Taker {
  std::string_view name;
  bool is_method = false;
  bool takes_edges = false;
  std::size_t before = 0;
};
constexpr Taker kTakers[] = {{"nodes", false, false, 0},  {"find", false, false, 1},   {"only", true, false, 0},
                             {"incoming", true, true, 0}, {"outgoing", true, true, 0}, {"edges", true, true, 1},
                             {"lacks", false, true, 0}};
constexpr std::string_view kQuestions[] = {"upstream",    "downstream", "sources", "touches", "reaches",
                                           "path",        "paths",      "edges",   "order",   "components",
                                           "chokepoints", "cycles",     "why_not", "why"};
// Tables of Lua and of the host, whose fields are no properties.
constexpr std::string_view kTables[] = {"arg", "string", "table", "math", "utf8", "coroutine"};
// Fields that items and answers have whatever the schema says.
constexpr std::string_view kFields[] = {
    "ref",     "kind",   "key",    "valid_from", "valid_to", "tx",      "alive",     "depth",   "precision",
    "direct",  "from",   "to",     "label",      "because",  "year",    "month",     "day",     "date",
    "node",    "behind", "exact",  "possible",   "path",     "common",  "direction", "count",   "number",
    "time",    "author", "reason", "source",     "run",      "project", "gaps",      "dataset", "title",
    "columns", "days",   "value",  "nearest",    "format",   "file",    "sha256",    "items"};

class SchemaLint {
 public:
  SchemaLint(const std::vector<LuaToken>& tokens, const Schema& schema,
             const std::function<bool(std::string_view)>& is_declared, const TellFinding& tell)
      : tokens_(tokens), is_declared_(is_declared), tell_(tell) {
    for (const NodeRow& row : schema.nodes()) {
      nodes_.push_back(row.name);
      for (const PropertyRow& prop : row.props) props_.insert(prop.name);
    }
    for (const EdgeRow& row : schema.edges()) {
      edges_.push_back(row.name);
      for (const PropertyRow& prop : row.props) props_.insert(prop.name);
    }
    listed_.assign(props_.begin(), props_.end());
    note_own_fields();
  }

  void run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].what != What::kName) continue;
      const bool is_method = i > 0 && (text(i - 1) == ":" || text(i - 1) == ".");
      for (const Taker& taker : kTakers)
        if (taker.name == text(i) && (taker.is_method ? is_method : is_method || !is_declared_(text(i))))
          look_at_kinds(i + 1, taker);
      if (std::ranges::find(kQuestions, text(i)) != std::end(kQuestions)) look_at_options(i + 1);
      if (i > 0 && text(i - 1) == ".") look_at_field(i);
      if (is_method && text(i) == "where" && text(i + 1) == "{") look_at_keys(i + 1);
      if (text(i) == "rows" && text(i + 1) == "{") look_at_columns(i + 1);
    }
  }

 private:
  std::string_view text(std::size_t i) const { return i < tokens_.size() ? tokens_[i].text : std::string_view(); }
  bool is_text(std::size_t i) const { return i < tokens_.size() && tokens_[i].what == What::kText; }
  // What is in quotes; nothing for a text with escapes or long brackets.
  std::string_view literal(std::size_t i) const {
    const std::string_view quoted = text(i);
    if (quoted.size() < 2 || quoted[0] == '[' || quoted.find('\\') != std::string_view::npos) return {};
    return quoted.substr(1, quoted.size() - 2);
  }
  // A text that is a whole item of a list, and no part of an expression.
  bool is_item(std::size_t i) const {
    constexpr std::string_view kBefore[] = {"(", "{", ",", ";", "="}, kAfter[] = {")", "}", ",", ";"};
    return is_text(i) && i > 0 && std::ranges::find(kBefore, text(i - 1)) != std::end(kBefore) &&
           std::ranges::find(kAfter, text(i + 1)) != std::end(kAfter);
  }
  // Of what opens at `i`: visit(place, argument) each token at its own level.
  template <class Visit>
  void each_inside(std::size_t i, Visit visit) const {
    std::size_t argument = 0;
    int depth = 0, functions = 0;
    for (; i < tokens_.size(); ++i) {
      const std::string_view one = text(i);
      if (tokens_[i].what == What::kKeyword && (one == "function" || one == "do" || one == "then")) ++functions;
      if (tokens_[i].what == What::kKeyword && (one == "end" || one == "elseif")) --functions;
      if (one == ")" || one == "}" || one == "]") {
        if (--depth == 0) return;
      }
      if (depth == 1 && functions == 0) visit(i, argument);
      if (one == "(" || one == "{" || one == "[") ++depth;
      if (depth == 1 && functions == 0 && one == ",") ++argument;
    }
  }

  void look_at_kind(std::size_t i, bool of_edge) {
    std::string_view kind = literal(i);
    if (of_edge && kind.starts_with('+')) kind.remove_prefix(1);
    const std::vector<std::string_view>& known = of_edge ? edges_ : nodes_;
    if (kind.empty() || std::ranges::find(known, kind) != known.end()) return;
    tell_(tokens_[i], fmt::format("the schema has no {} kind \"{}\"{}", of_edge ? "edge" : "node", literal(i),
                                  did_you_mean(kind, known)));
  }
  // nodes("a", "b"), nodes{"a"}, nodes "a"
  void look_at_kinds(std::size_t i, const Taker& taker) {
    if (is_text(i)) {
      if (taker.before == 0) look_at_kind(i, taker.takes_edges);
      return;
    }
    if (text(i) != "(" && text(i) != "{") return;
    each_inside(i, [&](std::size_t place, std::size_t argument) {
      if (argument >= taker.before && is_item(place) && text(place - 1) != "=") look_at_kind(place, taker.takes_edges);
    });
  }
  // {kind = "a", through = {"b", "+c"}} among the arguments of a question.
  void look_at_options(std::size_t i) {
    if (text(i) != "(") return;
    each_inside(i, [&](std::size_t place, std::size_t) {
      if (text(place) != "{") return;
      each_inside(place, [&](std::size_t key, std::size_t) {
        if (text(key + 1) != "=" || (text(key) != "kind" && text(key) != "through")) return;
        const bool of_edge = text(key) == "through";
        if (is_item(key + 2)) look_at_kind(key + 2, of_edge);
        if (text(key + 2) != "{") return;
        each_inside(key + 2, [&](std::size_t one, std::size_t) {
          if (is_item(one)) look_at_kind(one, of_edge);
        });
      });
    });
  }

  void look_at_property(const LuaToken& token, std::string_view name) {
    if (name.empty() || props_.contains(name) || own_.contains(name) ||
        std::ranges::find(kFields, name) != std::end(kFields))
      return;
    const std::string_view meant = nearest(name, listed_);
    if (!meant.empty())
      tell_(token, fmt::format("no kind of the schema has a property \"{}\"; did you mean \"{}\"?", name, meant));
  }
  // item.relesed_at
  void look_at_field(std::size_t i) {
    const bool of_a_table = i > 1 && std::ranges::find(kTables, text(i - 2)) != std::end(kTables);
    if (!of_a_table && text(i + 1) != "(" && text(i + 1) != "{" && !is_text(i + 1))
      look_at_property(tokens_[i], text(i));
  }
  void look_at_keys(std::size_t i) {
    each_inside(i, [&](std::size_t place, std::size_t) {
      if (tokens_[place].what == What::kName && text(place + 1) == "=") look_at_property(tokens_[place], text(place));
    });
  }
  // rows{x, "column", {"header", "column"}}
  void look_at_columns(std::size_t i) {
    each_inside(i, [&](std::size_t place, std::size_t argument) {
      if (argument == 0) return;
      if (is_item(place) && text(place - 1) != "=") look_at_property(tokens_[place], literal(place));
      if (text(place) != "{") return;
      each_inside(place, [&](std::size_t one, std::size_t second) {
        if (second == 1 && is_item(one)) look_at_property(tokens_[one], literal(one));
      });
    });
  }

  // Fields that the script makes itself: {name = ...}, but for what where{} asks, and t.name = ...
  void note_own_fields() {
    std::set<std::size_t> asked;
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (text(i) == "where" && text(i + 1) == "{")
        each_inside(i + 1, [&](std::size_t place, std::size_t) { asked.insert(place); });
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (tokens_[i].what == What::kName && text(i + 1) == "=" && !asked.contains(i)) own_.insert(std::string(text(i)));
  }

  const std::vector<LuaToken>& tokens_;
  const std::function<bool(std::string_view)>& is_declared_;
  const TellFinding& tell_;
  std::vector<std::string_view> nodes_, edges_;
  std::set<std::string, std::less<>> props_, own_;
  std::vector<std::string_view> listed_;  // props_
};

}  // namespace

void lint_beside_schema(const std::vector<LuaToken>& tokens, const Schema& schema,
                        const std::function<bool(std::string_view)>& is_declared, const TellFinding& tell) {
  SchemaLint(tokens, schema, is_declared, tell).run();
}

}  // namespace amont
