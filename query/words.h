// Words of a text as find() compares them: runs of letters and digits, without case.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amont {

// The text with letters in lower case, and anything that is no letter or digit as a space. Folds ASCII, Latin-1, Latin
// Extended-A, Greek and Cyrillic; other letters stay as they are.
std::string fold_words(std::string_view text);
void fold_words(std::string_view text, std::string& out);  // instead of what `out` holds

// The words of a folded text; views of it.
std::vector<std::string_view> split_words(std::string_view folded);

// Does a word of the folded text begin with `word`?
bool has_word(std::string_view folded, std::string_view word);

}  // namespace amont
