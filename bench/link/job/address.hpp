#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

// ws://127.0.0.1:8080/path or wss://localhost:8443/, in pieces. Only this machine: a load generator
// pointed at a stranger is an attack.
struct address {
    bool tls = false;
    std::string host; // without brackets
    std::uint16_t port = 0;
    std::string path = "/";

    // Throws std::invalid_argument with a sentence.
    explicit address(std::string_view url);

    // As in the field Host.
    std::string authority() const;
};

} // namespace bench
