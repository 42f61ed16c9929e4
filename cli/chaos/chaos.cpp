#include "chaos/chaos.hpp"

#include <random>
#include <vector>

#include "chaos/arguments.hpp"
#include "chaos/session.hpp"
#include "common/usage_error.hpp"

namespace cli {

namespace {

constexpr std::uint64_t buffer_min = 4096;
constexpr std::uint64_t buffer_max = std::uint64_t{1} << 30;
constexpr std::uint64_t connections_max = 100'000;
constexpr std::uint64_t bandwidth_max = std::uint64_t{1} << 40;

CLI::Option* duration(CLI::App& app, const char* name, double& to, const char* what) {
    return app.add_option(name, to, what)->transform(duration_argument())->type_name("DURATION");
}

CLI::Option* size(CLI::App& app, const char* name, std::uint64_t& to, const char* what) {
    return app.add_option(name, to, what)->transform(size_argument())->type_name("SIZE");
}

CLI::Option* count(CLI::App& app, const char* name, std::uint64_t& to, const char* what) {
    return app.add_option(name, to, what)->transform(number_argument())->type_name("N");
}

// A number of the seed's size that a person can copy.
std::uint64_t fresh_seed() {
    return std::random_device()() % 1'000'000;
}

void check_range(const std::string& option, std::uint64_t value, std::uint64_t least,
                 std::uint64_t most, const std::string& range) {
    if (value < least || value > most)
        throw usage_error(option + " must be between " + range + ", not " + std::to_string(value));
}

} // namespace

const char* chaos_command::footer() const {
    return R"(The first line of output is the address that it listens on; with port 0 that is a free one. Then
comes a line for each thing that it does, with time and number of the connection, and at the end
(Ctrl-C, or --for) the counts. Without an option for a fault it passes everything unchanged.

The seed decides: the same seed and options cut the connections 1, 2, 3 ... at the same age or byte.
A cut loses what is still delayed, as a line does that breaks. A half-open connection is cut for one
side only: the other one is not told and hears nothing any more. A black hole stays open for both.

Examples:
  resock chaos --to 127.0.0.1:8765                                     # passes everything on
  resock chaos --to 127.0.0.1:8765 --cut-every 1s --reset --seed 7
  resock chaos --to 127.0.0.1:8765 --cut-every 64KiB --cuts 10 --refuse-for 2s
  resock chaos --to 127.0.0.1:8765 --cut-at-byte 1000 --half-open
  resock chaos --to 127.0.0.1:8765 --blackhole-after 30s --blackholes 1
  resock chaos --to [::1]:8765 --listen [::1]:9000 --delay 80ms --jitter 40ms --bandwidth 32KiB
  resock chaos --to 127.0.0.1:8765 --cut-every 5s --for 1min --json > chaos.jsonl

Exit codes:
  0    ended by Ctrl-C, SIGTERM, SIGHUP or --for
  2    wrong usage: an option, a port in use, a name that cannot be resolved)";
}

void chaos_command::add_options(CLI::App& app) {
    app_ = &app;
    app.add_option("--to", to_, "The server: 127.0.0.1:8765, [::1]:8765, a name, or a ws URL")
        ->type_name("HOST:PORT")
        ->required();
    app.add_option("--listen", listen_, "Where clients connect (default 127.0.0.1:0, a free port)")
        ->type_name("HOST:PORT");
    add_cuts(app);
    add_black_holes(app);
    add_line(app);
    add_reports(app);
}

void chaos_command::add_cuts(CLI::App& app) {
    app.add_option("--cut-every", cut_every_,
                   "Cut each connection at this age or after so many bytes, give or take a quarter")
        ->type_name("DURATION|SIZE");
    size(app, "--cut-at-byte", cut_at_byte_, "Cut each connection after exactly so many bytes");
    app.add_option("--cut-direction", cut_direction_,
                   "Whose bytes are counted for a cut: to-server (default) or to-client")
        ->check(CLI::IsMember({"to-server", "to-client"}).description(""))
        ->type_name("WAY");
    app.add_option("--cut-spread", cut_spread_,
                   "Vary --cut-every by up to so much (default 25; 0: not at all)")
        ->transform(number_argument())
        ->type_name("PERCENT");
    count(app, "--cuts", cuts_, "Cut at most so many times in all");
    app.add_flag("--reset", reset_, "Cut by RST instead of FIN");
    app.add_option("--half-open", half_open_,
                   "Tell only one side of a cut; this one (client by default) is not told")
        ->check(CLI::IsMember({"client", "server"}).description(""))
        ->type_name("[SIDE]")
        ->expected(0, 1)
        ->default_str("client");
    duration(app, "--refuse-for", refuse_for_ms_, "After a cut close the port for so long");
    count(app, "--refuse", refuse_, "After a cut accept and reset so many connections");
}

void chaos_command::add_black_holes(CLI::App& app) {
    app.add_option("--blackhole-after", blackhole_after_,
                   "At this age or after so many bytes let nothing pass any more, sockets open")
        ->type_name("DURATION|SIZE");
    app.add_option("--blackhole-direction", blackhole_direction_,
                   "What does not pass: both (default), to-server or to-client")
        ->check(CLI::IsMember({"both", "to-server", "to-client"}).description(""))
        ->type_name("WAY");
    count(app, "--blackholes", blackholes_, "At most so many black holes in all");
}

void chaos_command::add_line(CLI::App& app) {
    duration(app, "--delay", delay_ms_, "Delay each way by so much");
    duration(app, "--jitter", jitter_ms_, "Delay by up to so much more, at random, order kept");
    size(app, "--bandwidth", bandwidth_, "Let so many bytes pass in a second, each way");
    size(app, "--buffer", buffer_,
         "Hold at most so many bytes in each direction of a connection (default 4MiB)");
    count(app, "--connections", connections_, "Open at most so many at a time (default 1000)");
    count(app, "--seed", seed_, "Repeat the decisions of an earlier run (default: a random one)");
    duration(app, "--for", lifetime_ms_, "End after so long");
}

void chaos_command::add_reports(CLI::App& app) {
    app.add_flag("--json", json_, "Lines as JSON objects, with \"time\" and \"event\"");
    app.add_flag("--quiet,-q", quiet_, "Only the first line and the counts");
}

bool chaos_command::given(const char* option) const {
    return app_->count(option) > 0;
}

void chaos_command::check_together() const {
    const bool has_cuts = given("--cut-every") || given("--cut-at-byte");
    for (const char* option :
         {"--cut-direction", "--cuts", "--reset", "--half-open", "--refuse-for", "--refuse"}) {
        if (given(option) && !has_cuts)
            throw usage_error(std::string(option) +
                              " is about cuts: give --cut-every or --cut-at-byte, too");
    }
    if (given("--cut-spread") && !given("--cut-every"))
        throw usage_error("--cut-spread varies --cut-every: give that, too");
    for (const char* option : {"--blackhole-direction", "--blackholes"}) {
        if (given(option) && !given("--blackhole-after"))
            throw usage_error(std::string(option) + " needs --blackhole-after");
    }
}

void chaos_command::check_numbers() const {
    if (given("--cut-at-byte") && cut_at_byte_ == 0)
        throw usage_error("--cut-at-byte must be at least 1");
    check_range("--cut-spread", cut_spread_, 0, 100, "0 and 100");
    if (given("--bandwidth"))
        check_range("--bandwidth", bandwidth_, 1, bandwidth_max, "1 and 1TiB");
    if (given("--buffer"))
        check_range("--buffer", buffer_, buffer_min, buffer_max, "4KiB and 1GiB");
    if (given("--connections"))
        check_range("--connections", connections_, 1, connections_max, "1 and 100000");
}

void chaos_command::set_cuts(chaos::settings& made) const {
    if (given("--cut-every")) made.cut_every = parse_moment("--cut-every", cut_every_);
    if (given("--cut-at-byte")) made.cut_at_byte = cut_at_byte_;
    if (cut_direction_ == "to-client") made.cut_way = chaos::way::to_client;
    made.cut_spread_percent = cut_spread_;
    made.cuts = cuts_;
    made.reset = reset_;
    if (given("--half-open"))
        made.unaware = half_open_ == "server" ? chaos::side::server : chaos::side::client;
    if (given("--refuse-for")) made.refuse_for = whole_ms("--refuse-for", refuse_for_ms_);
    made.refuse = refuse_;
}

void chaos_command::set_black_holes(chaos::settings& made) const {
    if (given("--blackhole-after"))
        made.blackhole_after = parse_moment("--blackhole-after", blackhole_after_);
    if (blackhole_direction_ == "to-server") made.blackhole_ways = chaos::ways::to_server;
    if (blackhole_direction_ == "to-client") made.blackhole_ways = chaos::ways::to_client;
    made.blackholes = blackholes_;
}

void chaos_command::set_line(chaos::settings& made) const {
    if (given("--delay")) made.delay = whole_ms("--delay", delay_ms_);
    if (given("--jitter")) made.jitter = whole_ms("--jitter", jitter_ms_);
    made.bandwidth = bandwidth_;
    if (given("--buffer")) made.buffer_bytes = static_cast<std::size_t>(buffer_);
    if (given("--connections")) made.connections = static_cast<std::size_t>(connections_);
    made.connections = make_room_for(made.connections, !given("--connections"));
    if (given("--for")) made.lifetime = whole_ms("--for", lifetime_ms_);
    made.seed = given("--seed") ? seed_ : fresh_seed();
}

chaos::settings chaos_command::settings() const {
    check_together();
    check_numbers();
    chaos::settings made;
    made.listen = parse_address("--listen", listen_);
    made.to = parse_address("--to", to_);
    if (made.to.port == 0) throw usage_error("--to " + to_ + ": the port must be 1 to 65535");
    set_cuts(made);
    set_black_holes(made);
    set_line(made);
    return made;
}

int chaos_command::run() {
    return run_chaos(settings(), json_, quiet_);
}

} // namespace cli
