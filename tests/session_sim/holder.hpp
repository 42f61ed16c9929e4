// One end of a session with what stands around it in production: the connection, the store, the
// application. Every step is held against the protocol.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session_sim/stage.hpp"
#include "wire/receiver.hpp"

namespace resock::session::sim {

class holder : public events,
               public frame_sink,
               public line_user,
               public std::enable_shared_from_this<holder> {
  public:
    holder(sim::stage&, std::shared_ptr<sim::pair>, side, const session::options&, identity);
    holder(sim::stage&, std::shared_ptr<sim::pair>, side, const session::options&, saved);
    virtual ~holder() = default;
    void begin();
    // After a restart: what the books expect of `from`; then the session goes on.
    static void restart_books(sim::pair&, side, const session::options&, const saved& from);
    void go_on();
    void lose(std::optional<std::uint64_t> recv); // R29

    // ---- the application ----
    void send(std::size_t size, bool text, bool note, bool flush, duration ttl);
    void make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first);
    void end();
    bool may_send() const { return !ep.ending() && !dead_ && !over_; }

    // ---- the connection ----
    void use(std::shared_ptr<sim::line>, wire::receiver);
    void adopt(wire::receiver receiver) { receiver_ = std::move(receiver); }
    void item(const sim::line*, wire::received&);
    void received_all();
    bool has_line() const { return line_ != nullptr; }
    const std::shared_ptr<sim::line>& line() const { return line_; }
    void end_line(std::uint16_t code, const std::string& reason, bool ours);
    void close_line(std::uint16_t code, std::string reason); // with a Close frame
    void leave_line();                                       // the driver knows why
    wire::receiver release_line();                           // without closing it
    std::uint64_t written_total() const { return written_; }
    void bytes(sim::line&, std::string) override;
    void writable(sim::line&) override;
    void ended(sim::line&) override;
    void pump();

    // ---- time and the process ----
    std::optional<time_point> deadline() const;
    void tick();
    void kill(); // the process has died: nothing is told any more
    bool dead() const { return dead_; }
    void check(); // what must hold after every step

    sim::pair& books() { return *pair_; }
    endpoint ep;

  protected:
    virtual void on_line_over(std::uint16_t code, const std::string& reason, bool ours) = 0;
    virtual void settle() {} // what events have asked for, outside of the endpoint
    pair::way& own_way() { return side_ == client_side ? *pair_->up : pair_->from_server(life_); }
    pair::way& peer_way() { return pair_->from(other(side_)); }
    ledger& sent_messages() { return own_way().messages; }
    ledger& got_messages() { return peer_way().messages; }
    stream_log& own_log() { return own_way().log; }
    stream_log& peer_log() { return peer_way().log; }
    sim::store& own_store() { return pair_->stores[side_]; }
    void trace(const std::string& what) {
        if (stage_.tracing) stage_.trace(std::string(name_of(side_)) + ": " + what);
    }
    void check_ended(bool clean); // the session is over for this end

    sim::stage& stage_;
    std::shared_ptr<sim::pair> pair_;
    side side_;
    session::options options_;
    std::uint64_t life_;             // a server's
    std::uint64_t welcome_life_ = 0; // of the server that said the last WELCOME
    bool over_ = false;

    // ---- events ----
    void deliver(arrival) override;
    void confirmed(level, std::uint64_t through, std::uint64_t messages,
                   std::uint64_t bytes) override;
    void failed(const failure_range&) override;
    void persist(record::any) override;
    void hang_up(std::uint16_t code, std::string reason) override;
    void opened(bool resumed) override;
    void rejected(const reject_frame&) override {}
    void go_away(const goaway_frame&) override {}
    void token_wanted(duration) override {}
    void token_given(std::string_view) override {}
    void peer_ended(std::uint32_t code, std::string_view reason) override;

    // ---- frames out ----
    bool room() const override { return out_.size() < out_bound_; }
    void put(std::string_view head, std::string_view body) override;
    std::uint64_t staged() const override { return staged_; }

  private:
    struct waiting { // handed over and not done
        std::uint64_t seq;
        std::uint32_t check;
        std::uint64_t number;
        std::size_t size;
    };
    struct carried { // a sequenced frame in the stream
        std::uint64_t begin;
        std::uint64_t seq;
        std::uint32_t check;
    };
    void watch_sent(const decoded&, std::size_t size);
    void watch_sequenced(std::uint64_t seq, std::size_t size);
    void watch_ack(const ack_frame&);
    void watch_received(const decoded&);
    void granted(std::uint64_t recv, std::uint32_t window);
    bool swallowed(const decoded&);
    std::string altered(welcome_frame) const;
    bool write_some();
    void report_written();
    void keep_some();
    void think();
    void finish_one();
    void check_acks();
    void check_bounds();

    std::vector<std::uint64_t> numbers_; // by id
    std::uint64_t confirmed_through_ = 0;
    std::deque<waiting> waiting_;
    bool thinking_ = false;
    bool keeping_ = false;
    bool dead_ = false;
    bool begun_ = false;

    std::shared_ptr<sim::line> line_;
    std::optional<wire::receiver> receiver_;
    buffer out_;
    std::size_t out_bound_ = 16384;
    std::uint64_t staged_ = 0;
    std::uint64_t written_ = 0;
    std::deque<carried> carried_;
    std::optional<std::pair<std::uint16_t, std::string>> closing_;
    bool close_staged_ = false;

    // R20, R21, as the peer sees it.
    std::uint64_t told_limit_ = 0;
    std::uint64_t told_recv_ = 0;
    std::uint64_t told_done_ = 0;
    std::optional<time_point> owed_since_; // an ACK
    time_point unblocked_at_{};            // the kernel took what waited
    std::uint64_t ack_end_ = 0;
    bool ack_comes_first_ = false;
    bool first_frame_ = true;
    time_point heard_at_{};
};

} // namespace resock::session::sim
