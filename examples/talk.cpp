// talk URL: lines of standard input to a server, what arrives to standard output, in one epoll
// loop.
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <system_error>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <resock/resock.hpp>

using namespace std::chrono_literals;

int checked(int returned, const char* what) {
    if (returned < 0) throw std::system_error(errno, std::generic_category(), what);
    return returned;
}

// Stands for the loop that your program has already.
class event_loop {
  public:
    event_loop() = default;
    event_loop(const event_loop&) = delete;
    event_loop& operator=(const event_loop&) = delete;
    ~event_loop() { close(epoll_); }

    void watch(int fd, std::function<void()> readable) {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.fd = fd;
        checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted), "epoll_ctl");
        watched_[fd] = std::move(readable);
    }
    void unwatch(int fd) {
        if (watched_.erase(fd) > 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    }
    void run_once() {
        std::array<epoll_event, 16> ready{};
        const int count = epoll_wait(epoll_, ready.data(), int(ready.size()), -1);
        if (count < 0 && errno != EINTR) checked(count, "epoll_wait");
        for (int i = 0; i < count; ++i) {
            const auto found = watched_.find(ready[std::size_t(i)].data.fd);
            if (found == watched_.end()) continue; // unwatched by one before it
            const auto readable = found->second;   // which may unwatch itself
            readable();
        }
    }

  private:
    const int epoll_ = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    std::map<int, std::function<void()>> watched_;
};

int blocked_signals_fd() {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    return checked(signalfd(-1, &ending, SFD_CLOEXEC), "signalfd");
}

class conversation {
  public:
    explicit conversation(const std::string& url)
        : link_(hub_.open(url)) {
        loop_.watch(blocked_signals_fd(), [this] { close(1001); });
        loop_.watch(STDIN_FILENO, [this] { read_input(); });
        loop_.watch(hub_.fd(), [this] {
            // One batch: where there is more, the descriptor is readable again at once.
            for (const auto& event : hub_.poll_many(0ms, 64))
                on_event(event);
        });
    }

    int run() {
        while (!ended_)
            loop_.run_once();
        if (failed_ > 0) std::cerr << failed_ << " messages were not confirmed\n";
        return failed_ > 0 || !closing_ ? 1 : 0;
    }

  private:
    void on_event(const resock::event& event) {
        switch (event.kind()) {
        case resock::event_kind::message:
            std::cout << event.data() << std::endl;
            break;
        case resock::event_kind::writable:
            send_lines();
            break;
        case resock::event_kind::failed:
            failed_ += event.last_id() - event.id() + 1;
            break;
        case resock::event_kind::down:
            std::cerr << "down: " << event.why() << '\n';
            break;
        case resock::event_kind::closed:
            if (!closing_) std::cerr << "ended: " << event.why() << '\n';
            ended_ = true;
            break;
        case resock::event_kind::log:
            std::cerr << event.text() << '\n';
            break;
        default:
            break;
        }
    }

    void read_input() {
        std::array<char, 65536> piece;
        const auto size = checked(int(read(STDIN_FILENO, piece.data(), piece.size())), "read");
        input_.append(piece.data(), std::size_t(size));
        if (size == 0) {
            input_ended_ = true;
            loop_.unwatch(STDIN_FILENO);
        }
        send_lines();
    }

    // What does not fit into the queue waits here, and standard input meanwhile is not read.
    void send_lines() {
        std::size_t begin = 0;
        for (auto end = input_.find('\n'); end != input_.npos; end = input_.find('\n', begin)) {
            if (!send(std::string_view(input_).substr(begin, end - begin))) break;
            begin = end + 1;
        }
        input_.erase(0, begin);
        const bool waits = input_.find('\n') != input_.npos;
        if (!input_ended_) pause_input(waits);
        if (input_ended_ && !waits) close(1000);
    }

    // Returns at once; CLOSED comes when everything is confirmed, or after close.timeout.
    void close(unsigned code) {
        closing_ = true;
        link_.close(code);
    }

    bool send(std::string_view line) try {
        link_.send(line);
        return true;
    } catch (const resock::error& error) {
        if (error.status() == resock::status::queue_full) return false; // WRITABLE follows
        if (error.status() != resock::status::closed) throw;
        return true; // CLOSED follows
    }

    void pause_input(bool on) {
        if (on == input_paused_) return;
        input_paused_ = on;
        if (on)
            loop_.unwatch(STDIN_FILENO);
        else
            loop_.watch(STDIN_FILENO, [this] { read_input(); });
    }

    event_loop loop_;
    resock::hub hub_;
    resock::link link_;
    std::string input_;
    bool input_ended_ = false;
    bool input_paused_ = false;
    std::uint64_t failed_ = 0;
    bool ended_ = false;
    bool closing_ = false;
};

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: talk URL\n";
        return 2;
    }
    return conversation(argv[1]).run();
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
