#include "net/link_support/raw_client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/buffer.hpp"
#include "base/listen_address.hpp"
#include "wire/frame.hpp"

namespace resock::test {

namespace {

constexpr std::uint32_t mask = 0x12345678;

sockaddr_in v4(const std::string& host, std::uint16_t port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &made.sin_addr);
    return made;
}

template<class Address>
int connected(int family, const Address& to, const std::string& from) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in own = v4(from, 0);
    const bool bound =
        from.empty() || ::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0;
    if (!bound || ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        const std::string why = std::strerror(errno);
        ::close(fd);
        throw std::runtime_error("connect: " + why);
    }
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int connect_to(const listen_address& at, const std::string& from) {
    if (at.kind == listen_address::kind::unix_socket) {
        sockaddr_un to{};
        to.sun_family = AF_UNIX;
        std::memcpy(to.sun_path, at.path.data(), at.path.size());
        return connected(AF_UNIX, to, from);
    }
    if (at.host.find(':') != std::string::npos) {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(at.port);
        ::inet_pton(AF_INET6, at.host.c_str(), &to.sin6_addr);
        return connected(AF_INET6, to, from);
    }
    return connected(AF_INET, v4(at.host, at.port), from);
}

// "" where it is no IPv4 address.
std::string own_address_of(int fd) {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size);
    if (own.sin_family != AF_INET) return {};
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &own.sin_addr, text.data(), text.size());
    return std::string(text.data()) + ':' + std::to_string(ntohs(own.sin_port));
}

} // namespace

std::string frame_bytes(unsigned opcode, std::string_view payload, bool fin) {
    buffer made;
    wire::append_frame(made, static_cast<wire::opcode>(opcode), fin, payload, mask);
    return std::string(made.view());
}

raw_client::raw_client(const std::string& address, const std::string& from)
    : fd_(connect_to(parse_listen_address(address), from))
    , own_address_(own_address_of(fd_)) {
}

raw_client::~raw_client() {
    close();
}

void raw_client::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    ended_ = true;
}

std::size_t raw_client::send_some(std::string_view bytes) {
    std::size_t total = 0;
    while (total < bytes.size()) {
        const auto sent = ::send(fd_, bytes.data() + total, bytes.size() - total, MSG_NOSIGNAL);
        if (sent <= 0) break;
        total += static_cast<std::size_t>(sent);
    }
    return total;
}

void raw_client::open(std::string_view target, std::string_view fields) {
    send("GET " + std::string(target) +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         std::string(fields) + "\r\n");
}

const std::string& raw_client::received() {
    std::array<char, 65536> bytes;
    while (!ended_) {
        const auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
        if (count > 0)
            received_.append(bytes.data(), static_cast<std::size_t>(count));
        else if (count == 0 || (errno != EAGAIN && errno != EINTR))
            ended_ = true;
        else
            break;
    }
    return received_;
}

bool raw_client::ended() {
    received();
    return ended_;
}

std::string raw_client::rest() {
    return has_header() ? received_.substr(received_.find("\r\n\r\n") + 4) : "";
}

// Of the frames that have come whole; a server's are not masked.
template<class See>
void raw_client::each_frame(See see) {
    const std::string bytes = rest();
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    for (std::size_t at = 0; at + 2 <= bytes.size();) {
        std::size_t size = byte(at + 1), header = 2;
        if (size >= 126) header += size == 126 ? 2 : 8;
        if (at + header > bytes.size()) return;
        if (header > 2) {
            size = 0;
            for (std::size_t i = 2; i < header; ++i)
                size = size << 8 | byte(at + i);
        }
        if (at + header + size > bytes.size()) return;
        see(byte(at) & 15u, std::string_view(bytes).substr(at + header, size));
        at += header + size;
    }
}

unsigned raw_client::close_code() {
    unsigned code = 0;
    each_frame([&](unsigned opcode, std::string_view payload) {
        if (opcode == 8 && payload.size() >= 2)
            code = static_cast<unsigned char>(payload[0]) * 256u +
                   static_cast<unsigned char>(payload[1]);
    });
    return code;
}

unsigned raw_client::answer_pings() {
    unsigned pings = 0, answered = 0;
    each_frame([&](unsigned opcode, std::string_view payload) {
        if (opcode != 9 || ++pings <= answered_) return;
        frame(10, payload);
        ++answered;
    });
    answered_ += answered;
    return answered;
}

} // namespace resock::test
