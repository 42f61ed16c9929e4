#include "chaos/engine/addresses.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>

#include "chaos/engine/proxy.hpp"

namespace chaos {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

std::vector<tcp::endpoint> resolve(asio::io_context& loop, const address& named,
                                   const std::string& remedy) {
    tcp::resolver resolver(loop);
    error_code error;
    const auto found = resolver.resolve(named.host, std::to_string(named.port),
                                        asio::ip::resolver_base::numeric_service, error);
    if (error)
        throw setup_error("the name '" + named.host + "' cannot be resolved (" + error.message() +
                          "); " + remedy);
    std::vector<tcp::endpoint> endpoints;
    for (const auto& each : found) {
        const tcp::endpoint endpoint = each.endpoint();
        if (std::find(endpoints.begin(), endpoints.end(), endpoint) == endpoints.end())
            endpoints.push_back(endpoint);
    }
    return endpoints;
}

std::string remedy_of(const error_code& error) {
    if (error == asio::error::address_in_use)
        return "end the program that uses it, or take another port; 0 is one that is free";
    if (error == asio::error::access_denied)
        return "take a port from 1024, or run it with the right to use lower ones";
    return "take an address of this machine, such as 127.0.0.1 or [::1]";
}

} // namespace

std::string text_of(const address& shown) {
    const bool is_v6 = shown.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + shown.host + "]" : shown.host) + ":" + std::to_string(shown.port);
}

std::string text_of(const tcp::endpoint& endpoint) {
    return text_of(address{endpoint.address().to_string(), endpoint.port()});
}

std::vector<tcp::endpoint> resolve_target(asio::io_context& loop, const address& to) {
    return resolve(loop, to, "check the server's name, or give its IP address");
}

std::unique_ptr<listener> listen_at(asio::io_context& loop, const address& at, bool is_narrow) {
    const auto endpoints = resolve(loop, at, "listen on an address of this machine");
    try {
        return std::make_unique<listener>(loop, endpoints.front(), is_narrow);
    } catch (const boost::system::system_error& error) {
        throw setup_error("cannot listen on " + text_of(at) + " (" + error.code().message() +
                          "); " + remedy_of(error.code()));
    }
}

} // namespace chaos
