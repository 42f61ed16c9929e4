#include "frame.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::size_t largest_frame = std::size_t{1} << 20;
constexpr std::size_t largest_head = std::size_t{16} << 10;

void append_number(std::string& to, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        to += static_cast<char>(value >> shift & 0xff);
}

std::uint64_t number_at(std::string_view bytes, std::size_t offset, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
    return value;
}

} // namespace

void append_frame(std::string& to, opcode code, std::string_view payload, std::uint32_t mask_key,
                  bool final) {
    to += static_cast<char>((final ? 0x80 : 0) | static_cast<int>(code));
    if (payload.size() < 126) {
        append_number(to, 0x80 | payload.size(), 1);
    } else if (payload.size() <= 0xffff) {
        append_number(to, 0x80 | 126, 1);
        append_number(to, payload.size(), 2);
    } else {
        append_number(to, 0x80 | 127, 1);
        append_number(to, payload.size(), 8);
    }
    std::array<char, 4> key;
    std::memcpy(key.data(), &mask_key, key.size());
    to.append(key.data(), key.size());
    const std::size_t start = to.size();
    to.append(payload);
    for (std::size_t i = 0; i < payload.size(); ++i)
        to[start + i] = static_cast<char>(to[start + i] ^ key[i & 3]);
}

std::optional<frame> take_frame(std::string_view& bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const int first = static_cast<unsigned char>(bytes[0]);
    std::uint64_t size = static_cast<unsigned char>(bytes[1]);
    if ((first & 0x70) != 0 || size > 127)
        throw std::runtime_error("the server sent a frame with reserved bits, or a masked one");
    std::size_t head = 2;
    if (size >= 126) {
        const std::size_t width = size == 126 ? 2 : 8;
        head += width;
        if (bytes.size() < head) return std::nullopt;
        size = number_at(bytes, 2, width);
    }
    if (size > largest_frame) throw std::runtime_error("the server sent a frame above 1 MiB");
    if (bytes.size() - head < size) return std::nullopt;
    const frame found{static_cast<opcode>(first & 0xf), (first & 0x80) != 0,
                      bytes.substr(head, static_cast<std::size_t>(size))};
    bytes.remove_prefix(head + static_cast<std::size_t>(size));
    return found;
}

int close_code_of(std::string_view payload) {
    return payload.size() < 2 ? 1005 : static_cast<int>(number_at(payload, 0, 2));
}

std::string upgrade_request(std::string_view host, std::string_view path) {
    // One key for all: whether the server answers it rightly is tested elsewhere.
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + std::string(host) +
           "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: cmVzb2NrIGJlbmNobWFyaw==\r\nSec-WebSocket-Version: 13\r\n\r\n";
}

std::optional<answer> read_answer(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > largest_head)
            throw std::runtime_error("the server's answer to the opening has no end");
        return std::nullopt;
    }
    answer found{0, end + 4};
    if (!bytes.starts_with("HTTP/1.1 ") || bytes.size() < 12)
        throw std::runtime_error("the server's answer to the opening is not HTTP/1.1");
    std::from_chars(bytes.data() + 9, bytes.data() + 12, found.status);
    return found;
}

} // namespace bench
