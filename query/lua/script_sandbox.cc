#include "query/lua/script_sandbox.h"

#include <algorithm>

#include "amont/script_words.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

struct Install {
  ScriptContext* context;
  const CheckedArguments* arguments;
  const std::span<const std::string_view>* names;
};

// The words that stand alone, for guesses at what was meant.
const std::span<const std::string_view>& words_alone() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const ScriptWord& word : script_words())
      if (word.of.empty()) names.push_back(word.name);
    return names;
  }();
  static const std::span<const std::string_view> kSpan(kNames);
  return kSpan;
}

int install(lua_State* L) {
  const auto* job = static_cast<const Install*>(lua_touserdata(L, 1));
  install_times(L, job->context);
  install_items(L, job->context);
  install_sets(L, job->context);
  install_questions(L, job->context);
  install_report(L, job->context);
  install_arguments(L, job->arguments);
  install_guesses(L, *job->names);
  keep_globals_for_words(L);
  return 0;
}

}  // namespace

Result<std::vector<std::string>> names_in_scripts() {
  // What Lua itself has is asked of a sandbox.
  static constexpr std::string_view kAsk =
      "local names = {} for name in pairs(_G) do names[#names + 1] = name end return table.concat(names, ' ')";
  std::vector<std::string> names(words_alone().begin(), words_alone().end());
  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, Sandbox::create(ScriptRunLimits()));
  AMONT_TRY(sandbox->load("names", kAsk));
  AMONT_TRY(sandbox->run([&](lua_State* L, int first, int) -> Status {
    std::string_view text;
    if (!read_text(L, first, &text)) return invalid("the names of Lua could not be read");
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(' '), text.size());
      names.emplace_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
  }));
  return names;
}

Result<std::unique_ptr<Sandbox>> open_script_sandbox(ScriptContext& context, const CheckedArguments& arguments,
                                                     const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  words_in_lua();  // made here, where making them may fail as C++ does
  Install job{&context, &arguments, &words_alone()};
  AMONT_LET(std::unique_ptr<Sandbox> sandbox, Sandbox::create(limits, cancel));
  AMONT_TRY(sandbox->install(install, &job));
  return sandbox;
}

}  // namespace amont
