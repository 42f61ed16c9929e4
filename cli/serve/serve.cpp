#include "serve/serve.hpp"

#include <algorithm>
#include <sys/resource.h>

#include "common/assignment.hpp"
#include "common/signals.hpp"
#include "common/units.hpp"
#include "common/usage_error.hpp"
#include "serve/service.hpp"

namespace cli {

namespace {

// The usual soft limit of 1,024 open files would be the limit of connections.
void raise_descriptor_limit() {
    rlimit limit = {};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// What the library allows, but makes no sense here.
void check_together(const serve_settings& made) {
    if (made.of_listener.get("listen.accept") == "ask")
        throw usage_error("listen.accept=ask needs a program that answers; use listen.paths, "
                          "listen.origins or listen.token");
    if (made.of_listener.get("queue.full") == "wait")
        throw usage_error(
            "queue.full=wait would let one slow client stop all; such a client is held "
            "by itself");
    if (made.of_listener.get("session.done") == "manual")
        throw usage_error("session.done=manual needs a program that says when it is done; here a "
                          "message is done with once it is printed and sent back");
    if (made.of_hub.get("io.threads") == "0")
        throw usage_error("io.threads must be 1 or more here");
}

} // namespace

const char* serve_command::footer() const {
    return R"(The first lines of standard output are the addresses that it listens on ("listening on ws://..."),
with the port that the system chose for 0; with --print they go to standard error, because standard
output has the messages: one line each, a binary one as "base64:" and its bytes in base64. A peer
that sends faster than standard output or --echo takes it is slowed down.

A GET of /healthz is answered with 200 "ok". A certificate that is replaced is used for new
connections within a second. Ctrl-C and SIGTERM shut down in order: the clients get 1001 and up to
--drain to take what is due to them, those of sessions are asked to end these; a second one quits
at once.

--set takes the options of the listener, of the links that it accepts and of the hub. Unless told
otherwise it keeps nothing for plain clients that have gone (delivery=at-most-once, confirm=off).

Clients that speak resock.v1 (`resock connect --exactly-once`) get a session on the same address,
without an option: it is kept for listen.session_ttl while they are away, and each message is
printed or sent back once; then it is done with. --exactly-once lets in nobody else.
--sessions FILE keeps the sessions across a restart of this program; a message that it may have
printed just before it was killed is printed again then.

Examples:
  resock serve --listen ws://127.0.0.1:8080 --echo
  resock serve --listen ws://127.0.0.1:0 --print > received.txt
  resock serve --listen wss://0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem --echo
  resock serve --listen unix:/tmp/feed.sock --print --binary > bytes
  resock serve --listen ws://127.0.0.1:8080 --listen ws://[::1]:8080 --echo --events --json
  resock serve --listen ws://127.0.0.1:8080 --echo --set listen.token=secret
  resock serve --listen ws://127.0.0.1:8080 --print --exactly-once --sessions in.db >> received.txt

Exit codes:
  0    shut down in order
  1    it could not go on
  2    wrong usage: an option, a value, or an address that is in use or not there
  130  a second Ctrl-C (128 + number of the signal; 143: SIGTERM))";
}

void serve_command::add_options(CLI::App& app) {
    app.add_option("--listen", listen_,
                   "Where: ws://ADDRESS:PORT, wss://ADDRESS:PORT or unix:PATH; may be repeated")
        ->type_name("URL")
        ->expected(1)
        ->take_all()
        ->required();
    app.add_flag("--echo", echo_, "Send back what arrives");
    auto* print = app.add_flag("--print", print_, "Write what arrives to standard output");
    app.add_flag("--binary", binary_, "Write messages as they are, with nothing between them")
        ->needs(print);
    auto* cert = app.add_option("--tls-cert", cert_,
                                "PEM file of the certificate and its issuers, for wss://")
                     ->type_name("FILE");
    app.add_option("--tls-key", key_, "PEM file of its private key")
        ->type_name("FILE")
        ->needs(cert);
    app.add_flag("--exactly-once", exactly_once_,
                 "Let in sessions (resock.v1) alone; without it plain clients, too");
    app.add_option("--sessions", sessions_,
                   "Keep the sessions in this file, so that they go on when the program is started "
                   "again")
        ->type_name("FILE");
    app.add_option("--drain", drain_ms_, "Most time to shut down in order (default 10s)")
        ->transform(duration_in_ms())
        ->type_name("DURATION");
    add_set_option(app, set_, set_scopes());
    auto* events = app.add_flag("--events", events_, "Each event as a line on standard error");
    app.add_flag("--json", json_, "These lines as JSON")->needs(events);
    app.add_flag("--quiet,-q", quiet_, "Only warnings and errors on standard error")
        ->excludes(events);
}

void serve_command::set_options(serve_settings& made) const {
    for (const std::string& each : listen_)
        made.of_listener.set("listen.url", each);
    if (!cert_.empty()) made.of_listener.set("tls.cert_file", cert_);
    if (!key_.empty()) made.of_listener.set("tls.key_file", key_);
    if (sessions_only()) {
        made.of_listener.set("delivery", "exactly-once");
    } else {
        made.of_listener.set("delivery", "at-most-once");
        made.of_listener.set("confirm", "off");
    }
    if (!sessions_.empty()) made.of_listener.set("listen.sessions", sessions_);
    for (const std::string& each : set_) {
        const auto [name, value] = parse_assignment(each);
        resock::options& options = has_option(made.of_hub, name) ? made.of_hub : made.of_listener;
        options.set(name, value);
    }
}

bool serve_command::sessions_only() const {
    return exactly_once_ ||
           std::find(set_.begin(), set_.end(), "delivery=exactly-once") != set_.end();
}

report serve_command::wanted_report() const {
    if (json_) return report::json;
    if (events_) return report::events;
    return quiet_ ? report::quiet : report::status;
}

serve_settings serve_command::settings() const {
    serve_settings made;
    set_options(made);
    if (!echo_ && !print_)
        throw usage_error("say what to do with what arrives: --echo, --print, or both");
    made.echo = echo_;
    made.print = print_;
    made.binary = binary_;
    made.drain = std::chrono::milliseconds(static_cast<std::int64_t>(drain_ms_));
    made.report = wanted_report();
    check_together(made);
    return made;
}

int serve_command::run() {
    serve_settings made = settings();
    install_signals();
    raise_descriptor_limit();
    try {
        return service(std::move(made)).run();
    } catch (const resock::error& error) {
        // An address in use or a certificate that cannot be read: mistakes of the call.
        if (error.status() == resock::status::io) throw usage_error(error.what());
        throw;
    }
}

} // namespace cli
