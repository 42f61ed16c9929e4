// Frames that the tests of the codec share.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "session/decode.hpp"
#include "session/encode.hpp"
#include "support/catch.hpp"

namespace resock::test {

// "13 01" to two bytes.
std::string hex(std::string_view digits);

// The reason why `bytes` are no frame; of those that are one, its name.
std::string outcome(std::string_view bytes);

template<class Frame>
Frame decoded_as(std::string_view bytes) {
    const session::decoded out = session::decode(bytes);
    CAPTURE(outcome(bytes));
    REQUIRE(std::holds_alternative<Frame>(out));
    return std::get<Frame>(out);
}

// A frame with the bytes that it is encoded to.
template<class Frame>
struct sample {
    std::string bytes;
    Frame frame;
};

// 16 bytes that count from `first`.
std::array<std::uint8_t, 16> counting(std::uint8_t first);

// Of the vectors of protocol §9.
sample<session::hello_frame> hello_vector();
sample<session::welcome_frame> welcome_vector();
// With each of their fields.
sample<session::hello_frame> full_hello();
sample<session::welcome_frame> full_welcome();

// Bytes of a frame, and each shorter length at which they are one, too.
struct cut_sample {
    const char* name;
    std::string bytes;
    std::set<std::size_t> shorter;
};
// The vectors, and one frame of each type with all that it may have.
std::vector<cut_sample> cut_samples();

} // namespace resock::test
