#include "session/record.hpp"

#include <algorithm>

#include <boost/endian/conversion.hpp>

namespace resock::session {

namespace {

constexpr unsigned char position_version = 1;
constexpr std::size_t sid_at = 1;
constexpr std::size_t born_at = sid_at + std::tuple_size_v<sid_bytes>;
constexpr std::size_t recv_at = born_at + 8;
constexpr std::size_t check_at = recv_at + 8;
static_assert(check_at + 4 == position_size);

} // namespace

std::string to_bytes(const position& from) {
    std::string made(position_size, '\0');
    auto* to = reinterpret_cast<unsigned char*>(made.data());
    *to = position_version;
    std::copy(from.sid.begin(), from.sid.end(), to + sid_at);
    boost::endian::store_big_u64(to + born_at, from.born);
    boost::endian::store_big_u64(to + recv_at, from.recv);
    boost::endian::store_big_u32(to + check_at, from.check);
    return made;
}

std::optional<position> position_of(std::string_view bytes) {
    const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
    if (bytes.size() != position_size || *from != position_version) return std::nullopt;
    position made;
    std::copy_n(from + sid_at, made.sid.size(), made.sid.begin());
    made.born = boost::endian::load_big_u64(from + born_at);
    made.recv = boost::endian::load_big_u64(from + recv_at);
    made.check = boost::endian::load_big_u32(from + check_at);
    if (made.born > max_number || made.recv > max_number) return std::nullopt;
    return made;
}

} // namespace resock::session
