// The frame of a page of HTML: its policy, style and script.
#pragma once

#include <string>
#include <string_view>

namespace amont::tool {

// Up to the opened body. The policy lets nothing be loaded, and nothing run but the page's own script, known by its hash.
std::string html_begin(std::string_view title);
// The script, and the end.
std::string html_end();

}  // namespace amont::tool
