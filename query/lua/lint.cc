// lint_script(): a look at the names that a script uses. It knows no scopes: a name that is declared anywhere in the text passes, so that
// nothing right is ever blamed.
#include "amont/lint.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "query/lua/export_context.h"
#include "query/lua/lint_schema.h"
#include "query/lua/lua_tokens.h"
#include "query/lua/nearest.h"
#include "query/lua/sandbox.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = LuaToken::What;

// Questions, whose answer is all that they are for.
constexpr std::string_view kAnswers[] = {"upstream", "downstream", "sources", "touches",  "path",   "paths",
                                         "rows",     "tree",       "graph",   "timeline", "chart",  "text",
                                         "report",   "nodes",      "find",    "why",      "why_not"};

class Lint {
 public:
  Lint(std::string_view source, const ScriptHeader* header, std::vector<std::string> globals, const Schema* schema)
      : tokens_(lua_tokens(source)), header_(header), globals_(std::move(globals)), schema_(schema) {}

  std::vector<LintFinding> run() {
    declare();
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      if (tokens_[at_].what != What::kName) continue;
      look_at_name();
      look_at_answer();
    }
    if (header_) look_at_parameters();
    if (schema_)
      lint_beside_schema(
          tokens_, *schema_, [&](std::string_view name) { return declared_.contains(std::string(name)); },
          [&](const LuaToken& token, std::string what) { find(token, std::move(what)); });
    std::ranges::stable_sort(findings_, {}, [](const LintFinding& one) { return std::pair(one.line, one.column); });
    return std::move(findings_);
  }

 private:
  std::string_view text(std::size_t at) const { return at < tokens_.size() ? tokens_[at].text : std::string_view(); }
  void find(const LuaToken& token, std::string what) {
    findings_.push_back({token.line, token.column, std::move(what)});
  }

  // Names behind local, function, for and in lists of parameters; and globals that are assigned.
  void declare() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const std::string_view word = text(i);
      if (tokens_[i].what == What::kKeyword && (word == "local" || word == "for")) {
        declare_list(i + 1 + (text(i + 1) == "function" ? 1 : 0));
      } else if (tokens_[i].what == What::kKeyword && word == "function") {
        std::size_t next = i + 1;
        if (next < tokens_.size() && tokens_[next].what == What::kName) declared_.insert(std::string(text(next)));
        while (next < tokens_.size() && text(next) != "(") ++next;
        declare_list(next + 1);
      } else if (tokens_[i].what == What::kName && (text(i + 1) == "=" || text(i + 1) == ",") && begins_statement(i)) {
        declare_list(i);
      }
    }
  }
  void declare_list(std::size_t i) {
    for (; i < tokens_.size(); ++i) {
      if (tokens_[i].what == What::kName)
        declared_.insert(std::string(text(i)));
      else if (text(i) == "<")
        i += 2;  // an attribute: <const>
      else if (text(i) != ",")
        return;
    }
  }
  // Could an assignment begin here, and not a field of a table?
  bool begins_statement(std::size_t i) const {
    if (i == 0) return true;
    const LuaToken& before = tokens_[i - 1];
    if (before.what == What::kKeyword)
      return before.text != "and" && before.text != "or" && before.text != "not" && before.text != "return" &&
             before.text != "in";
    return before.text == ")" || before.text == ";" || before.what == What::kName || before.what == What::kText ||
           before.what == What::kNumber || before.text == "}" || before.text == "]";
  }

  bool is_field(std::size_t i) const {
    const std::string_view before = i > 0 ? text(i - 1) : "";
    if (before == "." || before == ":") return true;
    return text(i + 1) == "=" && (before == "{" || before == ",");  // {name = ...}
  }

  void look_at_name() {
    const LuaToken& token = tokens_[at_];
    const std::string name(token.text);
    const std::string_view before = at_ > 0 ? text(at_ - 1) : "";
    const bool attribute = before == "<" && text(at_ + 1) == ">";
    if (is_field(at_) || attribute || before == "goto" || before == "::" || declared_.contains(name)) return;
    if (std::ranges::find(globals_, name) != globals_.end()) {
      if (name == "arg" && text(at_ + 1) == "." && at_ + 2 < tokens_.size()) look_at_argument(tokens_[at_ + 2]);
      return;
    }
    std::vector<std::string_view> known(globals_.begin(), globals_.end());
    known.insert(known.end(), declared_.begin(), declared_.end());
    find(token, fmt::format("nobody has the name \"{}\"{}", name, did_you_mean(name, known)));
  }

  void look_at_argument(const LuaToken& token) {
    used_.insert(std::string(token.text));
    if (!header_) return;
    std::vector<std::string_view> names;
    for (const ScriptParameter& parameter : header_->parameters) names.push_back(parameter.name);
    if (std::ranges::find(names, token.text) == names.end())
      find(token,
           fmt::format("the header declares no parameter \"{}\"{}", token.text, did_you_mean(token.text, names)));
  }

  // upstream(x) on a line of its own.
  void look_at_answer() {
    const LuaToken& token = tokens_[at_];
    if (std::ranges::find(kAnswers, token.text) == std::end(kAnswers) || declared_.contains(std::string(token.text)))
      return;
    if (text(at_ + 1) != "(" && text(at_ + 1) != "{") return;
    const bool first = at_ == 0 || (tokens_[at_ - 1].line < token.line && begins_statement(at_) &&
                                    tokens_[at_ - 1].what != What::kName);
    if (!first) return;
    const std::size_t end = closing(at_ + 1);
    const bool alone =
        end + 1 >= tokens_.size() || (tokens_[end + 1].line > tokens_[end].line && text(end + 1) != ":" &&
                                      text(end + 1) != "." && text(end + 1) != "&" && text(end + 1) != "|");
    if (alone) find(token, fmt::format("the answer of {} is thrown away; return it, or give it a name", token.text));
  }
  std::size_t closing(std::size_t i) const {
    int depth = 0;
    for (; i < tokens_.size(); ++i) {
      if (text(i) == "(" || text(i) == "{" || text(i) == "[") ++depth;
      if ((text(i) == ")" || text(i) == "}" || text(i) == "]") && --depth == 0) return i;
    }
    return tokens_.size();
  }

  void look_at_parameters() {
    for (const LuaToken& token : tokens_)  // arg[name] may use any
      if (token.text == "arg" && text(static_cast<std::size_t>(&token - tokens_.data()) + 1) == "[") return;
    for (const ScriptParameter& parameter : header_->parameters)
      if (!used_.contains(parameter.name))
        findings_.push_back({1, 0, fmt::format("the parameter \"{}\" is declared and never used", parameter.name)});
  }

  std::vector<LuaToken> tokens_;
  const ScriptHeader* header_;
  std::vector<std::string> globals_;
  const Schema* schema_;
  std::set<std::string> declared_, used_;
  std::vector<LintFinding> findings_;
  std::size_t at_ = 0;
};

// "name:12: what" or "name: what" as a finding.
LintFinding finding_of(std::string_view name, std::string_view text) {
  LintFinding finding{1, 0, std::string(text)};
  if (!text.starts_with(std::string(name) + ":")) return finding;
  std::string_view rest = text.substr(name.size() + 1);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), finding.line);
  if (error == std::errc()) rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  finding.text = std::string(rest.substr(std::min(rest.find_first_not_of(' '), rest.size())));
  return finding;
}

}  // namespace

Result<std::vector<LintFinding>> lint_script(std::string_view name, std::string_view source, const Schema* schema) {
  std::vector<LintFinding> findings;
  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, Sandbox::create(ScriptRunLimits()));
  const Status loads = sandbox->load(name, source);
  if (loads.code() == Code::kScript) return std::vector{finding_of(name, loads.text())};
  AMONT_TRY(loads);
  const Result<ScriptHeader> header = read_script_header(name, source);
  if (!header.ok()) findings.push_back(finding_of(name, header.status().text()));
  AMONT_LET(std::vector<std::string> globals, names_in_scripts());
  if (header.ok() && !header->input.empty()) return findings;  // import scripts have words of their own
  if (header.ok() && !header->output.empty())
    for (const std::string_view word : export_script_words()) globals.emplace_back(word);
  if (header.ok())
    for (const std::string& part : header->uses) globals.push_back(part.substr(part.rfind('/') + 1));
  std::vector<LintFinding> more = Lint(source, header.ok() ? &*header : nullptr, std::move(globals), schema).run();
  findings.insert(findings.end(), more.begin(), more.end());
  return findings;
}

}  // namespace amont
