// Lineage in SQLite: two tables each way, one as narrow as can be, and one in which edges can be told apart.
#pragma once

#include <string>

#include "amont/model.h"
#include "tests/bench/restriction.h"
#include "tests/bench/sqlite_file.h"

namespace amont {

// Makes and fills the tables of an empty database.
Status load_edges(SqliteFile& db, const Lineage& lineage);

// Statements that ask about node ?1. All that it reaches, itself too, in the order of a breadth-first search; its neighbours.
std::string closure_sql(Direction direction, const Restriction& only);
std::string neighbours_sql(Direction direction, const Restriction& only);

}  // namespace amont
