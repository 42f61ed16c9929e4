#include "session/fields.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstring>

namespace resock::session {

bool field_reader::wait_ms(const char* field, std::uint32_t& value) {
    std::uint64_t asked = 0;
    if (!number(field, asked)) return false;
    value = static_cast<std::uint32_t>(std::min(asked, max_wait_ms));
    return true;
}

bool field_reader::byte(const char* field, std::uint8_t& value, const bounds& in) {
    if (empty()) return refuse("R2", field, "truncated");
    const auto read = static_cast<std::uint8_t>(*at_);
    if (read < in.min || read > in.max) return refuse_range(field, read, in);
    value = read;
    ++at_;
    return true;
}

bool field_reader::bytes(const char* field, std::span<std::uint8_t> value) {
    std::string_view read;
    if (!view(field, value.size(), read)) return false;
    std::memcpy(value.data(), read.data(), value.size());
    return true;
}

bool field_reader::view(const char* field, std::uint64_t size, std::string_view& value) {
    if (size > static_cast<std::uint64_t>(end_ - at_)) return refuse("R2", field, "truncated");
    value = {at_, static_cast<std::size_t>(size)};
    at_ += size;
    return true;
}

bool field_reader::text(const char* field, std::string_view& value) {
    const auto size = static_cast<std::size_t>(end_ - at_);
    if (size > max_text) {
        out_.emplace<frame_error>("R10 %s %s: %zu bytes, more than %zu", frame_name(type_), field,
                                  size, max_text);
        return false;
    }
    value = rest();
    return true;
}

bool field_reader::end() {
    if (empty()) return true;
    out_.emplace<frame_error>("R2 %s: %td bytes after the last field", frame_name(type_),
                              end_ - at_);
    return false;
}

bool field_reader::refuse(const char* rule, const char* field, const char* problem) {
    out_.emplace<frame_error>("%s %s %s: %s", rule, frame_name(type_), field, problem);
    return false;
}

bool field_reader::refuse_tlv(std::uint64_t type, const char* problem) {
    out_.emplace<frame_error>("R4 %s tlv %" PRIu64 ": %s", frame_name(type_), type, problem);
    return false;
}

bool field_reader::refuse_varint(const char* field, varint_result result) {
    switch (result) {
    case varint_result::not_minimal:
        return refuse("R3", field, "varint longer than it need be");
    case varint_result::too_big:
        return refuse("R3", field, "varint of 2^53 or more");
    default:
        return refuse("R2", field, "truncated");
    }
}

bool field_reader::refuse_range(const char* field, std::uint64_t value, const bounds& in) {
    out_.emplace<frame_error>("%s %s %s: %" PRIu64 " is not in %" PRIu64 "..%" PRIu64, in.rule,
                              frame_name(type_), field, value, in.min, in.max);
    return false;
}

} // namespace resock::session
