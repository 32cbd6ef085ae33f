// What CrashFiles keeps: files and directories that know which of their changes a crash may undo. No locks, no faults.
//
//   file       content = durable content + the changes since, in order
//   directory  entries = durable entries + the pending changes of the disk's journal, in order
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace amont {

// How much of what was not synced a crash leaves behind. No model touches what was synced; a range that was synced and
// then overwritten without a sync may hold any mix of old and new sectors of 512 bytes.
enum class DamageModel {
  kStrict,   // only what was synced
  kPrefix,   // per file the first few unsynced writes, per directory the first few unsynced names
  kTorn,     // the same, and one write more that was cut at some byte
  kZeros,    // all the length, but some of the unsynced sectors are zeros
  kGarbage,  // the same with random bytes
};
inline constexpr DamageModel kDamageModels[] = {DamageModel::kStrict, DamageModel::kPrefix, DamageModel::kTorn,
                                                DamageModel::kZeros, DamageModel::kGarbage};
inline constexpr const char* kDamageModelNames[] = {"strict", "prefix", "torn", "zeros", "garbage"};

// The same numbers everywhere from the same seed (the standard's distributions do not promise that).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool coin() { return below(2) == 1; }

 private:
  std::mt19937_64 engine_;
};

class CrashContent {
 public:
  const std::string& bytes() const { return *bytes_; }

  void write(std::uint64_t offset, std::string_view data);
  void truncate(std::uint64_t size);
  void sync();
  // As on Linux: what was to be written by a failed sync stays readable, counts as clean and never reaches the disk,
  // even if a later sync says that all is well. What is written again after the failure is synced as usual.
  void fail_sync();
  // Puts these bytes in memory and on disk, as if written and synced long ago.
  void replace(std::string bytes);

  std::string durable() const;
  std::string damaged(DamageModel model, Dice& dice) const;

 private:
  enum class Fate { kUnsynced, kSynced, kLost };
  // A write or a truncation since the file was last wholly on disk.
  struct Change {
    bool truncation = false;
    std::uint64_t offset = 0;  // of a truncation: the new size
    std::uint64_t size_before = 0;
    std::string written;
    std::string overwritten;  // or cut off by a truncation
    Fate fate = Fate::kUnsynced;
  };
  struct Image;

  std::string& own();
  std::vector<const Change*> unsynced() const;

  // Shared between copies until one of them changes it.
  std::shared_ptr<std::string> bytes_ = std::make_shared<std::string>();
  std::vector<Change> changes_;
};

struct CrashNode {
  bool is_directory = false;
  std::uint64_t modified_micros = 0;
  CrashContent content;                                       // of a file
  std::map<std::string, std::shared_ptr<CrashNode>> entries;  // of a directory, as now seen
  std::map<std::string, std::shared_ptr<CrashNode>> durable;  // of a directory, as synced
};

class CrashDisk {
 public:
  using Node = std::shared_ptr<CrashNode>;
  struct EntryChange {
    Node directory;
    std::string name;
    Node now;  // empty: the name is gone
  };

  CrashDisk();

  const Node& root() const { return root_; }
  // Changes that reach the disk together or not at all, as a rename's two do.
  void change(std::vector<EntryChange> together);
  // Also makes durable what the directory's changes rest upon, if one of them has a part in another directory.
  void sync_directory(const CrashNode* directory);

  CrashDisk copy() const;
  CrashDisk after_crash(DamageModel model, std::uint64_t seed) const;

 private:
  Node root_;
  std::vector<std::vector<EntryChange>> pending_;
};

}  // namespace amont
