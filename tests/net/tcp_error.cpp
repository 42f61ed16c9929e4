#include "net/tcp_error.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace resock;

TEST_CASE("errno names the cause") {
    struct row {
        int error;
        policy::cause cause;
    };
    const row rows[] = {
        {ECONNREFUSED, policy::cause::tcp_refused},
        {ECONNRESET, policy::cause::tcp_reset},
        {EPIPE, policy::cause::tcp_reset},
        {ETIMEDOUT, policy::cause::tcp_timeout},
        {EHOSTUNREACH, policy::cause::tcp_unreachable},
        {ENETUNREACH, policy::cause::tcp_unreachable},
        {EADDRNOTAVAIL, policy::cause::tcp_unreachable},
        {EMFILE, policy::cause::tcp_unreachable},
        {EAFNOSUPPORT, policy::cause::tcp_unreachable},
    };
    for (const row& row : rows) {
        CAPTURE(row.error);
        const auto failure = net::tcp_failure(row.error, "where");
        CHECK(failure.cause == row.cause);
        CHECK(failure.sys_errno == row.error);
        CHECK(failure.detail.find("where: ") == 0);
    }
    CHECK(net::tcp_failure(EMFILE, "x").detail.find("limit of open files") != std::string::npos);
}

TEST_CASE("an address is written with its port, IPv6 in brackets") {
    using boost::asio::ip::make_address;
    CHECK(net::to_text({make_address("127.0.0.1"), 80}) == "127.0.0.1:80");
    CHECK(net::to_text({make_address("::1"), 8080}) == "[::1]:8080");
}

TEST_CASE("each error of sockets stands once, under its name, with the cause that it gets") {
    std::set<int> numbers;
    for (const net::socket_error& each : net::socket_errors()) {
        INFO(each.name);
        CHECK(numbers.insert(each.sys_errno).second);
        CHECK(std::string(each.name).rfind('E', 0) == 0);
        CHECK(net::tcp_cause(each.sys_errno) == each.cause);
        CHECK(std::string(each.meaning).empty() == std::string(each.remedy).empty());
    }
    CHECK(numbers.count(ECONNREFUSED) == 1);
    CHECK(net::tcp_cause(EIO) == policy::cause::tcp_reset); // whatever is not listed
}

TEST_CASE("so is the system's own form; other families have none") {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(4711);
    v4.sin_addr.s_addr = htonl(0xC0000207);
    CHECK(net::to_text(reinterpret_cast<const sockaddr&>(v4)) == "192.0.2.7:4711");
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(80);
    v6.sin6_addr = in6addr_loopback;
    CHECK(net::to_text(reinterpret_cast<const sockaddr&>(v6)) == "[::1]:80");
    sockaddr other{};
    other.sa_family = AF_UNIX;
    CHECK(net::to_text(other).empty());
}
