#include "amont/script_session.h"

#include <algorithm>
#include <map>

#include "amont/script_words.h"
#include "core/merkle/sha256.h"
#include "query/lua/lua_tokens.h"
#include "query/lua/plain_values.h"
#include "query/lua/script_sandbox.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

// Is this what Lua says of a text that only begins something? A text in quotes ends with its line, unless a backslash goes before.
bool goes_on(const Status& compiled, std::string_view text) {
  if (!compiled.text().ends_with("near <eof>")) return false;
  return compiled.text().find(": unfinished string near") == std::string::npos || text.ends_with('\\');
}

class Session : public ScriptSession {
 public:
  Session(SessionView view, Store* store) : view_(std::move(view)), context_(view_.view, store) {}

  Status begin(const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
    AMONT_TRY(look_at(view_));
    AMONT_LET(sandbox_, open_script_sandbox(context_, no_arguments_, limits, cancel));
    AMONT_LET(names_before_, sandbox_->global_names());
    return {};
  }

  bool wants_more(std::string_view text) override {
    sandbox_->revive();
    const Status as_expression = sandbox_->load("more", "return " + std::string(text));
    if (as_expression.ok()) return false;
    sandbox_->revive();
    const Status as_statements = sandbox_->load("more", text);
    return !as_statements.ok() && (goes_on(as_expression, text) || goes_on(as_statements, text));
  }

  Result<Report> run(std::string_view name, std::string_view text) override {
    sandbox_->revive();
    context_.begin_line();
    Report report;
    report.known_at = view_.view.tx();
    report.script_sha256 = hex(sha256(text));
    AMONT_TRY(load(name, text));
    const Status ran = sandbox_->run(
        [&](lua_State* L, int first, int count) { return show_values(L, first, count, sandbox_->budget(), &report); });
    AMONT_LET(report.completeness, context_.completeness());
    rest_on_earlier(text, ran.ok(), report.completeness);
    AMONT_TRY(ran);
    report.printed = sandbox_->printed();
    return report;
  }
  const std::string& printed() const override { return sandbox_->printed(); }

  Status look_at(SessionView view) override {
    AMONT_TRY(context_.look_at({view.view, view.valid_at, view.valid_until}));
    view_ = std::move(view);
    return {};
  }
  const SessionView& view() const override { return view_; }

  Result<std::vector<std::string>> own_names() override {
    AMONT_LET(const std::vector<std::string> names, sandbox_->global_names());
    std::vector<std::string> own;
    std::ranges::set_difference(names, names_before_, std::back_inserter(own));
    return own;
  }

 private:
  // As an expression if it is one, else as statements.
  Status load(std::string_view name, std::string_view text) {
    std::string expression = "return " + std::string(text);
    if (sandbox_->load(name, expression).ok()) return {};
    sandbox_->revive();  // a text that is too much for the memory there is may have ended it
    return sandbox_->load(name, text);
  }

  // A name that a line gives to what it asked may hold less than there is. Lines that speak of that name later, and the names that
  // these give, say so as well. A name is free of it when a line that went well begins with giving it something whole.
  void rest_on_earlier(std::string_view text, bool went_well, Completeness& completeness) {
    const std::vector<LuaToken> tokens = lua_tokens(text);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const bool is_text = tokens[i].what == LuaToken::What::kText;  // as in _G["near"]
      if (!is_text && tokens[i].what != LuaToken::What::kName) continue;
      if (i == 0 && tokens.size() > 1 && tokens[1].text == "=") continue;
      const auto known = lacking_.find(is_text ? inner_text(tokens[i].text) : tokens[i].text);
      if (known == lacking_.end()) continue;
      for (const PartialReason& reason : known->second)
        if (std::ranges::find(completeness.reasons, reason.reason, &PartialReason::reason) ==
            completeness.reasons.end())
          completeness.reasons.push_back(reason);
    }
    std::ranges::sort(completeness.reasons, {}, &PartialReason::reason);
    int braces = 0;  // the names in them are fields
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const std::string_view next = tokens[i + 1].text, before = i > 0 ? tokens[i - 1].text : "";
      braces += tokens[i].text == "{" ? 1 : tokens[i].text == "}" ? -1 : 0;
      const bool is_kept = next == "=" || next == "[" || next == "." || (next == "," && i == 0) || before == "function";
      const bool is_field = braces > 0 || before == "." || before == ":";
      if (tokens[i].what != LuaToken::What::kName || !is_kept || is_field) continue;
      const std::string name(tokens[i].text);
      if (std::ranges::binary_search(names_before_, name)) continue;
      if (!completeness.reasons.empty())
        lacking_[name] = completeness.reasons;
      else if (next == "=" && i == 0 && went_well)
        lacking_.erase(name);
    }
  }

  static std::string_view inner_text(std::string_view quoted) {
    return quoted.size() < 2 ? std::string_view() : quoted.substr(1, quoted.size() - 2);
  }

  SessionView view_;
  ScriptContext context_;
  CheckedArguments no_arguments_;
  std::vector<std::string> names_before_;
  std::map<std::string, std::vector<PartialReason>, std::less<>> lacking_;
  std::unique_ptr<Sandbox> sandbox_;
};

}  // namespace

Result<std::unique_ptr<ScriptSession>> ScriptSession::open(SessionView view, Store* store,
                                                           const ScriptRunLimits& limits,
                                                           const std::atomic<bool>* cancel) {
  auto session = std::make_unique<Session>(std::move(view), store);
  AMONT_TRY(session->begin(limits, cancel));
  return std::unique_ptr<ScriptSession>(std::move(session));
}

}  // namespace amont
