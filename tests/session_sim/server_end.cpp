#include "session_sim/server_end.hpp"

#include <algorithm>

#include "session/decode.hpp"

namespace resock::session::sim {

// ---- a session's end ----

void server::end::take(const std::shared_ptr<sim::line>& from, const hello_frame& h, bool known) {
    if (has_line()) {
        const auto old = line();
        if (stage_.broken_on_purpose.no_fencing) {
            former = old;
            former_receiver = release_line();
        } else {
            buffer ignored;
            home_.close(*old, 4409, "R14 a newer connection");
            leave_line();
        }
    }
    use(from, wire::receiver(wire::role::server, {64u << 20}));
    own_log().set_limit(h.recv, h.window);
    if (!ep.accept(h, known, 1 + stage_.random.below(max_number), stage_.time.now()))
        stage_.complain("a HELLO was judged well and is not accepted");
    pair_->life_of_born[ep.terms().born] = life_;
    pump();
}

void server::end::bytes(sim::line& from, std::string data) {
    if (&from != former.get()) return holder::bytes(from, std::move(data));
    former_receiver->feed(data);
    const std::uint64_t before = ep.inbox().arrived().seq;
    for (auto each = former_receiver->next(); each.kind == wire::received::kind::message;
         each = former_receiver->next()) {
        ep.receive(!each.text, each.bytes, std::move(each.owned), stage_.time.now());
        ep.received_all(stage_.time.now());
    }
    if (ep.inbox().arrived().seq != before)
        stage_.complain("a connection that was replaced still writes (R14, 5)");
    pump();
}

void server::end::on_line_over(std::uint16_t code, const std::string& reason, bool ours) {
    away_since = stage_.time.now();
    if (code == 4400 && !pair_->tampered)
        stage_.complain(std::string("closed with 4400 by ") +
                        (ours ? "the server: " : "the client: ") + reason);
    if (ep.over() && !over_) home_.over(*this, reject_reason::ended, true);
}

// ---- a connection before its HELLO ----

void server::greeting::leave() {
    if (home_)
        std::erase_if(home_->greetings_, [this](const auto& each) { return each.get() == this; });
}

void server::greeting::ended(sim::line&) {
    const auto self = shared_from_this();
    line_->close(server_side);
    leave();
}

void server::greeting::bytes(sim::line&, std::string data) {
    const auto self = shared_from_this();
    begun_ = true;
    receiver_.feed(data);
    std::shared_ptr<server::end> owner;
    for (auto each = receiver_.next(); each.kind != wire::received::kind::none;
         each = receiver_.next()) {
        if (owner) {
            owner->item(line_.get(), each);
            continue;
        }
        if (each.kind != wire::received::kind::message) break; // it closes before HELLO
        const auto first = first_frame(each.text, each.bytes);
        const auto* h = std::get_if<hello_frame>(&first);
        if (!h) {
            home_->stage_.complain("the first frame is no HELLO");
            break;
        }
        owner = home_->hello(line_, *h);
        if (!owner) return leave();
    }
    if (!owner) return;
    if (owner->line() == line_) {
        owner->adopt(std::move(receiver_));
        owner->received_all();
    }
    leave();
}

} // namespace resock::session::sim
