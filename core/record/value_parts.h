// Values as they stand in parts and in the index, and the texts, names and times in parts (parts.h has the layout). Misfits are told
// by reader.ok() == false. Views last as long as the bytes that are read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "amont/model.h"

namespace amont {

class ByteReader;

void append_value(std::string& out, const Value& value);
Value read_value(ByteReader& in);
// Whether it is a text, or a list with one in it: what is sealed unless it is plain.
bool holds_text(const Value& value);

// Of parts, and strict: whatever no writer gives (FORMAT.md, section 5.1) is a misfit.
Value read_checked_value(ByteReader& in, std::uint8_t tag);  // of which the tag was read
std::string_view read_text(ByteReader& in, std::size_t bytes_max = kTextBytesMax);
std::string_view read_name(ByteReader& in);  // a property's
std::string_view read_label(ByteReader& in);
Timestamp read_timestamp(ByteReader& in);

void append_properties(std::string& out, const Properties& props);
Properties read_properties(ByteReader& in);

}  // namespace amont
