#include "amont/exchange.h"

#include <fmt/format.h>

#include "core/exchange/import_work.h"

namespace amont {

std::string Position::text() const {
  std::string out = file.empty() ? "input" : file;
  if (line > 0) out += fmt::format(":{}", line);
  if (line > 0 && column > 0) out += fmt::format(":{}", column);
  return out;
}

struct Importer::Rep {
  ImportWork work;
};

Importer::Importer(Store& store, ImportOptions options) : rep_(new Rep{ImportWork(store, options)}) {}
Importer::~Importer() = default;

Status Importer::take(Change change, Position where, std::string_view record) {
  return rep_->work.take(std::move(change), {where.line, where.column}, record, where.file);
}
Status Importer::refuse(const Status& why, Position where, std::string_view record) {
  return rep_->work.refuse(why, {where.line, where.column}, record, where.file);
}
void Importer::warn(const Position& where, std::string_view text) {
  rep_->work.warn({where.line, where.column}, text, where.file);
}
void Importer::set_source(Source source) { rep_->work.set_source(std::move(source)); }
Result<std::optional<Node>> Importer::node(const Ref& ref) { return rep_->work.node(ref); }
Result<std::optional<Properties>> Importer::edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                            std::string_view label) {
  return rep_->work.edge_properties(kind, from, to, label);
}
Result<ImportReport> Importer::finish() { return rep_->work.finish(); }

}  // namespace amont
