#include "opening.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <openssl/evp.h>

namespace bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::uint32_t most_head_bytes = 16384;
constexpr std::string_view accept_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

// Sec-WebSocket-Accept, RFC 6455 §4.2.2.
std::string accept_value(std::string_view key) {
    const std::string text = std::string(key).append(accept_guid);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

} // namespace

opening read_opening(std::string_view bytes) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(most_head_bytes);
    parser.skip(true); // what follows the head are frames
    boost::system::error_code error;
    const std::size_t size = parser.put(asio::buffer(bytes), error);
    if (error == http::error::need_more) return {};
    if (error || !beast::websocket::is_upgrade(parser.get()))
        return {opening::state::refused, size,
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"};
    return {opening::state::accepted, size,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
                accept_value(parser.get()[http::field::sec_websocket_key]) + "\r\n\r\n"};
}

} // namespace bench
