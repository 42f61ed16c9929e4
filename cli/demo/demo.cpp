#include "demo/demo.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

#include "chaos/arguments.hpp"
#include "chaos/engine/proxy.hpp"
#include "common/events.hpp"
#include "common/exit_code.hpp"
#include "common/print.hpp"
#include "common/usage_error.hpp"
#include "demo/picture.hpp"
#include "demo/plan.hpp"
#include "demo/report.hpp"
#include "demo/session.hpp"

namespace cli {

namespace {

constexpr std::uint64_t most_messages = 10'000'000;
constexpr std::uint64_t most_rate = 50'000;
constexpr std::uint64_t most_cuts = 1000;
constexpr double most_delay_ms = 1000;

void check_range(const std::string& option, std::uint64_t value, std::uint64_t most) {
    if (value < 1 || value > most)
        throw usage_error(option + " must be between 1 and " + std::to_string(most) + ", not " +
                          std::to_string(value));
}

[[noreturn]] void cannot_write(const std::string& file, int error) {
    throw usage_error("--svg " + file + " cannot be written: " + std::strerror(error));
}

// Before the run rather than after it; what is in the file stays.
void check_writable(const std::string& file) {
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) cannot_write(file, errno);
    close(fd);
}

void write_file(const std::string& file, const std::string& content) {
    errno = 0;
    std::ofstream to(file, std::ios::binary | std::ios::trunc);
    to << content;
    to.close();
    if (!to) throw std::runtime_error(file + " cannot be written: " + std::strerror(errno));
}

} // namespace

const char* demo_command::footer() const {
    return R"(In one process, on 127.0.0.1: resock listeners, three fault proxies as of `resock chaos` in front of
them, and three clients that send the same numbered messages at the same time.
`plain` is Boost.Beast's WebSocket client, which connects again at once after a cut; what is sent
while it has no connection is gone, and so is what was in the socket and on the line. `resock` is a
link with default options (at-least-once) that connects again at once, too (reconnect.min=0); the
server is the same plain WebSocket. `exactly-once` is such a link with delivery=exactly-once: client
and server speak resock.v1, and what was sent again is told from what is new.

The same seed and options give the same cuts on all sides: connections 1, 2, 3 ... are cut at the
same ages (cut_plan_ms of --json). Which messages that hits depends on the machine, so the numbers
of lost and repeated messages differ a little from run to run.

Examples:
  resock demo                             # 50,000 messages, 10 cuts, about 10 s
  resock demo --seed 7 --svg demo.svg     # other cuts, and a picture
  resock demo --messages 10000 --cuts 3 --delay 50ms
  resock demo --json | jq .sides          # the closing figures for a program

Exit codes:
  0    every message arrived over resock and exactly-once, in order, over the latter none twice, and
       all cuts happened
  1    not so: a line on standard error says what
  2    wrong usage; also a file that cannot be written
  130  stopped by Ctrl-C (129 SIGHUP, 143 SIGTERM), with the figures so far)";
}

void demo_command::add_options(CLI::App& app) {
    app_ = &app;
    const auto count = [&](const char* name, std::uint64_t& to, const char* what) {
        app.add_option(name, to, what)->transform(number_argument())->type_name("N");
    };
    const auto duration = [&](const char* name, double& to, const char* what) {
        app.add_option(name, to, what)->transform(duration_argument())->type_name("DURATION");
    };
    count("--messages", messages_, "How many each side sends (default 50000, at most 10000000)");
    count("--rate", rate_, "Messages per second (default 5000, at most 50000)");
    count("--cuts", cuts_, "Cut each side so many times, by RST (default 10, at most 1000)");
    duration("--cut-every", cut_every_ms_,
             "Age at which a connection is cut, give or take a quarter (default: so that the cuts "
             "take 60% of the stream's time)");
    duration("--delay", delay_ms_, "Delay each way by so much (default 10ms, at most 1s)");
    count("--seed", seed_, "Of the cuts (default 1)");
    duration("--time-limit", time_limit_ms_,
             "End after so long (default: twice the stream's time, and 30s)");
    app.add_option("--svg", svg_file_, "Write a picture of the run")->type_name("FILE");
    app.add_flag("--json", json_, "The closing figures as a JSON object, nothing else");
    app.add_flag("--quiet,-q", quiet_, "Only the closing table");
}

bool demo_command::given(const char* option) const {
    return app_->count(option) > 0;
}

demo::settings demo_command::settings() const {
    check_range("--messages", messages_, most_messages);
    check_range("--rate", rate_, most_rate);
    check_range("--cuts", cuts_, most_cuts);
    if (!(delay_ms_ >= 0 && delay_ms_ <= most_delay_ms))
        throw usage_error("--delay must be between 0ms and 1s");
    demo::settings made;
    made.messages = messages_;
    made.rate = rate_;
    made.cuts = cuts_;
    made.delay = demo::milliseconds(static_cast<std::int64_t>(delay_ms_));
    made.seed = seed_;
    made.cut_every = given("--cut-every") ? whole_ms("--cut-every", cut_every_ms_)
                                          : demo::default_cut_every(made);
    made.time_limit = given("--time-limit") ? whole_ms("--time-limit", time_limit_ms_)
                                            : demo::default_time_limit(made);
    const std::string flaw = demo::flaw_of(made);
    if (!flaw.empty()) throw usage_error(flaw);
    return made;
}

int demo_command::run() {
    const demo::settings wanted = settings();
    if (given("--svg")) check_writable(svg_file_);
    const bool quiet = json_ || quiet_;
    if (!quiet) print(demo::headline_of(wanted) + "\n\n");
    const demo::outcome shown = demo::run(wanted, quiet);
    print(json_ ? demo::json_of(shown) : demo::text_of(shown));
    if (given("--svg")) write_file(svg_file_, demo::svg_of(shown));
    const std::string complaint = shown.complaint();
    if (complaint.empty()) return all_confirmed;
    reporter(STDERR_FILENO, report::quiet).error(complaint);
    return shown.signal != 0 ? interrupted + shown.signal : int{not_confirmed};
}

} // namespace cli
