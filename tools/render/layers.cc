#include "tools/render/layers.h"

#include <algorithm>
#include <cstdint>

namespace amont::tool {
namespace {

constexpr int kSweeps = 16;
constexpr std::size_t kBendsMax = 20'000;  // beyond it long arrows run straight

// An arrow as layers see it: turned round where it would close a cycle.
struct Step {
  std::size_t effect = 0;
  std::size_t cause = 0;
};

// Depth first from each box in turn; an arrow to a box that is still open closes a cycle, and is turned round.
std::vector<Step> without_cycles(std::size_t boxes, std::span<const Arrow> arrows) {
  std::vector<std::vector<std::size_t>> out(boxes);
  for (std::size_t i = 0; i < arrows.size(); ++i)
    if (arrows[i].from != arrows[i].to) out[arrows[i].from].push_back(i);
  enum class State : unsigned char { kNew, kOpen, kDone };
  std::vector<State> states(boxes, State::kNew);
  std::vector<Step> steps(arrows.size());
  struct Frame {
    std::size_t box = 0;
    std::size_t next = 0;
  };
  for (std::size_t first = 0; first < boxes; ++first) {
    if (states[first] != State::kNew) continue;
    std::vector<Frame> frames = {{first, 0}};
    states[first] = State::kOpen;
    while (!frames.empty()) {
      Frame& frame = frames.back();
      if (frame.next == out[frame.box].size()) {
        states[frame.box] = State::kDone;
        frames.pop_back();
        continue;
      }
      const std::size_t arrow = out[frame.box][frame.next++];
      const std::size_t to = arrows[arrow].to;
      steps[arrow] = states[to] == State::kOpen ? Step{to, frame.box} : Step{frame.box, to};
      if (states[to] != State::kNew) continue;
      states[to] = State::kOpen;
      frames.push_back({to, 0});
    }
  }
  return steps;
}

std::vector<std::size_t> layers_by_longest_path(std::size_t boxes, std::span<const Step> steps) {
  std::vector<std::vector<std::size_t>> effects(boxes);
  std::vector<std::size_t> open(boxes, 0);  // causes that have no layer yet
  for (const Step& step : steps) {
    if (step.effect == step.cause) continue;
    effects[step.cause].push_back(step.effect);
    ++open[step.effect];
  }
  std::vector<std::size_t> layer(boxes, 0);
  std::vector<std::size_t> queue;
  std::vector<bool> is_first(boxes);
  for (std::size_t box = 0; box < boxes; ++box) {
    if (open[box] != 0) continue;
    is_first[box] = true;
    queue.push_back(box);
  }
  for (std::size_t at = 0; at < queue.size(); ++at) {
    for (const std::size_t effect : effects[queue[at]]) {
      layer[effect] = std::max(layer[effect], layer[queue[at]] + 1);
      if (--open[effect] == 0) queue.push_back(effect);
    }
  }
  // What has no cause stands beside what was made of it, not far to the left of it.
  for (std::size_t box = 0; box < boxes; ++box) {
    if (!is_first[box] || effects[box].empty()) continue;
    std::size_t nearest = SIZE_MAX;
    for (const std::size_t effect : effects[box]) nearest = std::min(nearest, layer[effect]);
    layer[box] = nearest - 1;
  }
  return layer;
}

// Inversions of a sequence: pairs that stand the wrong way round.
std::size_t inversions(std::vector<std::size_t>& values, std::vector<std::size_t>& room, std::size_t first,
                       std::size_t last) {
  if (last - first < 2) return 0;
  const std::size_t middle = (first + last) / 2;
  std::size_t count = inversions(values, room, first, middle) + inversions(values, room, middle, last);
  std::size_t left = first;
  std::size_t right = middle;
  for (std::size_t at = first; at < last; ++at) {
    if (right == last || (left < middle && values[left] <= values[right])) {
      room[at] = values[left++];
    } else {
      count += middle - left;
      room[at] = values[right++];
    }
  }
  std::copy(room.begin() + static_cast<std::ptrdiff_t>(first), room.begin() + static_cast<std::ptrdiff_t>(last),
            values.begin() + static_cast<std::ptrdiff_t>(first));
  return count;
}

std::vector<std::size_t> places_of(const Layers& layers) {
  std::vector<std::size_t> places(layers.vertices.size());
  for (const std::vector<std::size_t>& layer : layers.layers)
    for (std::size_t i = 0; i < layer.size(); ++i) places[layer[i]] = i;
  return places;
}

// Sorts a layer by the median place of the neighbours to one side; a vertex without any stays where it is.
void sort_by_medians(Layers& layers, std::size_t number, bool to_the_left, const std::vector<std::size_t>& places) {
  std::vector<std::size_t>& layer = layers.layers[number];
  struct Wish {
    double place;
    std::size_t vertex;
  };
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    const Layers::Vertex& vertex = layers.vertices[layer[i]];
    std::vector<std::size_t> near;
    for (const std::size_t other : to_the_left ? vertex.left : vertex.right) near.push_back(places[other]);
    std::ranges::sort(near);
    double wish = static_cast<double>(i);
    if (!near.empty()) {
      const std::size_t half = near.size() / 2;
      wish = near.size() % 2 ? static_cast<double>(near[half]) : static_cast<double>(near[half - 1] + near[half]) / 2;
    }
    wishes.push_back({wish, layer[i]});
  }
  std::ranges::stable_sort(wishes, {}, &Wish::place);
  for (std::size_t i = 0; i < layer.size(); ++i) layer[i] = wishes[i].vertex;
}

}  // namespace

Layers make_layers(std::size_t boxes, std::span<const Arrow> arrows) {
  const std::vector<Step> steps = without_cycles(boxes, arrows);
  const std::vector<std::size_t> layer = layers_by_longest_path(boxes, steps);
  Layers out;
  out.vertices.resize(boxes);
  std::size_t count = boxes ? 1 : 0;
  for (std::size_t box = 0; box < boxes; ++box) {
    out.vertices[box].layer = layer[box];
    count = std::max(count, layer[box] + 1);
  }
  std::size_t bends = 0;
  for (const Step& step : steps)
    if (step.effect != step.cause) bends += layer[step.effect] - layer[step.cause] - 1;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    std::vector<std::size_t>& route = out.routes.emplace_back();
    if (step.effect == step.cause) continue;
    route.push_back(step.cause);
    for (std::size_t at = layer[step.cause] + 1; at < layer[step.effect] && bends <= kBendsMax; ++at) {
      route.push_back(out.vertices.size());
      out.vertices.push_back({at, {}, {}});
    }
    route.push_back(step.effect);
    for (std::size_t k = 0; k + 1 < route.size(); ++k) {
      if (out.vertices[route[k]].layer + 1 != out.vertices[route[k + 1]].layer) continue;
      out.vertices[route[k]].right.push_back(route[k + 1]);
      out.vertices[route[k + 1]].left.push_back(route[k]);
    }
    if (arrows[i].from == step.effect) std::ranges::reverse(route);  // as the arrow leads
  }
  out.layers.resize(count);
  for (std::size_t vertex = 0; vertex < out.vertices.size(); ++vertex)
    out.layers[out.vertices[vertex].layer].push_back(vertex);
  return out;
}

std::size_t crossings_of(const Layers& layers) {
  const std::vector<std::size_t> places = places_of(layers);
  std::size_t count = 0;
  for (const std::vector<std::size_t>& layer : layers.layers) {
    std::vector<std::size_t> ends;
    for (const std::size_t vertex : layer) {
      const std::size_t first = ends.size();
      for (const std::size_t right : layers.vertices[vertex].right) ends.push_back(places[right]);
      std::sort(ends.begin() + static_cast<std::ptrdiff_t>(first), ends.end());
    }
    std::vector<std::size_t> room(ends.size());
    count += inversions(ends, room, 0, ends.size());
  }
  return count;
}

void order_layers(Layers& layers) {
  std::vector<std::vector<std::size_t>> best = layers.layers;
  std::size_t fewest = crossings_of(layers);
  for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
    const bool to_the_left = sweep % 2 == 0;
    std::vector<std::size_t> places = places_of(layers);
    for (std::size_t i = 1; i < layers.layers.size(); ++i) {
      const std::size_t number = to_the_left ? i : layers.layers.size() - 1 - i;
      sort_by_medians(layers, number, to_the_left, places);
      for (std::size_t k = 0; k < layers.layers[number].size(); ++k) places[layers.layers[number][k]] = k;
    }
    const std::size_t crossings = crossings_of(layers);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = layers.layers;
  }
  layers.layers = std::move(best);
}

}  // namespace amont::tool
