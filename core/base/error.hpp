// The status codes of the C ABI, and the exception that carries one with its text.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace resock {

// Values of `resock_status` in resock.h; never renumbered.
enum class status : std::int32_t {
    ok = 0,
    invalid = -1,
    handle = -2,
    closed = -3,
    busy = -4,
    would_deadlock = -5,
    queue_full = -6,
    too_big = -7,
    too_small = -8,
    timeout = -9,
    option = -10,
    not_supported = -11,
    forked = -12,
    no_memory = -13,
    io = -14,
    state = -15,
    internal = -16,
};

// Thrown by the façade, turned into a status at the C ABI. The text says what was wrong, what is
// allowed and what to do.
class error : public std::runtime_error {
  public:
    error(resock::status code, const std::string& text)
        : std::runtime_error(text)
        , code_(code) {}
    resock::status code() const { return code_; }

  private:
    resock::status code_;
};

} // namespace resock
