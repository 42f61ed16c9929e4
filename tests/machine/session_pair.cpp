#include "machine/session_pair.hpp"

#include "machine/script.hpp"
#include "session/opening.hpp"

namespace resock::link {

using namespace std::chrono_literals;

config session_pair::client_config() {
    config made = plain_config();
    made.delivery = delivery::exactly_once;
    made.subprotocols = {session_subprotocol};
    made.reconnect.hold = 60s;
    return made;
}

config session_pair::server_config() {
    config made = link::server_config();
    made.delivery = delivery::exactly_once;
    made.subprotocols = {session_subprotocol};
    return made;
}

session_pair::session_pair(config client_side, config server_side)
    : client_config_(std::move(client_side))
    , server_config_(std::move(server_side)) {
    client.link =
        std::make_unique<machine>(std::make_shared<const config>(client_config_), seeded(1));
}

session_pair::~session_pair() = default;

void session_pair::start() {
    step(client, in::open{});
    settle();
}

std::uint64_t session_pair::send(session_end& end, std::string data, in::send with) {
    with.id = ++end.last_id;
    with.data = payload::copy(data);
    step(end, std::move(with));
    return end.last_id;
}

void session_pair::step(session_end& end, in::event event) {
    actions made;
    end.link->step(std::move(event), now, made);
    act(end, made);
}

void session_pair::act(session_end& end, actions& made) {
    std::vector<std::uint64_t> done;
    for (out::action& each : made) {
        if (auto* m = std::get_if<out::deliver>(&each)) {
            if (m->seq == 0) {
                end.notes.emplace_back(m->bytes);
                continue;
            }
            end.messages.emplace_back(m->bytes);
            end.seqs.push_back(m->seq);
            if (end.auto_done) done.push_back(m->seq);
        } else if (auto* o = std::get_if<out::opened>(&each)) {
            end.opens.push_back(*o);
        } else if (auto* d = std::get_if<out::down>(&each)) {
            end.downs.push_back(*d);
        } else if (auto* f = std::get_if<out::failed>(&each)) {
            end.failed.push_back(*f);
        } else if (auto* l = std::get_if<out::lost>(&each)) {
            end.losses.push_back(*l);
        } else if (auto* a = std::get_if<out::ask>(&each)) {
            end.asked.push_back(*a);
        } else if (auto* t = std::get_if<out::token>(&each)) {
            end.tokens.push_back(t->token);
        } else if (auto* g = std::get_if<out::log>(&each)) {
            end.logs.push_back(g->text);
        } else if (auto* c = std::get_if<out::confirmed>(&each)) {
            auto& through = end.through[static_cast<std::size_t>(c->level)];
            through = std::max(through, c->through);
        } else if (auto* p = std::get_if<out::persist>(&each)) {
            end.records += p->records.size();
            end.written.push_back(std::move(p->records));
        } else if (auto* x = std::get_if<out::finish>(&each)) {
            end.finished = *x;
        } else if (auto* k = std::get_if<out::connect>(&each)) {
            attempt_ = std::make_unique<out::connect>(*k);
        } else if (auto* q = std::get_if<out::disconnect>(&each)) {
            if (&end == &client) {
                attempt_.reset();
                if (line_ && line_->client_up) {
                    if (q->orderly) line_->to_server += q->last.view();
                    line_->client_up = false;
                }
            } else if (line_ && !superseding_) {
                if (q->orderly) line_->to_client += q->last.view();
                line_->server_up = false;
            }
        }
    }
    for (const std::uint64_t seq : done)
        step(end, in::done{seq});
}

void session_pair::carry(session_end& from, session_end& to, std::string& way) {
    if (from.link && from.link->state() != state::finished) {
        const std::string bytes(from.link->output());
        const bool stands = &from == &client ? line_->client_up : line_->server_up;
        if (!bytes.empty() && stands) {
            way += bytes;
            (&from == &client ? bytes_to_server : bytes_to_client) += bytes.size();
            step(from, in::written{bytes.size()});
        }
    }
    if (way.empty()) return;
    const std::string bytes = std::exchange(way, {});
    if (&to == &server && !line_->server_has_read_hello) {
        held_ += bytes;
        read_hello();
        return;
    }
    if (&to == &server ? line_->server_up : line_->client_up) step(to, in::received{bytes});
}

// What stands between the 101 and a session: HELLO is read, judged, and given to its session.
void session_pair::read_hello() {
    wire::receiver receiver(wire::role::server, {});
    receiver.feed(held_);
    const auto item = receiver.next();
    if (item.kind != wire::received::kind::message) return;
    wire::frame_header header;
    bool bad = false;
    const std::size_t size = wire::read_header(held_, header, bad);
    const std::string rest = held_.substr(size + header.length);
    hello = std::string(item.bytes);
    held_.clear();
    line_->server_has_read_hello = true;
    const auto first = session::first_frame(false, hello);
    const auto& frame = std::get<session::hello_frame>(first);
    token_seen = std::string(frame.token.value_or(""));
    const bool known = server.link && server.link->state() != state::finished;
    auto reject = std::exchange(reject_next, {});
    if (!reject && known) reject = server.link->judge(frame, "");
    if (!reject && !known && frame.born != 0) {
        reject.emplace();
        reject->reason = session::reject_reason::unknown_session;
        const session::endpoint* gone = server.link ? server.link->session() : nullptr;
        if (gone && gone->identity().sid == frame.sid) { // a tombstone
            reject->reason = server.losses.empty() ? session::reject_reason::ended
                                                   : session::reject_reason::expired;
            reject->recv = gone->inbox().recv().seq;
        }
    }
    if (reject) {
        buffer out;
        wire::append_frame(out, session::encoded(*reject), {}, std::nullopt);
        line_->to_client += out.view();
        line_->server_up = false;
        return;
    }
    if (!known) {
        session_start start;
        start.identity.sid = frame.sid;
        start.identity.digest = session::digest_of(frame.secret);
        const auto settings = std::make_shared<const config>(server_config_);
        server.link = std::make_unique<machine>(settings, seeded(2), std::move(start));
        step(server, in::open{});
    } else if (server.link->state() == state::open) {
        superseding_ = true; // what it says goes to a line that is gone
        step(server, in::superseded{});
        superseding_ = false;
    }
    line_->server_up = true;
    in::accepted accepted;
    accepted.address = "192.0.2.7:4711";
    accepted.hello = hello;
    accepted.leftover = rest;
    accepted.session_known = known;
    step(server, std::move(accepted));
}

bool session_pair::tick(session_end& end) {
    if (!end.link || end.link->state() == state::finished) return false;
    const auto due = end.link->deadline();
    if (!due || *due > now) return false;
    step(end, in::tick{});
    return true;
}

void session_pair::settle() {
    for (int round = 0; round < 100000; ++round) {
        if (cut_when && cut_when()) {
            cut_when = nullptr;
            cut();
        }
        if (attempt_) {
            const auto attempt = std::move(attempt_);
            if (!connectable) {
                step(client, in::connect_failed{failure_of(policy::cause::tcp_refused)});
                continue;
            }
            // The line that stood is the client's to give up (in::superseded, as the driver does).
            if (line_ && line_->client_up) step(client, in::superseded{});
            line_ = std::make_unique<line>();
            held_.clear();
            line_->client_up = true;
            in::opened opened;
            opened.response = accepting(attempt->request);
            if (!select.empty())
                opened.response.fields.push_back({"Sec-WebSocket-Protocol", select});
            step(client, std::move(opened));
            continue;
        }
        const bool waits =
            (line_ && (!line_->to_server.empty() || !line_->to_client.empty())) ||
            (line_ && line_->client_up && !client.link->output().empty()) ||
            (line_ && line_->server_up && server.link && !server.link->output().empty());
        if (waits) {
            carry(client, server, line_->to_server);
            if (line_) carry(server, client, line_->to_client);
            continue;
        }
        // An end that is gone is seen by the other.
        if (line_ && line_->client_up && line_->server_has_read_hello && !line_->server_up) {
            line_->client_up = false;
            step(client, in::ended{failure_of(policy::cause::tcp_reset)});
            continue;
        }
        if (line_ && line_->server_up && !line_->client_up) {
            line_->server_up = false;
            step(server, in::ended{failure_of(policy::cause::tcp_reset)});
            continue;
        }
        if (tick(client) || tick(server)) continue;
        return;
    }
    FAIL("the pair does not come to rest");
}

void session_pair::pass(duration length) {
    settle();
    const time_point end = now + length;
    while (now < end) {
        time_point next = end;
        for (session_end* each : {&client, &server})
            if (each->link && each->link->state() != state::finished)
                if (const auto due = each->link->deadline()) next = std::min(next, *due);
        now = std::max(now, next);
        settle();
    }
}

void session_pair::cut() {
    if (!line_) return;
    line_->to_server.clear();
    line_->to_client.clear();
    const bool client_up = std::exchange(line_->client_up, false);
    const bool server_up = std::exchange(line_->server_up, false);
    if (client_up) step(client, in::ended{failure_of(policy::cause::tcp_reset)});
    if (server_up) step(server, in::ended{failure_of(policy::cause::tcp_reset)});
}

void session_pair::break_client() {
    if (!line_ || !line_->client_up) return;
    line_->to_server.clear();
    line_->to_client.clear();
    line_.reset();
    step(client, in::ended{failure_of(policy::cause::tcp_reset)});
}

void session_pair::store(session_end& end) {
    end.written.clear();
    step(end, in::stored{end.records});
}

} // namespace resock::link
