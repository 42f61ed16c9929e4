// Text for people: lines of a width that can be read, columns that stand below one another.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

// Columns of standard output: of the terminal, at most 100; 100 where it is none.
std::size_t columns();

// `text` in lines of at most `width` columns, each after `indent` blanks and ended by a newline; a
// longer word has a line of its own. The first line is written behind `label`, which is padded to
// `indent` or, where it is longer, has a line of its own.
std::string wrapped(std::string_view label, std::string_view text, std::size_t indent,
                    std::size_t width);

// Padded with blanks to `width`, never cut.
std::string padded(std::string_view text, std::size_t width);

} // namespace cli
