// A listener, its links and what becomes of their messages.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include <resock/resock.hpp>

#include "common/events.hpp"
#include "common/output.hpp"
#include "serve/settings.hpp"

namespace cli {

// Everything happens on one thread, in turns: take events, then wait in poll(2) for the hub,
// standard output or a signal. What cannot be handed on is not taken: the hub rests while standard
// output is slow, and a link is held while its peer does not read what is sent back.
class service {
  public:
    explicit service(serve_settings);
    int run();

  private:
    // Freed once printed and sent back; in a session the peer is then told that it is processed.
    using message = std::shared_ptr<const resock::event>;

    struct client {
        resock::link link;
        std::deque<message> echoes; // that its queue had no room for; then it is held
        bool in_session = false;    // it outlives its connections
    };

    void say_addresses();
    void wait();
    void take_signals();
    void shut_down();
    bool may_leave() const;
    void take(resock::event);
    void take_message(resock::event);
    void echo(client&, message);
    void go_on(client&);
    bool is_session(const resock::event&) const;
    void report_line(const resock::event&);

    serve_settings settings_;
    reporter reporter_;
    output output_;
    bool keeps_sessions_; // in a file
    resock::hub hub_;
    resock::listener listener_;
    int hub_fd_ = -1;
    std::unordered_map<std::uint64_t, client> clients_; // by link id
    bool over_ = false;
    int signal_ = 0; // the first one, 0: none
    bool quit_ = false;
};

} // namespace cli
