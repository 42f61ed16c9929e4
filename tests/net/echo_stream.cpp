#include "net/echo_stream.hpp"

#include "net/support/loop.hpp"
#include "wire/close.hpp"
#include "wire/frame.hpp"

using namespace resock;
using net::readiness;
using test::loop;
using wire::opcode;

namespace {

constexpr std::uint32_t mask = 0x01020304;

std::string frame(opcode code, std::string_view payload, bool fin = true,
                  std::optional<std::uint32_t> key = mask) {
    buffer out;
    wire::append_frame(out, code, fin, payload, key);
    return std::string(out.view());
}

std::string answer(opcode code, std::string_view payload) {
    return frame(code, payload, true, std::nullopt);
}

// All answers that can be read now.
std::string drain(net::stream& stream) {
    std::string all;
    char bytes[1000];
    for (;;) {
        const auto step = stream.read_some(bytes, sizeof(bytes));
        if (step.bytes == 0) return all;
        all.append(bytes, step.bytes);
    }
}

} // namespace

TEST_CASE("messages come back, a ping brings a pong, a pong nothing") {
    loop on;
    net::echo_stream stream(*on.io);
    CHECK(stream.remote_address() == "echo");
    const std::string in = frame(opcode::text, "hi") + frame(opcode::ping, "p") +
                           frame(opcode::pong, "q") + frame(opcode::binary, "", false) +
                           frame(opcode::continuation, "two");
    SECTION("at once") {
        CHECK(!test::write_all(on, stream, in));
    }
    SECTION("byte by byte") {
        for (const char byte : in)
            CHECK(stream.write_some({&byte, 1}).bytes == 1);
    }
    CHECK(drain(stream) ==
          answer(opcode::text, "hi") + answer(opcode::pong, "p") + answer(opcode::binary, "two"));
    CHECK(stream.inspect().unacked == 0);
}

TEST_CASE("a close is answered with its code, then comes the end; later bytes are swallowed") {
    loop on;
    net::echo_stream stream(*on.io);
    CHECK(!test::write_all(on, stream,
                           frame(opcode::close, wire::close_payload(3001, "done")) +
                               frame(opcode::text, "late")));
    const auto outcome = test::read_bytes(on, stream, 100);
    CHECK(outcome.bytes == answer(opcode::close, wire::close_payload(3001, "")));
    CHECK(outcome.end);
    CHECK(!test::write_all(on, stream, "anything"));
    CHECK(test::read_bytes(on, stream, 1).end);
}

TEST_CASE("a broken frame is answered with 1002") {
    loop on;
    net::echo_stream stream(*on.io);
    CHECK(!test::write_all(on, stream, frame(opcode::text, "unmasked", true, std::nullopt)));
    const auto outcome = test::read_bytes(on, stream, 1000);
    CHECK(outcome.end);
    REQUIRE(outcome.bytes.size() > 4);
    CHECK(outcome.bytes.substr(2, 2) == wire::close_payload(1002, "").substr(0, 2));
}

TEST_CASE("unread answers are bounded, reading makes room") {
    loop on;
    net::echo_stream stream(*on.io);
    const std::string block = frame(opcode::binary, std::string(10000, 'x'));
    std::string_view rest = block;
    std::size_t accepted = 0;
    for (;;) {
        const auto step = stream.write_some(rest);
        if (step.wait_for) {
            CHECK(step.wait_for == readiness::write);
            break;
        }
        accepted += step.bytes;
        rest.remove_prefix(step.bytes);
        if (rest.empty()) rest = block;
        REQUIRE(accepted < 4 * net::echo_stream::max_unread);
    }
    CHECK(accepted <= net::echo_stream::max_unread + 2 * net::echo_stream::max_taken);
    bool ready = false;
    stream.async_wait(readiness::write, [&] { ready = true; });
    on.run_ready();
    CHECK(!ready);
    CHECK(drain(stream).size() > net::echo_stream::max_unread);
    CHECK(!ready); // never from inside
    on.run_ready();
    CHECK(ready);
    CHECK(stream.write_some(rest).bytes > 0);
}

TEST_CASE("a waiting reader is called by answers and by the end, never from inside") {
    loop on;
    net::echo_stream stream(*on.io);
    int calls = 0;
    stream.async_wait(readiness::read, [&] { ++calls; });
    on.run_ready();
    CHECK(calls == 0);
    SECTION("answer") {
        CHECK(!test::write_all(on, stream, frame(opcode::ping, "")));
    }
    SECTION("end") {
        stream.shutdown();
    }
    CHECK(calls == 0);
    on.run_ready();
    CHECK(calls == 1);
    stream.async_wait(readiness::read, [&] { ++calls; }); // ready already
    CHECK(calls == 1);
    on.run_ready();
    CHECK(calls == 2);
}

TEST_CASE("an echo stream that is gone calls no handler") {
    loop on;
    auto stream = std::make_unique<net::echo_stream>(*on.io);
    int calls = 0;
    stream->async_wait(readiness::write, [&] { ++calls; }); // posted
    stream->async_wait(readiness::read, [&] { ++calls; });  // kept
    stream.reset();
    on.run_ready();
    CHECK(calls == 0);
}

TEST_CASE("an echo URL connects without network, with a proper 101") {
    loop on;
    net::resolver names([](const std::string&, std::uint16_t) -> net::resolved {
        throw std::logic_error("looked up");
    });
    auto request = test::request_to("echo", "", 80);
    request.upgrade.fields.push_back({"Sec-WebSocket-Protocol", "chat.v2, chat.v1"});
    const auto upgrade = request.upgrade;
    const auto opened = test::opened(test::connect(on, names, request));
    CHECK(opened.stream->remote_address() == "echo");
    CHECK(opened.leftover.empty());
    const auto result = wire::check_upgrade(opened.response, upgrade, {"chat.v2", "chat.v1"}, 0);
    CHECK(!result.failure);
    CHECK(result.subprotocol == "chat.v2");
}
