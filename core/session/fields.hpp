// The fields of one frame, read one after another, each within its bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "session/frame.hpp"
#include "session/varint.hpp"

namespace resock::session {

struct bounds {
    std::uint64_t min = 0;
    std::uint64_t max = max_number;
    const char* rule = "R3"; // that names them
};

// Each function returns false where a field is wrong: then `out` is the error, no longer the frame
// that was being read.
class field_reader {
  public:
    field_reader(frame_type type, std::string_view bytes, decoded& out)
        : at_(bytes.data())
        , end_(bytes.data() + bytes.size())
        , type_(type)
        , out_(out) {}

    template<class Number>
    bool number(const char* field, Number& value, const bounds& in = {}) {
        std::uint64_t read = 0;
        const varint_result result = read_varint(at_, end_, read);
        if (result != varint_result::ok) return refuse_varint(field, result);
        if (read < in.min || read > in.max) return refuse_range(field, read, in);
        value = static_cast<Number>(read);
        return true;
    }
    // A time to wait: too long a one is taken as the longest (R10).
    bool wait_ms(const char* field, std::uint32_t& value);
    bool byte(const char* field, std::uint8_t& value, const bounds& in = {});
    bool bytes(const char* field, std::span<std::uint8_t> value);
    bool view(const char* field, std::uint64_t size, std::string_view& value);
    // A text for people, to the end (R10).
    bool text(const char* field, std::string_view& value);
    std::string_view rest() {
        const char* from = at_;
        at_ = end_;
        return {from, static_cast<std::size_t>(end_ - from)};
    }
    bool empty() const { return at_ == end_; }
    // R2: nothing stands behind the last field.
    bool end();

    // Reads all of `bytes`, of the same frame, as one number.
    template<class Number>
    bool only_number(const char* field, std::string_view bytes, std::optional<Number>& value,
                     const bounds& in = {}) {
        field_reader inner(type_, bytes, out_);
        if (!inner.number(field, value.emplace(), in)) return false;
        return inner.empty() || refuse("R4", field, "bytes behind the number");
    }
    field_reader inside(std::string_view bytes) const { return {type_, bytes, out_}; }

    // All return false.
    bool refuse(const char* rule, const char* field, const char* problem);
    bool refuse_tlv(std::uint64_t type, const char* problem);

  private:
    bool refuse_varint(const char* field, varint_result result);
    bool refuse_range(const char* field, std::uint64_t value, const bounds& in);

    const char* at_;
    const char* end_;
    frame_type type_;
    decoded& out_;
};

} // namespace resock::session
