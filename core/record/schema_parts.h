// The bytes of a schema's growth, in a transaction's parts and in the index. parts.h has the layout.
#pragma once

#include <string>

#include "amont/schema.h"

namespace amont {

class ByteReader;

void append_growth(std::string& out, const SchemaGrowth& growth);
// Misfits are told by reader.ok() == false. Whether it fits the schema that stands, Schema::grow() says.
SchemaGrowth read_growth(ByteReader& in);

}  // namespace amont
