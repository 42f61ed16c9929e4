// Two ends of a session that talk through byte vectors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/decode.hpp"
#include "session/encode.hpp"
#include "session/endpoint.hpp"

namespace resock::session {

using namespace std::chrono_literals;

// What a session has told.
struct told_events : events {
    struct message {
        std::string bytes;
        std::uint64_t seq;
        bool note, redelivered;
    };
    void deliver(arrival a) override {
        got.push_back({std::string(a.bytes), a.seq, a.note, a.redelivered});
        if (a.owned.size() > 0)
            std::fill_n(a.owned.data(), a.owned.size(), '!'); // freed, used anew
    }
    void confirmed(level l, std::uint64_t through, std::uint64_t messages, std::uint64_t) override {
        (l == level::stored ? stored : l == level::processed ? processed : received) = through;
        if (l == level::received) confirmed_messages += messages;
    }
    void failed(const failure_range& f) override { failures.push_back(f); }
    void persist(record::any r) override { records.push_back(std::move(r)); }
    void hang_up(std::uint16_t code, std::string why) override {
        closed = code;
        reason = std::move(why);
    }
    void opened(bool again) override {
        ++opens;
        resumed = again;
    }
    void rejected(const reject_frame& f) override { reject = f.reason; }
    void go_away(const goaway_frame&) override { ++goaways; }
    void token_wanted(duration within) override { wanted = within; }
    void token_given(std::string_view t) override { token = t; }
    void peer_ended(std::uint32_t code, std::string_view why) override {
        end_code = code;
        end_reason = why;
    }

    std::vector<message> got;
    std::vector<failure_range> failures;
    std::vector<record::any> records;
    std::uint64_t stored = 0, received = 0, processed = 0, confirmed_messages = 0;
    std::uint16_t closed = 0;
    std::string reason, token, end_reason;
    int opens = 0, goaways = 0;
    bool resumed = false;
    std::optional<reject_reason> reject;
    std::optional<duration> wanted;
    std::optional<std::uint32_t> end_code;
};

struct vector_sink : frame_sink {
    bool room() const override { return frames.size() < most; }
    void put(std::string_view head, std::string_view body) override {
        frames.push_back(std::string(head) + std::string(body));
        total += frames.back().size();
    }
    std::uint64_t staged() const override { return total; }
    std::vector<std::string> frames; // not yet carried to the peer
    std::uint64_t total = 0;
    std::size_t most = 1000;
};

inline options options_for(role r, std::uint8_t ack_level = 0) {
    options o;
    o.role = r;
    o.window = 65536;
    o.ack_level = ack_level;
    return o;
}

inline session::identity identity_for(role r) {
    session::identity who;
    who.sid.fill(1);
    secret_bytes secret;
    secret.fill(2);
    if (r == role::client)
        who.secret = secret;
    else
        who.digest = digest_of(secret);
    return who;
}

struct one_end {
    explicit one_end(const options& o)
        : ep(o, identity_for(o.role), told) {
        ep.begin(now);
    }
    one_end(const options& o, saved from)
        : ep(o, std::move(from), told) {
        ep.begin(now);
    }

    void send(std::uint64_t id, std::string_view bytes) {
        outgoing m;
        m.id = id;
        m.data = payload::copy(bytes);
        ep.submit(std::move(m), now);
    }
    // The frames that it puts, by name and number: "HELLO", "DATA 1" …
    std::vector<std::string> stage() {
        const std::size_t before = sink.frames.size();
        ep.stage(sink, now);
        std::vector<std::string> names;
        for (std::size_t i = before; i < sink.frames.size(); ++i)
            names.push_back(name_of(sink.frames[i]));
        return names;
    }
    static std::string name_of(const std::string& bytes) {
        const decoded d = decode(bytes);
        std::string name = frame_name(static_cast<frame_type>(d.index()));
        if (const auto* f = std::get_if<data_frame>(&d)) name += " " + std::to_string(f->seq);
        if (const auto* f = std::get_if<end_frame>(&d)) name += " " + std::to_string(f->seq);
        if (const auto* f = std::get_if<void_frame>(&d)) name += " " + std::to_string(f->seq);
        if (const auto* f = std::get_if<ack_frame>(&d)) name += " " + std::to_string(f->recv);
        return name;
    }
    void take(std::string_view frame) {
        ep.heard(now);
        payload owned = payload::copy(frame); // as a server's receiver does
        const std::string_view bytes = owned.view();
        ep.receive(true, bytes, std::move(owned), now);
    }
    template<class Frame>
    requires(!std::is_convertible_v<Frame, std::string_view>) void take(const Frame& f) {
        take(std::string_view(encoded(f)));
        ep.received_all(now);
    }
    void disconnect() {
        ep.disconnected(sink.total, now);
        sink = {};
    }
    void store() { ep.stored(told.records.size(), now); }

    time_point now{1000s};
    told_events told;
    vector_sink sink;
    endpoint ep;
};

struct two_ends {
    explicit two_ends(const options& c = options_for(role::client),
                      const options& s = options_for(role::server))
        : client(c)
        , server(s) {}

    // Everything that is staged arrives, until nothing more is said.
    void talk() {
        for (bool said = true; said;) {
            said = false;
            for (auto [from, to] : {std::pair{&client, &server}, std::pair{&server, &client}}) {
                from->stage();
                from->ep.written(from->sink.total, from->now);
                for (const std::string& each : std::exchange(from->sink.frames, {})) {
                    said = true;
                    to->take(each);
                }
                to->ep.received_all(to->now);
            }
        }
    }
    // The client dials, the server judges; nothing else is said yet. Returns the REJECT.
    std::optional<reject_reason> hello() {
        client.ep.prepare_attempt(client.now);
        client.store();
        client.ep.connected(client.now);
        client.stage();
        const std::string bytes = client.sink.frames.front();
        client.sink.frames.erase(client.sink.frames.begin());
        const decoded d = decode(bytes);
        const auto& h = std::get<hello_frame>(d);
        if (const auto no = server.ep.judge(h, "")) return no->reason;
        server.ep.accept(h, server.ep.terms().born != 0, 77, server.now);
        server.store();
        return std::nullopt;
    }
    void connect() {
        hello();
        talk();
    }
    void cut() {
        client.disconnect();
        server.disconnect();
    }
    // The time of a delayed ACK passes.
    void wait(duration length = 20ms) {
        client.now += length;
        server.now += length;
        client.ep.tick(client.now);
        server.ep.tick(server.now);
        talk();
    }

    one_end client, server;
};

} // namespace resock::session
