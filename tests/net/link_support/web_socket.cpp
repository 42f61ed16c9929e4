#include "net/link_support/web_socket.hpp"

#include <csignal>

#include "base/buffer.hpp"
#include "wire/close.hpp"
#include "wire/upgrade.hpp"

namespace resock::test {

namespace {

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char each : bytes)
        value = value << 8 | static_cast<unsigned char>(each);
    return value;
}

template<class Peer>
void bind(Peer& over, std::function<void(std::string_view)>& send,
          std::function<std::string(std::size_t)>& read, std::function<std::string()>& header) {
    send = [&over](std::string_view bytes) { over.send(bytes); };
    read = [&over](std::size_t bytes) { return over.read(bytes); };
    header = [&over] { return over.read_header(); };
}

} // namespace

std::uint16_t frame::close_code() const {
    return payload.size() < 2 ? 1005 : static_cast<std::uint16_t>(big_endian(payload.substr(0, 2)));
}

std::string frame::close_reason() const {
    return payload.size() < 2 ? "" : payload.substr(2);
}

std::string frame_of(opcode code, std::string_view payload, bool fin,
                     std::optional<std::uint32_t> mask) {
    buffer made;
    wire::append_frame(made, code, fin, payload, mask);
    return std::string(made.view());
}

std::string close_of(std::uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 255)};
    return frame_of(opcode::close, payload.append(reason));
}

std::string http_answer(std::string_view status, std::string_view fields) {
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
           "Content-Length: 0\r\n\r\n";
}

web_socket::web_socket(peer& over) {
    bind(over, send_, read_, read_header_);
}
web_socket::web_socket(tls_peer& over) {
    bind(over, send_, read_, read_header_);
}

const std::string& web_socket::request() {
    if (!request_) request_ = read_header_();
    return *request_;
}

std::string web_socket::field(std::string_view name) {
    const std::string begin = "\r\n" + std::string(name) + ": ";
    const std::size_t at = request().find(begin);
    if (at == std::string::npos) return {};
    const std::size_t from = at + begin.size();
    return request().substr(from, request().find("\r\n", from) - from);
}

std::string web_socket::switching(std::string_view fields) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           wire::accept_of(field("Sec-WebSocket-Key")) + "\r\n" + std::string(fields) + "\r\n";
}

void web_socket::accept(std::string_view behind, std::string_view fields) {
    raw(switching(fields).append(behind));
}

std::optional<frame> web_socket::read() {
    const std::string head = read_(2);
    if (head.size() < 2) return std::nullopt;
    frame made;
    made.fin = (head[0] & 0x80) != 0;
    made.code = static_cast<opcode>(head[0] & 0x0f);
    made.masked = (head[1] & 0x80) != 0;
    std::uint64_t length = head[1] & 0x7f;
    if (length >= 126) length = big_endian(read_(length == 126 ? 2 : 8));
    const std::string key = made.masked ? read_(4) : std::string(4, '\0');
    made.payload = read_(length);
    if (key.size() < 4 || made.payload.size() < length) return std::nullopt;
    for (std::size_t i = 0; i < made.payload.size(); ++i)
        made.payload[i] = static_cast<char>(made.payload[i] ^ key[i % 4]);
    return made;
}

std::optional<frame> web_socket::read(opcode code) {
    for (;;) {
        auto next = read();
        if (!next || next->code == code) return next;
    }
}

void web_socket::serve(const std::function<bool(const message&)>& more) {
    message whole;
    while (const auto next = read()) {
        if (next->code == opcode::ping) {
            raw(frame_of(opcode::pong, next->payload));
        } else if (next->code == opcode::close) {
            raw(frame_of(opcode::close, next->payload.substr(0, 2)));
            return;
        } else if (next->code != opcode::pong) {
            if (next->code != opcode::continuation) whole = {next->code == opcode::text, {}};
            whole.bytes += next->payload;
            if (next->fin && more && !more(whole)) return;
        }
    }
}

void web_socket::echo() {
    serve([this](const message& each) {
        raw(frame_of(each.text ? opcode::text : opcode::binary, each.bytes));
        return true;
    });
}

std::function<void(peer&)> accepting(std::function<void(web_socket&)> then) {
    return [then = std::move(then)](peer& client) {
        web_socket server(client);
        server.accept();
        then(server);
    };
}

std::function<void(peer&)> accepting_tls(const tls_server_options& options,
                                         std::function<void(web_socket&)> then) {
    return [serve = over_tls(options, [then = std::move(then)](tls_peer& client) {
                web_socket server(client);
                server.accept();
                then(server);
            })](peer& client) {
        // OpenSSL writes to the socket without MSG_NOSIGNAL. Of this server thread only: that the
        // library raises no SIGPIPE is to be seen.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        serve(client);
    };
}

} // namespace resock::test
