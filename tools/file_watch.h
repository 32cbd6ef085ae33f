// Waiting until a file, or something else that is asked about now and then, has changed.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

namespace amont::tool {

// What is looked at: empty while it can't be had, as between the two steps in which an editor replaces a file.
using Look = std::function<std::string()>;

// Looks again and again until what it sees differs from `last`, is there, and was the same twice in a row, so that a change in several
// steps is one change. What it saw; empty when `interrupted` was set.
std::string wait_for_change(const Look& look, const std::string& last, std::chrono::milliseconds every,
                            const std::atomic<bool>& interrupted);

// Identity, size and times of a file, as text; empty when there is none. Costs one system call.
std::string look_of_file(const std::string& path);

}  // namespace amont::tool
