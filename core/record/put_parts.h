// What the parts of puts and retractions share: which edge they are about, and since when and until when a record holds. parts.h has
// the layout.
#pragma once

#include <string>

#include "core/record/logged.h"

namespace amont {

class ByteReader;

void append_edge(std::string& out, const EdgeIdentity& edge);
// Misfits are told by reader.ok() == false, as below.
EdgeIdentity read_edge(ByteReader& in);

// Of these changes of an interval, as Flag says (part_format.h); nothing of `binds` and `begins`.
std::uint8_t time_flags(const TimeChange& from, const TimeChange& to);
void append_times(std::string& out, const TimeChange& from, const TimeChange& to);
// The flags of a put.
std::uint8_t read_put_flags(ByteReader& in, bool is_edge);
void read_times(ByteReader& in, std::uint8_t flags, TimeChange& from, TimeChange& to);

}  // namespace amont
