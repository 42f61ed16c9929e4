// Reading right behind a write, as an application sees it: whatever was read early, what is left
// must be read without another message and without a heartbeat.
#include "net/link_support/application.hpp"
#include "net/link_support/web_socket.hpp"
#include "net/support/certificates.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::loopback_server;
using test::settings;
using test::web_socket;

namespace {

constexpr int rounds = 30;

// Answers each message with many bytes and a last word, and says nothing else.
void answer_richly(web_socket& peer) {
    for (int round = 0; round < rounds; ++round) {
        if (!peer.read(test::opcode::text)) return;
        const std::string large(150'000, 'x');
        peer.raw(test::frame_of(test::opcode::binary, large) +
                 test::frame_of(test::opcode::binary, large) +
                 test::frame_of(test::opcode::text, "last"));
    }
    peer.serve();
}

void check_rounds(application& app) {
    std::size_t wanted = 0;
    for (int round = 0; round < rounds; ++round) {
        app.send("question");
        wanted += 3;
        app.until([&] { return app.count(event_kind::message) == wanted; });
    }
}

// Nothing comes to the rescue.
settings silent(settings more = {}) {
    more.push_back({"heartbeat.mode", "off"});
    more.push_back({"confirm.interval", "1h"});
    return more;
}

} // namespace

TEST_CASE("reading ahead leaves nothing unread") {
    loopback_server server(test::accepting(answer_richly));
    application app(GENERATE(0u, 1u));
    app.open("ws://127.0.0.1:" + std::to_string(server.port()) + "/", silent());
    check_rounds(app);
}

TEST_CASE("reading ahead leaves nothing unread inside TLS") {
    const test::identity authority = test::make_authority();
    test::temporary_directory directory;
    test::tls_server_options options;
    options.own = test::make_identity({}, &authority);
    loopback_server server(test::accepting_tls(options, answer_richly));
    application app(GENERATE(0u, 1u));
    app.open("wss://localhost:" + std::to_string(server.port()) + "/",
             silent({{"tls.ca_file", directory.write("ca.pem", authority.pem())}}));
    check_rounds(app);
}

TEST_CASE("driven: a hub that is only looked at reads all that comes") {
    // Question and answer first, so that answers are looked for early; then only answers.
    loopback_server server(test::accepting([](web_socket& peer) {
        for (int round = 0; round < rounds; ++round) {
            if (!peer.read(test::opcode::text)) return;
            peer.text("answer");
        }
        peer.text("one");
        if (!peer.read(test::opcode::text)) return;
        peer.text("two");
        peer.serve();
    }));
    application app(0);
    app.open("ws://127.0.0.1:" + std::to_string(server.port()) + "/", silent());
    const auto look_until = [&](std::size_t messages) {
        const auto limit = std::chrono::steady_clock::now() + test::wait_limit;
        while (app.count(event_kind::message) < messages) {
            if (std::chrono::steady_clock::now() > limit) FAIL("not read: " << app.story());
            app.poll(0);
        }
    };
    for (int round = 0; round < rounds; ++round) {
        app.send("question");
        look_until(static_cast<std::size_t>(round) + 1);
    }
    look_until(rounds + 1);
    app.send("last question");
    look_until(rounds + 2);
}
