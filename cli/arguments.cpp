#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <vector>

#include "help.hpp"
#include "nearest.hpp"

namespace cli {

namespace {

constexpr std::uint64_t chunk_max = std::uint64_t{1} << 30;

// As written, before the options of the library have checked it.
struct written {
    std::string url;
    std::vector<std::string> set;
    std::vector<std::string> headers;
    std::vector<std::string> subprotocols;
    std::uint64_t chunk = 16 * 1024;
    double wait_ms = -1; // not given
    bool binary = false;
    bool echo = false;
    bool stay = false;
    bool events = false;
    bool json = false;
    bool quiet = false;
};

const std::map<std::string, double> time_units = {
    {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}};

void add_connect(CLI::App& app, written& to) {
    CLI::App* connect = app.add_subcommand("connect", "Standard input out, messages in");
    connect->footer(connect_footer);
    connect->add_option("URL", to.url, "ws://..., wss://..., or echo: (answers itself, no network)")
        ->type_name("")
        ->required();
    auto* binary = connect->add_flag("--binary", to.binary,
                                     "Chunks of standard input as binary messages, and messages "
                                     "to standard output as they are");
    connect->add_option("--chunk", to.chunk, "Most bytes of such a message (default 16KiB)")
        ->transform(CLI::AsSizeValue(true).description(""))
        ->type_name("SIZE")
        ->needs(binary);
    auto* echo = connect->add_flag("--echo", to.echo,
                                   "Send back what arrives; standard input and output rest");
    echo->excludes(binary);
    auto* stay = connect->add_flag("--stay", to.stay,
                                   "After the end of input go on listening until the link ends");
    connect
        ->add_option("--wait", to.wait_ms,
                     "After the end of input go on listening for so long: 500ms, 10s, 5min")
        ->transform(
            CLI::AsNumberWithUnit(time_units, CLI::AsNumberWithUnit::UNIT_REQUIRED).description(""))
        ->type_name("DURATION")
        ->excludes(stay)
        ->excludes(echo);
    stay->excludes(echo);
    connect->add_option("--set", to.set, "An option of the link or the hub; may be repeated")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->take_all();
    connect->add_option("--header", to.headers, "A field of the opening request; may be repeated")
        ->type_name("\"NAME: VALUE\"")
        ->expected(1)
        ->take_all();
    connect
        ->add_option("--subprotocol", to.subprotocols, "One to offer, best first; may be repeated")
        ->type_name("NAME")
        ->expected(1)
        ->take_all();
    auto* events =
        connect->add_flag("--events", to.events, "Each event as a line on standard error");
    connect->add_flag("--json", to.json, "These lines as JSON")->needs(events);
    connect->add_flag("--quiet,-q", to.quiet, "Only errors on standard error")->excludes(events);
}

// True where `name` is an option of the hub.
bool is_of_hub(const resock::options& of_hub, const std::string& name) {
    try {
        of_hub.get(name);
        return true;
    } catch (const resock::error&) {
        return false;
    }
}

void set_options(connect_settings& made, const written& from) {
    made.of_link.set("url", from.url);
    made.of_link.set("verdict.dns-unknown", "stop"); // a person mistypes; --set can change it
    for (const std::string& each : from.set) {
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos || equals == 0)
            throw usage_error("--set " + each +
                              ": expected NAME=VALUE, for example "
                              "--set heartbeat.interval=5s");
        const std::string name = each.substr(0, equals);
        resock::options& options = is_of_hub(made.of_hub, name) ? made.of_hub : made.of_link;
        options.set(name, each.substr(equals + 1));
    }
    for (const std::string& each : from.headers)
        made.of_link.set("http.header", each);
    std::string offered;
    for (const std::string& each : from.subprotocols)
        offered += (offered.empty() ? "" : ",") + each;
    if (!offered.empty()) made.of_link.set("http.subprotocols", offered);
}

// What the library allows, but makes no sense here.
void check_together(const connect_settings& made) {
    if (made.of_link.get("confirm") == "app")
        throw usage_error("confirm=app needs a program that knows what the peer has done; use "
                          "confirm=pong or confirm=heartbeat");
    if (made.echo && made.of_link.get("message.ttl") != "unlimited")
        throw usage_error("--echo waits while the queue is full and cannot be combined with "
                          "message.ttl");
}

report report_of(const written& from) {
    if (from.json) return report::json;
    if (from.events) return report::events;
    return from.quiet ? report::quiet : report::status;
}

connect_settings settings_of(const written& from) {
    connect_settings made;
    set_options(made, from);
    if (from.chunk < 1 || from.chunk > chunk_max)
        throw usage_error("--chunk must be between 1 and 1GiB");
    made.chunk = static_cast<std::size_t>(from.chunk);
    std::string line_max = made.of_link.get("message.max");
    CLI::AsSizeValue{true}(line_max); // "16MiB" becomes its bytes
    made.line_max = static_cast<std::size_t>(std::stoull(line_max));
    made.binary = from.binary;
    made.echo = from.echo;
    made.stay = from.stay;
    if (from.wait_ms >= 0)
        made.wait = std::chrono::milliseconds(static_cast<std::int64_t>(from.wait_ms));
    made.report = report_of(from);
    check_together(made);
    return made;
}

// An unknown word of the command line, with the nearest that is known.
std::string unknown(const CLI::App& app, const std::vector<std::string>& words) {
    std::vector<std::string> known;
    const auto used = app.get_subcommands();
    const CLI::App& at = used.empty() ? app : *used.front();
    for (const CLI::Option* option : at.get_options()) {
        for (const std::string& name : option->get_lnames())
            known.push_back("--" + name);
    }
    for (const CLI::App* command : at.get_subcommands({}))
        known.push_back(command->get_name());
    const std::string word = words.empty() ? "" : words.front().substr(0, words.front().find('='));
    const std::string meant = nearest(word, known);
    return "unknown argument '" + word + "'" +
           (meant.empty() ? "" : "; did you mean '" + meant + "'?");
}

} // namespace

order parse_arguments(int argc, char** argv) {
    CLI::App app("resock: a WebSocket that stays up and loses no message", "resock");
    app.footer(main_footer);
    app.require_subcommand(0, 1); // none is looked at below: the nearest one can be said
    app.set_version_flag("--version", version_text());
    app.add_subcommand("version", "The versions of the library and its ABI");
    written from;
    add_connect(app, from);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return show_text{app.help()}; // of the command, where one was given
    } catch (const CLI::CallForVersion&) {
        return show_text{version_text()};
    } catch (const CLI::ExtrasError&) {
        throw usage_error(unknown(app, app.remaining(true)));
    } catch (const CLI::ParseError& error) {
        throw usage_error(error.what());
    }
    if (app.got_subcommand("version")) return show_text{version_text()};
    if (!app.got_subcommand("connect"))
        throw usage_error("expected a command: connect URL, or version");
    return settings_of(from);
}

} // namespace cli
