#include "session/varint.hpp"

namespace resock::session {

varint_result read_long_varint(const char*& at, const char* end, std::uint64_t& number) {
    std::uint64_t read = 0;
    const char* from = at;
    for (std::size_t i = 0; i < max_varint; ++i) {
        if (from == end) return varint_result::truncated;
        const auto byte = static_cast<unsigned char>(*from++);
        read |= std::uint64_t{byte & 0x7Fu} << (7 * i);
        if (byte & 0x80) continue;
        if (byte == 0 && i > 0) return varint_result::not_minimal;
        if (read > max_number) return varint_result::too_big;
        number = read;
        at = from;
        return varint_result::ok;
    }
    return varint_result::too_big;
}

} // namespace resock::session
