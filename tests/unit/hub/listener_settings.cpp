#include "hub/listener_settings.hpp"

#include <functional>

#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using namespace std::chrono_literals;
using test::error_of;

namespace {

using values = std::initializer_list<std::pair<const char*, const char*>>;

options with(values given, const char* url = "ws://127.0.0.1:0") {
    options made(option_scope::listener);
    made.set("listen.url", url);
    for (const auto& [name, value] : given)
        made.set(name, value);
    return made;
}

using words = std::vector<std::string>;

struct change {
    const char* name;
    const char* value;
    std::function<bool(const listener_settings&)> arrived;
};
const change changes[] = {
    {"listen.accept", "ask", [](auto& s) { return s.ask; }},
    {"listen.request_timeout", "3s", [](auto& s) { return s.request_timeout == 3s; }},
    {"listen.open_timeout", "4s", [](auto& s) { return s.opening.timeout == 4s; }},
    {"listen.connections", "5", [](auto& s) { return s.connections == 5; }},
    {"listen.per_address", "6", [](auto& s) { return s.per_address == 6; }},
    {"listen.retry_after", "7s", [](auto& s) { return s.retry_after == 7s; }},
    {"listen.header_bytes", "2KiB", [](auto& s) { return s.opening.request.header_bytes == 2048; }},
    {"listen.header_count", "9", [](auto& s) { return s.opening.request.header_count == 9; }},
    {"listen.memory", "3MiB", [](auto& s) { return s.memory == 3u << 20; }},
    {"listen.origins", "https://a.example, null",
     [](auto& s) {
         return s.rules.origins == words{"https://a.example", "null"};
     }},
    {"listen.paths", "/feed /chat/*",
     [](auto& s) {
         return s.rules.paths == words{"/feed", "/chat/*"};
     }},
    {"listen.token", "s3cret", [](auto& s) { return s.rules.token == "s3cret"; }},
    {"listen.health_path", "/up", [](auto& s) { return s.health_path == "/up"; }},
    {"http.subprotocols", "b, a",
     [](auto& s) {
         return s.rules.subprotocols == words{"resock.v1", "b", "a"} &&
                s.accepted->machine.subprotocols == words{"b", "a"};
     }},
    {"http.header", "Server: own",
     [](auto& s) {
         return s.accepted->machine.headers.size() == 1 &&
                s.accepted->machine.headers[0].name == "Server";
     }},
    {"queue.bytes", "64KiB", [](auto& s) { return s.accepted->queue_bytes == 64u << 10; }},
    {"heartbeat.interval", "9s",
     [](auto& s) { return s.accepted->machine.heartbeat.interval == 9s; }},
};

} // namespace

TEST_CASE("each option of a listener arrives, and is not what the default is") {
    for (const change& each : changes) {
        CAPTURE(each.name);
        CHECK_FALSE(each.arrived(make_listener_settings(with({}))));
        CHECK(each.arrived(make_listener_settings(with({{each.name, each.value}}))));
    }
}

TEST_CASE("addresses keep their order") {
    options given = with({{"tls.cert_file", "own.pem"}, {"tls.key_file", "own.key"}});
    given.set("listen.url", "wss://[::1]:8443");
    given.set("listen.url", "unix:/run/feed.sock");
    const auto made = make_listener_settings(given);
    REQUIRE(made.addresses.size() == 3);
    CHECK(made.addresses[0].shown() == "ws://127.0.0.1:0");
    CHECK(made.addresses[1].shown() == "wss://[::1]:8443");
    CHECK(made.addresses[2].shown() == "unix:/run/feed.sock");
    CHECK(made.tls.cert_file == "own.pem");
    CHECK(made.tls.key_file == "own.key");
}

TEST_CASE("what is missing or contradicts is named, with what to set") {
    const auto refused = [](const options& given) {
        const auto thrown = error_of([&] { make_listener_settings(given); });
        CHECK(thrown.code == status::option);
        return thrown;
    };
    CHECK(refused(options(option_scope::listener)).says("'listen.url' is missing"));
    CHECK(refused(with({}, "wss://127.0.0.1:0")).says("set tls.cert_file"));
    CHECK(refused(with({{"tls.cert_file", "own.pem"}})).says("no listen.url is wss://"));
    CHECK(refused(with({{"confirm", "off"}})).says("confirm=off"));
}

TEST_CASE("options of another scope are no listener's") {
    CHECK(error_of([] { make_listener_settings(options(option_scope::link)); }).code ==
          status::invalid);
    CHECK(error_of([] { make_listener_settings(options(option_scope::hub)); }).code ==
          status::invalid);
}

TEST_CASE("one link's options stand on top of the listener's; its fields are added") {
    const options of_listener = with({{"http.header", "Server: own"},
                                      {"queue.bytes", "128KiB"},
                                      {"queue.messages", "70"},
                                      {"http.subprotocols", "a, b"}});
    options given(option_scope::listener);
    given.set("http.header", "X-Room: 7");
    given.set("queue.bytes", "256KiB");
    given.set("http.subprotocols", "b");
    const auto made = accepted_settings_with(of_listener, given);
    REQUIRE(made->machine.headers.size() == 2);
    CHECK(made->machine.headers[0].name == "Server");
    CHECK(made->machine.headers[1].name == "X-Room");
    CHECK(made->queue_bytes == 256u << 10);
    CHECK(made->queue_messages == 70);
    CHECK(made->machine.subprotocols == words{"b"});
}

TEST_CASE("one link cannot have options of the whole listener") {
    for (const auto& [name, value] :
         {std::pair("listen.memory", "1MiB"), std::pair("listen.url", "ws://127.0.0.1:0"),
          std::pair("tls.cert_file", "own.pem"), std::pair("tls.min_version", "1.3")}) {
        options given(option_scope::listener);
        given.set(name, value);
        const auto thrown = error_of([&] { accepted_settings_with(with({}), given); });
        INFO(thrown.text);
        CHECK(thrown.code == status::option);
        CHECK(thrown.says("'" + std::string(name) + "'"));
        CHECK(thrown.says("when the listener is opened"));
    }
    const auto foreign =
        error_of([] { accepted_settings_with(with({}), options(option_scope::link)); });
    CHECK(foreign.code == status::invalid);
    CHECK(foreign.says("scope listener"));
}
