// Pending in little memory: all that it remembers goes to temporary files when it was lent no more memory, and comes back one by one
// as it is asked for. What did not change since it came back need not go there again.
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "core/check/aside_keys.h"
#include "core/check/pending.h"
#include "core/text/hash.h"

namespace amont {
namespace {

// Looked at the memory once in so many takes, which may bring as many records each with a text or two.
constexpr std::uint32_t kTakesALook = 16;
constexpr std::uint64_t kLentAtOnce = 64 << 10, kLentAtLeast = 4 << 10;

// A table that keeps some room, a slot being a value and a byte.
template <class Map>
std::uint64_t bytes_of_map(const Map& map, std::size_t more) {
  const std::uint64_t slots = map.bucket_count();
  const bool grows = map.size() + more > map.max_load();
  return (grows ? 3 : 1) * slots * (sizeof(typename Map::value_type) + 1);
}

// They take a third of what may be lent, at most.
bool are_few(const NameTable& refs, const LentMemory& lent) { return refs.bytes_with(0) <= lent.bytes_max() / 3; }

// state of an edge := flags:u8 [from:u32 to:u32 of its lives] [at:u64 bytes:u32 of its record]
enum EdgeFlags : std::uint8_t { kAlive = 1, kHasLives = 2, kHasRecord = 4, kIsLogged = 8 };

}  // namespace

struct Pending::AsideItem {
  std::uint32_t tag = 0;
  Aside what{};
  std::uint32_t at = 0;  // in its table
};

std::uint64_t Pending::bytes_with_some_more() const {
  constexpr std::size_t kMore = kTakesALook * 2;
  return refs_.bytes_with(kMore) + labels_.bytes_with(kMore) + edges_.bytes_with(kMore) +
         new_nodes_.size() * sizeof(NodeState) + edge_more_.size() * sizeof(EdgeMore) +
         bytes_of_map(looked_at_, kMore) + bytes_of_map(containers_, kMore) + bytes_of_map(more_containers_, kMore) +
         (aside_ ? aside_->memory_bytes() : 0);
}

// Before something is taken.
Status Pending::make_room() {
  if (!lent_ || (++taken_since_look_ < kTakesALook && lent_bytes_ != 0)) return {};
  taken_since_look_ = 0;
  const std::uint64_t wanted = bytes_with_some_more();
  for (std::uint64_t bytes = kLentAtOnce; bytes >= kLentAtLeast; bytes /= 2)
    while (lent_bytes_ < wanted && lent_->take(bytes)) lent_bytes_ += bytes;
  // Filters grow with the import; what is set aside at a time must not shrink to nothing by them.
  const std::uint64_t filters = aside_ ? aside_->memory_bytes() : 0;
  const std::uint64_t enough = std::max(lent_bytes_, filters + lent_bytes_ / 4);
  const bool is_full = enough < wanted || edge_more_.size() + 2 * kTakesALook > kEdgeMoreMax;
  return is_full ? set_aside().while_doing("putting aside what the import remembers") : Status();
}

Status Pending::set_aside() {
  if (!aside_) {
    AMONT_LET(states_aside_, make_temporary_file());
    aside_ = std::make_unique<SortedRuns>(lent_bytes_ / 4);
  }
  AMONT_TRY(set_states_aside());
  std::vector<AsideItem> items = what_changed();
  std::ranges::sort(items, [this](const AsideItem& one, const AsideItem& other) { return is_before(one, other); });
  std::string key, value;
  auto next = items.begin();
  AMONT_TRY(aside_->add(items.size(), [&](SortedRuns::Entry& entry) -> Result<bool> {
    if (next == items.end()) return false;
    describe(*next, key, value);
    entry = {next->tag, number_of(next->what), key, value};
    ++next;
    return true;
  }));
  forget();
  return {};
}

// Each to its place in the file.
Status Pending::set_states_aside() {
  static_assert(std::is_trivially_copyable_v<NodeState>);
  constexpr std::size_t kAtOnce = 4096;
  const auto write = [&](std::uint64_t id, std::span<const NodeState> states) {
    const std::string_view bytes(reinterpret_cast<const char*>(states.data()), states.size_bytes());
    return states_aside_.writer->write(id * sizeof(NodeState), bytes);
  };
  std::vector<NodeState> some;
  for (std::size_t i = 0; i < new_nodes_.size(); ++i) {
    some.push_back(new_nodes_[i]);
    some.back().changed = false;
    if (some.size() < kAtOnce && i + 1 < new_nodes_.size()) continue;
    AMONT_TRY(write(first_in_memory_ + i + 1 - some.size(), some));
    some.clear();
  }
  for (auto& [id, state] : looked_at_) {
    if (!state.changed) continue;
    NodeState written = state;
    written.changed = false;
    AMONT_TRY(write(number_of(id), std::span(&written, 1)));
    state.changed = false;
  }
  return {};
}

Result<std::optional<Pending::NodeState>> Pending::state_aside(NodeId id) const {
  if (!aside_) return std::optional<NodeState>();
  char bytes[sizeof(NodeState)];
  AMONT_LET(const std::size_t got, states_aside_.reader->read(number_of(id) * sizeof(NodeState), bytes));
  NodeState state;
  state.known = false;
  if (got == sizeof bytes) std::memcpy(&state, bytes, sizeof bytes);
  return state.known ? std::optional(state) : std::optional<NodeState>();
}

std::vector<Pending::AsideItem> Pending::what_changed() const {
  std::vector<AsideItem> items;
  const auto names = [&](const NameTable& table, Aside what) {
    table.each([&](std::uint32_t tag, std::uint32_t i) {
      if (!table.name(i).is_aside) items.push_back({tag, what, i});
    });
  };
  names(refs_, Aside::kRef);
  names(labels_, Aside::kLabel);
  edges_.each([&](const EdgeKey& key, const EdgeState& state, std::size_t slot) {
    if (state.changed) items.push_back({tag_of(key.hash()), Aside::kEdge, static_cast<std::uint32_t>(slot)});
  });
  for (const auto& [variable, taken] : containers_)
    if (taken.changed) items.push_back({tag_of_variable(variable), Aside::kContainers, variable});
  return items;
}

bool Pending::is_before(const AsideItem& one, const AsideItem& other) const {
  if (one.tag != other.tag || one.what != other.what)
    return std::pair(one.tag, one.what) < std::pair(other.tag, other.what);
  std::string key, other_key, value;
  describe(one, key, value);
  describe(other, other_key, value);
  return key < other_key;
}

void Pending::describe(const AsideItem& item, std::string& key, std::string& value) const {
  value.clear();
  switch (item.what) {
    case Aside::kRef:
    case Aside::kLabel: {
      const NameTable::Name& name = (item.what == Aside::kRef ? refs_ : labels_).name(item.at);
      key.assign(name.view());
      append_u32(value, name.number);
      return;
    }
    case Aside::kEdge: {
      const auto [edge, state] = edges_.at(item.at);
      key = bytes_of(edge);
      const Lives lives = lives_of(state);
      const Detail detail = state.detailed ? edge_more_[state.more - 1].detail : Detail();
      const bool has_lives = lives != Lives();
      value.push_back(static_cast<char>((state.alive ? kAlive : 0) | (has_lives ? kHasLives : 0) |
                                        (state.detailed ? kHasRecord : 0) | (detail.is_logged ? kIsLogged : 0)));
      if (has_lives) {
        append_u32(value, lives.from);
        append_u32(value, lives.to);
      }
      if (state.detailed) {
        append_u64(value, detail.at);
        append_u32(value, detail.bytes);
      }
      return;
    }
    case Aside::kContainers: {
      key = bytes_of(item.at);
      const auto append = [&](const Container& one) {
        append_u32(value, one.to);
        append_u32(value, one.label);
        append_u16(value, number_of(one.kind));
      };
      const Containers& taken = containers_.at(item.at);
      append(taken.first);
      if (taken.has_more) std::ranges::for_each(more_containers_.at(item.at), append);
      return;
    }
  }
}

EdgeState Pending::read_edge_state(std::string_view value) {
  ByteReader in(value);
  const std::uint8_t flags = in.u8();
  Lives lives;
  if (flags & kHasLives) {
    lives.from = in.u32();
    lives.to = in.u32();
  }
  Detail detail;
  if (flags & kHasRecord) {
    detail.at = in.u64();
    detail.bytes = in.u32();
    detail.is_logged = flags & kIsLogged;
  }
  EdgeState state = edge_state(flags & kAlive, lives, detail);
  state.changed = false;
  return state;
}

// All that was put aside, but for refs while they are few: nothing is asked for so often. The room stays, for as much will come; unless it
// is room of other tables than what comes now needs, as when edges follow nodes: then that would be set aside again as soon as it came.
void Pending::forget() {
  NameTable few;
  const bool has_few = are_few(refs_, *lent_) && refs_.bytes_with(0) <= lent_bytes_ / 3;
  if (has_few)
    few = std::exchange(refs_, {});
  else
    refs_.clear();
  labels_.clear();
  edges_.clear();
  edge_more_.clear();
  new_nodes_.clear();
  first_in_memory_ = next_id_;
  looked_at_.clear();
  containers_.clear();
  more_containers_.clear();
  if (bytes_with_some_more() > lent_bytes_ / 2) give_room_back();
  if (!has_few) return;
  few.all_are_elsewhere();
  refs_ = std::move(few);
}

void Pending::give_room_back() {
  refs_ = {};
  labels_ = {};
  edges_ = {};
  edge_more_ = {};
  new_nodes_ = {};
  looked_at_ = {};
  containers_ = {};
  more_containers_ = {};
}

NameTable Pending::end_but_refs(std::uint64_t& bytes) {
  constexpr std::uint64_t kWorthIt = 64 << 10;
  const std::uint64_t wanted = refs_.bytes_with(0);
  NameTable refs = std::exchange(refs_, {});
  end();
  bytes = 0;
  if (!lent_ || wanted < kWorthIt || !are_few(refs, *lent_)) return {};
  while (bytes < wanted && lent_->take(kLentAtOnce)) bytes += kLentAtOnce;
  if (bytes >= wanted) return refs;
  lent_->give_back();
  bytes = 0;
  return {};
}

void Pending::know(NameTable refs, std::uint64_t lent_bytes) {
  refs_ = std::move(refs);
  refs_.all_are_elsewhere();
  lent_bytes_ = lent_bytes;
}

void Pending::end() {
  give_room_back();
  aside_.reset();
  states_aside_ = {};
  if (lent_) lent_->give_back();
}

}  // namespace amont
