#include "demo/words.hpp"

#include <cmath>
#include <cstdio>

namespace demo {

std::string grouped(std::uint64_t number) {
    std::string made = std::to_string(number);
    for (std::size_t at = made.size(); at > 3; at -= 3)
        made.insert(at - 3, ",");
    return made;
}

std::string fixed(double number, int digits) {
    char text[64] = {};
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    return text;
}

std::string in_ms(const std::optional<double>& ms) {
    return ms ? grouped(static_cast<std::uint64_t>(std::llround(*ms))) + " ms" : "-";
}

std::string right(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

} // namespace demo
