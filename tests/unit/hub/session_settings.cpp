#include "hub/session_settings.hpp"

#include <string>
#include <vector>

#include "hub/listener_settings.hpp"
#include "hub/settings.hpp"
#include "support/catch.hpp"
#include "unit/hub/error_of.hpp"

using namespace resock;
using namespace resock::hub;
using namespace std::chrono_literals;
using test::error_of;

namespace {

using values = std::initializer_list<std::pair<const char*, const char*>>;

options session_options(values more) {
    options made(option_scope::link);
    made.set("url", "ws://example.org/");
    made.set("delivery", "exactly-once");
    for (const auto& [name, value] : more)
        made.set(name, value);
    return made;
}

link_settings session_with(values more) {
    return make_link_settings(session_options(more));
}

options listener_options(values more) {
    options made(option_scope::listener);
    made.set("listen.url", "ws://127.0.0.1:0");
    for (const auto& [name, value] : more)
        made.set(name, value);
    return made;
}

std::string position_bytes() {
    std::string made(session::position_size, 'p');
    made.front() = 1;
    return made;
}

} // namespace

TEST_CASE("the defaults of a session") {
    const link_settings made = session_with({});
    CHECK(made.in_session());
    CHECK(made.machine.subprotocols == std::vector<std::string>{"resock.v1"});
    const session::options& s = made.machine.session;
    CHECK(s.role == session::role::client);
    CHECK(s.window == 1u << 20);
    CHECK(s.max_frame == 16384);
    CHECK(s.max_message == 16u << 20);
    CHECK(s.ttl_s == 120);
    CHECK(s.heartbeat_ms == 10000);
    CHECK(s.ack_level == 0);
    CHECK(s.token.empty());
    CHECK(made.machine.on_lost == link::on_lost::close);
    CHECK(made.machine.reconnect.hold == 60s);
    CHECK_FALSE(made.session.done_by_hand);
    CHECK_FALSE(made.session.position);
    CHECK(made.session.sync == outbox_sync::full);
}

TEST_CASE("options of a session arrive") {
    const link_settings made =
        session_with({{"session.ttl", "1500ms"},
                      {"session.window", "4MiB"},
                      {"session.max_frame", "1MiB"},
                      {"session.done", "manual"},
                      {"session.on_lost", "new"},
                      {"session.token", "abc"},
                      {"session.protocol", "chat.2"},
                      {"session.redirect_hosts", "A.example, [::1] b.example"},
                      {"outbox.path", "out.db"},
                      {"outbox.sync", "normal"},
                      {"heartbeat.interval", "20s"},
                      {"message.max", "1MiB"},
                      {"http.subprotocols", "resock.v1"},
                      {"reconnect.hold", "5s"}});
    const session::options& s = made.machine.session;
    CHECK(s.ttl_s == 2); // never less than was wished
    CHECK(s.window == 4u << 20);
    CHECK(s.max_frame == 1u << 20);
    CHECK(s.max_message == 1u << 20);
    CHECK(s.heartbeat_ms == 20000);
    CHECK(s.token == "abc");
    CHECK(s.protocol == "chat.2");
    CHECK(s.ack_level == 2);
    CHECK(made.machine.on_lost == link::on_lost::begin_anew);
    CHECK(made.machine.redirect_hosts ==
          std::vector<std::string>{"a.example", "[::1]", "b.example"});
    CHECK(made.machine.reconnect.hold == 5s);
    CHECK(made.session.done_by_hand);
    CHECK(made.session.outbox_path == "out.db");
    CHECK(made.session.sync == outbox_sync::normal);
}

TEST_CASE("who keeps the position itself says so, also before there is one") {
    options made = session_options({{"outbox.path", "out.db"}});
    made.set_bytes("session.position", "");
    const link_settings first = make_link_settings(made);
    CHECK(first.machine.session.ack_level == 3);
    CHECK(first.session.position == std::string());
    made.set_bytes("session.position", position_bytes());
    CHECK(make_link_settings(made).session.position == position_bytes());
    CHECK(made.get("session.position") == "37 bytes");
}

TEST_CASE("a position that no event gave is refused, and text for it") {
    options made = session_options({});
    std::string of_later = position_bytes();
    of_later.front() = 2;
    for (const std::string& wrong : {std::string("x"), std::string(38, '\1'), of_later}) {
        const auto thrown = error_of([&] { made.set_bytes("session.position", wrong); });
        CHECK(thrown.code == status::option);
        CHECK(thrown.says("resock_event_position"));
    }
    CHECK(error_of([&] { made.set("session.position", "x"); }).says("resock_options_set_bytes"));
}

TEST_CASE("what does not go together with exactly-once says what to set") {
    struct {
        values more;
        const char* says;
    } const rows[] = {
        {{{"confirm", "pong"}}, "option 'confirm' has no use"},
        {{{"confirm.timeout", "1s"}}, "option 'confirm.timeout' has no use"},
        {{{"greeting.hold", "false"}}, "has no greetings"},
        {{{"heartbeat.mode", "text"}}, "heartbeat.mode=text does not go"},
        {{{"heartbeat.interval", "999ms"}}, "must be 1s to 10min"},
        {{{"heartbeat.interval", "11min"}}, "must be 1s to 10min"},
        {{{"http.subprotocols", "chat"}}, "leave http.subprotocols out"},
        {{{"http.subprotocols", "resock.v1 chat"}}, "leave http.subprotocols out"},
        {{{"session.window", "64KiB"}, {"session.max_frame", "32KiB"}}, "at least 65600"},
        {{{"url", "echo:"}}, "echo: does not"},
    };
    for (const auto& row : rows) {
        const auto thrown = error_of([&] { session_with(row.more); });
        INFO(row.says << " / " << thrown.text);
        CHECK(thrown.code == status::option);
        CHECK(thrown.says(row.says));
    }
    options made = session_options({});
    made.set_bytes("session.position", "");
    CHECK(error_of([&] { make_link_settings(made); }).says("set outbox.path"));
}

TEST_CASE("options of sessions on a plain link are a mistake") {
    for (const auto& [name, value] : {std::pair("outbox.path", "x"), {"session.window", "1MiB"}}) {
        options made(option_scope::link);
        made.set("url", "ws://example.org/");
        made.set(name, value);
        const auto thrown = error_of([&] { make_link_settings(made); });
        CHECK(thrown.says(name));
        CHECK(thrown.says("set delivery=exactly-once"));
    }
    options made(option_scope::link);
    made.set("url", "ws://example.org/");
    made.set("http.subprotocols", "chat, resock.v1");
    CHECK(error_of([&] { make_link_settings(made); }).says("does not speak"));
}

TEST_CASE("an open session refuses what means nothing to it") {
    const link_settings made = session_with({});
    CHECK(error_of([&] { change_link_settings(made, "confirm.interval", "1s"); }).says("no use"));
    CHECK(error_of([&] { change_link_settings(made, "heartbeat.interval", "20min"); }).says("1s"));
    CHECK(error_of([&] { change_link_settings(made, "session.token", "x"); }).says("credentials"));
    CHECK(change_link_settings(made, "queue.messages", "7").machine.reconnect.hold == 60s);
}

TEST_CASE("a listener has settings for both kinds of links") {
    const listener_settings made = make_listener_settings(
        listener_options({{"confirm", "app"}, {"heartbeat.interval", "50ms"}}));
    CHECK_FALSE(made.sessions_only);
    CHECK(made.session_count == 10000);
    CHECK_FALSE(made.accepted->in_session());
    CHECK(made.accepted->machine.confirm.mode == link::confirm_mode::app);
    CHECK(made.rules.subprotocols.empty());
    const link_settings& of_session = *made.accepted_session;
    CHECK(of_session.in_session());
    CHECK(of_session.machine.session.role == session::role::server);
    CHECK(of_session.machine.session.heartbeat_ms == 1000);
    CHECK(of_session.machine.session.ttl_s == 120);
    CHECK(of_session.machine.session.tombstone_ttl_s == 120);
    CHECK(of_session.machine.session.ack_level == 0);
    CHECK(of_session.queue_bytes == 16u << 20);
}

TEST_CASE("options of a listener's sessions arrive") {
    const options given = listener_options({{"delivery", "exactly-once"},
                                            {"listen.sessions", "table.db"},
                                            {"listen.session_count", "5"},
                                            {"listen.session_bytes", "1MiB"},
                                            {"listen.session_ttl", "1h"},
                                            {"listen.session_tombstone", "2h"},
                                            {"session.window", "2MiB"}});
    const listener_settings made = make_listener_settings(given);
    CHECK(made.sessions_only);
    CHECK(made.session_count == 5);
    CHECK(made.rules.subprotocols == std::vector<std::string>{"resock.v1"});
    const link_settings& of_session = *made.accepted_session;
    CHECK(of_session.session.outbox_path == "table.db");
    CHECK(of_session.machine.session.ack_level == 2);
    CHECK(of_session.machine.session.ttl_s == 3600);
    CHECK(of_session.machine.session.tombstone_ttl_s == 7200);
    CHECK(of_session.machine.session.window == 2u << 20);
    CHECK(of_session.queue_bytes == 1u << 20);

    options of_link(option_scope::listener);
    of_link.set("session.principal", "ann");
    CHECK(accepted_settings_with(given, of_link, true)->session.principal == "ann");
}

TEST_CASE("what a listener's sessions cannot have says what to set") {
    struct {
        values more;
        const char* says;
    } const rows[] = {
        {{{"listen.session_ttl", "3min"}}, "is below listen.session_ttl (3min)"},
        {{{"http.subprotocols", "resock.v1"}}, "by itself"},
        {{{"delivery", "exactly-once"}, {"http.subprotocols", "chat"}}, "no other subprotocol"},
        {{{"session.max_frame", "1MiB"}}, "set session.window to at least"},
    };
    for (const auto& row : rows) {
        const auto thrown = error_of([&] { make_listener_settings(listener_options(row.more)); });
        INFO(row.says << " / " << thrown.text);
        CHECK(thrown.code == status::option);
        CHECK(thrown.says(row.says));
    }
}
