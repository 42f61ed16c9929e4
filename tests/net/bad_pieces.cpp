// Where TCP cuts a conversation does not matter.
#include "net/http.hpp"

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::frame_of;
using test::journal;
using test::loopback_server;
using test::opcode;
using test::web_socket;

namespace {

const std::string first_frames = frame_of(opcode::text, "one") + frame_of(opcode::ping, "p") +
                                 frame_of(opcode::text, "tw", false) +
                                 frame_of(opcode::continuation, "o");

// Each byte in a segment of its own; what a client says meanwhile waits in the socket.
void send_singly(web_socket& peer, const std::string& bytes) {
    for (const char each : bytes)
        peer.raw({&each, 1});
}

} // namespace

TEST_CASE("one byte at a time, the whole conversation") {
    constexpr int total = 40;
    loopback_server server([](test::peer& client) {
        web_socket peer(client);
        send_singly(peer, peer.switching());
        send_singly(peer, first_frames);
        while (const auto next = peer.read()) {
            if (next->code == opcode::ping)
                send_singly(peer, frame_of(opcode::pong, next->payload));
            if (next->code == opcode::text)
                send_singly(peer, frame_of(opcode::text, next->payload));
            if (next->code == opcode::close)
                return send_singly(peer, frame_of(opcode::close, next->payload));
        }
    });
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(server.port()));
    std::vector<std::string> expected = {"one", "two"};
    for (int i = 0; i < total; ++i) {
        expected.push_back(std::string(static_cast<std::size_t>(i * 5), 'x'));
        app.send(expected.back());
    }
    app.await_confirmed(total);
    app.until([&] { return app.messages().size() == expected.size(); });
    CHECK(app.messages() == expected);
    app.link().close(1000, "bye");
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.close_code == 1000);
    CHECK(record.closed_by_us);
    CHECK(record.culprit == policy::culprit::us);
}

TEST_CASE("the 101 and the first frames, split at each byte") {
    const unsigned threads = GENERATE(0u, 1u);
    std::size_t split = 0;
    std::size_t length = 1;
    std::atomic<int> pongs{0};
    // One server for all: each connection is told where to cut.
    std::atomic<std::size_t> cut{0};
    std::atomic<std::size_t> whole_size{0};
    loopback_server server([&](test::peer& client) {
        web_socket peer(client);
        const std::string whole = peer.switching() + first_frames;
        whole_size = whole.size();
        const std::size_t at = cut;
        peer.raw(std::string_view(whole).substr(0, at));
        peer.raw(std::string_view(whole).substr(at));
        if (peer.read(opcode::pong)) ++pongs;
        peer.serve();
    });
    application app(threads);
    for (; split < length; ++split) {
        CAPTURE(split);
        cut = split;
        app.open(test::ws_url(server.port()));
        app.await_open();
        REQUIRE(app.await(event_kind::message).bytes() == "one");
        REQUIRE(app.await(event_kind::message).bytes() == "two");
        app.until([&] { return pongs == static_cast<int>(split) + 1; });
        length = whole_size + 1;
        app.free();
    }
    CHECK(split > 140);
}
