#include "connect/connect.hpp"

#include "common/assignment.hpp"
#include "common/signals.hpp"
#include "common/units.hpp"
#include "common/usage_error.hpp"
#include "connect/conversation.hpp"

namespace cli {

namespace {

constexpr std::uint64_t chunk_max = std::uint64_t{1} << 30;

// What the library allows, but makes no sense here.
void check_together(const connect_settings& made) {
    if (made.of_link.get("confirm") == "app")
        throw usage_error("confirm=app needs a program that knows what the peer has done; use "
                          "confirm=pong or confirm=heartbeat");
    if (made.echo && made.of_link.get("message.ttl") != "unlimited")
        throw usage_error("--echo waits while the queue is full and cannot be combined with "
                          "message.ttl");
    if (made.of_link.get("session.done") == "manual")
        throw usage_error("session.done=manual needs a program that says when it is done; here a "
                          "message is done with once it is written to standard output");
}

} // namespace

const char* connect_command::footer() const {
    return R"(Each line of standard input is sent as a text message and kept until the server's endpoint has
confirmed it; after a break it is sent again. Messages that arrive are written as lines, a binary
one as "base64:" and its bytes in base64. With the end of input (Ctrl-D) and everything confirmed
the link is closed. Ctrl-C closes, too; a second one quits at once.

Confirmed means: read by the server's WebSocket endpoint (behind a gateway: the gateway's). It does
not mean that an application has processed it.

--exactly-once: the server must speak resock.v1, as `resock serve` does. Each line reaches the
server's application once and in order, and so does each message of it here; a message is done with
once it is written to standard output. The end of input ends the session: what the server has sent
until then still arrives. If the session is lost (the server has forgotten it), that is said, with
the lines that were not sent or are in doubt.

--outbox FILE: the session outlives this program, however it ends. Lines that were accepted and not
confirmed are in FILE, and the next run with the same FILE sends them first; messages that were not
written to standard output come again. Ctrl-C then leaves the session there; only the end of input,
once all is confirmed, ends it. Standard input itself is not remembered: give the next run what
follows the lines that were accepted. On Ctrl-C a line says how many these are; with --events each
"CONFIRMED through N at stored" says that N are in FILE, counting first those of the run before that
were still waiting. Whatever was read and is not yet in FILE is gone if the program is killed.

Examples:
  resock connect wss://example.org/chat
  resock connect wss://example.org/log < app.log
  journalctl -fo json | resock connect wss://example.org/log --set queue.bytes=256MiB
  resock connect wss://example.org/feed --stay < /dev/null > feed.txt
  echo '{"ask":"time"}' | resock connect wss://example.org/rpc --wait 2s
  resock connect wss://example.org/up --binary --chunk 64KiB < image.iso
  resock connect wss://example.org/ --header "Authorization: Bearer $TOKEN" --events --json
  resock connect wss://example.org/ --set heartbeat.interval=5s --set reconnect.attempts=20
  resock connect wss://example.org/in --exactly-once < orders.txt
  resock connect wss://example.org/in --exactly-once --outbox in.db < /dev/null  # what waits in it
  resock connect echo: < file

Exit codes:
  0    all input was sent and confirmed, and the link was closed normally
  1    something was not confirmed, the link ended before the input did, or the session was lost
  2    wrong usage: an option, a value or the URL
  3    never connected: it was stopped before a first connection was open
  4    standard input cannot be sent (a line that is not UTF-8, or too long); the rest is confirmed
  130  Ctrl-C (128 + number of the signal; 143: SIGTERM))";
}

void connect_command::add_options(CLI::App& app) {
    app.add_option("URL", url_, "ws://..., wss://..., or echo: (answers itself, no network)")
        ->type_name("")
        ->required();
    auto* binary = app.add_flag("--binary", binary_,
                                "Chunks of standard input as binary messages, and messages "
                                "to standard output as they are");
    app.add_option("--chunk", chunk_, "Most bytes of such a message (default 16KiB)")
        ->transform(size_in_bytes())
        ->type_name("SIZE")
        ->needs(binary);
    app.add_flag("--echo", echo_, "Send back what arrives; standard input and output rest")
        ->excludes(binary);
    add_times(app);
    add_session(app);
    add_link_options(app);
    add_reports(app);
}

void connect_command::add_times(CLI::App& app) {
    auto* echo = app.get_option("--echo");
    auto* stay =
        app.add_flag("--stay", stay_, "After the end of input go on listening until the link ends");
    app.add_option("--wait", wait_ms_,
                   "After the end of input go on listening for so long: 500ms, 10s, 5min")
        ->transform(duration_in_ms())
        ->type_name("DURATION")
        ->excludes(stay)
        ->excludes(echo);
    stay->excludes(echo);
}

void connect_command::add_session(CLI::App& app) {
    auto* exactly_once =
        app.add_flag("--exactly-once", exactly_once_,
                     "Each message once and in order, both ways; the server must speak resock.v1");
    app.add_option("--outbox", outbox_,
                   "Keep the session in this file, so that it goes on when the program is started "
                   "again")
        ->type_name("FILE")
        ->needs(exactly_once);
}

void connect_command::add_link_options(CLI::App& app) {
    add_set_option(app, set_, set_scopes());
    app.add_option("--header", headers_, "A field of the opening request; may be repeated")
        ->type_name("\"NAME: VALUE\"")
        ->expected(1)
        ->take_all();
    app.add_option("--subprotocol", subprotocols_, "One to offer, best first; may be repeated")
        ->type_name("NAME")
        ->expected(1)
        ->take_all();
}

void connect_command::add_reports(CLI::App& app) {
    auto* events = app.add_flag("--events", events_, "Each event as a line on standard error");
    app.add_flag("--json", json_, "These lines as JSON")->needs(events);
    app.add_flag("--quiet,-q", quiet_, "Only errors on standard error")->excludes(events);
}

void connect_command::set_options(connect_settings& made) const {
    made.of_link.set("url", url_);
    made.of_link.set("verdict.dns-unknown", "stop"); // a person mistypes; --set can change it
    if (exactly_once_) made.of_link.set("delivery", "exactly-once");
    if (!outbox_.empty()) made.of_link.set("outbox.path", outbox_);
    made.of_link.set("reconnect.hold", "0"); // nobody could revive a stopped link here
    for (const std::string& each : set_) {
        const auto [name, value] = parse_assignment(each);
        resock::options& options = has_option(made.of_hub, name) ? made.of_hub : made.of_link;
        options.set(name, value);
    }
    for (const std::string& each : headers_)
        made.of_link.set("http.header", each);
    std::string offered;
    for (const std::string& each : subprotocols_)
        offered += (offered.empty() ? "" : ",") + each;
    if (!offered.empty()) made.of_link.set("http.subprotocols", offered);
}

report connect_command::wanted_report() const {
    if (json_) return report::json;
    if (events_) return report::events;
    return quiet_ ? report::quiet : report::status;
}

connect_settings connect_command::settings() const {
    connect_settings made;
    set_options(made);
    if (chunk_ < 1 || chunk_ > chunk_max) throw usage_error("--chunk must be between 1 and 1GiB");
    made.chunk = static_cast<std::size_t>(chunk_);
    std::string line_max = made.of_link.get("message.max");
    CLI::AsSizeValue{true}(line_max); // "16MiB" becomes its bytes
    made.line_max = static_cast<std::size_t>(std::stoull(line_max));
    made.in_session = made.of_link.get("delivery") == "exactly-once";
    made.outbox = made.of_link.get("outbox.path");
    made.binary = binary_;
    made.echo = echo_;
    made.stay = stay_;
    if (wait_ms_ >= 0) made.wait = std::chrono::milliseconds(static_cast<std::int64_t>(wait_ms_));
    made.report = wanted_report();
    check_together(made);
    return made;
}

int connect_command::run() {
    connect_settings made = settings();
    install_signals();
    try {
        return conversation(std::move(made)).run();
    } catch (const resock::error& error) {
        // An outbox that another program uses, or that cannot be made: mistakes of the call.
        if (error.status() == resock::status::io) throw usage_error(error.what());
        throw;
    }
}

} // namespace cli
