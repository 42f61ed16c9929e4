// What an end makes of frames, the wrong ones too.

#include "session/check.hpp"
#include "session/endpoint.hpp"
#include "support/catch.hpp"
#include "unit/session/ends.hpp"

namespace resock::session {

using names = std::vector<std::string>;

namespace {

std::string data(std::uint64_t seq, std::string_view bytes, bool fin = true, bool ackme = false) {
    data_frame f;
    f.seq = seq;
    f.fin = fin;
    f.ackme = ackme;
    f.payload = bytes;
    return encoded(f);
}

welcome_frame welcome() {
    welcome_frame w;
    w.resumed = true;
    w.born = 77;
    w.recv = 1;
    w.window = 65536;
    w.heartbeat_ms = 10000;
    w.ttl_s = 120;
    return w;
}

reject_frame reject() {
    reject_frame r;
    r.reason = reject_reason::expired;
    return r;
}

struct open_server : two_ends {
    open_server() { connect(); }
    void take(std::string_view frame) {
        server.take(frame);
        server.ep.received_all(server.now);
    }
};

} // namespace

TEST_CASE(
    "R2, R8, R18, R20, R22 what closes with 4400; nothing more is taken from the connection") {
    struct wrong {
        const char* rule;
        std::vector<std::string> frames;
    };
    const wrong w = GENERATE(
        wrong{"R18 gap", {data(2, "m")}}, wrong{"R2", {std::string("\xF0")}},
        wrong{"R8 VOID", {data(1, "a", false), encoded(void_frame{2})}},
        wrong{"R8 END", {data(1, "a", false), encoded(end_frame{2, 0, ""})}},
        wrong{"R2 frame 2 after END", {encoded(end_frame{1, 0, ""}), data(2, "m")}},
        wrong{"R18 frame 1", {data(1, "a"), data(1, "b")}},
        wrong{"R8 frame of", {data(1, std::string(16384, 'x'))}},
        wrong{"R22", {encoded(ack_frame{false, false, 1, 0, {}})}},
        wrong{"R2 GOAWAY", {encoded(goaway_frame{})}}, wrong{"R2 HELLO", {encoded(hello_frame{})}},
        wrong{"R2 WELCOME", {encoded(welcome())}}, wrong{"R2 REJECT", {encoded(reject())}},
        wrong{"R2 AUTH", {encoded(auth_frame{true, 1000, ""})}});
    CAPTURE(w.rule);
    open_server both;
    for (const std::string& each : w.frames)
        both.take(each);
    CHECK(both.server.told.closed == 4400);
    CHECK(both.server.told.reason.substr(0, std::string(w.rule).size()) == w.rule);
    const std::size_t got = both.server.told.got.size();
    both.take(data(both.server.ep.inbox().arrived().seq + 1, "late"));
    CHECK(both.server.told.got.size() == got);
}

TEST_CASE("R2 a text message closes with 4400") {
    open_server both;
    both.server.ep.receive(false, data(1, "m"), {}, both.server.now);
    CHECK(both.server.told.closed == 4400);
}

TEST_CASE("R20 more than every limit that was granted closes with 4400") {
    open_server both;
    const std::string frame(16000, 'x');
    std::uint64_t seq = 0;
    while (both.server.told.closed == 0 && seq < 10)
        both.take(data(++seq, frame));
    CHECK(seq == 5); // 4 x 16,034 fit into 65,536
    CHECK(both.server.told.reason.substr(0, 3) == "R20");
}

TEST_CASE("R18 duplicates are dropped, a run of them is acknowledged once") {
    open_server both;
    both.take(data(1, "a"));
    both.take(data(2, "b"));
    both.wait();
    both.take(data(1, "a"));
    both.take(data(2, "b"));
    CHECK(both.server.stage() == names{"ACK 2"});
    CHECK(both.server.told.got.size() == 2);
    CHECK(both.server.told.closed == 0);
}

TEST_CASE("R17 the check is that of the frame as it came, though the application has its bytes") {
    open_server both;
    const std::string frame = data(1, "mine");
    both.server.take(frame); // its payload is overwritten once it is delivered
    both.server.ep.received_all(both.server.now);
    CHECK(both.server.ep.inbox().recv().check == check_of(frame));
}

TEST_CASE("R17 a frame that is refused costs nothing of the check before it") {
    open_server both;
    const std::string frame = data(1, "mine");
    both.server.take(frame);
    both.server.take(data(2, std::string("\xFF\xFF"), true).replace(0, 1, "\x13")); // TEXT
    CHECK(both.server.told.reason.substr(0, 2) == "R9");
    CHECK(both.server.ep.inbox().recv().seq == 1);
    CHECK(both.server.ep.inbox().recv().check == check_of(frame));
}

TEST_CASE("R21 ACKME is answered at once, else within 20 ms") {
    open_server both;
    both.take(data(1, "m"));
    CHECK(both.server.stage() == names{});
    CHECK(both.server.ep.deadline() == both.server.now + 20ms);
    both.take(data(2, "m", true, true));
    CHECK(both.server.stage() == names{"ACK 2"});
}

TEST_CASE("R13 before WELCOME the client takes nothing else") {
    two_ends both;
    both.hello();
    both.client.take(data(1, "m"));
    CHECK(both.client.told.closed == 4400);
    CHECK(both.client.told.reason.substr(0, 3) == "R13");
}

TEST_CASE("R13 before WELCOME the server takes numbered frames alone") {
    const std::string early =
        GENERATE(encoded(note_frame{false, "psst"}), encoded(ack_frame{true, false, 0, 65536, {}}),
                 encoded(auth_frame{false, 0, "token"}));
    two_ends both;
    both.hello();
    both.server.take(early); // in one segment with HELLO
    CHECK(both.server.told.closed == 4400);
    CHECK(both.server.told.reason.substr(0, 3) == "R13");
    CHECK(both.server.told.got.empty());
    CHECK(both.server.told.token.empty());
}

TEST_CASE("R21 the ACK that ACKME and END ask for waits for the store, and covers them") {
    two_ends both(options_for(role::client), options_for(role::server, 2));
    both.connect();
    both.server.store();
    both.server.stage();
    both.server.take(data(1, "m", true, true));
    CHECK(both.server.stage() == names{}); // it would not cover the frame (R19)
    both.server.store();
    CHECK(both.server.stage() == names{"ACK 1"});
    both.server.ep.written(both.server.sink.total, both.server.now);
    both.server.take(encoded(end_frame{2, 0, ""}));
    CHECK(both.server.stage() == names{});
    both.server.store();
    CHECK(both.server.stage() == names{"ACK 2"});
}

TEST_CASE("R16 REJECT ends the attempt and is told") {
    two_ends both;
    both.hello();
    both.client.take(encoded(reject()));
    CHECK(both.client.told.reject == reject_reason::expired);
    CHECK_FALSE(both.client.ep.attached());
}

TEST_CASE("R11 notes come at once and count for nothing") {
    open_server both;
    both.take(encoded(note_frame{false, "psst"}));
    REQUIRE(both.server.told.got.size() == 1);
    CHECK(both.server.told.got[0].note);
    CHECK(both.server.ep.inbox().recv().seq == 0);
    CHECK_FALSE(both.server.ep.ack_pending());
}

TEST_CASE("R28 with half-close END is not answered by itself") {
    options o = options_for(role::server);
    o.half_close = true;
    two_ends both(options_for(role::client), o);
    both.connect();
    both.client.ep.end(0, "", both.client.now);
    both.talk();
    CHECK_FALSE(both.server.ep.ending());
    both.server.send(1, "one more thing");
    both.talk();
    CHECK(both.client.told.got.size() == 1);
}

} // namespace resock::session
