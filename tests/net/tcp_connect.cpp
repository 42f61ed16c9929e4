#include "net/tcp_connect.hpp"

#include "net/support/loop.hpp"
#include "net/support/servers.hpp"

using namespace resock;
using test::black_hole;
using test::closed_port;
using test::loop;
using test::loopback_server;
using test::peer;

namespace {

using endpoint = boost::asio::ip::tcp::endpoint;

endpoint at(const char* address, std::uint16_t port) {
    return {boost::asio::ip::make_address(address), port};
}

// Answers every name with `endpoints`.
net::resolver answering(std::vector<endpoint> endpoints) {
    return net::resolver([endpoints = std::move(endpoints)](const std::string&, std::uint16_t) {
        net::resolved answer;
        answer.endpoints = endpoints;
        return answer;
    });
}

// A server that answers `text` to an upgrade, then waits for the client's end.
std::function<void(peer&)> replying(std::string text) {
    return [text = std::move(text)](peer& client) {
        client.read_header();
        client.send(text);
        client.read_to_end();
    };
}

net::connect_result connect_to(loop& on, std::uint16_t port) {
    return test::connect(on, test::request_to("ws", "127.0.0.1", port));
}

} // namespace

TEST_CASE("a closed port refuses") {
    loop on;
    const closed_port port;
    const auto failure = test::failed(connect_to(on, port.port()));
    CHECK(failure.cause == policy::cause::tcp_refused);
    CHECK(failure.sys_errno == ECONNREFUSED);
    CHECK(failure.detail == "127.0.0.1:" + std::to_string(port.port()) + ": Connection refused");
    CHECK(failure.host == "127.0.0.1:" + std::to_string(port.port()));
}

TEST_CASE("addresses are tried in their order, the answer of the second counts") {
    loopback_server server(replying(test::switching));
    const closed_port closed;
    loop on;
    auto names = answering({at("127.0.0.1", closed.port()), at("127.0.0.1", server.port())});
    const auto opened =
        test::opened(test::connect(on, names, test::request_to("ws", "two.example", 80)));
    CHECK(opened.stream->remote_address() == "127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("where no address answers, all are told and the most telling is the cause") {
    const closed_port closed;
    loop on;
    // Multicast cannot be connected to: unreachable at once.
    auto names =
        answering({at("224.0.0.1", 80), at("127.0.0.1", closed.port()), at("224.0.0.2", 80)});
    const auto failure =
        test::failed(test::connect(on, names, test::request_to("ws", "three.example", 80)));
    CHECK(failure.cause == policy::cause::tcp_refused);
    CHECK(failure.sys_errno == ECONNREFUSED);
    CHECK(test::contains(failure.detail, "224.0.0.1:80: "));
    CHECK(test::contains(failure.detail, "224.0.0.2:80: "));
    CHECK(failure.host == "three.example");
}

TEST_CASE("many addresses: the words are cut") {
    const closed_port closed;
    loop on;
    auto names = answering(std::vector<endpoint>(12, at("127.0.0.1", closed.port())));
    const auto failure =
        test::failed(test::connect(on, names, test::request_to("ws", "many.example", 80)));
    CHECK(test::contains(failure.detail, "and 4 more addresses"));
}

TEST_CASE("an address that swallows everything leaves time for the next") {
    loopback_server server(replying(test::switching));
    const black_hole hole;
    loop on;
    auto names = answering({at("127.0.0.1", hole.port()), at("127.0.0.1", server.port())});
    auto request = test::request_to("ws", "two.example", 80);
    request.connect_timeout = std::chrono::milliseconds(200);
    const auto opened = test::opened(test::connect(on, names, request));
    CHECK(opened.stream->remote_address() == "127.0.0.1:" + std::to_string(server.port()));
}
