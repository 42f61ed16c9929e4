// A typical script of a link, played with one failure at one of its steps: connect, greet, send,
// confirm, flush, a big message in fragments, close.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "machine/fault.hpp"
#include "machine/script.hpp"

namespace resock::link {

inline constexpr std::size_t kernel_takes = 30'000;

class run {
  public:
    run(config c, fault f, int at, bool confirm_by_app)
        : config_(std::make_shared<const config>(std::move(c)))
        , serves_(config_->role == wire::role::server)
        , machine_(config_, seeded(5))
        , fault_(f)
        , at_(at)
        , by_app_(confirm_by_app)
        , ends_(config_->delivery == delivery::at_most_once &&
                        config_->confirm.mode == confirm_mode::off
                    ? level::written
                    : level::received) {}

    // Plays the script to its end; false where it did not end.
    bool play() {
        step(in::greeting_set{"login", "me", true});
        send(10);
        step(in::open{});
        if (serves_) connecting_.emplace(); // the peer's request, to be answered
        work();
        for (int i = 0; i < 3; ++i)
            send(100);
        pass(30ms);
        send(200'000);
        send(5, true);
        step(in::flush{});
        work();
        step(in::greeting_set{"feed", "all", false});
        send(20);
        pass(11s); // the heartbeat asks
        send(70'000);
        step(in::close{1000, "done"});
        work();
        for (int i = 0; i < 5000 && !finished_; ++i)
            pass(50ms);
        return finished_;
    }
    ends& messages() { return ends_; }
    int steps() const { return steps_; }
    bool injected() const { return injected_; }
    const std::multiset<std::uint64_t>& arrived() const { return arrived_; }
    const std::vector<std::uint64_t>& order() const { return order_; }

  private:
    // ---- the machine ----
    void step(in::event event) {
        ++steps_;
        machine_.step(std::move(event), now_, fresh_);
        bool inspect = false;
        std::vector<out::action> now;
        now.swap(fresh_);
        for (out::action& each : now)
            std::visit([&](auto& action) { inspect = on(action) || inspect; }, each);
        CHECK(ends_.first_broken() == "");
        CHECK(machine_.output().size() <= connection::stage_limit + connection::max_fragment + 64);
        if (inspect) machine_.step(in::inspected{line_}, now_, fresh_);
        if (inspect && !fresh_.empty()) step(in::tick{}); // carries out what is left in fresh_
    }
    bool on(out::connect& c) {
        connecting_ = c;
        return false;
    }
    bool on(out::disconnect&) {
        up_ = false;
        mute_ = stuck_ = false; // the failure was of that connection
        return false;
    }
    bool on(out::inspect&) { return true; }
    bool on(out::confirmed& c) {
        for (const std::uint64_t id : ends_.on(c))
            if (!by_app_ && !unkept_.count(id) && c.level == level::received)
                CHECK(arrived_.count(id) > 0);
        return false;
    }
    bool on(out::failed& f) { return ends_.on(f), false; }
    bool on(out::finish&) { return finished_ = true, false; }
    template<class Other>
    bool on(Other&) {
        return false;
    }

    void send(std::size_t size, bool unkept = false) {
        in::send m;
        m.id = ++last_id_;
        std::string text = std::to_string(m.id) + " ";
        text.resize(std::max(text.size(), size), 'x');
        m.data = payload::copy(text);
        m.unkept = unkept;
        if (unkept) unkept_.insert(m.id);
        ends_.accepted(m.id, text.size());
        step(std::move(m));
        work();
    }

    // ---- time ----
    void pass(duration length) {
        const time_point until = now_ + length;
        int ticks = 0;
        while (!finished_) {
            const auto due = machine_.deadline();
            if (!due || *due > until) break;
            ticks = *due > now_ ? 0 : ticks + 1;
            REQUIRE(ticks < 100);
            now_ = std::max(now_, *due);
            step(in::tick{});
            work();
        }
        now_ = until;
        work();
        if (late_ && up_) answer_pings();
    }

    // ---- the world ----
    // One thing after the other until nothing moves; each is a point where the fault may come.
    void work() {
        for (int i = 0; i < 100'000 && !finished_; ++i) {
            if (!injected_ && fault_ != fault::none && steps_ >= at_ && inject()) continue;
            if (connecting_) {
                open();
            } else if (up_ && !stuck_ && !machine_.output().empty()) {
                write();
            } else if (up_ && !mute_ && !late_ && !pings_.empty()) {
                answer_ping();
            } else if (up_ && !mute_ && closing_) {
                step(in::received{close_frame(1000)});
            } else {
                return;
            }
        }
    }
    void open() {
        const out::connect wanted = *std::exchange(connecting_, {});
        peer_ = wire::receiver(serves_ ? wire::role::client : wire::role::server, {64u << 20});
        pings_.clear();
        closing_ = false;
        up_ = true;
        this_connection_ = 0;
        if (serves_) return step(in::accepted{});
        in::opened event;
        event.response = accepting(wanted.request);
        step(std::move(event));
    }
    void write() {
        const std::string bytes(machine_.output().substr(0, kernel_takes));
        if (!mute_) read(bytes);
        step(in::written{bytes.size()});
    }
    void read(std::string_view bytes) {
        peer_.feed(bytes);
        for (;;) {
            const wire::received next = peer_.next();
            if (next.kind == item_kind::none) break;
            REQUIRE(next.kind != item_kind::error);
            if (next.kind == item_kind::ping) pings_.emplace_back(next.bytes);
            if (next.kind == item_kind::close) closing_ = true;
            if (next.kind == item_kind::message && next.bytes != "me" && next.bytes != "all")
                arrive(std::stoull(std::string(next.bytes.substr(0, 3))));
        }
    }
    void arrive(std::uint64_t id) {
        CHECK(id > this_connection_); // in order on each connection
        this_connection_ = id;
        if (arrived_.count(id) == 0) order_.push_back(id);
        arrived_.insert(id);
        if (by_app_) step(in::confirm{id, false});
    }
    void answer_ping() {
        const std::string payload = pings_.front();
        pings_.erase(pings_.begin());
        step(in::received{frame(wire::opcode::pong, payload)});
    }
    void answer_pings() {
        while (up_ && !pings_.empty())
            answer_ping();
        work();
    }

    // False where this fault has no place now; it comes at the next one.
    bool inject() {
        const auto close = [&](std::uint16_t code) { step(in::received{close_frame(code)}); };
        if (fault_ == fault::connect_failed || fault_ == fault::http_503) {
            if (!connecting_) return false;
            injected_ = true;
            refuse();
            return true;
        }
        if (!up_) return false;
        injected_ = true;
        switch (fault_) {
        case fault::reset:
            step(in::ended{failure_of(policy::cause::tcp_reset)});
            break;
        case fault::end_of_stream:
            step(in::ended{});
            break;
        case fault::close_1001:
            close(1001);
            break;
        case fault::close_1011:
            close(1011);
            break;
        case fault::close_1008:
            close(1008);
            break;
        case fault::close_1009:
            close(1009);
            break;
        case fault::close_then_bytes:
            step(in::received{close_frame(1001) + std::string(100, '\xff')});
            break;
        case fault::garbage:
            step(in::received{"\xff\x01garbage"});
            break;
        case fault::cut_in_message:
            step(in::received{frame(wire::opcode::text, "half").substr(0, 4)});
            step(in::ended{failure_of(policy::cause::tcp_reset)});
            break;
        case fault::silence:
            mute_ = true;
            break;
        case fault::stuck:
            mute_ = stuck_ = true;
            break;
        case fault::late_pongs:
            late_ = true;
            break;
        default:
            break;
        }
        return true;
    }
    void refuse() {
        connecting_.reset();
        if (serves_ || fault_ == fault::connect_failed)
            return step(in::connect_failed{failure_of(policy::cause::tcp_refused)});
        in::opened event;
        event.response.status = 503;
        step(std::move(event));
    }

    // ---- the peer's frames ----
    std::string frame(wire::opcode code, std::string_view payload) {
        return frame_from_peer(code, payload, true, serves_);
    }
    std::string close_frame(std::uint16_t code) { return close_from_peer(code, "fault", serves_); }

    std::shared_ptr<const config> config_;
    bool serves_;
    machine machine_;
    fault fault_;
    int at_, steps_ = 0;
    bool by_app_;
    ends ends_;
    actions fresh_;
    time_point now_ = start;
    bool injected_ = false, finished_ = false;
    std::uint64_t last_id_ = 0;
    std::set<std::uint64_t> unkept_;

    std::optional<out::connect> connecting_;
    bool up_ = false, mute_ = false, stuck_ = false, late_ = false, closing_ = false;
    policy::transport_state line_;
    wire::receiver peer_{wire::role::server, {}};
    std::vector<std::string> pings_;
    std::uint64_t this_connection_ = 0;
    std::multiset<std::uint64_t> arrived_;
    std::vector<std::uint64_t> order_;
};

} // namespace resock::link
