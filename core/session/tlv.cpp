#include "session/tlv.hpp"

#include <algorithm>
#include <vector>

namespace resock::session {

bool tlv_reader::next(tlv& out) {
    if (fields_.empty()) {
        ok_ = ascending_ || large_types_differ();
        return false;
    }
    ok_ = read(out) && (is_first(out.type) || fields_.refuse_tlv(out.type, "stands twice"));
    return ok_;
}

bool tlv_reader::read(tlv& out) {
    std::uint64_t size = 0;
    return fields_.number("tlv type", out.type) && fields_.number("tlv length", size) &&
           fields_.view("tlv value", size, out.value);
}

bool tlv_reader::is_first(std::uint64_t type) {
    if (type < small_types) {
        const std::uint64_t bit = std::uint64_t{1} << type % 64;
        std::uint64_t& seen = seen_[type / 64];
        const bool first = !(seen & bit);
        seen |= bit;
        return first;
    }
    if (type == largest_) return false;
    if (type < largest_)
        ascending_ = false;
    else
        largest_ = type;
    return true;
}

bool tlv_reader::large_types_differ() {
    std::vector<std::uint64_t> types;
    const char* at = block_.data();
    for (const char* const end = at + block_.size(); at != end;) {
        std::uint64_t type = 0;
        std::uint64_t size = 0;
        read_varint(at, end, type);
        read_varint(at, end, size);
        at += size;
        if (type >= small_types) types.push_back(type);
    }
    std::sort(types.begin(), types.end());
    const auto twice = std::adjacent_find(types.begin(), types.end());
    return twice == types.end() || fields_.refuse_tlv(*twice, "stands twice");
}

} // namespace resock::session
