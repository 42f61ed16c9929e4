// What sends the stream of one side, on a thread of its own.
#pragma once

#include <cstdint>
#include <string>

#include "demo/settings.hpp"

namespace demo {

class client {
  public:
    virtual ~client() = default; // stops

    // Connects, then sends what is due; once only.
    virtual void start() = 0;
    // Ends soon, whatever is left.
    virtual void stop() = 0;

    // All from any thread.
    virtual bool has_opened() const = 0; // a first connection
    virtual bool finished() const = 0;
    // Messages that the application has handed over.
    virtual std::uint64_t sent() const = 0;
    // Of these: thrown away at once because there was no connection.
    virtual std::uint64_t sent_while_down() const = 0;

    // Once finished: when, and what went wrong with the client itself, empty for nothing.
    virtual clock::time_point finished_at() const = 0;
    virtual std::string failure() const = 0;
};

} // namespace demo
