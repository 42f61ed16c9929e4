// From a URL to an answered upgrade: resolve, connect each address in turn, TLS, HTTP.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "base/url.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"
#include "policy/failure.hpp"
#include "wire/upgrade.hpp"

namespace resock::net {

struct tls_options {
    bool verify = true;
    std::string ca_file;             // PEM; "" takes the system roots found at run time
    std::string min_version = "1.2"; // "1.2" or "1.3"
};

struct connect_request {
    resock::url url;
    wire::upgrade_request upgrade;
    tls_options tls;
    duration connect_timeout = std::chrono::seconds(10); // DNS + TCP + TLS together
    duration open_timeout = std::chrono::seconds(20);    // the whole opening, HTTP included
};

struct connected {
    std::unique_ptr<resock::net::stream> stream;
    wire::upgrade_response response; // whatever the status
    std::string leftover;            // bytes read behind the response's header
};

using connect_result = std::variant<connected, policy::failure>;

// One attempt. The handler is called once, on the I/O thread, never from inside start().
class connector {
  public:
    virtual ~connector() = default;
    // Ends the attempt; the handler is not called any more. I/O thread only.
    virtual void cancel() = 0;
};

std::shared_ptr<connector> start_connect(std::shared_ptr<boost::asio::io_context>, resolver&,
                                         connect_request,
                                         std::function<void(connect_result)> handler);

} // namespace resock::net
