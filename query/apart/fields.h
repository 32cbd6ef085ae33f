// What each type consists of, in the order of the bytes. `io` is a Writer or a Reader; a Writer gets const values.
#pragma once

#include "amont/report.h"
#include "query/apart/wire.h"

namespace amont {

template <class Io>
void request_fields(Io& io, auto& request) {
  io.bytes(request.store);
  io.number(request.tx);
  io.bytes(request.name);
  io.bytes(request.source);
  io.list(request.arguments.named, [&](auto& argument) {
    io.bytes(argument.first);
    io.bytes(argument.second);
  });
  io.number(request.limits.steps_max);
  io.number(request.limits.time_ms);
  io.number(request.limits.memory_bytes);
  io.number(request.limits.rows_max);
  io.number(request.limits.output_bytes_max);
  io.number(request.store_memory_bytes);
}

template <class Io>
void drawing_fields(Io& io, auto& drawing) {
  io.list(drawing.nodes, [&](auto& node) {
    io.text(node.ref);
    io.text(node.title);
    io.maybe(node.group, [&](auto& group) { io.number(group); });
    io.number(node.stands_for);
    io.flag(node.start);
    io.flag(node.listed);
    io.flag(node.possible);
    io.flag(node.highlighted);
    io.text(node.gap);
  });
  io.list(drawing.edges, [&](auto& edge) {
    io.number(edge.from);
    io.number(edge.to);
    io.text(edge.kind);
    io.text(edge.label);
    io.number(edge.stands_for);
    io.flag(edge.aside);
    io.flag(edge.highlighted);
    io.text(edge.gap);
  });
  io.list(drawing.groups, [&](auto& group) {
    io.text(group.ref);
    io.text(group.title);
  });
  io.choice(drawing.fold, Drawing::Fold::kAlways);
  io.flag(drawing.legend);
}

template <class Io>
void block_fields(Io& io, auto& block) {
  io.choice(block.what, ReportBlock::What::kChart);
  io.text(block.title);
  io.text(block.text);
  io.list(block.columns, [&](auto& column) { io.text(column); });
  io.list(block.rows, [&](auto& row) { io.list(row, [&](auto& cell) { io.cell(cell); }); });
  io.list(block.tree, [&](auto& line) {
    io.number(line.depth);
    io.text(line.ref);
    io.text(line.title);
    io.text(line.through);
    io.text(line.note);
  });
  drawing_fields(io, block.graph);
  io.list(block.spans, [&](auto& span) {
    io.text(span.label);
    io.maybe(span.from, [&](auto& time) { io.time(time); });
    io.maybe(span.to, [&](auto& time) { io.time(time); });
    io.text(span.kind);
  });
  io.list(block.points, [&](auto& point) {
    io.text(point.label);
    io.maybe(point.value, [&](auto& value) { io.real(value); });
  });
  io.text(block.unit);
  io.flag(block.line);
}

template <class Io>
void report_fields(Io& io, auto& report) {
  io.text(report.title);
  io.list(report.blocks, [&](auto& block) { block_fields(io, block); });
  io.bytes(report.printed);  // print() takes any bytes
  io.maybe(report.answer, [&](auto& yes) { io.flag(yes); });
  io.list(report.completeness.reasons, [&](auto& reason) {
    io.text(reason.reason);
    io.number(reason.count);
    io.flag(reason.at_least);
  });
  io.list(report.completeness.unknown, [&](auto& unknown) {
    io.id(unknown.id);
    io.text(unknown.missing);
  });
}

}  // namespace amont
