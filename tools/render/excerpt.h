// The line of a script that a message is about, with a mark under what it names.
#pragma once

#include <string>
#include <string_view>

namespace amont::tool {

// "   2 | local x = output.relesed_at\n     |                  ^^^^^^^^^^": the line, and the first text in quotes of the message where the line has
// it. `column` (from 1, in bytes; 0: unknown) marks that place instead. Empty when there is no such line.
std::string excerpt(std::string_view source, std::size_t line, std::size_t column, std::string_view message);

// The line that "name:12: what" tells; 0 when it tells none.
std::size_t line_in(std::string_view name, std::string_view message);

}  // namespace amont::tool
