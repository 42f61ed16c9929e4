#pragma once

#include <map>
#include <string>

#include "kinds.hpp"
#include "support/link.hpp"

namespace bench {

// What the server did to all links of one kind.
struct tally {
    std::uint64_t links = 0;
    std::uint64_t begun = 0; // connections, those of reopened links too
    std::uint64_t not_begun = 0;
    std::uint64_t opened = 0; // answered with 101
    std::map<std::string, std::uint64_t> ended;
    std::uint64_t bytes_taken = 0;      // by the socket: what waits in the kernel counts too
    std::uint64_t most_bytes_taken = 0; // of one connection
    std::uint64_t writes = 0;
    std::uint64_t blocked = 0; // of these: the socket took nothing, the server does not read
};

// One misbehaving client. It does something only in act(), so that the caller sets the pace.
class bad_link final : public link_user {
  public:
    bad_link(kind of, const floods& with, tally& counts, poller& by, const target& to,
             std::uint32_t index);

    void act(const sources& from, std::int64_t now_ns);

    // Adds what the connection that still stands has taken.
    void finish();
    bool still_connected() const { return !link_.ended(); }
    kind what() const { return kind_; }

  private:
    void on_connected(link& of) override;
    void on_open(link& of) override;
    void on_message(link&, std::string_view) override {}
    void on_ended(link& of, const ending& how) override;

    void begin(const sources& from, std::int64_t now_ns);
    void act_before_open(std::int64_t now_ns);
    void flood();
    void write_on(std::string_view bytes);
    void count_bytes();
    bool skips_opening() const { return kind_ == kind::garbage && link_.index() % 2 == 1; }

    kind kind_;
    const floods& floods_;
    tally& counts_;
    link link_;
    std::string request_;
    std::int64_t begun_ns_ = 0;
    std::int64_t last_byte_ns_ = 0;
    std::size_t written_ = 0; // of what is being written
    bool first_done_ = false; // of fragments
};

} // namespace bench
