// Runs of (type, length, bytes): the optional fields of a frame (protocol R4).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "session/fields.hpp"

namespace resock::session {

struct tlv {
    std::uint64_t type = 0;
    std::string_view value;
};

constexpr bool is_even(std::uint64_t type) {
    return type % 2 == 0;
}

class tlv_reader {
  public:
    // `block` is a part of the frame of `fields`.
    tlv_reader(const field_reader& fields, std::string_view block)
        : fields_(fields.inside(block))
        , block_(block) {}

    // False behind the last one, and where the block is wrong: ok() tells the two apart.
    bool next(tlv& out);
    bool ok() const { return ok_; }

  private:
    bool read(tlv& out);
    bool is_first(std::uint64_t type);
    bool large_types_differ();

    static constexpr std::uint64_t small_types = 128;

    field_reader fields_;
    std::string_view block_;
    std::array<std::uint64_t, small_types / 64> seen_{};
    // From small_types on: no note of each is kept, for there may be millions. While they ascend
    // none can stand twice; else they are compared at the end.
    std::uint64_t largest_ = 0;
    bool ascending_ = true;
    bool ok_ = true;
};

} // namespace resock::session
