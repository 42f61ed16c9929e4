#include "job/address.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <stdexcept>

namespace bench {

namespace {

[[noreturn]] void refuse(std::string_view url) {
    throw std::invalid_argument(
        "'" + std::string(url) +
        "' is not ws://HOST:PORT/ or wss://HOST:PORT/ with the host 127.x.y.z, [::1] or localhost: "
        "this program talks only to this machine");
}

bool is_loopback(const std::string& host) {
    in_addr v4{};
    in6_addr v6{};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
    return host == "localhost";
}

} // namespace

address::address(std::string_view url)
    : tls(url.starts_with("wss://")) {
    if (!tls && !url.starts_with("ws://")) refuse(url);
    std::string_view rest = url.substr(tls ? 6 : 5);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    if (slash < rest.size()) path = rest.substr(slash);
    rest = rest.substr(0, slash);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos) refuse(url);
    const std::string_view digits = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size()) refuse(url);
    host = rest.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (!is_loopback(host)) refuse(url);
}

std::string address::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace bench
