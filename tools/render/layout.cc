#include "tools/render/layout.h"

#include <algorithm>

#include "tools/render/layers.h"

namespace amont::tool {
namespace {

constexpr double kBetweenBoxes = 16;
constexpr double kBendHeight = 6;
constexpr int kSweeps = 8;

class Placing {
 public:
  Placing(const Layers& layers, std::span<const Box> boxes) : layers_(layers), boxes_(boxes) {
    middles_.resize(layers.vertices.size());
    for (const std::vector<std::size_t>& layer : layers.layers) {
      double y = 0;
      for (const std::size_t vertex : layer) {
        middles_[vertex] = y + height(vertex) / 2;
        y += height(vertex) + kBetweenBoxes;
      }
    }
  }

  // The middle of each vertex, from top to bottom, from 0 on.
  std::vector<double> run() {
    const std::size_t count = layers_.layers.size();
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t i = 0; i < count; ++i) settle(sweep % 2 == 0 ? i : count - 1 - i, sweep);
    }
    double top = 0;
    bool any = false;
    for (std::size_t vertex = 0; vertex < middles_.size(); ++vertex) {
      const double upper = middles_[vertex] - height(vertex) / 2;
      top = any ? std::min(top, upper) : upper;
      any = true;
    }
    for (double& middle : middles_) middle -= top;
    return middles_;
  }

  double height(std::size_t vertex) const { return vertex < boxes_.size() ? boxes_[vertex].height : kBendHeight; }

 private:
  double wish(std::size_t vertex, int sweep) const {
    const Layers::Vertex& one = layers_.vertices[vertex];
    double sum = 0;
    std::size_t count = 0;
    const bool last = sweep + 2 >= kSweeps;  // in the end both sides count
    if (last || sweep % 2 == 0) {
      for (const std::size_t other : one.left) sum += middles_[other];
      count += one.left.size();
    }
    if (last || sweep % 2 == 1) {
      for (const std::size_t other : one.right) sum += middles_[other];
      count += one.right.size();
    }
    return count ? sum / static_cast<double>(count) : middles_[vertex];
  }

  // As near as can be to what all wish, by least squares, with room between them: neighbours that would overlap become a
  // block, which stands at the mean of its wishes (pool adjacent violators).
  void settle(std::size_t number, int sweep) {
    const std::vector<std::size_t>& layer = layers_.layers[number];
    struct Block {
      double sum = 0;
      std::size_t count = 0;
      double mean() const { return sum / static_cast<double>(count); }
    };
    std::vector<Block> blocks;
    std::vector<double> offsets;  // of each vertex from the first, when all stand as close as they may
    double offset = 0;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      if (i > 0) offset += (height(layer[i - 1]) + height(layer[i])) / 2 + kBetweenBoxes;
      offsets.push_back(offset);
      blocks.push_back({wish(layer[i], sweep) - offset, 1});
      while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
        const Block last = blocks.back();
        blocks.pop_back();
        blocks.back().sum += last.sum;
        blocks.back().count += last.count;
      }
    }
    std::size_t i = 0;
    for (const Block& block : blocks)
      for (std::size_t k = 0; k < block.count; ++k, ++i) middles_[layer[i]] = block.mean() + offsets[i];
  }

  const Layers& layers_;
  std::span<const Box> boxes_;
  std::vector<double> middles_;
};

}  // namespace

Layout lay_out(std::span<const Box> boxes, std::span<const Arrow> arrows, double gap) {
  Layers layers = make_layers(boxes.size(), arrows);
  order_layers(layers);
  Placing placing(layers, boxes);
  const std::vector<double> middles = placing.run();

  Layout out;
  std::vector<double> lefts;
  std::vector<double> widths;
  double x = 0;
  for (const std::vector<std::size_t>& layer : layers.layers) {
    double width = 0;
    for (const std::size_t vertex : layer)
      if (vertex < boxes.size()) width = std::max(width, boxes[vertex].width);
    lefts.push_back(x);
    widths.push_back(width);
    x += width + gap;
  }
  out.width = layers.layers.empty() ? 0 : x - gap;
  for (std::size_t vertex = 0; vertex < layers.vertices.size(); ++vertex)
    out.height = std::max(out.height, middles[vertex] + placing.height(vertex) / 2);
  for (std::size_t box = 0; box < boxes.size(); ++box) {
    const std::size_t layer = layers.vertices[box].layer;
    out.boxes.push_back({lefts[layer] + (widths[layer] - boxes[box].width) / 2, middles[box] - boxes[box].height / 2});
  }
  for (const std::vector<std::size_t>& route : layers.routes) {
    std::vector<Point>& line = out.arrows.emplace_back();
    if (route.empty()) continue;
    const bool to_the_left = layers.vertices[route.front()].layer > layers.vertices[route.back()].layer;
    for (std::size_t k = 0; k < route.size(); ++k) {
      const std::size_t vertex = route[k];
      const std::size_t layer = layers.vertices[vertex].layer;
      if (vertex < boxes.size()) {
        const bool at_its_left = (k == 0) == to_the_left;
        line.push_back({out.boxes[vertex].x + (at_its_left ? 0 : boxes[vertex].width), middles[vertex]});
        continue;
      }
      const Point left = {lefts[layer], middles[vertex]};
      const Point right = {lefts[layer] + widths[layer], middles[vertex]};
      line.push_back(to_the_left ? right : left);
      line.push_back(to_the_left ? left : right);
    }
  }
  return out;
}

}  // namespace amont::tool
