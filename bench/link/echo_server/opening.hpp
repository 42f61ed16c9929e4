#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// The server's half of the opening handshake, RFC 6455 §4.2.
struct opening {
    enum class state : std::uint8_t { incomplete, accepted, refused };

    state what = state::incomplete;
    std::size_t size = 0; // of the request
    std::string answer;
};

opening read_opening(std::string_view bytes);

} // namespace bench
