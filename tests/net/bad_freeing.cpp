// Handles freed at bad moments, names that never resolve, and descriptors.
#include "hub/hub.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <thread>

#include "net/link_support/web_socket.hpp"

using namespace resock;
using hub::event_kind;
using test::application;
using test::has;
using test::loopback_server;
using test::web_socket;

namespace {

// A lookup that hangs until it is let go, and says whether it still does.
struct hanging_lookup {
    struct shared {
        test::latch begun, go_on, ended;
    };
    std::shared_ptr<shared> state = std::make_shared<shared>();

    net::lookup look() const {
        return [state = state](const std::string&, std::uint16_t) {
            state->begun.set();
            state->go_on.wait();
            state->ended.set();
            net::resolved made;
            made.error = EAI_NONAME;
            return made;
        };
    }
    ~hanging_lookup() {
        state->go_on.set();
        if (state->begun.is_set()) state->ended.wait();
    }
};

struct descriptor {
    int number;
    bool close_on_exec;
};

// Open descriptors of this process, but the one that lists them.
std::vector<descriptor> descriptors() {
    std::vector<descriptor> made;
    DIR* const directory = ::opendir("/proc/self/fd");
    while (const dirent* const entry = ::readdir(directory)) {
        const int number = std::atoi(entry->d_name);
        if (entry->d_name[0] == '.' || number == ::dirfd(directory)) continue;
        made.push_back({number, (::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0});
    }
    ::closedir(directory);
    return made;
}

std::function<void(test::peer&)> echoing() {
    return test::accepting([](web_socket& peer) { peer.echo(); });
}

} // namespace

TEST_CASE("freeing does not wait for a name that never resolves") {
    const hanging_lookup hanging;
    const bool whole_hub = GENERATE(false, true);
    auto app = std::make_unique<application>(GENERATE(0u, 1u), hanging.look());
    app->open("ws://never.test/");
    app->until([&] { return hanging.state->begun.is_set(); });
    app->free();
    CHECK_FALSE(hanging.state->ended.is_set());
    if (!whole_hub) {
        app->open("echo:"); // the hub goes on
        app->await_open();
    }
    app.reset();
    CHECK_FALSE(hanging.state->ended.is_set());
}

TEST_CASE("a name that does not resolve in time") {
    const hanging_lookup hanging;
    application app(GENERATE(0u, 1u), hanging.look());
    app.open("ws://slow.test/", {{"connect.timeout", "50ms"}, {"reconnect.attempts", "0"}});
    const auto& record = app.await_record(event_kind::closed);
    CHECK(record.layer == policy::layer::dns);
    CHECK(record.culprit == policy::culprit::network);
    CHECK(record.cause == policy::cause::dns_temporary);
    CHECK(has(record.why, "slow.test"));
    CHECK_FALSE(hanging.state->ended.is_set());
}

TEST_CASE("every descriptor of an open link is closed on exec, and none is left behind") {
    const unsigned threads = GENERATE(0u, 1u, 3u);
    loopback_server server(echoing());
    const auto before = descriptors();
    {
        application app(threads);
        if (threads > 0) CHECK(app.hub().fd() >= 0);
        for (int i = 0; i < 5; ++i) {
            app.open(test::ws_url(server.port()));
            app.await_confirmed(app.send("hello"));
            for (const descriptor& each : descriptors()) {
                CAPTURE(each.number);
                const bool ours = std::none_of(before.begin(), before.end(), [&](const auto& old) {
                    return old.number == each.number;
                });
                if (ours) CHECK(each.close_on_exec);
            }
        }
        CHECK(descriptors().size() > before.size());
    }
    // The server closes its ends on its own thread.
    application idle(0);
    idle.until([&] { return descriptors().size() <= before.size() + 3; });
}

TEST_CASE("a link freed in each of its states") {
    enum class when { at_once, connecting, open, sending, waiting, closing };
    const auto moment = GENERATE(when::at_once, when::connecting, when::open, when::sending,
                                 when::waiting, when::closing);
    const unsigned threads = GENERATE(0u, 1u);
    loopback_server server(echoing());
    loopback_server mute([](test::peer& client) { client.read_to_end(); });
    const test::closed_port nobody;
    application app(threads);
    const bool answers = moment == when::open || moment == when::sending || moment == when::closing;
    app.open(moment == when::waiting ? test::ws_url(nobody.port())
             : answers               ? test::ws_url(server.port())
                                     : test::ws_url(mute.port()));
    if (moment != when::at_once)
        app.until([&] {
            return app.state() == (answers                   ? link::state::open
                                   : moment == when::waiting ? link::state::waiting
                                                             : link::state::connecting);
        });
    if (moment == when::sending)
        for (int i = 0; i < 1000; ++i)
            app.send(std::string(1000, 'x'));
    if (moment == when::closing) app.link().close(1000, "");
    const std::uint64_t id = app.link().id();
    app.free();
    // No event of it comes any more; the hub goes on.
    app.poll(0);
    const std::size_t events = app.seen().size();
    app.open("echo:");
    app.await_open();
    for (std::size_t i = events; i < app.seen().size(); ++i)
        CHECK((app.seen()[i]->kind == event_kind::log || app.seen()[i]->link_id != id));
}

TEST_CASE("a link freed with unconfirmed messages leaves a warning") {
    loopback_server mute(test::accepting([](web_socket& peer) {
        while (peer.read()) {
        }
    }));
    application app(GENERATE(0u, 1u));
    app.open(test::ws_url(mute.port()));
    app.await_open();
    app.send("one");
    app.send("two");
    app.link().flush(link::level::written, 10000);
    app.free();
    const auto& log = app.await(event_kind::log);
    CHECK(has(*log.text(), "not confirmed"));
    CHECK(has(*log.text(), "1 to 2"));
}

TEST_CASE("links and the hub freed from the dispatcher's callback") {
    loopback_server server(echoing());
    test::latch done;
    application app(1);
    auto other = app.hub().open(test::link_settings_of(test::ws_url(server.port())), 1);
    hub::hub* const hub = &app.hub();
    const bool whole_hub = GENERATE(false, true);
    app.hub().dispatch([&, hub](hub::event_ptr event) {
        if (event->kind != event_kind::open || done.is_set()) return;
        if (whole_hub)
            hub->close();
        else
            hub->release(other);
        done.set();
    });
    REQUIRE(done.wait());
    if (whole_hub) CHECK(test::status_of([&] { other->retry_now(); }) == status::closed);
}

TEST_CASE("calls that wait end when the link or the hub is freed by another thread") {
    loopback_server mute(test::accepting([](web_socket& peer) {
        while (peer.read()) {
        }
    }));
    const bool whole_hub = GENERATE(false, true);
    application app(1);
    auto link = app.hub().open(test::link_settings_of(test::ws_url(mute.port())), 1);
    link->send({"never confirmed"});
    test::latch begun;
    std::array<status, 2> ended{};
    std::thread flushing([&] {
        begun.set();
        ended[0] = test::status_of([&] { link->flush(link::level::received, hub::forever_ms); });
    });
    std::thread polling([&] {
        std::array<hub::event_ptr, 1> out;
        ended[1] = test::status_of([&] {
            while (true)
                app.hub().poll(*link, hub::forever_ms, out);
        });
    });
    begun.wait();
    if (whole_hub)
        app.hub().close();
    else
        app.hub().release(link);
    flushing.join();
    polling.join();
    CHECK(ended[0] == status::closed);
    CHECK(ended[1] == status::closed);
}

TEST_CASE("driven: a poll or flush that waits ends when another thread frees the hub") {
    loopback_server mute(test::accepting([](web_socket& peer) {
        while (peer.read()) {
        }
    }));
    const bool flushes = GENERATE(false, true);
    application app(0);
    hub::hub_link& link = app.open(test::ws_url(mute.port()));
    app.await_open();
    app.send("never confirmed");
    test::latch begun;
    status ended = status::ok;
    std::thread waiting([&] {
        std::array<hub::event_ptr, 1> out;
        begun.set();
        ended = test::status_of([&] {
            if (flushes) link.flush(link::level::received, hub::forever_ms);
            while (true)
                app.hub().poll(hub::forever_ms, out);
        });
    });
    begun.wait();
    app.hub().close();
    waiting.join();
    CHECK(ended == status::closed);
}
