// A listener that strangers come to, and a good link of it that echoes all the while: none of what
// they do may be seen there.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/link_support/listening.hpp"

namespace resock::test {

// What the listener's application saw of one stranger that was let in.
struct guest {
    hub::handle_key key = 0;
    std::shared_ptr<hub::hub_link> link;
    std::vector<std::string> messages; // the first few
    std::size_t message_count = 0;
    std::optional<policy::disconnect_record> down;
    bool closed = false;
};

// An entry of the listener's history.
struct refused_stranger {
    int status = 0; // 0: nothing was answered
    std::string why;
};

class siege {
  public:
    // Waits until the good link is open.
    explicit siege(unsigned threads, const settings& wanted = {});
    ~siege();
    siege(const siege&) = delete;
    siege& operator=(const siege&) = delete;

    // A stranger's socket, connected. Bytes that it does not take at once are sent on by until().
    raw_client& stranger(const std::string& from = {});
    raw_client& stranger_sending(std::string bytes);
    void send(raw_client& from, std::string bytes);
    // What its socket has not taken so far.
    std::size_t unsent(const raw_client& from) const;
    // Closes its end, where it is not closed; the reference is void.
    void forget(const raw_client&);
    std::size_t strangers() const { return strangers_.size(); }

    // Goes on, with `what` as the complaint if it takes too long, until `done`. The good link
    // echoes meanwhile.
    template<class Done>
    void until(const std::string& what, Done done) {
        const auto limit = std::chrono::steady_clock::now() + wait_limit;
        while (!done()) {
            if (std::chrono::steady_clock::now() > limit) FAIL("waited in vain: " << what);
            turn();
        }
    }
    void turn();

    // ---- what the listener says of a stranger ----
    // Null where it was not let in, or not yet.
    guest* guest_of(const raw_client&);
    // Waits for it.
    guest& await_guest(const raw_client&);
    const policy::disconnect_record& await_down(const raw_client&);
    refused_stranger await_refusal(const raw_client&);

    // ---- the others ----
    // Its echo comes back, and it has not seen an end.
    void check_good_link();
    // Waits until every stranger's socket was closed by the listener, whose numbers are what they
    // were before, and checks the good link.
    void check_as_before();
    // No echo is under way: nothing but strangers takes memory. turn() begins again with
    // echo(true).
    void echo(bool on);

    listening at;

  private:
    void see(hub::event_ptr);
    void see_guest(const hub::event&);
    void send_on();
    void next_echo();
    bool is_at_rest();

    struct visitor {
        std::unique_ptr<raw_client> socket;
        std::string unsent;
    };
    std::vector<visitor> strangers_;
    std::map<std::uint64_t, guest> guests_;         // by link
    std::map<std::string, std::uint64_t> link_ids_; // by the stranger's address
    hub::hub_link* good_ = nullptr;
    std::uint64_t good_end_ = 0; // its link at the listener
    bool good_open_ = false;
    bool echoing_ = true;
    std::uint64_t echoes_sent_ = 0, echoes_ = 0, wrong_echoes_ = 0, good_ends_ = 0;
    unsigned turns_ = 0;
};

// The bytes of an opening without its empty line; `fields` ("Name: value\r\n" each) come last.
std::string opening_without_end(const std::string& fields = {});
// A whole one.
std::string opening_bytes(const std::string& fields = {});

} // namespace resock::test
