// ImportWork: takes changes from a reader and lands them as one batch. What Importer shows to everybody, with what only
// the readers of this folder need.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "amont/exchange.h"
#include "core/check/pending.h"
#include "core/exchange/deferred.h"
#include "core/exchange/flat_puts.h"

namespace amont {

struct Place {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

// Which part of a change is wrong.
struct Culprit {
  enum class Part { kWhole, kFrom, kTo, kLabel, kProperty, kInterval };
  Part part = Part::kWhole;
  std::size_t property = 0;  // its position among the change's properties
};
// Finds the place of a part in the record that is being taken.
using Locate = std::function<Place(Place begin, std::string_view record, const Culprit& culprit)>;

class ImportWork {
 public:
  struct Manner {
    bool dry = false;      // only check
    bool may_wait = true;  // edges may come before their ends
  };

  // Keeps `store` and `options`.
  ImportWork(Store& store, const ImportOptions& options, Manner manner);
  ImportWork(Store& store, const ImportOptions& options) : ImportWork(store, options, Manner{}) {}

  // Before the first change.
  void set_heading(Transaction heading) { heading_ = std::move(heading); }
  void set_source(Source source) { heading_.source = std::move(source); }
  void set_locate(Locate locate) { locate_ = std::move(locate); }

  // Whether what comes next is known to hold no invisible characters: then none are looked for.
  void set_plain(bool plain) { plain_ = plain; }

  // `file` empty: the options'. After a failure all calls return it. Texts of failures begin with "file:line:column: ".
  Status take(Change&& change, Place where, std::string_view record, const std::string& file = {});
  // The short way of the commonest changes. False: not taken, the same must come as a Change.
  Result<bool> take(FlatPut& put, Place where, std::string_view record);
  // Says that put `i` is about to be taken, and some after it soon.
  void expect(const FlatPuts& puts, std::size_t i) const;
  // A record that can't be a change: a reject under keep_going, else the end.
  Status refuse(const Status& why, Place where, std::string_view record, const std::string& file = {});
  // Ends the import, whatever keep_going says.
  Status fail(const Status& why, Place where, const std::string& file = {});
  void warn(Place where, std::string_view text, const std::string& file = {});
  // kTimeout when the caller wants no more.
  Status progress(std::uint64_t bytes_done);

  // Whether what comes from now on may put texts that were redacted; unless told, as the heading says.
  Status allow_redacted(bool allowed);

  bool takes_rules() const { return options_.take_rules; }

  // As it stands in the batch; good until the next change is taken.
  Result<const Schema*> schema();

  // A node as it stands in the batch.
  Result<std::optional<Node>> node(const Ref& ref);
  Result<std::optional<Properties>> edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                    std::string_view label);

  Result<ImportReport> finish();

 private:
  Status open_batch();
  Status fit(Change& change, Culprit& culprit) const;
  Result<bool> follows_deferred(const Change& change) const;
  Status offer(Change&& change, Place where, std::string_view record, const std::string& file, bool may_wait);
  Status defer(const Change& change, Place where, std::string_view record, const std::string& file);
  Status offer_deferred();
  Status reject(const Status& why, Place where, std::string_view record, const std::string& file);
  Status tell_reject(const std::string& reason, Place where, std::string_view record, const std::string& file);
  Status check_kept() const;
  Status end_with(Status why);
  Status end_unless_ok(Status status);
  Place locate(Place where, std::string_view record, const Culprit& culprit) const;
  Culprit find_culprit(const Change& change, const Status& why) const;
  void count(const Change& change, bool changed);
  void warn_of_invisible(const Change& change, Place where, const std::string& file);
  Position position(Place where, const std::string& file) const;

  Store& store_;
  const ImportOptions options_;
  const Manner manner_;
  Transaction heading_;
  Locate locate_;
  std::unique_ptr<Batch> batch_;
  DeferredQueue deferred_;
  bool plain_ = false;
  bool kept_any_ = false;     // a change was taken, or was there already
  std::string first_reject_;  // with its place
  bool at_end_ = false;       // what was deferred is being offered
  ImportReport report_;
  Status failed_;
};

}  // namespace amont
