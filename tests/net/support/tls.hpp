// A trusted authority, and attempts against a server with a certificate of its making.
#pragma once

#include <optional>

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

namespace resock::test {

struct trusted {
    temporary_directory directory;
    identity authority = make_authority();
    std::string ca_file = directory.write("ca.pem", authority.pem());
};

inline void answer(tls_peer& client) {
    client.read_header();
    client.send(switching);
    client.socket().read_to_end();
}

inline net::connect_request secure_request(const std::string& host, std::uint16_t port,
                                           const std::string& ca_file) {
    auto request = request_to("wss", host, port);
    request.tls.ca_file = ca_file;
    return request;
}

// Every name is 127.0.0.1.
inline net::resolver local_names() {
    return net::resolver([](const std::string&, std::uint16_t port) {
        net::resolved answer;
        answer.endpoints.emplace_back(boost::asio::ip::address_v4::loopback(), port);
        return answer;
    });
}

// Empty, or why the attempt failed.
inline std::optional<policy::failure> try_certificate(const trusted& trust, const identity& own,
                                                      const std::string& host) {
    loopback_server server(over_tls({own, 0, 0, "", nullptr}, answer));
    loop on;
    auto names = local_names();
    const auto result = connect(on, names, secure_request(host, server.port(), trust.ca_file));
    if (const auto* failure = std::get_if<policy::failure>(&result)) return *failure;
    const auto& opened = std::get<net::connected>(result);
    CHECK(opened.response.status == 101);
    CHECK(!opened.stream->tls().empty());
    return std::nullopt;
}

inline policy::failure refused(const trusted& trust, const identity& own, const std::string& host) {
    const auto failure = try_certificate(trust, own, host);
    if (!failure) FAIL("the certificate was taken, and must not");
    return *failure;
}

} // namespace resock::test
