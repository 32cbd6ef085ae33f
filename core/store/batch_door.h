// What the readers of core/exchange may do with a batch besides what everybody may.
#pragma once

#include "amont/store.h"
#include "core/check/pending.h"
#include "core/check/refs_ahead.h"
#include "core/record/flat_put.h"

namespace amont {

class BatchDoor {
 public:
  // As Batch::add(), for the commonest changes: true when it was taken, and then it changes something. False: nothing was done,
  // and the change must be offered to add(), which knows all of them and says what is wrong.
  static Result<bool> add(Batch& batch, FlatPut& put);
  // For an import into the store that begins soon.
  static RefsAhead refs_ahead(const Store& store);
  // What the batch knows of refs stays in memory when it closes, as far as that is little, until somebody writes, who may be an import of
  // their edges, or reads.
  static void keep_refs(Batch& batch);
  // Says what is about to be offered, so that it lies near by then.
  static void expect(const Batch& batch, const FlatPut& put, Pending::Step step);
  // Whether what is added from now on may put texts that were redacted; unless told, as the heading says.
  static void allow_redacted(Batch& batch, bool allowed);
};

}  // namespace amont
