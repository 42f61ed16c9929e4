// A child process of a test: speaks through a pipe, ends with the test.
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "net/descriptor.hpp"

namespace resock::test {

class process {
  public:
    // `work` gets the end of a pipe to write to; the child ends when it returns or throws.
    explicit process(const std::function<void(int pipe)>& work) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("pipe");
        reader_ = net::descriptor(ends[0]);
        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error("fork");
        if (pid_ == 0) {
            ::close(ends[0]);
            try {
                work(ends[1]);
            } catch (const std::exception& failed) {
                say(ends[1], std::string("threw ") + failed.what());
            }
            ::_exit(0);
        }
        ::close(ends[1]);
    }
    ~process() { kill(); }
    process(const process&) = delete;

    static void say(int pipe, const std::string& text) {
        (void)!::write(pipe, text.data(), text.size());
    }
    // "" at the end.
    std::string read(std::size_t most = 4096) {
        std::string text(most, '\0');
        const ssize_t got = ::read(reader_.get(), text.data(), text.size());
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    std::string read_all() {
        std::string text;
        for (std::string more = read(); !more.empty(); more = read())
            text += more;
        return text;
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    int pid() const { return pid_; }

  private:
    pid_t pid_ = 0;
    net::descriptor reader_;
};

} // namespace resock::test
