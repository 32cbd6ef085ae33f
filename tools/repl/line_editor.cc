#include "tools/repl/line_editor.h"

#include <histedit.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "tools/render/escape.h"

namespace amont::tool {
namespace {

constexpr std::size_t kShownMax = 100;

// SIGTERM ends the program while it waits for a line, as it does any other; what was listened for before comes back afterwards. SIGINT
// waits: while a line is typed Ctrl-C is a key, and one that comes when the line has ended is about what runs then.
class SignalsAtPrompt {
 public:
  SignalsAtPrompt() {
    sigset_t interrupt;
    ::sigemptyset(&interrupt);
    ::sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &interrupt, &mask_);
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    ::sigaction(SIGTERM, &plain, &term_);
  }
  ~SignalsAtPrompt() {
    ::sigaction(SIGTERM, &term_, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }
  SignalsAtPrompt(const SignalsAtPrompt&) = delete;
  SignalsAtPrompt& operator=(const SignalsAtPrompt&) = delete;

 private:
  struct sigaction term_ = {};
  sigset_t mask_;
};

std::size_t terminal_width() {
  winsize size = {};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// In columns, below the line that is typed.
void show_choices(const Completion& found) {
  std::size_t widest = 1;
  const std::size_t count = std::min(found.texts.size(), kShownMax);
  for (std::size_t i = 0; i < count; ++i) widest = std::max(widest, display_width(for_terminal(found.texts[i])));
  const std::size_t columns = std::max<std::size_t>(1, terminal_width() / (widest + 2));
  const std::size_t lines = (count + columns - 1) / columns;
  std::string out = "\n";
  for (std::size_t line = 0; line < lines; ++line) {
    for (std::size_t i = line; i < count; i += lines) {
      const std::string text = for_terminal(found.texts[i]);
      out += text;
      if (i + lines < count) out.append(widest + 2 - display_width(text), ' ');
    }
    out += "\n";
  }
  if (count < found.texts.size() || found.cut) out += "... and more\n";
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

class EditLineEditor : public LineEditor {
 public:
  EditLineEditor(Complete complete, const std::vector<std::string>& history, std::size_t history_max)
      : complete_(std::move(complete)) {
    // Letters beyond ASCII are those of UTF-8, whatever the environment says; numbers and all else stay as they are.
    if (!std::setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
    edit_ = el_init("amont", stdin, stdout, stderr);
    history_ = history_init();
    if (!works()) return;
    HistEvent event;
    ::history(history_, &event, H_SETSIZE, static_cast<int>(history_max));
    ::history(history_, &event, H_SETUNIQUE, 1);
    el_set(edit_, EL_CLIENTDATA, this);
    el_set(edit_, EL_PROMPT, prompt_of);
    el_set(edit_, EL_EDITOR, "emacs");
    el_set(edit_, EL_SIGNAL, 1);  // the terminal is put right when a signal ends or stops the program
    el_set(edit_, EL_HIST, ::history, history_);
    el_set(edit_, EL_ADDFN, "amont-complete", "completes what is typed", complete_here);
    el_set(edit_, EL_ADDFN, "amont-cancel", "gives up this line", cancel);
    el_source(edit_, nullptr);
    el_set(edit_, EL_BIND, "^I", "amont-complete", nullptr);
    el_set(edit_, EL_BIND, "^C", "amont-cancel", nullptr);
    el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_set(edit_, EL_SETTY, "-d", "-isig", nullptr);
    for (const std::string& line : history) remember(line);
  }
  ~EditLineEditor() override {
    if (history_) history_end(history_);
    if (edit_) el_end(edit_);
  }

  bool works() const { return edit_ && history_; }

  Got read(const std::string& prompt, std::string* line) override {
    const SignalsAtPrompt signals;
    prompt_ = prompt;
    cancelled_ = false;
    int count = 0;
    el_set(edit_, EL_PREP_TERM,
           1);  // before the prompt is seen: what is typed at it, Ctrl-D for one, is for the editor
    const char* text = el_gets(edit_, &count);
    if (cancelled_) {
      std::fputs("^C\n", stdout);
      std::fflush(stdout);
      return Got::kCancelled;
    }
    if (!text || count <= 0) return Got::kEnd;
    line->assign(text, static_cast<std::size_t>(count));
    while (line->ends_with('\n') || line->ends_with('\r')) line->pop_back();
    return Got::kLine;
  }

  void remember(const std::string& line) override {
    HistEvent event;
    ::history(history_, &event, H_ENTER, line.c_str());
  }

 private:
  static EditLineEditor* of(EditLine* edit) {
    void* data = nullptr;
    el_get(edit, EL_CLIENTDATA, &data);
    return static_cast<EditLineEditor*>(data);
  }
  static char* prompt_of(EditLine* edit) { return of(edit)->prompt_.data(); }
  static unsigned char cancel(EditLine* edit, int) {
    of(edit)->cancelled_ = true;
    return CC_NEWLINE;
  }
  // Nothing may be thrown into libedit.
  static unsigned char complete_here(EditLine* edit, int) {
    try {
      return of(edit)->complete();
    } catch (...) {
      return CC_ERROR;
    }
  }

  unsigned char complete() {
    const LineInfo* const info = el_line(edit_);
    const std::string before(info->buffer, info->cursor);
    if (before.find_first_not_of(" \t") == std::string::npos) {
      el_insertstr(edit_, "  ");  // at the beginning of a line Tab is an indent
      return CC_REFRESH;
    }
    const Completion found = complete_(before);
    if (found.texts.empty() && found.cut) {
      std::fputs("\nnothing yet; Tab looks further\n", stdout);
      std::fflush(stdout);
      return CC_REDISPLAY;
    }
    if (found.texts.empty()) return CC_REFRESH_BEEP;
    const std::string typed = before.substr(std::min(found.begin, before.size()));
    const std::string common = found.common(typed);
    if (common != typed) {
      // el_deletestr counts characters, of which the typed bytes may be fewer.
      const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
      el_deletestr(edit_, static_cast<int>(std::ranges::count_if(typed, is_first)));
      el_insertstr(edit_, common.c_str());
      return CC_REFRESH;
    }
    if (found.texts.size() == 1) return CC_REFRESH;
    show_choices(found);
    return CC_REDISPLAY;
  }

  Complete complete_;
  EditLine* edit_ = nullptr;
  History* history_ = nullptr;
  std::string prompt_;
  bool cancelled_ = false;
};

}  // namespace

std::unique_ptr<LineEditor> LineEditor::open(Complete complete, const std::vector<std::string>& history,
                                             std::size_t history_max) {
  auto editor = std::make_unique<EditLineEditor>(std::move(complete), history, history_max);
  if (!editor->works()) return nullptr;
  return editor;
}

}  // namespace amont::tool
