// The fixture that starts the scripts of tests/peers.
#include "net/peer_support/peer_process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

extern char** environ; // NOLINT: posix_spawn wants it

namespace resock::test {

namespace {

// A peer that says nothing for so long hangs; it is ended and the test fails.
constexpr int patience_ms = 60000;
constexpr const char* remedy = "; run the tests through ./dev test, which installs the peers";

std::string program_for(const std::string& script) {
    if (script.ends_with(".js")) return from_environment("RESOCK_TEST_NODE", "node");
    return from_environment("RESOCK_TEST_PYTHON", "build/venv/bin/python");
}

struct pipe_ends {
    int read = -1;
    int write = -1;
};

pipe_ends make_pipe() {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    return {ends[0], ends[1]};
}

} // namespace

std::string from_environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

bool full_size() {
    return from_environment("RESOCK_TEST_FULL", "0") == "1";
}

std::uint64_t scaled(std::uint64_t count) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    const char* usual = "0.25";
#else
    const char* usual = "1";
#endif
    const double factor = std::stod(from_environment("RESOCK_TEST_SCALE", usual));
    return static_cast<std::uint64_t>(static_cast<double>(count) * factor);
}

std::uint64_t count_in(const std::string& json, const std::string& name) {
    const std::string key = "\"" + name + "\": ";
    const std::size_t at = json.rfind(key);
    if (at == std::string::npos) FAIL("no " + key + "in: " + json);
    return std::stoull(json.substr(at + key.size()));
}

peer_process::peer_process(const std::string& script, const std::vector<std::string>& options) {
    std::vector<std::string> command = {
        program_for(script), from_environment("RESOCK_TEST_PEERS", "tests/peers") + "/" + script};
    command.insert(command.end(), options.begin(), options.end());
    spawn(command);
    const std::string line = read_line();
    const std::string announced = "listening ";
    if (!line.starts_with(announced)) {
        close_and_wait();
        FAIL(command[0] + " " + command[1] + " did not start: it printed '" + line + "'" + remedy);
    }
    port_ = static_cast<std::uint16_t>(std::stoul(line.substr(announced.size())));
}

peer_process::~peer_process() {
    if (pid_ > 0) close_and_wait();
}

void peer_process::spawn(const std::vector<std::string>& command) {
    const pipe_ends to_child = make_pipe(), from_child = make_pipe();
    std::vector<char*> arguments;
    for (const std::string& each : command)
        arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_child.read, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from_child.write, STDOUT_FILENO);
    const int failed =
        ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(to_child.read);
    ::close(from_child.write);
    input_ = to_child.write;
    output_ = from_child.read;
    if (failed == 0) return;
    pid_ = -1;
    ::close(input_);
    ::close(output_);
    FAIL("cannot run " + command[0] + ": " + std::strerror(failed) + remedy);
}

// False at the end of its output, or when nothing came for too long.
bool peer_process::read_some() {
    pollfd ready = {output_, POLLIN, 0};
    if (::poll(&ready, 1, patience_ms) <= 0) return false;
    std::array<char, 4096> piece;
    const ssize_t count = ::read(output_, piece.data(), piece.size());
    if (count <= 0) return false;
    read_.append(piece.data(), static_cast<std::size_t>(count));
    return true;
}

std::string peer_process::read_line() {
    while (read_.find('\n') == std::string::npos && read_some()) {
    }
    const std::size_t end = read_.find('\n');
    const std::string line = read_.substr(0, end);
    read_.erase(0, end == std::string::npos ? end : end + 1);
    return line;
}

// Closes its input and waits; the answer is as of waitpid. One that hangs is killed.
int peer_process::close_and_wait() {
    ::close(input_);
    while (read_some()) {
    }
    pollfd over = {output_, POLLIN, 0};
    if (::poll(&over, 1, 0) == 0) ::kill(pid_, SIGKILL);
    ::close(output_);
    int outcome = 0;
    while (::waitpid(pid_, &outcome, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return outcome;
}

std::string peer_process::end() {
    const int outcome = close_and_wait();
    INFO("the peer printed: " << read_);
    CHECK(outcome == 0);
    return read_;
}

std::string peer_process::address() const {
    return "127.0.0.1:" + std::to_string(port_);
}

std::string peer_process::url(const std::string& scheme) const {
    return scheme + "://" + address() + "/";
}

} // namespace resock::test

using namespace resock::test;

TEST_CASE("a peer announces its port, and ends when its input closes") {
    peer_process server("raw_server.py", {});
    CHECK(server.port() != 0);
    peer_process proxy("faulty_proxy.py", {"--to", server.address()});
    CHECK(count_in(proxy.end(), "connections") == 0);
    CHECK(server.end().empty());
}
