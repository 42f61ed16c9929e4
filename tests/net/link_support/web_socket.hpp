// The server's end of one WebSocket connection, blocking, for scripts of loopback_server. Each call
// returns early once the client is gone.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/link_support/application.hpp"
#include "net/support/servers.hpp"
#include "wire/frame.hpp"

namespace resock::test {

using wire::opcode;

struct frame {
    opcode code = opcode::continuation;
    bool fin = true;
    bool masked = false;
    std::string payload; // unmasked

    std::uint16_t close_code() const; // 1005 where there is none
    std::string close_reason() const;
};

struct message {
    bool text = false;
    std::string bytes;
};

// One frame as a server writes it; with `mask` as only a client may.
std::string frame_of(opcode code, std::string_view payload, bool fin = true,
                     std::optional<std::uint32_t> mask = std::nullopt);
std::string close_of(std::uint16_t code, std::string_view reason = {});
// "http://…" answers: status line, fields, empty line.
std::string http_answer(std::string_view status, std::string_view fields = {});

class web_socket {
  public:
    explicit web_socket(peer& over);
    explicit web_socket(tls_peer& over);

    // The client's opening, read when it is first asked for.
    const std::string& request();
    // Value of a field of it, "" where it is missing.
    std::string field(std::string_view name);
    // The answer that accepts it.
    std::string switching(std::string_view fields = {});
    // Reads the opening and accepts it, with `behind` in the same segment.
    void accept(std::string_view behind = {}, std::string_view fields = {});

    void raw(std::string_view bytes) { send_(bytes); }
    void text(std::string_view payload) { raw(frame_of(opcode::text, payload)); }
    // Empty once the client is gone.
    std::optional<frame> read();
    // The next frame that has this opcode.
    std::optional<frame> read(opcode code);
    // Answers pings and Close and hands messages over, until the client ends or `more` says false.
    void serve(const std::function<bool(const message&)>& more = {});
    void echo();

  private:
    std::function<void(std::string_view)> send_;
    std::function<std::string(std::size_t)> read_;
    std::function<std::string()> read_header_;
    std::optional<std::string> request_;
};

// A server script that accepts each connection and then does as told.
std::function<void(peer&)> accepting(std::function<void(web_socket&)> then);
// The same behind a TLS handshake.
std::function<void(peer&)> accepting_tls(const tls_server_options& options,
                                         std::function<void(web_socket&)> then);

// What several threads noted, in order.
class journal {
  public:
    void add(std::string text) {
        const std::lock_guard guard(mutex_);
        entries_.push_back(std::move(text));
    }
    std::vector<std::string> all() const {
        const std::lock_guard guard(mutex_);
        return entries_;
    }
    std::size_t size() const {
        const std::lock_guard guard(mutex_);
        return entries_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> entries_;
};

inline std::string ws_url(std::uint16_t port) {
    return "ws://127.0.0.1:" + std::to_string(port) + "/chat";
}
inline std::string wss_url(std::uint16_t port) {
    return "wss://localhost:" + std::to_string(port) + "/chat";
}

} // namespace resock::test
