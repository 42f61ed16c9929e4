#include "net/greeter.hpp"

#include "net/support/greeting_desk.hpp"
#include "net/support/opening_desk.hpp"
#include "net/support/tls_client.hpp"

using namespace resock;
using test::frame_of;
using test::greeting_desk;
using test::hello_bytes;
using test::opcode;

namespace {

std::string client_frame(opcode code, std::string_view payload, bool fin = true) {
    return frame_of(code, payload, fin, 0x01020304);
}

std::string hello_message() {
    return client_frame(opcode::binary, hello_bytes());
}

} // namespace

TEST_CASE("HELLO is read however it is cut in two; frames behind it are passed on unharmed") {
    const std::string head = hello_message();
    const std::string behind = client_frame(opcode::ping, "later") +
                               client_frame(opcode::binary, "\x13\x01hi") +
                               client_frame(opcode::binary, std::string(300, 'd')).substr(0, 150);
    const std::string whole = head + behind;
    for (std::size_t split = 0; split <= whole.size(); ++split) {
        CAPTURE(split);
        greeting_desk at;
        at.send(std::string_view(whole).substr(0, split));
        at.open();
        at.on.run_ready();
        REQUIRE(at.to->times == (split >= head.size() ? 1 : 0));
        at.send(std::string_view(whole).substr(split));
        at.run_until_told();
        REQUIRE(at.to->got);
        CHECK(at.to->got->hello == hello_bytes());
        CHECK(at.rest(behind.size()) == behind);
        CHECK(at.to->times == 1);
    }
}

TEST_CASE("HELLO is read byte by byte, and out of what was read with the request") {
    const std::string whole = hello_message();
    for (const std::size_t with_request : {std::size_t{0}, std::size_t{1}, whole.size() / 2}) {
        greeting_desk at;
        at.open(whole.substr(0, with_request));
        for (const char byte : whole.substr(with_request)) {
            REQUIRE(at.to->times == 0);
            at.send({&byte, 1});
            at.on.run_ready();
        }
        REQUIRE(at.to->got);
        CHECK(at.to->got->hello == hello_bytes());
        CHECK(at.to->got->leftover.empty());
    }
    greeting_desk at;
    at.open(whole + "more"); // told at once
    REQUIRE(at.to->got);
    CHECK(at.to->got->hello == hello_bytes());
    CHECK(at.to->got->leftover == "more");
    at.send("!");
    CHECK(at.rest(5) == "more!");
}

TEST_CASE("after HELLO nothing is read; the slot goes with the stream") {
    greeting_desk at;
    at.open(hello_message());
    REQUIRE(at.to->got);
    at.send("frames");
    at.on.run_ready();
    CHECK_FALSE(at.to->got->stream->drained());
    CHECK(at.to->got->slot == at.released.lock());
    at.to->got.reset();
    CHECK(at.released.expired());
}

TEST_CASE("HELLO in fragments, with a ping between them") {
    const std::string hello = hello_bytes();
    greeting_desk at;
    at.open();
    at.say(opcode::binary, hello.substr(0, 10), false);
    at.say(opcode::ping, "between");
    at.say(opcode::pong, "unasked");
    at.say(opcode::continuation, "", false);
    at.on.run_ready();
    CHECK(at.to->times == 0);
    const std::string pong = frame_of(opcode::pong, "between");
    CHECK(at.read(pong.size()) == pong);
    at.say(opcode::continuation, hello.substr(10));
    at.run_until_told();
    REQUIRE(at.to->got);
    CHECK(at.to->got->hello == hello);
    CHECK(at.to->got->leftover.empty());
}

TEST_CASE("of pings that came together the last is answered, before HELLO is passed on") {
    greeting_desk at;
    at.open(client_frame(opcode::ping, "a") + client_frame(opcode::ping, "b") +
            client_frame(opcode::ping, "c") + hello_message());
    REQUIRE(at.to->got);
    at.to->got.reset();
    CHECK(at.read_to_end() == frame_of(opcode::pong, "c"));
}

TEST_CASE("HELLO waits for a pong that the client does not take") {
    greeting_desk at;
    const std::string before = at.fill();
    const std::string pong = frame_of(opcode::pong, "p");
    at.open(client_frame(opcode::ping, "p") + hello_message() + "behind");
    at.send(", and more");
    at.on.run_ready();
    CHECK(at.to->times == 0);
    CHECK(at.read(before.size() + pong.size()) == before + pong);
    at.run_until_told();
    REQUIRE(at.to->got);
    CHECK(at.rest(16) == "behind, and more");
}

TEST_CASE("who only pings and does not read is not read either") {
    greeting_desk at;
    at.open();
    const std::string ping = client_frame(opcode::ping, std::string(100, 'p'));
    for (int i = 0; i < 1000; ++i) { // far more than both sockets hold, were it not read
        at.send(ping);
        at.on.run_ready();
        if (!at.can_send()) break;
    }
    CHECK_FALSE(at.can_send());
    CHECK(at.to->times == 0);
    const std::string pong = frame_of(opcode::pong, std::string(100, 'p'));
    CHECK(at.read(pong.size()) == pong);
    while (!at.can_send())
        CHECK(at.read(pong.size()) == pong);
    CHECK(at.to->times == 0);
}

TEST_CASE("HELLO may have 65536 bytes, not one more") {
    constexpr std::size_t most = session::max_control;
    const std::size_t token = most - hello_bytes().size() - 4;
    greeting_desk at;
    at.open(client_frame(opcode::binary, hello_bytes(token)));
    REQUIRE(at.to->got);
    CHECK(at.to->got->hello.size() == most);

    greeting_desk larger;
    const std::string all = client_frame(opcode::binary, hello_bytes(token + 1));
    larger.open(all.substr(0, 14)); // told by the header
    CHECK(larger.to->code == 4400);
    CHECK(larger.to->why == "R10 first message: more than the 65536 bytes of a HELLO");
    CHECK(larger.read_to_end() == test::close_of(4400, larger.to->why));
}

TEST_CASE("plain and TLS, from an opening: what stands behind the request is HELLO already") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    test::desk at({}, tls ? test::own_certificate() : net::tls_context());
    const auto to = std::make_shared<test::greeted_owner>();
    at.to->on_request = [&](net::opening& made) {
        to->kept = std::make_shared<net::greeter>(*at.on.io, to, made.slot());
        made.accept(test::switching_response, to->kept);
    };
    const std::string behind = client_frame(opcode::binary, "\x13\x01hi");
    const std::string first = hello_message().substr(0, 20);
    const std::string second = hello_message().substr(20) + behind;
    std::string answer;
    const auto script = [&](auto& client) {
        client.send(test::opening_request + first);
        answer = client.read_header();
        client.send(second);
        answer += client.read(2);
    };
    std::optional<test::tls_client> secure;
    std::optional<std::thread> plain;
    if (tls)
        secure.emplace(at.fd(), script);
    else
        plain.emplace([&] {
            test::peer client(at.fd());
            script(client);
        });
    at.on.run_until([&] { return to->times > 0; });
    CHECK(to->got);
    if (to->got) {
        CHECK(to->got->hello == hello_bytes());
        CHECK(to->got->leftover == behind);
        CHECK(to->got->stream->tls().empty() != tls);
        CHECK(to->got->slot == at.released.lock());
        // On to the thread of its session.
        test::loop other;
        to->got->stream->move_to(*other.io);
        CHECK(!test::write_all(other, *to->got->stream, "ok"));
        to->got.reset();
    }
    secure.reset();
    if (plain) plain->join();
    CHECK(answer == std::string(test::switching_text) + "ok");
    CHECK(at.released.expired());
}
