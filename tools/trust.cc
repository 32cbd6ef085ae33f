#include "tools/trust.h"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "amont/apart.h"

namespace amont::tool {
namespace {

namespace fs = std::filesystem;

bool anyone_may_write(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return error || (status.permissions() & fs::perms::others_write) != fs::perms::none;
}

// In a folder above, a sticky bit keeps what is there from being moved away by others.
bool anyone_may_replace(const fs::path& folder) {
  if (anyone_may_write(folder)) return true;
  for (fs::path at = folder; at.has_relative_path();) {
    at = at.parent_path();
    std::error_code error;
    const bool sticky = (fs::status(at, error).permissions() & fs::perms::sticky_bit) != fs::perms::none;
    if (anyone_may_write(at) && !sticky) return true;
  }
  return false;
}

struct TrustedFolder {
  std::string path;
  bool must_exist = false;
};

std::vector<TrustedFolder> folders_of(const TrustArguments& arguments) {
  std::vector<TrustedFolder> folders;
  for (const std::string& folder : arguments.folders) folders.push_back({folder, true});
  const char* const variable = std::getenv("AMONT_TRUSTED");
  const std::string named = variable ? variable : "";
  for (std::size_t at = 0; at <= named.size();) {
    const std::size_t end = std::min(named.find(':', at), named.size());
    if (end > at) folders.push_back({named.substr(at, end - at), false});
    at = end + 1;
  }
  return folders;
}

// Does the file lie below the folder, and is nobody else able to put another in its place? Both without links.
bool lies_below(const fs::path& file, const fs::path& folder) {
  const fs::path below = file.lexically_relative(folder);
  return !below.empty() && *below.begin() != ".." && *below.begin() != ".";
}
bool lies_safely_below(const fs::path& file, const fs::path& folder) {
  if (!lies_below(file, folder)) return false;
  fs::path at = folder;
  for (const fs::path& step : file.lexically_relative(folder)) {
    at /= step;
    if (anyone_may_write(at)) return false;
  }
  return true;
}

}  // namespace

void add_trust_options(std::vector<Option>& options, TrustArguments& arguments) {
  options.push_back({"--trusted", "", "run files in this process, not apart in one that can do nothing else",
                     into(arguments.trusted)});
  options.push_back({"--untrusted", "", "run apart what ships with Amont and what lies in trusted folders, too",
                     into(arguments.untrusted)});
  options.push_back({"--trusted-folder", "DIR", "trust what lies there; AMONT_TRUSTED names several, with ':' between",
                     [&arguments](const std::string& value) -> Status {
                       if (value.empty()) return invalid("the name of a folder is empty");
                       arguments.folders.push_back(value);
                       return {};
                     },
                     true});
}

Result<bool> is_trusted(const FoundScript& script, const TrustArguments& arguments) {
  if (arguments.trusted && arguments.untrusted) return invalid("--trusted and --untrusted contradict each other");
  if (arguments.trusted || arguments.untrusted) return arguments.trusted;
  bool trusted = script.ships;
  for (const TrustedFolder& folder : folders_of(arguments)) {
    std::error_code error;
    const fs::path path = fs::canonical(folder.path, error);
    if (error && folder.must_exist) return not_found(fmt::format("--trusted-folder: there is no {}", folder.path));
    if (error) continue;
    // Of those that the environment names, only what bears on this script stops it.
    if (!folder.must_exist && !lies_below(script.file, path)) continue;
    if (anyone_may_replace(path))
      return invalid(
          fmt::format("anyone on this machine may write in {} or above it, so nothing in it can be trusted; "
                      "`chmod o-w` what is open, or name another folder",
                      folder.path));
    trusted = trusted || lies_safely_below(script.file, path);
  }
  return trusted;
}

Result<Report> run_where_trusted(const FoundScript& script, bool trusted, const Snapshot& view,
                                 const ScriptArguments& arguments, const ScriptPlace& place) {
  if (trusted)
    return run_script(view, place.store, script.name, script.source, arguments, place.limits, place.interrupted);
  Result<Report> report = run_script_apart(place.path, view, script.name, script.source, arguments, place.limits,
                                           {.program = "/proc/self/exe"}, place.interrupted);
  if (report.code() != Code::kUnsupported) return report;
  return Status(Code::kUnsupported, report.status().text() + "; --trusted runs it in this process, if you trust it");
}

}  // namespace amont::tool
