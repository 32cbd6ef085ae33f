// Running the built command, and small stores to run it on.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/store.h"
#include "tests/support/temp_dir.h"

namespace amont {

struct Outcome {
  int code = -1;  // 128 + the signal that ended it
  std::string out;
  std::string err;
};

// A folder in which the command is run; stores and files in it have short names. The environment holds nothing of
// Amont.
class Workplace {
 public:
  Outcome run(const std::vector<std::string>& words, std::string_view input = {},
              const std::vector<std::string>& environment = {}) const;
  // On a system that can't confine a process: what would run apart is refused.
  Outcome run_without_seccomp(const std::vector<std::string>& words,
                              const std::vector<std::string>& environment = {}) const;
  // All that the command writes when both its streams are a terminal of that many columns.
  Outcome run_on_terminal(const std::vector<std::string>& words, unsigned short columns,
                          const std::vector<std::string>& environment = {}) const;

  // Starts the command with a pipe for its input, which stays open.
  struct Running {
    pid_t process = 0;
    int input = -1;
  };
  Running start(const std::vector<std::string>& words) const;
  // Starts the command on a terminal of its own, which `input` reads and writes.
  Running start_on_terminal(const std::vector<std::string>& words, unsigned short columns,
                            const std::vector<std::string>& environment = {}) const;
  Outcome wait(Running running) const;
  // What the command has written to its output up to now.
  std::string written() const;

  std::string path(const std::string& name) const { return dir_ / name; }
  void write(const std::string& name, std::string_view text) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;

 private:
  // In the new process, before it becomes the command.
  Outcome run_after(bool (*prepare)(), const std::vector<std::string>& words,
                    const std::vector<std::string>& environment) const;

  TempDir dir_;
};

// Opens or makes stores in this process, at times of the test's choosing: day n is the n-th of January 2026.
Options at_day(int day);
// A store "hub" with the small hub below: transaction 1 (the schema) on day 1, 2 (all that follows) on day 2, 3 on day
// 3 (claims gets another title) and 4 on day 4 (dataset:old is retracted).
//
//   project:p used claims ("yearly"), hospital      output:x generated_by p, valid from 2026
//   output:y derived_from variable:claims/age       variable:claims/age part_of dataset:claims
//   run:r performed_for project:q, used hospital    output:alone comes from nowhere
void make_hub(const Workplace& place);

// Does the text hold one JSON document, or one on each line?
bool is_json(std::string_view text);
bool is_ndjson(std::string_view text);

}  // namespace amont
