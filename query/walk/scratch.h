// Scratch: what a walk needs besides its answer, kept from one walk to the next so that a small walk over a large register
// costs what it visits and no more. Nothing here is cleared by size: marks carry the number of the walk that made them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "amont/model.h"
#include "core/index/page_shelf.h"
#include "query/graph/seen.h"
#include "query/walk/loans.h"
#include "query/walk/plan.h"

namespace amont {

// What else a walk knows of some nodes, as bits.
class Marks {
 public:
  void start(std::size_t ids) { array_.start(ids); }
  std::uint32_t of(std::uint32_t id) const {
    const Mark& mark = array_.data()[id];
    return mark.walk == array_.now() ? mark.bits : 0;
  }
  bool has(std::uint32_t id, std::uint32_t bits) const { return (of(id) & bits) != 0; }
  // Adds the bits; returns which bits were there.
  std::uint32_t join(std::uint32_t id, std::uint32_t bits) {
    Mark& mark = array_.data()[id];
    const std::uint32_t had = mark.walk == array_.now() ? mark.bits : 0;
    mark = {array_.now(), had | bits};
    return had;
  }
  // Adds the bits; returns whether any of them was there.
  bool add(std::uint32_t id, std::uint32_t bits) { return (join(id, bits) & bits) != 0; }
  void remove(std::uint32_t id, std::uint32_t bits) {
    Mark& mark = array_.data()[id];
    if (mark.walk == array_.now()) mark.bits &= ~bits;
  }

 private:
  struct Mark {
    std::uint32_t walk;
    std::uint32_t bits;
  };
  NumberedArray<Mark, std::uint32_t> array_;
};

// A page that found no room on the shelf, or of a view without one: held by the walk, which lets go of all of them now and then.
struct LoosePage {
  std::shared_ptr<const Page> page;
  PageShelf::Slot slot{};
};

inline constexpr std::uint32_t kNoNode = 0xffff'ffff;

// The nodes of a thing, and the depth at which it was settled.
struct ThingMembers {
  std::uint32_t begin = 0;  // of Search::members
  std::uint32_t end = 0;
  std::uint32_t depth = 0;
  std::uint32_t shown = kNoNode;  // the one that answers list; kNoNode: look at them
};

// A node whose edges count for a thing, and which of them.
struct Contributor {
  std::uint32_t node = 0;
  bool exact = true;
  bool leaves_project = false;
  std::uint8_t uses = 0xff;  // EdgeUse of the edges that count
};

// What one search settled: plain nodes in the queue, level after level, and things of which there was more to know apart.
struct Search {
  std::vector<std::uint32_t> queue;  // up to `tail`; kNoNode where a thing was settled instead
  std::size_t tail = 0;
  std::vector<std::size_t> levels;   // where each begins in the queue; one more entry than levels
  std::vector<ThingMembers> things;  // by ascending depth
  std::vector<std::uint32_t> members;
  std::vector<Contributor> followed;  // whose edges were followed one by one
  std::uint64_t unvisited = 0;        // nodes met and not settled because the walk was stopped
  bool stopped = false;

  // What an exact search left because it is only possible.
  bool possible_left = false;                 // there may be some
  std::vector<Contributor> left;              // who was followed, but for some of its steps
  std::vector<std::uint32_t> left_things;     // places in `things`: those with possible contributors
  std::vector<std::uint32_t> left_variables;  // variables in the queue whose datasets were not followed
  std::vector<std::uint32_t> left_datasets;   // that a step led to, and not to their variables

  std::span<const std::uint32_t> members_of(const ThingMembers& thing) const {
    return std::span(members).subspan(thing.begin, thing.end - thing.begin);
  }
  // Makes the queue long enough for so many more nodes.
  void make_room(std::size_t nodes) {
    if (queue.size() < tail + nodes) queue.resize(2 * (tail + nodes));
  }
  void clear() {
    tail = 0;
    levels.clear();
    things.clear();
    members.clear();
    followed.clear();
    unvisited = 0;
    stopped = false;
    possible_left = false;
    left.clear();
    left_things.clear();
    left_variables.clear();
    left_datasets.clear();
  }
};

struct Scratch {
  Scratch();
  const std::uint32_t number;  // of this scratch; threads have different ones
  Plan plan;
  Seen seen;
  Marks marks;
  std::vector<std::uint8_t> taken;                           // by EdgeKind: EdgeTaken
  std::unordered_map<std::uint64_t, LoosePage> loose_pages;  // by class, direction and number
  std::uint64_t loose_bytes = 0;
  void let_go();  // of them
  // The node of a packed page whose turn it is: what a slot points at, and a slot that has no page.
  struct Unpacked {
    PageNode nodes[2];
    PackedPage::Edges edges;
    PageShelf::Slot slot{};
  } unpacked;
  std::vector<std::uint32_t> starts;
  Search exact;
  Search any;
  Loans<std::uint32_t> nodes;  // for what one step needs
  Loans<Contributor> contributors;
};

// One of this thread's two, or a fresh one when walks are asked for inside of walks.
class ScratchLease {
 public:
  ScratchLease();
  ~ScratchLease();
  ScratchLease(const ScratchLease&) = delete;
  ScratchLease& operator=(const ScratchLease&) = delete;
  Scratch& operator*() const { return *scratch_; }
  Scratch* operator->() const { return scratch_; }

 private:
  Scratch* scratch_;
  bool* lent_ = nullptr;
  std::unique_ptr<Scratch> own_;
};

}  // namespace amont
