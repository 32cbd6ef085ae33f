// Text made safe to show, one encoder for each place it goes to. What comes from a register may hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace amont::tool {

// For a terminal: control, bidirectional, zero-width and other invisible characters become \u{..}, and bytes that are
// no UTF-8 become \x{..}. So one line stays one line and nothing moves the cursor, renames the window or hides a
// letter.
std::string for_terminal(std::string_view text);

// Columns that a text takes on a terminal; of text that for_terminal() made.
std::size_t display_width(std::string_view text);

// At most `width` columns, the last one "…" when something was cut.
std::string cut_to_width(std::string_view text, std::size_t width);

// One CSV cell (RFC 4180). Unless `raw`, text that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_cell(std::string_view text, bool raw);

// What follows shows control and invisible characters as for_terminal() does, so that a reader sees what was there.

// HTML, SVG and XML: text, or an attribute in quotes. XML 1.0 has no way to hold control characters at all.
std::string for_html(std::string_view text);
// Between the quotes of a DOT string, where a label knows \N, \l and entities.
std::string for_dot(std::string_view text);
// Between the quotes of a Mermaid label: what is no letter, digit or harmless mark becomes an entity, #35; for example.
std::string for_mermaid(std::string_view text);
// Inside a line of Markdown: no markup, link, mention, formula or template can begin.
std::string for_markdown(std::string_view text);
// The same for a text that begins a line, which could else be a list, a heading or code.
std::string for_markdown_line(std::string_view text);

}  // namespace amont::tool
