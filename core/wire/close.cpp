#include "wire/close.hpp"

#include <cassert>

#include <boost/endian/conversion.hpp>

#include "wire/utf8.hpp"

namespace resock::wire {

namespace {

constexpr std::uint16_t no_status = 1005;

bool is_for_applications(std::uint16_t code) {
    return code >= 3000 && code <= 4999;
}

} // namespace

bool may_be_received(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           is_for_applications(code);
}

bool may_be_sent_by_application(std::uint16_t code) {
    return code == 1000 || code == 1001 || is_for_applications(code);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    if (code == no_status) return {};
    assert(may_be_received(code));
    std::string payload(2, '\0');
    boost::endian::store_big_u16(reinterpret_cast<unsigned char*>(payload.data()), code);
    return payload += shown_utf8(reason, max_reason);
}

const char* close_code_name(std::uint16_t code) {
    switch (code) {
    case 1000:
        return "normal closure";
    case 1001:
        return "going away";
    case 1002:
        return "protocol error";
    case 1003:
        return "unsupported data";
    case no_status:
        return "no status received";
    case 1006:
        return "abnormal closure";
    case 1007:
        return "invalid frame payload data";
    case 1008:
        return "policy violation";
    case 1009:
        return "message too big";
    case 1010:
        return "mandatory extension";
    case 1011:
        return "internal error";
    case 1012:
        return "service restart";
    case 1013:
        return "try again later";
    case 1014:
        return "bad gateway";
    case 1015:
        return "TLS handshake";
    case 3000:
        return "unauthorized";
    case 3003:
        return "forbidden";
    case 3008:
        return "timeout";
    default:
        return "";
    }
}

} // namespace resock::wire
