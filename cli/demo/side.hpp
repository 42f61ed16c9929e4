// One side of the comparison: its line, its client, and what has arrived of its stream.
#pragma once

#include <memory>
#include <string>

#include "demo/client.hpp"
#include "demo/line.hpp"
#include "demo/outcome.hpp"
#include "demo/tally.hpp"

namespace demo {

struct side {
    side(std::string called, std::uint64_t messages)
        : name(std::move(called))
        , received(messages) {}

    // Once client and line have ended.
    figures figures_since(clock::time_point started) const;

    const std::string name;
    tally received;
    std::unique_ptr<demo::line> line;
    std::unique_ptr<demo::client> client; // ended first
};

} // namespace demo
