// Sessions on disk: outbox.path of a link, listen.sessions of a listener.

#include "hub/store_journal.hpp"

#include <filesystem>
#include <unistd.h>

#include "net/link_support/listening.hpp"

using namespace resock;
using hub::event_kind;
using test::listening;
using test::send_text;
using test::settings;

namespace {

class temporary_folder {
  public:
    temporary_folder() {
        std::string made = (std::filesystem::temp_directory_path() / "resock-XXXXXX").string();
        REQUIRE(::mkdtemp(made.data()) != nullptr);
        path_ = made;
    }
    ~temporary_folder() { std::filesystem::remove_all(path_); }
    std::string file(const char* name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

settings durable(const std::string& path, const settings& more = {}) {
    settings made = {{"delivery", "exactly-once"},
                     {"reconnect.min", "10ms"},
                     {"outbox.path", path},
                     {"outbox.sync", "off"}};
    made.insert(made.end(), more.begin(), more.end());
    return made;
}

} // namespace

TEST_CASE("what was sent before a restart arrives after it, once") {
    const temporary_folder folder;
    const unsigned threads = GENERATE(0u, 1u);
    listening at(threads);
    {
        test::application before(threads);
        // Nobody listens there: all of it stays.
        before.open("ws://127.0.0.1:1/chat", durable(folder.file("outbox")));
        for (int i = 1; i <= 100; ++i)
            before.send("message " + std::to_string(i));
        before.until([&] {
            return std::any_of(before.seen().begin(), before.seen().end(), [](const auto& each) {
                return each->kind == event_kind::confirmed && each->id() == 100 &&
                       each->level() == static_cast<std::uint32_t>(link::level::stored);
            });
        });
    }
    auto& client = at.connect(durable(folder.file("outbox")));
    CHECK(client.status().accepted == 100);
    const auto there = at.accepted();
    at.app.until([&] { return at.app.count(event_kind::message) == 100; });
    CHECK(send_text(client, "after") == 101);
    at.app.until([&] { return at.app.count(event_kind::message) == 101; });
    std::uint64_t next = 1;
    for (const auto& each : at.app.seen()) {
        if (each->kind != event_kind::message) continue;
        CHECK(each->bytes() ==
              (next <= 100 ? "message " + std::to_string(next) : std::string("after")));
        ++next;
    }
}

TEST_CASE("an outbox that is in use is refused, and free again afterwards") {
    const temporary_folder folder;
    test::application app(1);
    app.open("ws://127.0.0.1:1/", durable(folder.file("outbox")));
    std::string text;
    const auto again = [&] {
        const auto made = app.hub().open(
            test::link_settings_of("ws://127.0.0.1:1/", durable(folder.file("outbox"))), 0);
        app.hub().release(made);
    };
    CHECK(test::status_of(again, &text) == status::io);
    CHECK(test::has(text, "in use"));
    CHECK(test::has(text, folder.file("outbox")));
}

TEST_CASE("a position that is none, or of another session, is refused") {
    const temporary_folder folder;
    test::application app(1);
    std::string text;
    const auto open_with = [&](const std::string& position) {
        return test::status_of(
            [&] {
                hub::options given(hub::option_scope::link);
                given.set("url", "ws://127.0.0.1:1/");
                for (const test::setting& each : durable(folder.file("outbox")))
                    given.set(each.name, each.value);
                given.set_bytes("session.position", position);
                app.hub().release(app.hub().open(hub::make_link_settings(given), 0));
            },
            &text);
    };
    CHECK(open_with("x") != status::ok);
    session::position other;
    other.sid[0] = 1;
    other.born = 5;
    CHECK(open_with(session::to_bytes(other)) == status::option);
    CHECK(test::has(text, "another session"));
}

TEST_CASE("listen.sessions: a server that starts again goes on with its sessions") {
    const temporary_folder folder;
    const std::string path = folder.file("sessions");
    const settings on_disk = {{"listen.sessions", path}};
    std::string address;
    test::application clients(1);
    std::size_t seen = 0;
    {
        listening at(1, on_disk);
        address = at.address();
        clients.open(address + "/chat", {{"delivery", "exactly-once"}, {"reconnect.min", "10ms"}});
        const auto there = at.accepted();
        clients.send("before");
        at.first(event_kind::message, *there);
        send_text(*there, "kept");
        clients.until([&] { return clients.count(event_kind::message) == 1; });
        seen = at.app.count(event_kind::message);
    }
    CHECK(seen == 1);
    clients.send("between");
    listening at(1, on_disk, address);
    const auto there = at.accepted(); // of the file, before the client has come back
    at.first(event_kind::open, *there);
    // What was handed over and not done comes again, flagged; it stays the first.
    at.app.until([&] {
        return std::any_of(at.app.seen().begin(), at.app.seen().end(), [](const auto& each) {
            return each->kind == event_kind::message && each->bytes() == "between";
        });
    });
    send_text(*there, "after");
    clients.until([&] { return clients.count(event_kind::message) == 2; });
    CHECK(clients.count(event_kind::lost) == 0);
}
