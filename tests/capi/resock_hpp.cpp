// resock.hpp over the echo link. Linked with the static library, so that the names of the C++ front
// and of the core meet in one program.
#include <resock/resock.hpp>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
constexpr auto limit = 60s; // nothing takes so long

resock::hub make_hub(const std::string& io_threads) {
    return resock::hub(resock::options(resock::scope::hub).set("io.threads", io_threads));
}

template<class Holds>
resock::event wait_for(resock::hub& hub, Holds holds) {
    for (;;) {
        auto event = hub.poll(limit);
        REQUIRE(event);
        if (holds(*event)) return std::move(*event);
    }
}
resock::event wait_for(resock::hub& hub, resock::event_kind kind) {
    return wait_for(hub, [&](const resock::event& each) { return each.kind() == kind; });
}

template<class Call>
resock::status status_of(Call call) {
    try {
        call();
    } catch (const resock::error& thrown) {
        CHECK(std::string(thrown.what()) == resock_last_error());
        return thrown.status();
    }
    return resock::status::ok;
}

} // namespace

TEST_CASE("the example of the header: open, send, receive, close") {
    std::string received;
    resock::hub hub;
    resock::link link = hub.open("echo:");
    link.send("hello");
    while (const auto event = hub.poll(limit)) {
        if (event->kind() == resock::event_kind::message) {
            received += event->data();
            link.close();
        }
        if (event->kind() == resock::event_kind::closed) break;
    }
    CHECK(received == "hello");
    CHECK(link.state() == resock::link_state::finished);
}

TEST_CASE("typed accessors of events") {
    resock::hub hub = make_hub(GENERATE("0", "1"));
    resock::link link = hub.open("echo:", 7);
    const resock::event opened = wait_for(hub, resock::event_kind::open);
    CHECK(opened.address() == "echo");
    CHECK(opened.user() == 7);
    CHECK(opened.link_id() == link.id());
    CHECK(opened.downtime() == 0ms);
    CHECK(opened.data().empty());
    CHECK(opened.level() == resock::level::none);

    CHECK(link.send("text") == 1);
    CHECK(link.send_binary(std::string_view("\0b", 2), RESOCK_SEND_FLUSH, 10s) == 2);
    CHECK(wait_for(hub, resock::event_kind::message).is_text());
    const resock::event binary = wait_for(hub, resock::event_kind::message);
    CHECK_FALSE(binary.is_text());
    CHECK(binary.data() == std::string_view("\0b", 2));
    CHECK(link.flush(limit));
    const resock::event confirmed = wait_for(hub, [](const resock::event& each) {
        return each.level() == resock::level::received && each.id() == 2;
    });
    CHECK(confirmed.kind() == resock::event_kind::confirmed);
    CHECK(link.stats(resock::stat::messages_received) == 2);
    CHECK(link.stats_json().find("\"messages_accepted\":2") != std::string::npos);
    CHECK(link.history_json() == "[]");

    link.set_user(8);
    link.close(3000, "enough");
    const resock::event down = wait_for(hub, resock::event_kind::down);
    CHECK(down.was_open());
    CHECK(down.user() == 8);
    CHECK_FALSE(down.delay());
    CHECK(down.rtt());
    const resock::event closed = wait_for(hub, resock::event_kind::closed);
    CHECK(closed.close_code() == 3000);
    CHECK(closed.verdict() == resock::verdict::stop);
    CHECK(closed.culprit() == resock::culprit::us);
    CHECK_FALSE(closed.message_id());
    CHECK_FALSE(closed.why().empty());
    CHECK(closed.json().find("\"event\":\"CLOSED\"") != std::string::npos);
}

TEST_CASE("options are set in a chain and tell what is wrong") {
    resock::options options;
    options.set("url", "echo:").set("heartbeat.interval", "500ms");
    CHECK(options.get("heartbeat.interval") == "500ms");
    CHECK(status_of([&] { options.set("hearbeat.interval", "1s"); }) == resock::status::option);
    CHECK(std::string(resock_last_error()).find("heartbeat.interval") != std::string::npos);
    try {
        options.set("url", std::string("echo:\0x", 7));
        FAIL("a NUL was let through");
    } catch (const resock::error& thrown) {
        CHECK(thrown.status() == resock::status::invalid);
        CHECK(std::string(thrown.what()).find("url holds a NUL") == 0);
    }
    CHECK(options.describe().find("io.threads") == std::string::npos);
    CHECK(resock::options::describe_all().find("io.threads") != std::string::npos);
    resock::hub hub;
    CHECK(status_of([&] { hub.open("nonsense://x"); }) == resock::status::option);
}

TEST_CASE("moved, reset and empty holders answer as freed handles do") {
    resock::hub first;
    resock::link link = first.open("echo:");
    resock::hub second = std::move(first);
    CHECK(status_of([&] { first.wake(); }) == resock::status::handle);
    resock::link moved = std::move(link);
    CHECK(status_of([&] { link.send("x"); }) == resock::status::handle);
    CHECK(moved.send("x") == 1);
    CHECK(status_of([] { resock::link().close(); }) == resock::status::handle);
    second.reset();
    CHECK(status_of([&] { moved.send("x"); }) == resock::status::closed);
    moved.reset();
    CHECK(status_of([&] { moved.send("x"); }) == resock::status::handle);
}

TEST_CASE("poll_many takes several, a link can be polled for itself, wake ends a wait") {
    resock::hub hub = make_hub(GENERATE("0", "1"));
    resock::link link = hub.open("echo:");
    constexpr int messages = 1000;
    for (int i = 0; i < messages; ++i)
        link.send(std::to_string(i));
    int next = 0;
    while (next < messages) {
        const auto events = next % 2 ? hub.poll_many(limit, 100) : link.poll_many(limit);
        REQUIRE_FALSE(events.empty());
        for (const auto& event : events)
            if (event.kind() == resock::event_kind::message)
                CHECK(event.data() == std::to_string(next++));
    }
    CHECK(link.flush(limit));
    while (hub.poll(0ms)) {
    }
    hub.wake();
    CHECK_FALSE(hub.poll());
}

TEST_CASE("a dispatcher hands over every event, and may destroy its hub") {
    auto hub = std::make_unique<resock::hub>();
    std::promise<void> all;
    std::atomic<int> messages{0};
    std::set<std::thread::id> threads;
    hub->dispatch([&](resock::event event) {
        threads.insert(std::this_thread::get_id());
        if (event.kind() == resock::event_kind::message && ++messages == 100) {
            hub.reset();
            all.set_value();
        }
    });
    CHECK(status_of([&] { hub->poll(0ms); }) == resock::status::busy);
    resock::link link = hub->open("echo:");
    for (int i = 0; i < 100; ++i)
        link.send("x");
    REQUIRE(all.get_future().wait_for(limit) == std::future_status::ready);
    CHECK(messages == 100);
    CHECK(threads.size() == 1);
    CHECK(threads.count(std::this_thread::get_id()) == 0);
    CHECK(status_of([&] { link.send("x"); }) == resock::status::closed);
}

TEST_CASE("a hub that takes another's place ends its own dispatcher first") {
    std::promise<void> first_event;
    resock::hub hub;
    auto alive = std::make_shared<int>(1);
    hub.dispatch([&first_event, alive, told = false](const resock::event&) mutable {
        if (!std::exchange(told, true)) first_event.set_value();
    });
    resock::link link = hub.open("echo:");
    REQUIRE(first_event.get_future().wait_for(limit) == std::future_status::ready);
    hub = resock::hub();
    CHECK(alive.use_count() == 1); // the callback is gone, and with it what it held
    resock::link next = hub.open("echo:");
    CHECK(wait_for(hub, resock::event_kind::open).link_id() == next.id());
}

TEST_CASE("a listener: its links are taken from ACCEPTED, CLOSED is its last event") {
    resock::hub hub = make_hub(GENERATE("0", "1", "2"));
    resock::listener door = hub.listen("ws://127.0.0.1:0");
    door.set_user(5);
    CHECK(door.address().find("ws://127.0.0.1:") == 0);
    CHECK(status_of([&] { door.address(1); }) == resock::status::invalid);
    CHECK(status_of([&] { door.reload(); }) == resock::status::state);
    CHECK(door.history_json() == "[]");
    resock::link client = hub.open(door.address() + "/chat");
    resock::event accepted = wait_for(hub, resock::event_kind::accepted);
    CHECK(accepted.listener_id() == door.id());
    CHECK(accepted.user() == 5);
    resock::link link = resock::take_link(accepted);
    CHECK(link.id() == accepted.link_id());
    CHECK(resock::take_link(accepted).get() == nullptr);
    client.send("hello");
    resock::event message = wait_for(hub, resock::event_kind::message);
    CHECK(message.link_id() == link.id());
    CHECK(resock::take_link(message).get() == nullptr);
    link.send(message.data());
    CHECK(wait_for(hub, resock::event_kind::message).link_id() == client.id());
    CHECK(door.stats_json().find("\"links\":1") != std::string::npos);
    CHECK(status_of([&] { door.drain(1s, 1000); }) == resock::status::invalid);
    door.drain(limit, 1012);
    const resock::event closed =
        wait_for(hub, [](const resock::event& each) { return each.listener_id() != 0; });
    CHECK(closed.kind() == resock::event_kind::closed);
    CHECK(closed.link_id() == 0);
    door.close(); // again: nothing
    door.reset();
    CHECK(status_of([&] { door.close(); }) == resock::status::handle);
}

TEST_CASE("a listener that asks: accept with options, or refuse") {
    resock::hub hub = make_hub(GENERATE("0", "1"));
    resock::options options(resock::scope::listener);
    options.set("listen.url", "ws://127.0.0.1:0").set("listen.accept", "ask");
    resock::listener door = hub.listen(options);
    const std::string url = door.address() + "/chat?room=1";
    resock::link client = hub.open(resock::options()
                                       .set("url", url)
                                       .set("http.header", "X-Trace: 7")
                                       .set("http.subprotocols", "chat"));
    const resock::event asked = wait_for(hub, resock::event_kind::request);
    CHECK(asked.method() == "GET");
    CHECK(asked.target() == "/chat?room=1");
    CHECK(asked.field("x-trace") == "7");
    CHECK_FALSE(asked.field("X-Other"));
    CHECK(asked.fields().size() > 5);
    resock::options of_link(resock::scope::listener);
    of_link.set("http.subprotocols", "chat");
    resock::link link = door.accept(asked.id(), of_link, 8);
    CHECK(status_of([&] { door.accept(asked.id()); }) == resock::status::state);
    const resock::event opened = wait_for(hub, [&](const resock::event& each) {
        return each.kind() == resock::event_kind::open && each.link_id() == link.id();
    });
    CHECK(opened.user() == 8);
    CHECK(opened.subprotocol() == "chat");

    resock::link other = hub.open(resock::options().set("url", url).set("reconnect.attempts", "0"));
    door.refuse(wait_for(hub, resock::event_kind::request).id(), 403, "X-Why: full", "full");
    const resock::event closed = wait_for(hub, resock::event_kind::closed);
    CHECK(closed.link_id() == other.id());
    CHECK(closed.http_status() == 403u);
    CHECK(status_of([&] { door.refuse(99, 403); }) == resock::status::state);
}

TEST_CASE("requests reach the link") {
    resock::hub hub;
    resock::options options;
    options.set("url", "echo:").set("confirm", "app").set("credentials.when", "always");
    resock::link link = hub.open(options);
    const auto asked = wait_for(hub, resock::event_kind::credentials);
    link.credentials(asked.id(), resock::options().set("http.header", "Authorization: x"));
    wait_for(hub, resock::event_kind::open);
    link.greeting_set("login", "hello");
    CHECK(wait_for(hub, resock::event_kind::message).data() == "hello");
    link.greeting_remove("login");
    link.send("x");
    CHECK_FALSE(link.flush(1ms));
    link.confirm(1);
    CHECK(link.flush(limit));
    link.set("heartbeat.interval", "5s");
    link.retry_now();
    CHECK(status_of([&] { link.ready(); }) == resock::status::state);

    resock::link refused = hub.open(options);
    refused.no_credentials(wait_for(hub, resock::event_kind::credentials).id());
    CHECK(wait_for(hub, resock::event_kind::closed).link_id() == refused.id());
}

TEST_CASE("what the library can tell of itself and of errors") {
    CHECK(resock::version_json().find(resock_version()) != std::string::npos);
    CHECK(resock::explain("1006").find("\"option\":\"verdict.1006\"") != std::string::npos);
    CHECK(resock::explain_all().size() > resock::explain("tls-").size());
    CHECK(status_of([] { resock::explain("nothing like it"); }) == resock::status::invalid);
    CHECK_THROWS_AS(resock::explain(std::string("1006\0x", 6)), resock::error);
}
