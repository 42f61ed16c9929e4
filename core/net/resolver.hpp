// Names to addresses on threads of their own: getaddrinfo can hang for minutes, and neither an I/O
// thread nor a free may wait for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policy/failure.hpp"

namespace resock::net {

struct resolved {
    std::vector<boost::asio::ip::tcp::endpoint> endpoints; // in getaddrinfo's order
    int error = 0;                                         // EAI_… where there are none
    int sys_errno = 0;                                     // with EAI_SYSTEM
    std::string detail;                                    // in words
};

// dns_unknown where the name does not exist or has no address; else dns_temporary.
policy::cause lookup_cause(int gai_error);

// Blocking: name and port to addresses. Tests put one that hangs here.
using lookup = std::function<resolved(const std::string& host, std::uint16_t port)>;
resolved system_lookup(const std::string& host, std::uint16_t port);

// Shared by the links of a hub. At most max_threads lookups run at once in the process, further
// ones wait their turn. A lookup that hangs outlives the resolver, the hub and the handler: its
// answer is then dropped. Address literals are answered without a thread.
class resolver {
  public:
    static constexpr std::size_t max_threads = 16;
    explicit resolver(lookup = system_lookup);
    // `handler` is posted to `io`; the returned token keeps the question alive: once it is gone
    // the handler is not called any more.
    std::shared_ptr<void> resolve(std::shared_ptr<boost::asio::io_context> io,
                                  const std::string& host, std::uint16_t port,
                                  std::function<void(resolved)> handler);

  private:
    lookup lookup_;
};

} // namespace resock::net
