#include "tools/session.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/rules.h"
#include "tools/key_files.h"
#include "tools/progress.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Whose signature a bundle must bear that is opened as a store. In the environment, where a script's own process finds it too.
constexpr const char* kBundleKey = "AMONT_BUNDLE_KEY";

// The one piece of state that a signal handler can reach.
std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void interrupt(int) { g_interrupted.store(true, std::memory_order_relaxed); }

void listen_for_interrupts() {
  struct sigaction action = {};
  action.sa_handler = interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction before = {};
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;  // as under nohup
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

Session::Session()
    : store_(environment("AMONT_STORE")),
      store_memory_(environment("AMONT_STORE_MEMORY")),
      out_(STDOUT_FILENO, "the answer") {
  listen_for_interrupts();
}

std::vector<Option> Session::options() {
  return {
      {"-s,--store", "DIR", "the store; else the environment variable AMONT_STORE says where it is", into(store_)},
      {"--store-memory", "MIB",
       fmt::format("how much the store may keep in memory, 3/16 of it for a question about the shape of its graph ({} "
                   "unless told); "
                   "else AMONT_STORE_MEMORY says it",
                   Options().memory_bytes >> 20),
       into(store_memory_)},
      {"--bundle-key", "FILE.pub", "with a bundle as the store: the public key; else AMONT_BUNDLE_KEY says where it is",
       [](const std::string& value) {
         ::setenv(kBundleKey, value.c_str(), 1);
         return Status();
       }},
      {"--format", "FORMAT",
       "how to write the answer: table, json, ndjson, csv, md, html, dot, mermaid, graphml or svg", into(format_)},
      {"--json", "", "the same as --format json", into(json_)},
      {"--color",
       "WHEN",
       "auto (on a terminal, unless NO_COLOR is set), always or never",
       into(colour_),
       false,
       {"auto", "always", "never"}},
      {"-q,--quiet", "", "no progress and no notes on stderr; errors are still told", into(quiet_)},
      {"-h,--help", "", "what the verb does, with examples", into(help)},
      {"--version", "", "the version of this command", into(version)},
  };
}

Option Session::own_format_option(std::string meaning) {
  return {"--format", "FORMAT", std::move(meaning), into(format_)};
}

Result<std::string> Session::store_path() const {
  if (store_.empty()) return invalid("no store: give -s DIR, or set AMONT_STORE to its directory");
  return store_;
}

Result<Options> Session::store_options() const {
  constexpr std::uint64_t kMibMax = 1 << 20;  // a TiB
  Options options;
  if (store_memory_.empty()) return options;
  auto mib = parse_count(store_memory_);
  if (mib.ok() && (*mib == 0 || *mib > kMibMax)) mib = invalid(fmt::format("from 1 to {} MiB, not {}", kMibMax, *mib));
  if (!mib.ok()) return mib.status().while_doing("--store-memory or AMONT_STORE_MEMORY");
  options.memory_bytes = *mib << 20;
  return options;
}

// A bundle is a file, a register a folder. What nobody verified is answered from, but not in silence.
Result<std::unique_ptr<Store>> Session::open_to_read() {
  AMONT_LET(const std::string path, store_path());
  AMONT_LET(Options options, store_options());
  if (const std::string key_file(environment(kBundleKey)); !key_file.empty()) {
    AMONT_LET(options.signer, read_verifier_file(key_file));
  }
  AMONT_LET(std::unique_ptr<Store> store, Store::open_read_only(path, std::move(options)));
  if (store->info().damage == kOfUnverifiedBundle)
    error(fmt::format("{}: {}; give --bundle-key FILE.pub", path, kOfUnverifiedBundle));
  return store;
}

Result<std::unique_ptr<Store>> Session::open_to_write() {
  AMONT_LET(const std::string path, store_path());
  AMONT_LET(Options options, store_options());
  options.judge = rule_judge({}, &interrupted());
  if (const std::string key_file(environment("AMONT_SIGN")); !key_file.empty()) {
    AMONT_LET(options.signer, read_signer_file(key_file));
    options.on_checkpoint = [this](const Result<std::string>& note) {
      if (!note.ok()) error("no checkpoint was signed: " + note.status().text());
    };
  }
  return Store::open(path, std::move(options));
}

Result<Format> Session::format() const {
  const std::string_view wanted = !format_.empty() ? std::string_view(format_) : json_ ? "json" : "table";
  if (json_ && !format_.empty() && format_ != "json")
    return invalid(fmt::format("--json and --format {} contradict each other", format_));
  std::string names;
  for (const Format one : formats_) {
    if (name_of(one) == wanted) return one;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(one));
  }
  return invalid(fmt::format("this verb answers in {}, not in \"{}\"", names, wanted));
}

bool Session::on_terminal() const { return ::isatty(STDOUT_FILENO) == 1; }

bool Session::colour() const {
  if (colour_ != "auto") return colour_ == "always";
  return on_terminal() && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

std::size_t Session::width() const {
  winsize size = {};
  if (!on_terminal() || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void Session::note(std::string_view text) const {
  if (!quiet_) fmt::print(stderr, "{}\n", for_terminal(text));
}

void Session::error(std::string_view text) const { fmt::print(stderr, "amont: {}\n", for_terminal(text)); }

Progress Session::progress() {
  const bool shown = !quiet_ && ::isatty(STDERR_FILENO) && environment("TERM") != "dumb";
  return [bar = std::make_shared<ProgressBar>(shown)](std::string_view doing, std::uint64_t done, std::uint64_t total) {
    bar->show(doing, done, total);
    return !g_interrupted.load(std::memory_order_relaxed);
  };
}

const std::atomic<bool>& Session::interrupted() const { return g_interrupted; }

void Session::listen_again() {
  g_interrupted.store(false, std::memory_order_relaxed);
  listen_for_interrupts();
}

}  // namespace amont::tool
