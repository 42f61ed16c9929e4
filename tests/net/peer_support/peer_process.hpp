// A script of tests/peers as a child process: a server of another maker, or the proxy that breaks
// connections. It announces its port and ends by itself when its standard input closes.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace resock::test {

class peer_process {
  public:
    // `script` is a file of tests/peers (RESOCK_TEST_PEERS); .js runs under RESOCK_TEST_NODE, all
    // others under RESOCK_TEST_PYTHON. Returns once it listens. A peer that is not installed or
    // does not start fails the test with a sentence.
    peer_process(const std::string& script, const std::vector<std::string>& options);
    ~peer_process();
    peer_process(const peer_process&) = delete;
    peer_process& operator=(const peer_process&) = delete;

    std::uint16_t port() const { return port_; }
    std::string address() const; // "127.0.0.1:PORT"
    std::string url(const std::string& scheme = "ws") const;
    // The next line that it prints, without its end; "" where none comes.
    std::string read_line();
    // Ends it, checks that it exited with 0; returns what it printed and nobody has read.
    std::string end();

  private:
    void spawn(const std::vector<std::string>& command);
    bool read_some();
    int close_and_wait();

    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::uint16_t port_ = 0;
    std::string read_;
};

// The number behind `"name": ` in the counts that the proxy prints at its end; fails without it.
std::uint64_t count_in(const std::string& json, const std::string& name);

// What ./dev test exports, or where ./dev installs it.
std::string from_environment(const char* name, const std::string& otherwise);
// RESOCK_TEST_FULL=1: the sizes of the requirement instead of those that fit into every run.
bool full_size();
// `count` at full speed, less where a sanitizer slows the program down (RESOCK_TEST_SCALE, a
// factor between 0 and 1; a quarter under a sanitizer).
std::uint64_t scaled(std::uint64_t count);

} // namespace resock::test
