#include "common/time_text.hpp"

#include <cstdio>
#include <ctime>

namespace cli {

std::string time_text(std::chrono::system_clock::time_point at) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    char text[32] = {};
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(ms % 1000));
    return text;
}

} // namespace cli
