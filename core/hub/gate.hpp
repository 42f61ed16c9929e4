// A listener's part on one I/O thread: its listening sockets, and the connections that are not yet
// links. Used on that thread only, but for its construction.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "hub/session_request.hpp"
#include "net/greeter.hpp"
#include "net/io_worker.hpp"
#include "net/listen_socket.hpp"
#include "net/opening.hpp"

namespace resock::hub {

class listener;

class gate final : public net::acceptor_events,
                   public net::opening_events,
                   public net::greeter_events,
                   public std::enable_shared_from_this<gate> {
  public:
    gate(std::weak_ptr<listener>, std::shared_ptr<net::io_worker>);

    void open(std::vector<net::bound_socket>);
    bool close();                // accepts no more; false where it did not already
    void hurry(duration within); // openings that go on end after that time
    // Answers 101 with resock.v1; whoever says HELLO then goes to the listener.
    void greet(const std::shared_ptr<net::opening>&);
    void abort(); // everything, without a word

    const std::shared_ptr<net::io_worker>& worker() const { return worker_; }

    // ---- net::acceptor_events ----
    void accepted(net::accepted_socket, const listen_address& at) override;
    void exhausted(net::descriptor fd, const listen_address& at, int sys_errno) override;
    // ---- net::opening_events ----
    void requested(const std::shared_ptr<net::opening>&) override;
    void failed(const net::opening&, int status, const std::string& why) override;
    void unanswered(const std::shared_ptr<net::opening>&) override;
    void over(const net::opening&) override;
    // ---- net::greeter_events ----
    void greeted(net::greeter&, net::greeting) override;
    void ungreeted(net::greeter&, std::uint16_t code, const std::string& why) override;

  private:
    void begin(listener&, net::accepted_socket, const listen_address& at);

    const std::weak_ptr<listener> listener_;
    const std::shared_ptr<net::io_worker> worker_;
    std::vector<std::shared_ptr<net::acceptor>> acceptors_;
    std::unordered_map<const net::opening*, std::shared_ptr<net::opening>> openings_;
    struct greeting_under_way {
        std::shared_ptr<net::greeter> greeter;
        session_request from;
    };
    std::unordered_map<const net::greeter*, greeting_under_way> greeters_;
    bool closed_ = false;
    bool aborted_ = false;
};

} // namespace resock::hub
