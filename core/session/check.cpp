#include "session/check.hpp"

#include <boost/crc.hpp>

namespace resock::session {

std::uint32_t check_of(std::string_view frame) {
    boost::crc_32_type crc;
    crc.process_bytes(frame.data(), frame.size());
    return crc.checksum();
}

} // namespace resock::session
