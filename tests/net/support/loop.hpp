// An I/O context for one test, and helpers that drive it until something has happened.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "net/connector.hpp"
#include "support/catch.hpp"

namespace resock::test {

class loop {
  public:
    loop()
        : io(std::make_shared<boost::asio::io_context>())
        , work_(io->get_executor()) {}

    // Runs handlers until `done` says so; fails the test after a limit that no good run comes near.
    template<class Done>
    void run_until(Done done) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!done())
            if (io->run_one_until(limit) == 0) FAIL("nothing happened for a minute");
    }
    // Runs what is ready now.
    void run_ready() { io->poll(); }

    std::shared_ptr<boost::asio::io_context> io;

  private:
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
};

inline net::connect_request request_to(const std::string& scheme, const std::string& host,
                                       std::uint16_t port) {
    net::connect_request request;
    request.url.scheme = scheme == "wss"    ? url::scheme::wss
                         : scheme == "echo" ? url::scheme::echo
                                            : url::scheme::ws;
    request.url.host = host;
    request.url.port = port;
    request.url.target = "/chat";
    request.upgrade.target = "/chat";
    request.upgrade.key = "dGhlIHNhbXBsZSBub25jZQ==";
    request.upgrade.fields = {{"Host", host},
                              {"Upgrade", "websocket"},
                              {"Connection", "Upgrade"},
                              {"Sec-WebSocket-Key", request.upgrade.key},
                              {"Sec-WebSocket-Version", "13"}};
    request.connect_timeout = std::chrono::seconds(30);
    request.open_timeout = std::chrono::seconds(30);
    return request;
}

inline net::connect_result connect(loop& on, net::resolver& names, net::connect_request request) {
    std::optional<net::connect_result> result;
    const auto attempt =
        net::start_connect(on.io, names, std::move(request),
                           [&](net::connect_result got) { result.emplace(std::move(got)); });
    CHECK(!result); // never from inside start_connect
    on.run_until([&] { return result.has_value(); });
    return *std::move(result);
}

inline net::connect_result connect(loop& on, net::connect_request request) {
    net::resolver names;
    return connect(on, names, std::move(request));
}

inline net::connected opened(net::connect_result result) {
    if (const auto* failure = std::get_if<policy::failure>(&result))
        FAIL(policy::to_string(failure->cause) << ": " << failure->detail);
    return std::get<net::connected>(std::move(result));
}

inline policy::failure failed(const net::connect_result& result) {
    if (std::holds_alternative<net::connected>(result)) FAIL("connected, and must not");
    return std::get<policy::failure>(result);
}

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Waits until `stream` is ready in one direction.
inline void wait(loop& on, net::stream& stream, net::readiness direction) {
    bool ready = false;
    stream.async_wait(direction, [&] { ready = true; });
    on.run_until([&] { return ready; });
}

// Writes all of `bytes`; empty, or the failure.
inline std::optional<policy::failure> write_all(loop& on, net::stream& stream,
                                                std::string_view bytes) {
    while (!bytes.empty()) {
        const net::io_result step = stream.write_some(bytes);
        if (step.failure) return step.failure;
        if (step.wait_for) wait(on, stream, *step.wait_for);
        bytes.remove_prefix(step.bytes);
    }
    return std::nullopt;
}

struct read_outcome {
    std::string bytes;
    bool end = false;
    std::optional<policy::failure> failure;
};

// Reads until `count` bytes are there, or the end, or a failure.
inline read_outcome read_bytes(loop& on, net::stream& stream, std::size_t count) {
    read_outcome outcome;
    char bytes[8192];
    while (outcome.bytes.size() < count) {
        const std::size_t room = std::min(sizeof(bytes), count - outcome.bytes.size());
        const net::io_result step = stream.read_some(bytes, room);
        outcome.bytes.append(bytes, step.bytes);
        outcome.end = step.end;
        outcome.failure = step.failure;
        if (step.end || step.failure) break;
        if (step.wait_for) wait(on, stream, *step.wait_for);
    }
    return outcome;
}

inline constexpr const char* switching =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

} // namespace resock::test
