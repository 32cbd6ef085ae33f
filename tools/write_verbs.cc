// Verbs that write one record: put, link, retract.

#include <fmt/format.h>

#include "tools/receipt.h"
#include "tools/value_argument.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct RecordArguments {
  std::string valid_from;
  std::string valid_to;
  bool has_valid_from = false;
  bool has_valid_to = false;
  std::string label;
  WriteArguments write;
};

std::function<Status(const std::string&)> into_time(std::string& target, bool& given) {
  return [&target, &given](const std::string& value) {
    target = value;
    given = true;
    return Status();
  };
}

void add_record_options(std::vector<Option>& options, RecordArguments& arguments) {
  options.push_back({"--valid-from", "TIME", "true from then on; \"none\" clears it",
                     into_time(arguments.valid_from, arguments.has_valid_from)});
  options.push_back({"--valid-to", "TIME", "true until then, not included; \"none\" clears it",
                     into_time(arguments.valid_to, arguments.has_valid_to)});
  add_write_options(options, arguments.write);
}

Status read_interval(const RecordArguments& arguments, TimeChange& from, TimeChange& to) {
  if (arguments.has_valid_from) {
    AMONT_LET(from, read_time_change(arguments.valid_from).while_doing("--valid-from"));
  }
  if (arguments.has_valid_to) {
    AMONT_LET(to, read_time_change(arguments.valid_to).while_doing("--valid-to"));
  }
  return {};
}

void warn_of_invisible(const Session& session, std::string_view what, std::string_view text) {
  if (has_invisible_characters(text))
    session.note(fmt::format("warning: {} holds invisible characters: {}", what, text));
}

Result<int> run_put(Session& session, const RecordArguments& arguments, const std::vector<std::string>& words) {
  PutNode put;
  AMONT_LET(put.ref, Ref::parse(words[0]));
  AMONT_TRY(read_interval(arguments, put.valid_from, put.valid_to));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  AMONT_LET(const Snapshot now, store->snapshot());
  const NodeRow* row = now.schema().node(put.ref.kind);
  AMONT_LET(put.props,
            read_properties({words.begin() + 1, words.end()}, row ? row->props : std::vector<PropertyRow>{}));
  warn_of_invisible(session, "the ref", words[0]);
  Transaction transaction;
  transaction.changes.push_back(std::move(put));
  return commit_and_tell(session, *store, std::move(transaction), arguments.write);
}

Result<int> run_link(Session& session, const RecordArguments& arguments, const std::vector<std::string>& words) {
  PutEdge put;
  put.kind = words[0];
  put.label = arguments.label;
  AMONT_LET(put.from, Ref::parse(words[1]).while_doing("FROM"));
  AMONT_LET(put.to, Ref::parse(words[2]).while_doing("TO"));
  AMONT_TRY(read_interval(arguments, put.valid_from, put.valid_to));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  AMONT_LET(const Snapshot now, store->snapshot());
  const EdgeRow* row = now.schema().edge(put.kind);
  AMONT_LET(put.props,
            read_properties({words.begin() + 3, words.end()}, row ? row->props : std::vector<PropertyRow>{}));
  warn_of_invisible(session, "the label", put.label);
  Transaction transaction;
  transaction.changes.push_back(std::move(put));
  return commit_and_tell(session, *store, std::move(transaction), arguments.write);
}

Result<int> run_retract(Session& session, const RecordArguments& arguments, const std::vector<std::string>& words) {
  Transaction transaction;
  if (words.size() == 1) {
    if (!arguments.label.empty()) return invalid("--label belongs to an edge: retract KIND FROM TO --label L");
    AMONT_LET(Ref ref, Ref::parse(words[0]));
    transaction.changes.push_back(RetractNode{std::move(ref)});
  } else if (words.size() == 3) {
    RetractEdge edge;
    edge.kind = words[0];
    edge.label = arguments.label;
    AMONT_LET(edge.from, Ref::parse(words[1]).while_doing("FROM"));
    AMONT_LET(edge.to, Ref::parse(words[2]).while_doing("TO"));
    transaction.changes.push_back(std::move(edge));
  } else {
    return invalid("retract takes a node's REF, or an edge's KIND FROM TO");
  }
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  return commit_and_tell(session, *store, std::move(transaction), arguments.write);
}

using Run = Result<int> (*)(Session&, const RecordArguments&, const std::vector<std::string>&);

Verb write_verb(Session& session, const std::shared_ptr<RecordArguments>& arguments, std::string name, Run run) {
  Verb verb;
  verb.name = std::move(name);
  verb.group = "write";
  verb.formats = {Format::kTable, Format::kJson};
  verb.run = [&session, arguments, run](const std::vector<std::string>& words) {
    return run(session, *arguments, words);
  };
  return verb;
}

constexpr std::string_view kPropertyHelp =
    "NAME=VALUE sets a property: what the schema declares decides its type, and without declaration it is text. A list "
    "is\n"
    "built by repeating the name. NAME:=JSON sets an integer, a real, a boolean, a list or {\"@time\": \"...\"} "
    "whatever is\n"
    "declared; NAME:=null removes the property. What is not named stays as it is.";

}  // namespace

std::vector<Verb> write_verbs(Session& session) {
  const auto put_arguments = std::make_shared<RecordArguments>();
  Verb put = write_verb(session, put_arguments, "put", run_put);
  put.words = "REF [NAME=VALUE...]";
  put.words_min = 1;
  put.words_max = kAnyNumber;
  put.summary = "make a node, or change its properties";
  put.about = kPropertyHelp;
  put.examples =
      "amont put dataset:snds/dcir title='Claims' n_records:=12000 --author me\n"
      "amont put approval:p12 --valid-from 2025-01-01 --valid-to 2027-01-01\n"
      "amont put dataset:snds/dcir acronym:=null --reason 'no longer used'";
  add_record_options(put.options, *put_arguments);

  const auto link_arguments = std::make_shared<RecordArguments>();
  Verb link = write_verb(session, link_arguments, "link", run_link);
  link.words = "KIND FROM TO [NAME=VALUE...]";
  link.words_min = 3;
  link.words_max = kAnyNumber;
  link.summary = "make an edge from effect to cause, or change its properties";
  link.about = kPropertyHelp;
  link.examples =
      "amont link derived_from output:x dataset:snds/dcir how=aggregate\n"
      "amont link used run:42 dataset:snds/dcir --label 'second read'";
  link.options = {
      {"--label", "TEXT", "tells edges of one kind between the same nodes apart", into(link_arguments->label)}};
  add_record_options(link.options, *link_arguments);

  const auto retract_arguments = std::make_shared<RecordArguments>();
  Verb retract = write_verb(session, retract_arguments, "retract", run_retract);
  retract.words = "REF | KIND FROM TO";
  retract.words_min = 1;
  retract.words_max = 3;
  retract.summary = "take a node (with its edges) or an edge out of answers about now";
  retract.about =
      "Answers about before still show it, and `amont log` tells who retracted it. Exit code 3 when there never was "
      "one.";
  retract.examples =
      "amont retract dataset:old --reason 'registered twice'\n"
      "amont retract derived_from output:x dataset:old --label ''";
  retract.options = {{"--label", "TEXT", "the edge's label", into(retract_arguments->label)}};
  add_write_options(retract.options, retract_arguments->write);
  return {put, link, retract};
}

}  // namespace amont::tool
