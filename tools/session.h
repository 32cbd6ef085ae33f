// What all verbs share: the store, how answers look, where they and the notes go, and being interrupted.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/store.h"
#include "tools/output.h"
#include "tools/verb.h"

namespace amont::tool {

class Session {
 public:
  Session();

  // The options that every verb has.
  std::vector<Option> options();

  // -s, else AMONT_STORE; kInvalid when neither says where the store is.
  Result<std::string> store_path() const;
  // How stores are opened: with the memory that --store-memory tells, else AMONT_STORE_MEMORY. kInvalid when that is no number of MiB.
  Result<Options> store_options() const;
  // For questions: beside a writer, if there is one.
  Result<std::unique_ptr<Store>> open_to_read();
  // What is written is judged by the register's rules.
  Result<std::unique_ptr<Store>> open_to_write();
  // What a verb that makes or finds a store itself was told by -s.
  void set_store(std::string path) { store_ = std::move(path); }
  bool has_store() const { return !store_.empty(); }

  // How the answer is wanted. kInvalid when the verb can't give it so.
  Result<Format> format() const;
  // What the verb that is about to run can give.
  void answers_in(std::vector<Format> formats) { formats_ = std::move(formats); }
  // The word after --format as it stands, and the option with another help, for verbs that have formats of their own.
  const std::string& format_word() const { return format_; }
  Option own_format_option(std::string meaning);
  bool wants_json() const { return json_; }

  bool on_terminal() const;   // answers go to one
  bool colour() const;        // of answers
  std::size_t width() const;  // of the terminal that answers go to; 0: none
  Output& out() { return out_; }

  // A line for the person at the terminal, on stderr; refs and texts in it are made safe here.
  void note(std::string_view text) const;
  void error(std::string_view text) const;

  // Tells how far long work is, on a terminal; false when the user interrupted. Hand it to what takes a Progress.
  Progress progress();

  // Set by Ctrl-C: the work under way ends as if out of time. A second Ctrl-C kills.
  const std::atomic<bool>& interrupted() const;
  // Forgets an interrupt and listens for the next, for work that goes on after one.
  void listen_again();

  bool help = false;
  bool version = false;

 private:
  std::vector<Format> formats_;
  std::string store_;
  std::string store_memory_;  // in MiB
  std::string format_;
  std::string colour_ = "auto";
  bool json_ = false;
  bool quiet_ = false;
  Output out_;
};

}  // namespace amont::tool
