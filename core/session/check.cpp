#include "session/check.hpp"

#include <boost/crc.hpp>

namespace resock::session {

std::uint32_t check_of(std::string_view frame) {
    boost::crc_32_type crc;
    crc.process_bytes(frame.data(), frame.size());
    return crc.checksum();
}

std::uint32_t check_of(std::string_view head, std::string_view body) {
    boost::crc_32_type crc;
    crc.process_bytes(head.data(), head.size());
    crc.process_bytes(body.data(), body.size());
    return crc.checksum();
}

} // namespace resock::session
