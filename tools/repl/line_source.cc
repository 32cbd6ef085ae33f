#include "tools/repl/line_source.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace amont::tool {
namespace {

constexpr std::size_t kLineBytesMax = 4 << 20;  // as much as a script may have

class Terminal : public LineSource {
 public:
  Terminal(Session& session, std::unique_ptr<LineEditor> editor, HistoryFile history)
      : session_(session), editor_(std::move(editor)), history_(std::move(history)) {}

  Result<ReadLine> next(bool goes_on) override {
    ReadLine line;
    switch (editor_->read(goes_on ? "   ... " : "amont> ", &line.text)) {
      case LineEditor::Got::kEnd: return ReadLine{ReadLine::What::kEnd, {}};
      case LineEditor::Got::kCancelled: return ReadLine{ReadLine::What::kCancelled, {}};
      case LineEditor::Got::kLine: break;
    }
    line.what = ReadLine::What::kLine;
    if (line.text.find_first_not_of(" \t") != std::string::npos) {
      editor_->remember(line.text);
      if (const Status kept = history_.add(line.text); !kept.ok() && !told_) {
        session_.note(kept.text());
        told_ = true;
      }
    }
    return line;
  }
  bool is_terminal() const override { return true; }

 private:
  Session& session_;
  std::unique_ptr<LineEditor> editor_;
  HistoryFile history_;
  bool told_ = false;
};

class Pipe : public LineSource {
 public:
  explicit Pipe(const std::atomic<bool>& interrupted) : interrupted_(interrupted) {}

  Result<ReadLine> next(bool) override {
    for (std::size_t from = 0;;) {
      const std::size_t end = buffer_.find('\n', from);
      if (end != std::string::npos) return take(end, end + 1);
      from = buffer_.size();
      if (buffer_.size() > kLineBytesMax)
        return invalid(fmt::format("a line of the input has more than {} bytes", kLineBytesMax));
      AMONT_LET(const bool more, read_more());
      if (more) continue;
      if (buffer_.empty()) return ReadLine{};
      return take(buffer_.size(), buffer_.size());
    }
  }
  bool is_terminal() const override { return false; }

 private:
  ReadLine take(std::size_t end, std::size_t next) {
    ReadLine line{ReadLine::What::kLine, buffer_.substr(0, end)};
    buffer_.erase(0, next);
    if (line.text.ends_with('\r')) line.text.pop_back();
    return line;
  }
  // False at the end of the input, or when interrupted.
  Result<bool> read_more() {
    char bytes[16 << 10];
    for (;;) {
      if (interrupted_.load(std::memory_order_relaxed)) return false;
      pollfd input = {STDIN_FILENO, POLLIN, 0};
      if (::poll(&input, 1, 100) == 0) continue;  // so that an interrupt is seen
      const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Status(Code::kIo, fmt::format("can't read the input: {}", std::strerror(errno)));
      buffer_.append(bytes, static_cast<std::size_t>(count));
      return count > 0;
    }
  }

  const std::atomic<bool>& interrupted_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<LineSource> open_lines(Session& session, LineEditor::Complete complete) {
  if (::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1) {
    HistoryFile history(HistoryFile::default_path());
    std::vector<std::string> earlier;
    Result<std::vector<std::string>> read = history.read();
    if (read.ok())
      earlier = *std::move(read);
    else
      session.note(read.status().text());
    if (auto editor = LineEditor::open(std::move(complete), earlier, HistoryFile::kLinesMax))
      return std::make_unique<Terminal>(session, std::move(editor), std::move(history));
  }
  return std::make_unique<Pipe>(session.interrupted());
}

}  // namespace amont::tool
