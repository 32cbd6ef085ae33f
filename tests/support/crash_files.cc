#include "tests/support/crash_files.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace amont {
namespace {

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    if (name == ".." && !names.empty()) {
      names.pop_back();
    } else if (!name.empty() && name != "." && name != "..") {
      names.push_back(name);
    }
    begin = end + 1;
  }
  return names;
}

// How much of a write of `size` bytes is done when operation n fails under it: any number, but always the same.
std::uint64_t part_of(std::uint64_t size, std::uint64_t n) {
  return Dice(n * 0x9E3779B97F4A7C15U + size).below(size + 1);
}

FileEntry entry_of(std::string name, const CrashNode& node) {
  return {std::move(name), node.content.bytes().size(), node.is_directory, node.modified_micros};
}

}  // namespace

class CrashFiles::Reader final : public ReadableFile {
 public:
  Reader(CrashFiles& files, Node node, std::string path)
      : files_(files), node_(std::move(node)), path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) const override {
    const std::lock_guard hold(files_.mutex_);
    AMONT_TRY(files_.begin(Operation::kRead, "read", path_));
    const std::string& bytes = node_->content.bytes();
    if (offset >= bytes.size()) return std::size_t{0};
    return bytes.copy(out.data(), out.size(), offset);
  }

  Result<std::uint64_t> size() const override {
    const std::lock_guard hold(files_.mutex_);
    AMONT_TRY(files_.begin(Operation::kRead, "read the size of", path_));
    return std::uint64_t{node_->content.bytes().size()};
  }

 private:
  CrashFiles& files_;
  Node node_;
  std::string path_;
};

class CrashFiles::Writer final : public WritableFile {
 public:
  Writer(CrashFiles& files, Node node, std::string path)
      : files_(files), node_(std::move(node)), path_(std::move(path)) {}

  Status write(std::uint64_t offset, std::string_view bytes) override {
    const std::lock_guard hold(files_.mutex_);
    return files_.write(node_, path_, offset, bytes);
  }

  // Any of it may be on disk from then on, as of all that is written.
  Status start_sync(std::uint64_t, std::uint64_t) override {
    const std::lock_guard hold(files_.mutex_);
    Status begun = files_.begin(Operation::kMutation, "begin to sync", path_);
    if (!begun.ok() && !files_.crashed_) node_->content.fail_sync();
    return begun;
  }

  Status sync() override {
    const std::lock_guard hold(files_.mutex_);
    Status begun = files_.begin(Operation::kMutation, "sync", path_);
    if (begun.ok()) {
      node_->content.sync();
    } else if (!files_.crashed_) {
      node_->content.fail_sync();
    }
    return begun;
  }

  Status truncate(std::uint64_t size) override {
    const std::lock_guard hold(files_.mutex_);
    return files_.truncate(node_, path_, size);
  }

  Result<std::uint64_t> size() const override {
    const std::lock_guard hold(files_.mutex_);
    AMONT_TRY(files_.begin(Operation::kRead, "read the size of", path_));
    return std::uint64_t{node_->content.bytes().size()};
  }

 private:
  CrashFiles& files_;
  Node node_;
  std::string path_;
};

class CrashFiles::Lock final : public FileLock {
 public:
  Lock(CrashFiles& files, Node node) : files_(files), node_(std::move(node)) {}
  ~Lock() override {
    const std::lock_guard hold(files_.mutex_);
    files_.locked_.erase(node_.get());
  }

 private:
  CrashFiles& files_;
  Node node_;
};

void CrashFiles::crash_at(std::uint64_t n) {
  const std::lock_guard hold(mutex_);
  crash_at_ = n;
}

void CrashFiles::fail_once(std::uint64_t n, Code code, Operation operation) {
  const std::lock_guard hold(mutex_);
  faults_[static_cast<int>(operation)].push_back({n, false, code});
}

void CrashFiles::fail_forever(std::uint64_t n, Code code, Operation operation) {
  const std::lock_guard hold(mutex_);
  faults_[static_cast<int>(operation)].push_back({n, true, code});
}

void CrashFiles::clear_faults() {
  const std::lock_guard hold(mutex_);
  for (std::vector<Fault>& faults : faults_) faults.clear();
  crash_at_.reset();
}

void CrashFiles::limit_space(std::uint64_t bytes) {
  const std::lock_guard hold(mutex_);
  space_limit_ = bytes;
}

std::uint64_t CrashFiles::mutations() const {
  const std::lock_guard hold(mutex_);
  return counts_[static_cast<int>(Operation::kMutation)];
}

std::uint64_t CrashFiles::reads() const {
  const std::lock_guard hold(mutex_);
  return counts_[static_cast<int>(Operation::kRead)];
}

std::uint64_t CrashFiles::failures() const {
  const std::lock_guard hold(mutex_);
  return failures_;
}

std::uint64_t CrashFiles::used_space() const {
  const std::lock_guard hold(mutex_);
  return used_space_locked();
}

bool CrashFiles::crashed() const {
  const std::lock_guard hold(mutex_);
  return crashed_;
}

std::string CrashFiles::struck() const {
  const std::lock_guard hold(mutex_);
  return struck_;
}

std::unique_ptr<CrashFiles> CrashFiles::after_crash(DamageModel model, std::uint64_t seed) const {
  const std::lock_guard hold(mutex_);
  return std::unique_ptr<CrashFiles>(new CrashFiles(disk_.after_crash(model, seed)));
}

std::unique_ptr<CrashFiles> CrashFiles::clone() const {
  const std::lock_guard hold(mutex_);
  return std::unique_ptr<CrashFiles>(new CrashFiles(disk_.copy()));
}

std::vector<std::string> CrashFiles::paths() const {
  const std::lock_guard hold(mutex_);
  std::vector<std::string> found;
  const std::function<void(const std::string&, const CrashNode&)> walk = [&](const std::string& path,
                                                                             const CrashNode& node) {
    if (!node.is_directory) found.push_back(path);
    for (const auto& [name, child] : node.entries) walk(path + "/" + name, *child);
  };
  walk("", *disk_.root());
  std::ranges::sort(found);
  return found;
}

Result<std::string> CrashFiles::contents(const std::string& path) const {
  const std::lock_guard hold(mutex_);
  AMONT_LET(const Node node, find_file(path));
  return node->content.bytes();
}

Result<std::string> CrashFiles::durable_contents(const std::string& path) const {
  const std::lock_guard hold(mutex_);
  AMONT_LET(const Node node, find_file(path));
  return node->content.durable();
}

Status CrashFiles::replace(const std::string& path, std::string bytes) {
  const std::lock_guard hold(mutex_);
  AMONT_LET(Place place, find(path));
  if (place.node && place.node->is_directory) return invalid(path + " is a directory");
  if (!place.node) {
    place.node = std::make_shared<CrashNode>();
    disk_.change({{place.directory, place.name, place.node}});
    disk_.sync_directory(place.directory.get());
  }
  place.node->content.replace(std::move(bytes));
  return {};
}

Status CrashFiles::flip(const std::string& path, std::uint64_t offset, unsigned char mask) {
  const std::lock_guard hold(mutex_);
  AMONT_LET(const Node node, find_file(path));
  std::string bytes = node->content.bytes();
  if (offset >= bytes.size()) return invalid(path + " has no byte " + std::to_string(offset));
  bytes[offset] = static_cast<char>(static_cast<unsigned char>(bytes[offset]) ^ mask);
  node->content.replace(std::move(bytes));
  return {};
}

Result<std::unique_ptr<ReadableFile>> CrashFiles::open_for_reading(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(Node node, find_file(path));
  AMONT_TRY(begin(Operation::kRead, "open for reading", path));
  return std::unique_ptr<ReadableFile>(std::make_unique<Reader>(*this, std::move(node), path));
}

Result<std::unique_ptr<WritableFile>> CrashFiles::open_for_writing(const std::string& path, OpenMode mode) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(Place place, find(path));
  if (place.node && place.node->is_directory) return invalid(path + " is a directory");
  if (place.node && mode == OpenMode::kMustNotExist) return Status(Code::kConflict, path + " exists already");
  if (!place.node) {
    if (mode == OpenMode::kMustExist) return not_found("there is no file " + path);
    AMONT_LET(place.node, make_file(place, path));
  } else if (mode == OpenMode::kTruncate) {
    AMONT_TRY(truncate(place.node, path, 0));
  }
  return std::unique_ptr<WritableFile>(std::make_unique<Writer>(*this, std::move(place.node), path));
}

Result<FileEntry> CrashFiles::stat(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(begin(Operation::kRead, "look at", path));
  AMONT_LET(Place place, find(path));
  if (!place.node) return not_found("there is nothing at " + path);
  return entry_of(std::move(place.name), *place.node);
}

Result<std::vector<FileEntry>> CrashFiles::list(const std::string& directory) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(const Node node, find_directory(directory));
  AMONT_TRY(begin(Operation::kRead, "list", directory));
  std::vector<FileEntry> entries;
  for (const auto& [name, child] : node->entries) entries.push_back(entry_of(name, *child));
  return entries;
}

Status CrashFiles::make_directory(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(const Place place, find(path));
  if (place.node) return place.node->is_directory ? Status() : invalid(path + " is a file");
  AMONT_TRY(begin(Operation::kMutation, "make directory", path));
  const auto made = std::make_shared<CrashNode>();
  made->is_directory = true;
  touch(made);
  disk_.change({{place.directory, place.name, made}});
  return {};
}

Status CrashFiles::remove(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_TRY(find_file(path).status());
  AMONT_LET(const Place place, find(path));
  AMONT_TRY(begin(Operation::kMutation, "remove", path));
  disk_.change({{place.directory, place.name, nullptr}});
  return {};
}

Status CrashFiles::remove_directory(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(const Node node, find_directory(path));
  AMONT_LET(const Place place, find(path));
  if (!node->entries.empty()) return io_error("cannot remove directory " + path + ": it is not empty");
  if (!place.directory) return io_error("cannot remove directory " + path + ": it is the root");
  AMONT_TRY(begin(Operation::kMutation, "remove directory", path));
  disk_.change({{place.directory, place.name, nullptr}});
  return {};
}

Status CrashFiles::rename(const std::string& from, const std::string& to) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(const Place source, find(from));
  if (!source.node) return not_found("there is nothing at " + from);
  AMONT_LET(const Place target, find(to));
  const bool moves_directory = source.node->is_directory;
  // Would let a tree become its own descendant; nothing of ours does it.
  if (moves_directory && source.directory != target.directory) return io_error("directories do not move here: " + from);
  if (target.node && (target.node->is_directory || moves_directory) && target.node != source.node) {
    return invalid("cannot rename " + from + " to " + to + ": that exists");
  }
  if (target.node == source.node) return {};  // two names of one file stay, as POSIX has it
  AMONT_TRY(begin(Operation::kMutation, "rename", from + " to " + to));
  disk_.change({{source.directory, source.name, nullptr}, {target.directory, target.name, source.node}});
  return {};
}

Status CrashFiles::link(const std::string& from, const std::string& to) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(const Node node, find_file(from));
  AMONT_LET(const Place target, find(to));
  if (target.node) return {Code::kConflict, to + " exists already"};
  AMONT_TRY(begin(Operation::kMutation, "link", from + " to " + to));
  disk_.change({{target.directory, target.name, node}});
  return {};
}

Status CrashFiles::sync_directory(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(const Node node, find_directory(path));
  AMONT_TRY(begin(Operation::kMutation, "sync directory", path));
  disk_.sync_directory(node.get());
  return {};
}

Result<std::unique_ptr<FileLock>> CrashFiles::lock(const std::string& path) {
  const std::lock_guard hold(mutex_);
  AMONT_TRY(alive());
  AMONT_LET(Place place, find(path));
  if (place.node && place.node->is_directory) return invalid(path + " is a directory");
  if (!place.node) {
    AMONT_LET(place.node, make_file(place, path));
  }
  if (!locked_.insert(place.node.get()).second) return Status(Code::kLocked, path + " is locked already");
  return std::unique_ptr<FileLock>(std::make_unique<Lock>(*this, std::move(place.node)));
}

Status CrashFiles::alive() const { return crashed_ ? io_error("the machine crashed at " + struck_) : Status(); }

Status CrashFiles::begin(Operation operation, std::string_view what, const std::string& path) {
  AMONT_TRY(alive());
  const std::uint64_t n = counts_[static_cast<int>(operation)]++;
  if (operation == Operation::kMutation && crash_at_ && n >= *crash_at_) {
    crashed_ = true;
    return fail(Code::kIo, what, path, "the machine crashes, operation " + std::to_string(n));
  }
  for (const Fault& fault : faults_[static_cast<int>(operation)]) {
    if (n != fault.at && !(fault.forever && n > fault.at)) continue;
    return fail(fault.code, what, path, "it was told to fail, operation " + std::to_string(n));
  }
  return {};
}

Status CrashFiles::fail(Code code, std::string_view what, const std::string& path, std::string_view why) {
  ++failures_;
  struck_ = std::string(what).append(" ").append(path);
  return {code, std::string("cannot ").append(struck_).append(": ").append(why)};
}

Result<CrashFiles::Place> CrashFiles::find(const std::string& path) const {
  Place place{nullptr, "/", disk_.root()};
  for (std::string& name : split(path)) {
    if (!place.node) return not_found("there is no directory for " + path);
    if (!place.node->is_directory) return invalid("a file is in the way of " + path);
    const auto child = place.node->entries.find(name);
    Node found = child == place.node->entries.end() ? nullptr : child->second;
    place = {std::move(place.node), std::move(name), std::move(found)};
  }
  return place;
}

Result<CrashFiles::Node> CrashFiles::find_file(const std::string& path) const {
  AMONT_LET(Place place, find(path));
  if (!place.node) return not_found("there is no file " + path);
  if (place.node->is_directory) return invalid(path + " is a directory");
  return std::move(place.node);
}

Result<CrashFiles::Node> CrashFiles::find_directory(const std::string& path) const {
  AMONT_LET(Place place, find(path));
  if (!place.node) return not_found("there is no directory " + path);
  if (!place.node->is_directory) return invalid(path + " is a file");
  return std::move(place.node);
}

Result<CrashFiles::Node> CrashFiles::make_file(const Place& place, const std::string& path) {
  AMONT_TRY(begin(Operation::kMutation, "make", path));
  auto made = std::make_shared<CrashNode>();
  touch(made);
  disk_.change({{place.directory, place.name, made}});
  return Node(std::move(made));
}

std::uint64_t CrashFiles::used_space_locked() const {
  std::set<const CrashNode*> seen;  // a file with two names fills its space once
  std::uint64_t sum = 0;
  const std::function<void(const CrashNode&)> walk = [&](const CrashNode& node) {
    if (!seen.insert(&node).second) return;
    sum += node.content.bytes().size();
    for (const auto& [name, child] : node.entries) walk(*child);
  };
  walk(*disk_.root());
  return sum;
}

Status CrashFiles::write(const Node& node, const std::string& path, std::uint64_t offset, std::string_view bytes) {
  AMONT_TRY(alive());
  const std::uint64_t n = counts_[static_cast<int>(Operation::kMutation)];
  Status done = begin(Operation::kMutation, "write", path);
  const std::uint64_t size = node->content.bytes().size();
  if (!done.ok()) {
    bytes = bytes.substr(0, part_of(bytes.size(), n));
  } else if (const std::uint64_t end = offset + bytes.size(); space_limit_ != kNoLimit && end > size) {
    const std::uint64_t used = used_space_locked();
    const std::uint64_t end_max = size + (space_limit_ > used ? space_limit_ - used : 0);
    if (end > end_max) {
      done = fail(Code::kNoSpace, "write", path, "the disk is full");
      bytes = bytes.substr(0, end_max > offset ? end_max - offset : 0);
    }
  }
  node->content.write(offset, bytes);
  touch(node);
  return done;
}

Status CrashFiles::truncate(const Node& node, const std::string& path, std::uint64_t size) {
  AMONT_TRY(alive());
  const std::uint64_t before = node->content.bytes().size();
  if (size == before) return {};
  AMONT_TRY(begin(Operation::kMutation, "truncate", path));
  if (size > before && space_limit_ != kNoLimit && used_space_locked() + (size - before) > space_limit_) {
    return fail(Code::kNoSpace, "truncate", path, "the disk is full");
  }
  node->content.truncate(size);
  touch(node);
  return {};
}

void CrashFiles::touch(const Node& node) { node->modified_micros = clock_micros_ += 1'000; }

}  // namespace amont
