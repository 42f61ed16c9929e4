// UTF-8 validation (RFC 3629) that can stop and go on inside a code point: fragments may split one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace resock::wire {

class utf8_validator {
  public:
    // False as soon as the bytes so far cannot be the beginning of valid UTF-8, and from then on.
    bool feed(std::string_view bytes);
    // True where no code point is left half.
    bool complete() const;
    void reset() { *this = utf8_validator(); }

  private:
    // 0 between code points; else the number of bytes to come and the bounds of the next.
    std::uint32_t state_ = 0;
};

bool is_utf8(std::string_view bytes);
// Invalid bytes replaced by U+FFFD (one for each maximal subpart, Unicode §3.9), cut at a code
// point to at most `limit` bytes: for reasons shown to people.
std::string shown_utf8(std::string_view bytes, std::size_t limit);

} // namespace resock::wire
