@0xd4c1e1f5a9b7c263;
# What a frame of the log holds, canonicalized (one segment, no framing). FORMAT.md tells the bytes inside `header` and `parts`.
# Field numbers are for ever.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("amont::wire");

struct Record {
  header @0 :Data;              # fixed layout; its RFC 6962 leaf hash is the transaction's leaf in the log's tree
  seeds @1 :List(Seed);         # one, of level 0, until a part is redacted
  parts @2 :Data;               # for each part its length as a varint, then its bytes; length 0 where redacted
  redacted @3 :List(Redacted);  # ascending
}

struct Seed {
  level @0 :UInt8;
  index @1 :UInt32;
  bytes @2 :Data;   # 32
}

struct Redacted {
  part @0 :UInt32;
  commitment @1 :Data;  # 32: the leaf hash of the part that was here
}
