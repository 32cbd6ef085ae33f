#include "tests/support/crash_disk.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace amont {
namespace {

constexpr std::uint64_t kSectorSize = 512;

void put(std::string& bytes, std::uint64_t offset, std::string_view data) {
  if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size());
  bytes.replace(offset, data.size(), data);
}

}  // namespace

// Bytes with a mark at each one that is not known to be on disk.
struct CrashContent::Image {
  std::string bytes;
  std::vector<bool> unsure;

  explicit Image(std::string durable) : bytes(std::move(durable)), unsure(bytes.size(), false) {}

  void apply(const Change& change) {
    if (change.truncation) {
      bytes.resize(change.offset);
    } else if (!change.written.empty()) {
      put(bytes, change.offset, change.written);
    }
    unsure.resize(bytes.size(), true);
    for (std::size_t i = 0; i < change.written.size(); ++i) unsure[change.offset + i] = true;
  }
};

// use_count() is exact enough: one that says 1 cannot grow, as only the holder of this disk's lock copies this pointer.
std::string& CrashContent::own() {
  if (bytes_.use_count() > 1) bytes_ = std::make_shared<std::string>(*bytes_);
  return *bytes_;
}

void CrashContent::write(std::uint64_t offset, std::string_view data) {
  if (data.empty()) return;
  std::string& bytes = own();
  Change change;
  change.offset = offset;
  change.size_before = bytes.size();
  change.written = data;
  if (offset < bytes.size()) change.overwritten = bytes.substr(offset, data.size());
  put(bytes, offset, data);
  changes_.push_back(std::move(change));
}

void CrashContent::truncate(std::uint64_t size) {
  std::string& bytes = own();
  if (size == bytes.size()) return;
  Change change;
  change.truncation = true;
  change.offset = size;
  change.size_before = bytes.size();
  if (size < bytes.size()) change.overwritten = bytes.substr(size);
  bytes.resize(size);
  changes_.push_back(std::move(change));
}

void CrashContent::sync() {
  bool lost = false;
  for (Change& change : changes_) {
    if (change.fate == Fate::kUnsynced) change.fate = Fate::kSynced;
    lost = lost || change.fate == Fate::kLost;
  }
  if (!lost) changes_.clear();
}

void CrashContent::fail_sync() {
  for (Change& change : changes_) {
    if (change.fate == Fate::kUnsynced) change.fate = Fate::kLost;
  }
}

void CrashContent::replace(std::string bytes) {
  bytes_ = std::make_shared<std::string>(std::move(bytes));
  changes_.clear();
}

std::string CrashContent::durable() const {
  std::string bytes = *bytes_;
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    bytes.resize(change->size_before);
    if (!change->overwritten.empty()) bytes.replace(change->offset, change->overwritten.size(), change->overwritten);
  }
  Image image(std::move(bytes));
  for (const Change& change : changes_) {
    if (change.fate == Fate::kSynced) image.apply(change);
  }
  return image.bytes;
}

std::vector<const CrashContent::Change*> CrashContent::unsynced() const {
  std::vector<const Change*> found;
  for (const Change& change : changes_) {
    if (change.fate == Fate::kUnsynced) found.push_back(&change);
  }
  return found;
}

std::string CrashContent::damaged(DamageModel model, Dice& dice) const {
  const std::string old = durable();
  const std::vector<const Change*> lately = unsynced();
  if (model == DamageModel::kStrict || lately.empty()) return old;

  const bool ordered = model == DamageModel::kPrefix || model == DamageModel::kTorn;
  const bool cut = std::ranges::any_of(lately, &Change::truncation);
  // With zeros and garbage everything that was written counts, unless a truncation leaves the length in doubt.
  const std::uint64_t kept = ordered || cut ? dice.below(lately.size() + 1) : lately.size();
  Image image(old);
  for (std::uint64_t i = 0; i < kept; ++i) image.apply(*lately[i]);
  if (model == DamageModel::kPrefix) return image.bytes;

  if (model == DamageModel::kTorn) {
    if (kept == lately.size() || lately[kept]->truncation) return image.bytes;
    const Change& torn = *lately[kept];
    // Over old bytes the sectors land in any order; past the end the file grows up to some byte.
    const std::uint64_t end = torn.offset + torn.written.size();
    const std::uint64_t size = image.bytes.size();
    for (std::uint64_t at = torn.offset; at < std::min(end, size);) {
      const std::uint64_t next = std::min({(at / kSectorSize + 1) * kSectorSize, end, size});
      if (dice.coin()) put(image.bytes, at, std::string_view(torn.written).substr(at - torn.offset, next - at));
      at = next;
    }
    if (end > size) {
      const std::uint64_t begin = std::max(torn.offset, size);
      const std::uint64_t length = dice.below(end - begin + 1);
      if (length > 0) put(image.bytes, begin, std::string_view(torn.written).substr(begin - torn.offset, length));
    }
    return image.bytes;
  }

  for (std::uint64_t sector = 0; sector < image.bytes.size(); sector += kSectorSize) {
    const std::uint64_t end = std::min<std::uint64_t>(sector + kSectorSize, image.bytes.size());
    const auto first = image.unsure.begin() + static_cast<std::ptrdiff_t>(sector);
    const auto last = image.unsure.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::find(first, last, true) == last || dice.coin()) continue;
    for (std::uint64_t i = sector; i < end; ++i) {
      if (!image.unsure[i]) continue;
      const bool zero = model == DamageModel::kZeros;
      image.bytes[i] = i < old.size() ? old[i] : zero ? '\0' : static_cast<char>(dice.below(256));
    }
  }
  return image.bytes;
}

CrashDisk::CrashDisk() : root_(std::make_shared<CrashNode>()) { root_->is_directory = true; }

void CrashDisk::change(std::vector<EntryChange> together) {
  for (const EntryChange& change : together) {
    if (change.now) {
      change.directory->entries[change.name] = change.now;
    } else {
      change.directory->entries.erase(change.name);
    }
  }
  pending_.push_back(std::move(together));
}

namespace {

void make_durable(const std::vector<CrashDisk::EntryChange>& together) {
  for (const CrashDisk::EntryChange& change : together) {
    if (change.now) {
      change.directory->durable[change.name] = change.now;
    } else {
      change.directory->durable.erase(change.name);
    }
  }
}

}  // namespace

void CrashDisk::sync_directory(const CrashNode* directory) {
  // Backwards, so that each change draws in the earlier ones of every directory it has a part in.
  std::set<const CrashNode*> wanted = {directory};
  std::vector<bool> due(pending_.size(), false);
  for (std::size_t i = pending_.size(); i-- > 0;) {
    due[i] = std::ranges::any_of(pending_[i], [&](const EntryChange& c) { return wanted.contains(c.directory.get()); });
    if (!due[i]) continue;
    for (const EntryChange& change : pending_[i]) wanted.insert(change.directory.get());
  }
  std::vector<std::vector<EntryChange>> left;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (due[i]) {
      make_durable(pending_[i]);
    } else {
      left.push_back(std::move(pending_[i]));
    }
  }
  pending_ = std::move(left);
}

CrashDisk CrashDisk::copy() const {
  std::map<const CrashNode*, Node> copies;
  const std::function<Node(const Node&)> copy_of = [&](const Node& node) -> Node {
    if (!node) return nullptr;
    if (const auto known = copies.find(node.get()); known != copies.end()) return known->second;
    const auto made = std::make_shared<CrashNode>(*node);
    copies[node.get()] = made;
    for (auto& [name, child] : made->entries) child = copy_of(child);
    for (auto& [name, child] : made->durable) child = copy_of(child);
    return made;
  };
  CrashDisk disk;
  disk.root_ = copy_of(root_);
  for (const std::vector<EntryChange>& together : pending_) {
    std::vector<EntryChange>& copied = disk.pending_.emplace_back(together);
    for (EntryChange& change : copied) {
      change.directory = copy_of(change.directory);
      change.now = copy_of(change.now);
    }
  }
  return disk;
}

CrashDisk CrashDisk::after_crash(DamageModel model, std::uint64_t seed) const {
  Dice dice(seed);
  CrashDisk disk = copy();

  // How many of its pending changes each directory still gets; drawn in the journal's order, so that addresses in
  // memory do not decide.
  std::map<const CrashNode*, std::uint64_t> left;
  if (model != DamageModel::kStrict) {
    std::map<const CrashNode*, std::uint64_t> counts;
    for (const auto& together : disk.pending_) {
      for (const EntryChange& change : together) ++counts[change.directory.get()];
    }
    for (const auto& together : disk.pending_) {
      for (const EntryChange& change : together) {
        const CrashNode* directory = change.directory.get();
        if (!left.contains(directory)) left[directory] = dice.below(counts[directory] + 1);
      }
    }
  }
  for (const auto& together : disk.pending_) {
    const bool lands = std::ranges::all_of(together, [&](const EntryChange& c) { return left[c.directory.get()] > 0; });
    if (lands) make_durable(together);
    for (const EntryChange& change : together) {
      std::uint64_t& n = left[change.directory.get()];
      n = lands && n > 0 ? n - 1 : 0;  // what a directory missed, its later changes cannot overtake
    }
  }
  disk.pending_.clear();

  std::set<const CrashNode*> settled;
  const std::function<void(CrashNode&)> settle = [&](CrashNode& node) {
    if (!settled.insert(&node).second) return;  // a second name of the same file
    if (!node.is_directory) return node.content.replace(node.content.damaged(model, dice));
    node.entries = node.durable;
    for (auto& [name, child] : node.entries) settle(*child);
  };
  settle(*disk.root_);
  return disk;
}

}  // namespace amont
