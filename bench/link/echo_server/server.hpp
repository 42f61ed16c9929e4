#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connection.hpp"
#include "job/address.hpp"

namespace bench {

// One thread, one epoll: all listeners, all connections, the end of standard input and SIGTERM.
class server {
  public:
    explicit server(ledger& book);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // Returns the URL with the port that the system chose; `identity` for wss, and outlives this.
    std::string listen(const address& on, const tls_identity* identity);

    void run();

  private:
    struct listener {
        int fd;
        const tls_identity* identity;
    };

    void watch(int fd, std::uint32_t events);
    void dispatch(int fd);
    void accept_all(const listener& from);
    void serve(int fd);

    ledger& book_;
    int epoll_;
    int signals_;
    bool stopped_ = false;
    std::vector<listener> listeners_;
    struct client {
        std::unique_ptr<connection> link;
        bool waits_to_write = false; // as epoll was told
    };
    std::vector<client> clients_; // by descriptor
    std::vector<char> buffer_;
};

} // namespace bench
